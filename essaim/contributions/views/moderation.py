"""Reporting a content, what managers do of it, and what its author reads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common.acts import form_page, posted, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.contributions import notifications, rules
from essaim.contributions.actions import moderation as actions
from essaim.contributions.forms.moderation import (
    AppealAnswerForm,
    AppealForm,
    CasesFilter,
    DecideForm,
    ReportForm,
)
from essaim.contributions.models import Answer, Kind, ModerationCase, Proposal, Question
from essaim.contributions.views.common import PER_PAGE, fetch_card, read_here
from essaim.initiatives.models import CardMerge, Initiative


def _content(request: HttpRequest, card: Initiative, kind: str, pk: int) -> Any:
    """What this person reads and reports; 404 for what they do not see."""
    user = request.user
    if kind == Kind.CARD:
        if card.pk != pk:
            raise Http404
        return card
    if kind == Kind.QUESTION:
        return get_object_or_404(Question.objects.visible_to(user).filter(card=card), pk=pk)
    if kind == Kind.ANSWER:
        questions = Question.objects.visible_to(user).filter(card=card).values("pk")
        return get_object_or_404(Answer.objects.shown().filter(question__in=questions), pk=pk)
    if kind == Kind.PROPOSAL:
        return get_object_or_404(Proposal.objects.visible_to(user).filter(card=card), pk=pk)
    raise Http404


@form_page
@signed_in_or_kept
def report(request: HttpRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    card = fetch_card(request, slug, rules.can_report)
    content = _content(request, card, kind, pk)
    form = ReportForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.report(kind, content, card, by=request.user, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("Merci. Un animateur examine votre signalement."))
            return redirect(card)
    return render(
        request,
        "contributions/report.html",
        {"card": card, "kind": Kind(kind), "content": content, "form": form},
        status=status_code(request),
    )


@require_safe
@signed_in_or_kept
def listing(request: HttpRequest) -> HttpResponse:
    """Managers: what was reported, what waits first."""
    if not rules.can_moderate(request.user):
        raise PermissionDenied
    form = CasesFilter(request.GET)
    cases = ModerationCase.objects.visible_to(request.user)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    cases = cases.filter(state=state) if state else cases.to_decide()
    page = Paginator(cases.for_list().order_by("opened_at", "pk"), PER_PAGE)
    return render(
        request,
        "contributions/cases.html",
        {"form": form, "page": page.get_page(request.GET.get("page")), "state": state},
    )


def _case(request: HttpRequest, pk: int) -> ModerationCase:
    cases = ModerationCase.objects.select_related("card", "decided_by", "subject_author")
    found: ModerationCase = get_object_or_404(cases.visible_to(request.user), pk=pk)
    return found


@form_page
@signed_in_or_kept
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """The content, who complained of what, and the decision to take."""
    if not rules.can_moderate(request.user):
        raise PermissionDenied
    found = _case(request, pk)
    form = DecideForm(posted(request))
    if request.method == "POST":
        if not rules.can_decide_case(request.user, found):
            raise PermissionDenied
        if form.is_valid():
            given = form.cleaned_data
            try:
                actions.decide(
                    found,
                    by=request.user,
                    hide=given["decision"] == "hide",
                    reason_code=given["reason_code"],
                    reason=given["reason"],
                )
            except DomainError as error:
                refuse(form, error)
            else:
                forget_kept_text(request)
                messages.success(request, _("Votre décision est enregistrée."))
                return redirect(found)
    return _case_page(request, found, form)


@form_page
@signed_in_or_kept
def decide_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    if not rules.can_moderate(request.user):
        raise PermissionDenied
    found = _case(request, pk)
    if not rules.can_decide_appeal(request.user, found):
        raise PermissionDenied
    form = AppealAnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_appeal(
                found,
                by=request.user,
                restore=form.cleaned_data["decision"] == "restore",
                answer=form.cleaned_data["answer"],
            )
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("Votre réponse est envoyée à l’auteur."))
            return redirect(found)
    return _case_page(request, found, DecideForm(), answer_form=form)


def _case_page(
    request: HttpRequest,
    found: ModerationCase,
    form: DecideForm,
    answer_form: AppealAnswerForm | None = None,
) -> HttpResponse:
    appealed = found.state == ModerationCase.State.APPEALED
    return render(
        request,
        "contributions/case.html",
        {
            "case": found,
            "content": actions.content_of(found),
            # Nobody learns here who complained of them.
            "reports": found.reports.select_related("by")
            if found.subject_author_id != request.user.pk
            else [],
            # What was reported may have come with one of these.
            "merged": CardMerge.objects.filter(kept=found.card).select_related("other")
            if found.kind == Kind.CARD
            else [],
            "decisions": found.decisions.all(),
            "form": form,
            "answer_form": answer_form or AppealAnswerForm(),
            "can_decide": found.state == ModerationCase.State.OPEN
            and rules.can_decide_case(request.user, found),
            "can_decide_appeal": appealed and rules.can_decide_appeal(request.user, found),
            "appealed": appealed,
        },
        status=status_code(request),
    )


@form_page
@signed_in_or_kept
def moderated(request: HttpRequest, pk: int) -> HttpResponse:
    """For the author of what was hidden: the decision, its reason, and the appeal."""
    found = _case(request, pk)
    if not rules.can_appeal(request.user, found):
        raise PermissionDenied
    if found.state not in ModerationCase.TOLD:  # a manager, of their own words
        raise Http404
    read_here(request, notifications.CASE, found.pk)
    form = AppealForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.appeal(found, form.cleaned_data["text"])
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("Votre recours est envoyé à une autre personne."))
            return redirect("contributions:moderated", found.pk)
    return render(
        request,
        "contributions/moderated.html",
        {"case": found, "content": actions.content_of(found), "form": form},
        status=status_code(request),
    )
