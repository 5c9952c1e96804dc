"""Meetings proposed, said to have taken place, and what they begin; tables of a session."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.states import move
from essaim.contributions.actions.interest import be_interested
from essaim.events import notifications
from essaim.events.meeting.reasons import Person, pairs, words_of
from essaim.events.meeting.solving import Impossible, Kept, Placed, place
from essaim.events.meeting.tables import Guest, seat
from essaim.events.models import Encounter, Event, Planning, Registration, Seat
from essaim.initiatives.models import Initiative
from essaim.introductions.models import Introduction

from .chance import said, taken_back
from .common import lock_event


@transaction.atomic
def ask_meetings(
    event: Event, *, by: Any, most: int, least: int = 0, tables: int | None = None
) -> Planning:
    """A job computes them, until the event ends: those kept stay with their slot, the others are
    computed again around them. Raises DomainError where no slot is to come."""
    event = lock_event(event)
    if not event.is_coming:
        raise DomainError(
            _("Les rencontres se proposent une fois l’événement annoncé, jusqu’à sa fin.")
        )
    if not _slots_to_come(event):
        raise DomainError(
            _("Aucun créneau n’est à venir : ajoutez-en, les rencontres s’y proposeront.")
            if event.slots.exists()
            else _("Ajoutez d’abord des créneaux de rencontre.")
        )
    people = event.registrations.meeting().count()
    if people > settings.EVENTS["meeting_people"]:
        raise DomainError(
            _("Les rencontres se calculent pour %(n)s personnes au plus.")
            % {"n": settings.EVENTS["meeting_people"]}
        )
    planning = Planning.objects.filter(event=event).first() or Planning(event=event)
    planning.ask()
    planning.most, planning.least, planning.tables = most, least, tables
    planning.asked_by = by
    planning.save()
    from essaim.events import tasks

    tasks.compute_meetings.defer(event=event.pk)
    return planning


def people_of(event: Event) -> list[Person]:
    """Who wishes to meet others, as the calculation sees them; a constant number of queries."""
    rows = (
        event.registrations.meeting()
        .order_by("pk")
        .prefetch_related("themes_brought", "themes_sought", "initiatives__themes", "needs__theme")
    )
    return [
        Person(
            key=row.pk,
            organisation=row.organisation_id,
            profile=row.profile,
            profiles_sought=frozenset(row.profiles_sought),
            themes_brought=frozenset(each.slug for each in row.themes_brought.all()),
            themes_sought=frozenset(each.slug for each in row.themes_sought.all()),
            cards=frozenset(
                (theme.slug, card.title)
                for card in row.initiatives.all()
                for theme in card.themes.all()
            ),
            needs=frozenset(
                (need.theme.slug, need.theme.name) for need in row.needs.all() if need.theme
            ),
            brought_words=words_of(row.brings),
            sought_words=words_of(row.seeks),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Asked:
    """What a calculation is of, as it was read under the event's lock."""

    at: dt.datetime
    most: int
    least: int
    tables: int | None
    people: tuple[Person, ...]
    slots: tuple[int, ...]  # keys of those to come
    kept: tuple[Kept, ...]
    met: frozenset[frozenset[int]]  # who needs no other meeting with whom


TRIES = 3


def compute_meetings(event: Event | int) -> Planning | None:
    """By the job. Computed while nothing is locked, since it takes seconds and people register
    meanwhile; where they, the slots, what took place or the question changed, computed again, so
    many times at most, then kept without what cannot be any more. Done twice, the second finds
    nothing asked."""
    pk = event if isinstance(event, int) else event.pk
    for left in range(TRIES, 0, -1):
        asked = _asked(pk)
        if asked is None:
            break
        keys = [each.key for each in asked.people]
        try:
            placed = place(
                pairs(asked.people, asked.met), keys, slots=len(asked.slots), most=asked.most,
                least=asked.least, tables=asked.tables, kept=asked.kept,
            )  # fmt: skip
        except Impossible as error:
            done = _keep(pk, asked, [], causes=error.causes, last=left == 1)
        else:
            done = _keep(pk, asked, placed, last=left == 1)
        if done:
            break
    return Planning.objects.filter(event=pk).first()


