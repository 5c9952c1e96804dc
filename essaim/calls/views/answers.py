"""What the applicant reads and may do of a decision; the service's answer to an appeal."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.calls import clock, rules
from essaim.calls.actions import appeals, eligibility
from essaim.calls.explaining import explained
from essaim.calls.forms.deciding import AnswerForm, AppealForm, ComplementForm, ReasonForm
from essaim.calls.models import (
    ANSWERED_IN_WORDS,
    Appeal,
    Application,
    ApplicationState,
    Decision,
    Deliberation,
)
from essaim.calls.notifications_deciding import OWN
from essaim.common.acts import form_page, posted, take
from essaim.common.kept import signed_in_or_kept
from essaim.following.actions.reading import mark_subject_read

from .common import changes_beside, header
from .eligibility import get_file


def get_answer(request: HttpRequest, pk: int) -> Application:
    """An application of one's own side."""
    own = Application.objects.of_side(request.user).for_detail()
    found: Application = get_object_or_404(own, pk=pk)
    return found


@signed_in_or_kept
@require_safe
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked or decided, by whom, why, and what one may do about it. Before results are
    published, nothing of what is prepared shows."""
    application = get_answer(request, pk)
    if request.method == "GET":
        mark_subject_read(request.user, OWN, str(application.pk))
    made = (
        Decision.objects.filter(application=application, published_at__isnull=False)
        .select_related("prepared_by", "call__organiser")
        .first()
    )
    deliberation = Deliberation.objects.filter(call=application.call).first()
    limit = appeals.appeal_limit(application)
    last = application.appeals.last()
    carries = rules.can_carry(request.user, application)
    return render(
        request,
        "calls/decision.html",
        {
            **header(request, application.call),
            "application": application,
            "decision": made,
            "completion": application.completions.waiting().first(),
            "eligibility": application.eligibility_decisions.select_related("by").first(),
            "changes": changes_beside(application, [last] if last else []) if made else [],
            # One decided after the results was read by nobody: no score weighed on it.
            "notice": bool(made and deliberation and deliberation.uses_scores and not made.is_late),
            "explained": explained(application) if made and not made.is_late else [],
            "appeal": last,
            "limit": limit,
            "may_appeal": carries
            and limit is not None
            and limit > timezone.now()
            and (last is None or last.state != Appeal.State.WAITING),
            "may_give_up": made
            and application.state in {"laureate", "waiting"}
            and rules.can_sign(request.user, application),
            "place": _place(application),
            "writes": carries or rules.can_write(request.user, application),
        },
    )


def _place(application: Application) -> int | None:
    """On the waiting list as it stands today."""
    if application.state != "waiting":
        return None
    order = list(appeals.waiting_list(application.call).values_list("application", flat=True))
    return order.index(application.pk) + 1 if application.pk in order else None


@signed_in_or_kept
@form_page
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    application = get_answer(request, pk)
    if not rules.can_carry(request.user, application) or appeals.appeal_limit(application) is None:
        raise Http404
    return take(
        request, AppealForm(posted(request)),
        lambda data: appeals.appeal(application, data["text"], by=request.user, key=data["submission"]),
        done=_("Votre recours est déposé : quelqu’un d’autre que l’auteur de la décision y"
               " répondra."),
        back=reverse("calls:decision", args=[pk]), template="calls/deciding_act.html",
        title=_("Faire un recours"), button=_("Déposer le recours"),
        intro=_("Sans réponse dans les deux mois, le recours est rejeté par ce silence ; le recours"
                " contentieux est alors ouvert."),
        application=application, own=True, **header(request, application.call),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def complement(request: HttpRequest, pk: int) -> HttpResponse:
    """What the service asked while the application is read, answered in words."""
    application = get_answer(request, pk)
    asked = application.completions.waiting().first()
    if asked is None or application.state not in ANSWERED_IN_WORDS:
        raise Http404
    if not rules.can_write(request.user, application):
        raise Http404
    return take(
        request, ComplementForm(posted(request)),
        lambda data: eligibility.answer_completion(application, by=request.user, **data),
        done=_("Votre réponse est envoyée au service et aux lecteurs."),
        back=reverse("calls:decision", args=[pk]), template="calls/deciding_act.html",
        title=_("Répondre au service"), button=_("Envoyer"), quoted=asked.asked,
        intro=_("La lecture continue : ce que vous avez déposé ne change pas. Répondez avant le %(day)s.")
        % {"day": clock.shown(asked.due_at, application.call)},
        application=application, own=True, **header(request, application.call),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    application = get_answer(request, pk)
    may = rules.can_sign(request.user, application)
    if not may or application.state not in {"laureate", "waiting"}:
        raise Http404
    return take(
        request, ReasonForm(posted(request)),
        lambda data: appeals.give_up(application, by=request.user, **data),
        done=_("C’est noté. Merci d’avoir prévenu : la place pourra servir à d’autres."),
        back=reverse("calls:decision", args=[pk]), template="calls/deciding_act.html",
        title=_("Renoncer"), button=_("Renoncer"),
        intro=_("Renoncer est sans conséquence pour une prochaine candidature. La place revient à"
                " la liste d’attente."),
        application=application, own=True, **header(request, application.call),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def answer_appeal(request: HttpRequest, slug: str, pk: int, appeal: int) -> HttpResponse:
    call, application = get_file(request, slug, pk, "appeal")
    found = get_object_or_404(Appeal.objects.select_related("application"), pk=appeal,
                              application=application)  # fmt: skip
    if request.method == "GET" and found.state != Appeal.State.WAITING:
        return redirect("calls:file", slug, pk)  # both are read there
    if request.method == "GET" and request.user.pk in appeals.authors_of(application):
        messages.warning(
            request,
            _("Vous avez pris part à cette décision : quelqu’un d’autre répond au recours."),
        )
    # Pressed twice, it has led somewhere since: what was chosen is still one of the choices.
    state = application.state if found.state == Appeal.State.WAITING else ""
    return take(
        request, AnswerForm(posted(request), state=state),
        lambda data: appeals.answer_appeal(found, by=request.user, **data),
        done=_("La réponse est donnée : le candidat est prévenu."),
        back=reverse("calls:file", args=[slug, pk]), template="calls/deciding_act.html",
        title=_("Répondre au recours"), button=_("Répondre"), quoted=found.text,
        quoted_as=_("Le recours"), contested=_contested(application),
        intro=_("Sa date est passée : il est rejeté par silence. Une réponse motivée peut encore être donnée.")
        if found.is_silent
        else _("Sans réponse avant le %(day)s, il est rejeté par ce silence.")
        % {"day": clock.shown(found.answer_by, call)},
        note=_("S’il est accueilli, la recevabilité est réexaminée.")
        if state == ApplicationState.INELIGIBLE
        else "",
        application=application, **header(request, call, "instruction"),
    )  # fmt: skip


def _contested(application: Application) -> str:
    """The reasons of what is contested, as the applicant reads them."""
    if application.state == ApplicationState.INELIGIBLE:
        last = application.eligibility_decisions.first()
        return last.reasons if last is not None else ""
    made = Decision.objects.filter(application=application, published_at__isnull=False).first()
    return made.reasons if made is not None else ""
