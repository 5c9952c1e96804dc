"""Reading proposals, deciding of them, and who brought what to a card."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.contributions import notifications, rules
from essaim.contributions.actions import proposals as actions
from essaim.contributions.content import fields_changed, thaw
from essaim.contributions.forms.proposals import AmendedSection, DeclineForm, WordForm
from essaim.contributions.models import Proposal
from essaim.contributions.views.common import PER_PAGE, fetch_card, read_here
from essaim.initiatives.actions.cards import EditConflict
from essaim.initiatives.forms.sections import with_one_more_row
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import SECTIONS, digest, read_section
from essaim.people.views.signed_in import person

STATES = {
    "waiting": [Proposal.State.PROPOSED],
    "accepted": list(Proposal.TAKEN),
    "declined": [Proposal.State.DECLINED],
    "withdrawn": [Proposal.State.WITHDRAWN],
}


def _proposal(request: HttpRequest, slug: str, pk: int, may: Any) -> Proposal:
    """404 for who may not see it, 403 for who may see it and not do this."""
    proposals = Proposal.objects.visible_to(request.user).for_detail()
    found: Proposal = get_object_or_404(proposals, card__slug=slug, pk=pk)
    if not may(request.user, found):
        raise PermissionDenied
    return found


@require_safe
@signed_in_or_kept
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """A card's proposals: all for who writes it, one's own for others."""
    card = fetch_card(request, slug)
    shown = request.GET.get("show", "")
    proposals = Proposal.objects.visible_to(request.user).filter(card=card)
    can_decide = rules.can_decide_proposals(request.user, card)
    if can_decide:
        shown = shown if shown in STATES else "waiting"
        proposals = proposals.filter(state__in=STATES[shown])
    order = ["sent_at", "pk"] if shown == "waiting" else ["-created_at", "-pk"]
    page = Paginator(proposals.for_list().order_by(*order), PER_PAGE)
    return render(
        request,
        "contributions/proposals.html",
        {
            "card": card,
            "page": page.get_page(request.GET.get("page")),
            "can_decide": can_decide,
            "shown": shown,
            "can_propose": rules.can_propose(request.user, card),
        },
    )


@require_safe
@signed_in_or_kept
def mine(request: HttpRequest) -> HttpResponse:
    """What I proposed, everywhere; drafts first."""
    user = person(request)
    own = Proposal.objects.filter(sent_by=user) | Proposal.objects.filter(
        author=user, sent_at__isnull=False
    )
    drafts_first = Case(When(state=Proposal.State.DRAFT, then=0), default=1)
    page = Paginator(own.for_list().order_by(drafts_first, "-created_at", "-pk"), PER_PAGE)
    return render(
        request, "contributions/mine.html", {"page": page.get_page(request.GET.get("page"))}
    )


@require_safe
def credits(request: HttpRequest, slug: str) -> HttpResponse:
    """Who brought what to the card, all of it."""
    card = fetch_card(request, slug)
    credited = Proposal.objects.credited().filter(card=card).for_list()
    page = Paginator(credited, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "contributions/credits.html", {"card": card, "page": page})


@require_safe
@signed_in_or_kept
def detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _proposal(request, slug, pk, rules.can_view_proposal)
    read_here(request, notifications.PROPOSAL, found.pk)
    return _page(request, found, status=200)


def _page(request: HttpRequest, found: Proposal, *, status: int, **context: Any) -> HttpResponse:
    """The difference field by field, and what this person may do about it."""
    spec = SECTIONS[found.section]
    before = thaw(spec, found.before)
    waiting = found.state in {Proposal.State.PROPOSED, Proposal.State.DRAFT}
    current = read_section(_whole(found.card), spec) if waiting else before
    taken = thaw(spec, found.taken) if found.taken is not None else None
    return render(
        request,
        "contributions/proposal.html",
        {
            "proposal": found,
            "card": found.card,
            "fields": fields_changed(before, thaw(spec, found.content), current),
            "moved": waiting and digest(current) != found.seen,
            "taken": fields_changed(thaw(spec, found.content), taken, taken)
            if taken is not None and found.state == Proposal.State.AMENDED
            else [],
            "can_decide": found.state == Proposal.State.PROPOSED
            and rules.can_decide_proposal(request.user, found),
            "can_withdraw": waiting and rules.can_withdraw_proposal(request.user, found),
            "can_write": found.state == Proposal.State.DRAFT
            and rules.can_write_proposal(request.user, found),
            **context,
        },
        status=status,
    )


def _whole(card: Initiative) -> Initiative:
    whole: Initiative = Initiative.objects.for_detail().get(pk=card.pk)
    return whole


@require_POST
@signed_in_or_kept
def accept(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """As it is. Where the section changed since, the three texts are shown instead."""
    found = _proposal(request, slug, pk, rules.can_decide_proposal)
    try:
        actions.accept_proposal(found, by=request.user)
    except EditConflict:
        messages.warning(
            request,
            _(
                "La section a changé depuis cette proposition. Rien n’a été écrasé : comparez,"
                " puis enregistrez ce que vous gardez."
            ),
        )
        return redirect("contributions:amend", slug, pk)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(found)
    messages.success(request, _("La fiche est à jour, et l’auteur de la proposition crédité."))
    return redirect(found)


@form_page
@signed_in_or_kept
def amend(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Accept with changes: the section's own form, filled with the card as proposed."""
    found = _proposal(request, slug, pk, rules.can_decide_proposal)
    if found.state != Proposal.State.PROPOSED:
        messages.info(request, _("Cette proposition a déjà sa réponse."))
        return redirect(found)
    card, spec, user = _whole(found.card), SECTIONS[found.section], request.user
    current = read_section(card, spec)
    data = posted(request)
    if data is None:
        shown = actions.merged_content(found, current)
        forms = AmendedSection(spec, shown, card=card, user=user)
        return _amend_page(request, found, card, forms, WordForm(), current=current)
    seen = data.get("seen", "")
    forms = AmendedSection(spec, current, card=card, user=user, data=data)
    word = WordForm(data)
    added = data.get("add", "")
    if kept_text(request) is not None and request.method != "POST":
        forms.forget_errors()
        return _amend_page(request, found, card, forms, word, current=current, seen=seen)
    if added in forms.formsets:
        more = with_one_more_row(data, added)
        forms = AmendedSection(spec, current, card=card, user=user, data=more)
        forms.forget_errors()
        last = forms.formsets[added].total_form_count() - 1
        return _amend_page(
            request, found, card, forms, word, current=current, seen=seen, focus=f"{added}-{last}"
        )
    if not all([forms.is_valid(), word.is_valid()]):
        return _amend_page(
            request, found, card, forms, word, current=current, seen=seen, status=422
        )
    try:
        actions.accept_proposal(
            found, by=user, content=forms.content(), seen=seen, word=word.cleaned_data["word"]
        )
    except EditConflict as conflict:
        messages.warning(request, conflict.message)
        return _amend_page(request, found, card, forms, word, current=conflict.current, status=409)
    except DomainError as error:
        refuse(word, error)
        return _amend_page(
            request, found, card, forms, word, current=current, seen=seen, status=422
        )
    forget_kept_text(request)
    messages.success(request, _("La fiche est à jour, et l’auteur de la proposition crédité."))
    return redirect(found)


