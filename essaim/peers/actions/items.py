"""What a round reads, and who must not read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import pghistory
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.initiatives.models import Initiative, Publication
from essaim.peers import notifications, runners
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


@dataclass(frozen=True)
class Draft:
    """An item to be made: see ``add_item``; keys instead of objects."""

    reference: str
    title: str
    text: str
    themes: Collection[int] = ()
    territories: Collection[int] = ()
    organisations: Collection[int] = ()
    people: Collection[int] = ()


@transaction.atomic
def add_items(found: Round, drafts: Iterable[Draft]) -> int:
    """Many at once, in a constant number of queries: a call holds thousands of applications.
    Those that are known already stay as they are. Returns how many were made."""
    found = lock_round(found)
    check_state(found, *OPEN)
    known = set(Item.objects.filter(round=found).values_list("reference", flat=True))
    new = {draft.reference: draft for draft in drafts if draft.reference not in known}
    items = Item.objects.bulk_create(
        [
            Item(round=found, reference=each.reference, title=each.title, text=each.text)
            for each in new.values()
        ],
        batch_size=500,
    )
    for field, column in (
        ("themes", "theme_id"), ("territories", "territory_id"),
        ("organisations", "organisation_id"), ("people", "user_id"),
    ):  # fmt: skip
        through = getattr(Item, field).through
        through.objects.bulk_create(
            [
                through(item_id=item.pk, **{column: key})
                for item in items
                for key in dict.fromkeys(getattr(new[item.reference], field))
            ],
            batch_size=2000,
        )
    return len(items)


@transaction.atomic
def set_carriers(
    item: Item, *, organisations: Collection[int], people: Collection[int], by: Any
) -> Item:
    """Who stands behind it has changed (a partner joined or left): at any step. A reading not yet
    submitted, whose reader is now in conflict, is taken back."""
    found = lock_round(item.round_id)
    if found.state not in UNDER_WAY:
        return item
    item.organisations.set(organisations)
    item.people.set(people)
    take_back_conflicting(item, by=by)
    return item


@transaction.atomic
def withdraw_item(item: Item, *, by: Any) -> int:
    """Its applicant takes it back in mid-reading: readings still to do go, and no plan nor hand
    gives it again; what is submitted stays. Returns how many went."""
    found = lock_round(item.round_id)
    if found.state in OPEN:
        Item.objects.filter(pk=item.pk).delete()
        return 0
    Item.objects.to_read().filter(pk=item.pk).update(withdrawn_at=timezone.now())
    gone = 0
    rows = Reading.objects.select_for_update(no_key=True, of=("self",)).select_related("seat")
    for reading in rows.filter(item=item, state=ReadingState.ASSIGNED):
        reading.remove()
        with pghistory.context(user=getattr(by, "pk", None), action="withdraw_item"):
            reading.save(update_fields=["state"])
        notifications.reading_removed(reading)
        gone += 1
    return gone


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
    if conflict.person is not None and runners.is_kept_out(
        conflict.item.reference, conflict.person
    ):
        raise DomainError(_("C’est un déport noté dans l’appel : il ne se retire pas."))
    Conflict.objects.filter(pk=conflict.pk).delete()


def take_back_conflicting(item: Item, *, by: Any) -> int:
    """Readings of this item, not yet submitted, whose reader is now in conflict."""
    readings = Reading.objects.filter(
        item=item, state=ReadingState.ASSIGNED, seat__user__isnull=False
    ).select_related("seat")
    readers = {reading.seat.user_id or 0: reading for reading in readings}
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