@transaction.atomic
def _asked(pk: int) -> Asked | None:
    event = lock_event(pk)
    planning = Planning.objects.filter(event=event, state=Planning.State.ASKED).first()
    if planning is None:
        return None
    slots = _slots_to_come(event)
    stay = list(event.encounters.planned().kept().order_by("pk").prefetch_related("seats"))
    chance = event.encounters.by_chance().happened().prefetch_related("seats")
    return Asked(
        planning.asked_at, planning.most, planning.least, planning.tables,
        tuple(people_of(event)), slots,
        kept=tuple(
            Kept(
                _people(each), slots.index(each.slot_id) if each.slot_id in slots else None,
                each.table or 0,
            )
            for each in stay
        ),
        met=frozenset(frozenset(_people(each)) for each in [*stay, *chance]),
    )  # fmt: skip


def _slots_to_come(event: Event) -> tuple[int, ...]:
    return tuple(event.slots.filter(starts_at__gt=timezone.now()).values_list("pk", flat=True))


def _people(encounter: Encounter) -> tuple[int, ...]:
    return tuple(sorted(seat.registration_id for seat in encounter.seats.all()))


@transaction.atomic
def _keep(
    pk: int,
    asked: Asked,
    placed: Sequence[Placed],
    *,
    causes: list[dict[str, Any]] | None = None,
    last: bool,
) -> bool:
    """Whether it is settled: kept, refused, or no longer wanted. False: changed, compute again."""
    event = lock_event(pk)
    now = _asked(pk)
    if now is None:
        return True
    if now != asked and not (last and now.at == asked.at):
        return False
    planning = Planning.objects.select_for_update(of=("self",)).get(event=event)
    if causes is not None:
        move(planning, "refuse", causes)
        planning.save()
        return True
    before = _meetings_of(event, now.slots)
    stay = event.encounters.kept().values("pk")
    event.encounters.planned().exclude(pk__in=stay).delete()
    for each in _still_possible(placed, asked, now):
        slot = asked.slots[each.slot]
        made = Encounter.objects.create(
            event=event, slot_id=slot, table=each.table, reasons=list(each.pair.reasons)
        )
        Seat.objects.bulk_create(
            Seat(encounter=made, slot_id=slot, registration_id=key)
            for key in (each.pair.one, each.pair.other)
        )
    planned = Seat.objects.filter(encounter__in=event.encounters.planned().values("pk"))
    meeting = set(planned.values_list("registration", flat=True))
    without = [each.key for each in now.people if each.key not in meeting]
    move(planning, "finish", [{"code": "without", "people": without}] if without else [])
    planning.save()
    _tell(event, before, _meetings_of(event, now.slots), once=asked.at.isoformat())
    return True


def _still_possible(placed: Sequence[Placed], asked: Asked, now: Asked) -> Iterator[Placed]:
    """Without who left, who said meanwhile that a meeting took place, and a slot that has begun."""
    here = {each.key for each in now.people}
    stay = [(now.slots[each.slot], each) for each in now.kept if each.slot is not None]
    taken = {(slot, person) for slot, each in stay for person in each.people}
    tables = {(slot, each.table) for slot, each in stay}
    for each in placed:
        slot, two = asked.slots[each.slot], {each.pair.one, each.pair.other}
        if slot not in now.slots or not two <= here or two in now.met:
            continue
        if (slot, each.table) not in tables and not taken & {(slot, person) for person in two}:
            yield each


def _meetings_of(event: Event, slots: Sequence[int]) -> dict[int, set[tuple[int, int, int]]]:
    """Of each registration in these slots: slot, table and whom they meet there."""
    found: dict[int, set[tuple[int, int, int]]] = defaultdict(set)
    for each in event.encounters.planned().filter(slot__in=slots).prefetch_related("seats"):
        keys = [seat.registration_id for seat in each.seats.all()]
        for one, other in permutations(keys, 2):
            found[one].add((each.slot_id or 0, each.table or 0, other))
    return dict(found)


