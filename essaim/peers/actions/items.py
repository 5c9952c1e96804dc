"""What a round reads, and who must not read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.initiatives.models import Initiative, Publication
from essaim.peers import notifications
from essaim.peers.conflicts import conflicts_of
from essaim.peers.content import card_text
from essaim.peers.models import (
    UNDER_WAY,
    Conflict,
    Item,
    Reading,
    ReadingState,
    Round,
    State,
)
from essaim.people.models import Organisation

from .common import check_state, lock_round, reason_given

# Items may come and go until peers have said yes to these.
OPEN = [State.DRAFT]


@transaction.atomic
def add_item(
    found: Round,
    *,
    reference: str,
    title: str,
    text: str = "",
    link: str = "",
    professions: str = "",
    themes: Iterable[Any] = (),
    territories: Iterable[Any] = (),
    organisations: Iterable[Organisation] = (),
    people: Iterable[Any] = (),
    initiative: Initiative | None = None,
) -> Item:
    """One more to read; the same reference twice is one item (as it was first added).

    ``organisations`` and ``people`` carry it: they never read it, and get its feedback.
    """
    found = lock_round(found)
    known = Item.objects.filter(round=found, reference=reference).first()
    if known is not None:
        return known
    check_state(found, *OPEN)
    if not text.strip() and not link.strip() and initiative is None:
        raise DomainError(_("Donnez un texte ou une adresse à lire."), field="text")
    item = Item.objects.create(
        round=found,
        reference=reference,
        title=title,
        text=text,
        link=link,
        professions=professions,
        initiative=initiative,
    )
    item.themes.set(themes)
    item.territories.set(territories)
    item.organisations.set(organisations)
    item.people.set(people)
    return item


@transaction.atomic
def add_card(found: Round, card: Initiative) -> Item:
    """A published card: what is to be read is the card itself."""
    card = Initiative.objects.select_related("holder").get(pk=card.pk)
    if card.publication != Publication.PUBLISHED:
        raise DomainError(_("Seule une fiche publiée se lit."))
    return add_item(
        found,
        reference=f"initiative:{card.pk}",
        title=card.title,
        text=card_text(card),
        link=card.get_absolute_url(),
        professions=", ".join(card.beneficiaries)[:300],
        themes=card.themes.all(),
        territories=card.territories.all(),
        organisations=[card.holder] if card.holder else [],
        people=[card.author] if card.author else [],
        initiative=card,
    )


@transaction.atomic
def remove_item(item: Item) -> None:
    found = lock_round(item.round_id)
    check_state(found, *OPEN)
    Item.objects.filter(pk=item.pk).delete()


@transaction.atomic
def describe_item(item: Item, *, professions: str) -> Item:
    """The trades concerned: readers are found by them."""
    found = lock_round(item.round_id)
    check_state(found, State.DRAFT, State.INVITING, State.ASSIGNING)
    item.professions = professions.strip()[:300]
    item.save(update_fields=["professions"])
    return item


@transaction.atomic
def declare_conflict(
    item: Item,
    *,
    side: str,
    kind: str,
    reason: str,
    by: Any,
    person: Any = None,
    organisation: Organisation | None = None,
    email: str = "",
) -> Conflict:
    """Nobody it names reads the item from now on: a reading not yet submitted is taken back.

    Twice is once. Nothing is said of who reads, or whether an address has an account.
    """
    found = lock_round(item.round_id)
    check_state(found, *UNDER_WAY)
    reason = reason_given(reason)
    email = email.strip().lower()
    if sum(map(bool, (person, organisation, email))) != 1:
        raise DomainError(_("Nommez une personne ou une organisation."))
    declared, _created = Conflict.objects.get_or_create(
        item=item,
        side=side,
        person=person,
        organisation=organisation,
        email=email,
        defaults={"kind": kind, "reason": reason, "declared_by": by},
    )
    take_back_conflicting(item, by=by)
    return declared


@transaction.atomic
def withdraw_conflict(conflict: Conflict, *, by: Any) -> None:
    """Who declared it may take it back, until readings are submitted."""
    found = lock_round(conflict.item.round_id)
    check_state(found, *UNDER_WAY)
    Conflict.objects.filter(pk=conflict.pk).delete()


def take_back_conflicting(item: Item, *, by: Any) -> int:
    """Readings of this item, not yet submitted, whose reader is now in conflict."""
    readings = Reading.objects.filter(
        item=item, state=ReadingState.ASSIGNED, seat__user__isnull=False
    ).select_related("seat")
    readers = {reading.seat.user_id: reading for reading in readings}
    removed = 0
    for person in conflicts_of(item, list(readers)):
        reading = Reading.objects.select_for_update(no_key=True).get(pk=readers[person].pk)
        if reading.state == ReadingState.ASSIGNED:
            reading.remove()
            reading.save(update_fields=["state"])
            notifications.reading_removed(reading)
            removed += 1
    return removed


def owner_of(email: str) -> Any:
    """The account that proved this address to be theirs, or None."""
    found = (
        EmailAddress.objects.filter(
            email__iexact=email.strip(), verified=True, user__is_active=True
        )
        .select_related("user")
        .first()
    )
    return found.user if found else None