def _amend_page(
    request: HttpRequest,
    found: Proposal,
    card: Initiative,
    forms: AmendedSection,
    word: WordForm,
    *,
    current: dict[str, Any],
    seen: str | None = None,
    status: int = 200,
    focus: str = "",
) -> HttpResponse:
    """``current`` is the section that the three columns show; ``seen`` the one already shown."""
    spec = SECTIONS[found.section]
    before = thaw(spec, found.before)
    return render(
        request,
        "contributions/amend.html",
        {
            "proposal": found,
            "card": card,
            "section": spec,
            "forms": forms,
            "word": word,
            "seen": digest(current) if seen is None else seen,
            "fields": fields_changed(before, thaw(spec, found.content), current),
            "moved": digest(current) != found.seen,
            "focus": focus,
        },
        status=status,
    )


@form_page
@signed_in_or_kept
def decline(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _proposal(request, slug, pk, rules.can_decide_proposal)
    form = DeclineForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.decline_proposal(found, by=request.user, reason=form.cleaned_data["reason"])
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("Votre réponse est envoyée à l’auteur."))
            return redirect(found)
    return render(
        request,
        "contributions/decline.html",
        {"proposal": found, "card": found.card, "form": form},
        status=status_code(request),
    )


@require_POST
@signed_in_or_kept
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _proposal(request, slug, pk, rules.can_withdraw_proposal)
    return press(
        request,
        lambda: actions.withdraw_proposal(found),
        done=_("Votre proposition est retirée."),
        back=found,
    )