def _tell(
    event: Event,
    before: dict[int, set[tuple[int, int, int]]],
    after: dict[int, set[tuple[int, int, int]]],
    *,
    once: str,
) -> None:
    """Once for a calculation: whose meetings are new or other, and who has none left."""
    changed = [key for key in {*before, *after} if before.get(key) != after.get(key)]
    rows = event.registrations.registered().filter(pk__in=changed, user__isnull=False)
    for row in rows.select_related("user").order_by("pk"):
        if row.pk in after:
            notifications.meetings_proposed(event, row.user, once=f"meetings:{once}")
        else:
            notifications.meeting_lost(event, row.user, once=f"lost:{once}")


@transaction.atomic
def make_tables(event: Event, *, by: Any, tables: int) -> int:
    """Everyone registered at a table, profiles mixed. Made again, all sit anew. Returns how many."""
    event = lock_event(event)
    rows = list(event.registrations.registered().order_by("pk"))
    if not rows:
        raise DomainError(_("Personne n’est encore inscrit."))
    if tables > len(rows):
        raise DomainError(
            _("Il y a plus de tables que d’inscrits (%(n)s).") % {"n": len(rows)}, field="tables"
        )
    placed = seat([Guest(row.pk, row.profile, row.organisation_id) for row in rows], tables)
    for row in rows:
        row.table = placed[row.pk]
    Registration.objects.bulk_update(rows, ["table"])
    return len(rows)


@transaction.atomic
def say_met(encounter: Encounter, *, by: Any, met: bool) -> None:
    """Each says it alone; the other reads it once both have said so. Of one by chance, the other
    was asked; taken back, nobody reads it. Raises DomainError for who is not of it, and to take
    back what an introduction came of."""
    event = lock_event(encounter.event_id)
    encounter = Encounter.objects.get(pk=encounter.pk)
    mine = (
        Seat.objects.select_related("registration__user")
        .filter(encounter=encounter, registration__user=by).first()
    )  # fmt: skip
    if mine is None:
        raise DomainError(_("Cette rencontre n’est pas la vôtre."))
    if not event.has_begun:
        raise DomainError(_("L’événement n’a pas encore commencé."))
    if not met and encounter.introduction_id is not None:
        raise DomainError(
            _("Une mise en relation en est née : elle se suit, et se clôt, dans sa page.")
        )
    if met:
        said(encounter, mine.registration)
    elif encounter.pair:
        taken_back(encounter, mine.registration)
    else:
        mine.met = False
        mine.save(update_fields=["met"])


@transaction.atomic
def begin_introduction(
    encounter: Encounter, card: Initiative, *, by: Any, message: str
) -> Introduction:
    """From a meeting both say took place: an interest in a card that the other brings, which the
    card's team finds among its introductions. Once for a meeting."""
    lock_event(encounter.event_id)
    encounter = Encounter.objects.select_related("introduction").get(pk=encounter.pk)
    if encounter.introduction is not None:
        return encounter.introduction
    seats = list(encounter.seats.select_related("registration__organisation"))
    mine = next((each for each in seats if each.registration.user_id == by.pk), None)
    if mine is None or not all(each.met for each in seats):
        raise DomainError(
            _("Une mise en relation commence quand les deux disent s’être rencontrés.")
        )
    other = next(each for each in seats if each.pk != mine.pk)
    if not other.registration.initiatives.filter(pk=card.pk).exists():
        raise DomainError(_("Choisissez une fiche que l’autre personne apporte."), field="card")
    organisation = mine.registration.organisation
    interest = be_interested(
        card, by=by, message=message, organisation=organisation,
        territory=organisation.territory if organisation else None,
    )  # fmt: skip
    begun = Introduction.objects.filter(interest=interest).first()
    if begun is None:  # their organisation is already in touch: the message went there
        begun = (
            Introduction.objects.open()
            .filter(card=card, organisation=organisation)
            .order_by("pk").last()
        )  # fmt: skip
    if begun is None:
        raise DomainError(_("Cette fiche n’a pas de mise en relation ouverte pour vous."))
    encounter.introduction = begun
    encounter.save(update_fields=["introduction"])
    return begun
