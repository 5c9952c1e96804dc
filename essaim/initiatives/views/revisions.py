"""The card's history: its revisions, two of them side by side, one of them taken back."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.common.acts import refuse
from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.initiatives import history as card_history
from essaim.initiatives import revisions, rules
from essaim.initiatives.actions.revisions import restore_revision
from essaim.initiatives.actions.withdrawals import withdraw_text
from essaim.initiatives.forms.review import RestoreRevisionForm, WithdrawTextForm
from essaim.initiatives.models import Initiative, InitiativeEvent  # type: ignore[attr-defined]
from essaim.initiatives.sections import SECTIONS, read_section
from essaim.initiatives.views.publication import card_for


@require_safe
@signed_in_or_kept
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """The card's revisions: when, who, which parts, why."""
    card = card_for(request, slug, rules.can_read_history)
    may_withdraw = rules.can_withdraw_text(request.user, card)
    # Whoever may withdraw a text may write the card: not asked twice.
    by_team = may_withdraw or rules.can_edit(request.user, card)
    events = InitiativeEvent.objects.filter(pgh_obj=card.pk).order_by("-pgh_id")
    page = Paginator(events, 30).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    # One row more than the page, to know what the page's last one changed.
    if shown:
        shown += list(events.filter(pgh_id__lt=shown[-1].pgh_id)[:1])
    found = card_history.revisions(card, shown)
    readable = revisions.events_of(card, by_team=by_team)
    for revision in found:
        revision.may_be_read = by_team or revision.event.publication == "published"
        if not revision.may_be_read:
            revision.note = ""  # said among those who wrote the draft
    # Each may be compared with the one before it: the next of the page, then the row beyond it.
    numbers = [revision.event.pgh_id for revision in found if revision.may_be_read]
    if numbers and (beyond := readable.filter(pgh_id__lt=numbers[-1]).first()):
        numbers.append(beyond.pgh_id)
    before = dict(pairwise(numbers))
    for revision in found:
        revision.previous = before.get(revision.event.pgh_id)
    return render(
        request,
        "initiatives/history.html",
        {
            "card": card,
            "page": page,
            "revisions": found,
            "chosen": _chosen(readable, request.GET.get("avec", "")),
            "by_team": by_team,
            "may_withdraw": may_withdraw,
            "newest": found[0].event.pgh_id if found and page.number == 1 else None,
            "sections": SECTIONS,
        },
    )


def _chosen(events: Any, number: str) -> Any:
    """The version kept in the address while the other one is looked for; one that cannot be read
    is none."""
    if not number.isdecimal() or len(number) > 18:
        return None
    return events.filter(pgh_id=int(number)).first()


@require_safe
@signed_in_or_kept
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """What differs between two revisions, the older one first whatever the order asked."""
    card = card_for(request, slug, rules.can_read_history)
    events = revisions.events_of(card, by_team=rules.can_edit(request.user, card))
    if not {"avant", "apres"} <= request.GET.keys():
        messages.info(request, _("Choisissez deux versions à comparer."))
        return redirect("initiatives:history", card.slug)
    one = _event(events, request.GET.get("avant", ""))
    other = _event(events, request.GET.get("apres", ""))
    if one.pgh_id == other.pgh_id:
        messages.info(request, _("Choisissez deux versions différentes."))
        return redirect("initiatives:history", card.slug)
    before, after = sorted([one, other], key=lambda event: event.pgh_id)
    then, later = revisions.content_at(card, before), revisions.content_at(card, after)
    return render(
        request,
        "initiatives/compare.html",
        {
            "card": card,
            "before": before,
            "after": after,
            "sections": revisions.compare(then, later),
            "unread": revisions.unread(then, later),
            "may_restore": rules.can_restore_revision(request.user, card),
        },
    )


@require_http_methods(["GET", "POST"])
@signed_in_or_kept
def restore(request: HttpRequest, slug: str, event: int) -> HttpResponse:
    """What would change, why, and the button."""
    card = card_for(request, slug, rules.can_restore_revision)
    card = Initiative.objects.for_detail().get(pk=card.pk)
    wanted = _event(revisions.events_of(card, by_team=True), str(event))
    form = RestoreRevisionForm(request.POST or None, initial={"version": card.version})
    if request.method == "POST" and form.is_valid():
        try:
            restore_revision(card, wanted, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, error.message)
            # The differences below are read again: agreeing to them is agreeing to this version.
            form.data = {**request.POST.dict(), "version": str(card.version)}
        else:
            messages.success(request, _("La fiche dit de nouveau ce que disait cette version."))
            return redirect("initiatives:detail", card.slug)
    now: dict[str, Any] = {slug: read_section(card, s) for slug, s in SECTIONS.items()}
    then = revisions.content_at(card, wanted)
    return render(
        request,
        "initiatives/restore_revision.html",
        {
            "card": card,
            "event": wanted,
            "form": form,
            "sections": revisions.compare(now, then),
            "unread": revisions.unread(then),
        },
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def withdraw(request: HttpRequest, slug: str, event: int) -> HttpResponse:
    """Which section, from which versions, why: then nobody reads it any more."""
    card = card_for(request, slug, rules.can_withdraw_text)
    wanted = _event(revisions.events_of(card, by_team=True), str(event))
    is_manager = rules.is_manager(request.user)
    form = WithdrawTextForm(
        request.POST if request.method == "POST" else None, is_manager=is_manager
    )
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_text(card, wanted, by=request.user, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(
                request, _("Le texte est retiré : ces versions restent, et ne se lisent plus.")
            )
            return redirect("initiatives:history", card.slug)
    return render(
        request,
        "initiatives/withdraw_text.html",
        {"card": card, "event": wanted, "form": form, "is_manager": is_manager},
        status=422 if request.method == "POST" else 200,
    )


def _event(events: Any, number: str) -> Any:
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    return get_object_or_404(events, pgh_id=int(number))
