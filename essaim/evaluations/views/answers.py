"""Where users answer: no account, no name, a page that a telephone shows well."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from essaim.common.acts import form_page, refuse
from essaim.common.errors import DomainError
from essaim.evaluations import stuffing
from essaim.evaluations.actions import surveys
from essaim.evaluations.forms.voice import AnswerForm
from essaim.evaluations.models import Response, Survey, SurveyState

KNOWN = [SurveyState.OPEN, SurveyState.CLOSED, SurveyState.CONCLUDED]


def _survey(token: str) -> Survey:
    found: Survey = get_object_or_404(
        Survey.objects.filter(state__in=KNOWN).for_detail(), token=token
    )
    return found


@never_cache
@form_page
def answer(request: HttpRequest, token: str) -> HttpResponse:
    survey = _survey(token)
    if not survey.is_answerable:
        return _page(request, "evaluations/answer_closed.html", {"survey": survey}, status=410)
    again = stuffing.has_answered(request, survey) and "autre" not in request.GET
    if again and request.method != "POST":
        return _page(request, "evaluations/answer_thanks.html", {"survey": survey, "again": True})
    form = AnswerForm(request.POST if request.method == "POST" else None, survey=survey)
    if request.method == "POST" and form.is_valid():
        known = Response.objects.filter(submission=form.cleaned_data["submission"]).exists()
        try:
            if not known and stuffing.too_many(request, survey):
                raise DomainError(
                    _(
                        "Beaucoup de réponses viennent d’ici à la fois : réessayez dans une heure, ou répondez sur papier."
                    )
                )
            surveys.answer(
                survey,
                submission=form.cleaned_data["submission"],
                channel=Response.Channel.LINK,
                answers=form.cleaned_data,
            )
        except DomainError as error:
            refuse(form, error)
        else:
            response = redirect("evaluations:thanks", token)
            stuffing.remember(response, survey, secure=settings.SESSION_COOKIE_SECURE)
            return response
    return _page(
        request,
        "evaluations/answer.html",
        {"survey": survey, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    return _page(request, "evaluations/answer_thanks.html", {"survey": _survey(token)})


def _page(request: HttpRequest, template: str, context: dict, status: int = 200) -> HttpResponse:
    """Known by its link alone: search engines keep away, other sites are not told of it."""
    response = render(
        request, template, {"card": context["survey"].initiative, **context}, status=status
    )
    response["X-Robots-Tag"] = "noindex"
    # Not « no-referrer »: browsers would then send no origin, and the form would be refused.
    response["Referrer-Policy"] = "same-origin"
    return response
