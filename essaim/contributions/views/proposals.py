"""Writing a proposal: the whole section, or a short form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common.acts import form_page, posted, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.contributions import rules
from essaim.contributions.actions.proposals import merged_content, save_proposal
from essaim.contributions.forms.proposals import (
    PLACES,
    SHORT_FORMS,
    FromAnswerForm,
    ProposedSection,
    ShortForm,
    WhyForm,
)
from essaim.contributions.models import Answer, Proposal
from essaim.contributions.views.common import fetch_card
from essaim.initiatives.actions.cards import EditConflict
from essaim.initiatives.comparison import differences
from essaim.initiatives.forms.sections import with_one_more_row
from essaim.initiatives.models import Initiative
from essaim.initiatives.rules import can_edit
from essaim.initiatives.sections import SECTIONS, Section, digest, read_section
from essaim.people.views.signed_in import person


@require_safe
@signed_in_or_kept
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """What to propose: three short ways, or one of the card's sections."""
    card = fetch_card(request, slug, rules.can_propose)
    drafts = Proposal.objects.filter(
        card=card, sent_by=person(request), state=Proposal.State.DRAFT
    ).for_list()
    return render(
        request,
        "contributions/choose.html",
        {
            "card": card,
            # A template would call the classes.
            "short": [(kind, form.title, form.intro) for kind, form in SHORT_FORMS.items()],
            "sections": SECTIONS.values(),
            "drafts": drafts,
            "can_edit": can_edit(request.user, card),
        },
    )


@form_page
@signed_in_or_kept
def propose(request: HttpRequest, slug: str, section: str) -> HttpResponse:
    if section not in SECTIONS:
        raise Http404
    card = fetch_card(request, slug, rules.can_propose, Initiative.objects.for_detail())
    return _section_page(request, card, SECTIONS[section], None)


@form_page
@signed_in_or_kept
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A draft, taken up again; what the card became since is in it."""
    card = fetch_card(request, slug, rules.can_propose, Initiative.objects.for_detail())
    draft: Proposal = get_object_or_404(
        Proposal.objects.visible_to(request.user).for_detail(), card=card, pk=pk
    )
    if not rules.can_write_proposal(request.user, draft):
        raise PermissionDenied
    if draft.state != Proposal.State.DRAFT:
        return redirect(draft)
    return _section_page(request, card, SECTIONS[draft.section], draft)


def _section_page(
    request: HttpRequest, card: Initiative, spec: Section, draft: Proposal | None
) -> HttpResponse:
    current = read_section(card, spec)
    if request.method == "POST":
        return _send(request, card, spec, draft, current)
    kept = kept_text(request)
    shown = merged_content(draft, current) if draft is not None else current
    forms = ProposedSection(spec, shown, card=card, user=request.user, data=kept)
    why = WhyForm(kept, user=request.user, initial=_initial(draft))
    seen = digest(current)
    if kept is not None:
        forms.forget_errors()
        why.errors.clear()
        seen = kept.get("seen", "")
        messages.info(
            request, _("Voici ce que vous aviez tapé avant que votre connexion n’expire.")
        )
    return _show(request, card, spec, forms, why, seen=seen, draft=draft)


def _initial(draft: Proposal | None) -> dict[str, Any]:
    if draft is None:
        return {}
    return {
        "key": draft.submission,
        "reason": draft.reason,
        "organisation": draft.organisation_id,
    }


def _send(
    request: HttpRequest,
    card: Initiative,
    spec: Section,
    draft: Proposal | None,
    current: dict[str, Any],
) -> HttpResponse:
    user: Any = request.user
    seen = request.POST.get("seen", "")
    send = "draft" not in request.POST
    forms = ProposedSection(spec, current, card=card, user=user, data=request.POST)
    why = WhyForm(request.POST, user=user)
    why.fields["reason"].required = send
    added = request.POST.get("add", "")
    if added in forms.formsets:
        data = with_one_more_row(request.POST, added)
        forms = ProposedSection(spec, current, card=card, user=user, data=data)
        forms.forget_errors()
        why.errors.clear()
        last = forms.formsets[added].total_form_count() - 1
        return _show(
            request, card, spec, forms, why, seen=seen, draft=draft, focus=f"{added}-{last}"
        )
    if not all([forms.is_valid(), why.is_valid()]):
        return _show(request, card, spec, forms, why, seen=seen, draft=draft, status=422)
    given = why.cleaned_data
    try:
        proposal = save_proposal(
            card,
            spec.slug,
            forms.content(),
            by=user,
            key=given["key"],
            seen=seen,
            reason=given["reason"],
            organisation=given.get("organisation"),
            send=send,
        )
    except EditConflict as conflict:
        return _show(
            request, conflict.card, spec, forms, why, draft=draft, status=409,
            seen=digest(conflict.current),
            conflict=conflict,
            differences=differences(conflict.current, forms.content()),
        )  # fmt: skip
    except DomainError as error:
        refuse(why, error)
        return _show(request, card, spec, forms, why, seen=seen, draft=draft, status=422)
    forget_kept_text(request)
    _say(request, proposal)
    return redirect(proposal)


def _say(request: HttpRequest, proposal: Proposal) -> None:
    if proposal.state == Proposal.State.DRAFT:
        messages.success(request, _("Votre brouillon est gardé. Vous seul le voyez."))
    else:
        messages.success(
            request, _("Votre proposition est envoyée. Vous serez prévenu de la réponse.")
        )


def _show(
    request: HttpRequest,
    card: Initiative,
    spec: Section,
    forms: ProposedSection,
    why: WhyForm,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    return render(
        request,
        "contributions/propose.html",
        {"card": card, "section": spec, "forms": forms, "why": why, **context},
        status=status,
    )


@form_page
@signed_in_or_kept
def propose_short(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    if kind not in SHORT_FORMS:
        raise Http404
    card = fetch_card(request, slug, rules.can_propose, Initiative.objects.for_detail())
    form_class = SHORT_FORMS[kind]
    content = read_section(card, SECTIONS[form_class.section])
    extra = {"content": content} if kind == "variante" else {}
    form = form_class(posted(request), user=request.user, **extra)
    return _short_page(request, card, form, form_class.section)


@form_page
@signed_in_or_kept
def from_answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """« Ajouter à la fiche »: an answer becomes a proposal, credited to who gave it."""
    card = fetch_card(request, slug, rules.can_propose, Initiative.objects.for_detail())
    answer = get_object_or_404(
        Answer.objects.for_list().select_related("question__card"), question__card=card, pk=pk
    )
    if not rules.can_add_to_card(request.user, answer):
        raise PermissionDenied
    form = FromAnswerForm(
        posted(request),
        user=request.user,
        initial={"text": answer.text, "reason": answer.question.text[:1000]},
    )
    section = PLACES[form.data.get("place", "")][0] if form.data.get("place") in PLACES else ""
    return _short_page(request, card, form, section, answer)


def _short_page(
    request: HttpRequest,
    card: Initiative,
    form: ShortForm,
    section: str,
    answer: Answer | None = None,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        # Added to the section as it is now: nothing that was read is taken away.
        current = read_section(card, SECTIONS[section])
        try:
            proposal = save_proposal(
                card,
                section,
                form.apply(current),
                by=request.user,
                key=form.cleaned_data["key"],
                seen=digest(current),
                reason=form.cleaned_data["reason"],
                organisation=form.cleaned_data.get("organisation"),
                kind=form.kind,
                answer=answer,
            )
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            _say(request, proposal)
            return redirect(proposal)
    return render(
        request,
        "contributions/propose_short.html",
        {"card": card, "form": form, "answer": answer},
        status=status_code(request),
    )
