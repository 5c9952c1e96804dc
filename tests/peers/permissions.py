"""Who gets in at each address of the readings by peers, for ``tests/test_permissions.py``.

Owner and colleague: of the organisation that carries what is read; member: a reader.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from essaim.peers.actions import conclusions, invitations, items, planning, profiles, rounds
from essaim.peers.models import CollegeKind, Conflict, Declaration, Reading
from essaim.search import encoder
from tests.people.factories import OrganisationFactory, UserFactory

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
MANAGERS = {"manager", "administrator"}
HOLDERS = {"owner", "colleague"}
READER = {"member"}

Arguments = Callable[[SimpleNamespace], list[Any]]
ORDER = ["draft", "inviting", "assigning", "reading", "discussing"]


def round_of(world: SimpleNamespace, state: str = "draft") -> Any:
    """A round on the published card, conducted by someone else; the member takes its seat."""
    by = UserFactory(manager=True)
    found = rounds.create_round(title="Essai", by=by)
    items.add_card(found, world.published)
    now = timezone.now()
    days = {"answer_by": 2, "read_by": 9, "discuss_by": 20}
    rounds.change_settings(
        found, {name: now + timezone.timedelta(days=n) for name, n in days.items()}, by=by
    )
    for college in found.colleges.all():
        rounds.set_college(college, size=1, per_item=1, max_load=1, by=by)
    reached = ORDER.index(state)
    if reached >= 1:
        rounds.open_invitations(found, by=by)
        for kind, user in ((CollegeKind.INNOVATORS, world.member), (CollegeKind.USERS, None)):
            person = user or UserFactory()
            profiles.save_profile(person, is_peer=True)
            seat = invitations.invite_peer(found.colleges.get(kind=kind), person, by=by)
            if reached >= 2 or user is None:
                invitations.accept(seat, by=person)
    if reached >= 2:
        rounds.close_invitations(found, by=by)
    if reached >= 3:
        found.refresh_from_db()
        with encoder.use(None):
            planning.confirm_plan(planning.request_plan(found, by=by), by=by)
    if reached >= 4:
        from tests.peers.factories import submit

        for reading in Reading.objects.filter(item__round=found):
            submit(reading)
        rounds.open_discussion(found, by=by)
    found.refresh_from_db()
    return found


def at(state: str = "draft", *more: Any) -> Arguments:
    return lambda world: [round_of(world, state).pk, *more]


def item(state: str = "draft") -> Arguments:
    def arguments(world: SimpleNamespace) -> list[Any]:
        found = round_of(world, state)
        return [found.pk, found.items.get().pk]

    return arguments


def seat(state: str) -> Arguments:
    """The member's, for managers."""

    def arguments(world: SimpleNamespace) -> list[Any]:
        found = round_of(world, state)
        return [found.pk, found.seats.get(user=world.member).pk]

    return arguments


def own_seat(state: str) -> Arguments:
    return lambda world: seat(state)(world)[1:]


def reading(state: str = "reading") -> Arguments:
    def arguments(world: SimpleNamespace) -> list[Any]:
        found = round_of(world, state)
        return [found.pk, Reading.objects.get(item__round=found, seat__user=world.member).pk]

    return arguments


def own_reading(state: str = "reading") -> Arguments:
    return lambda world: reading(state)(world)[1:]


def held(state: str = "inviting") -> Arguments:
    return lambda world: item(state)(world)[1:]


def plan(world: SimpleNamespace) -> list[Any]:
    found = round_of(world, "assigning")
    with encoder.use(None):
        return [found.pk, planning.request_plan(found, by=found.created_by).pk]


def conflict(side: str, *, whole: bool) -> Arguments:
    def arguments(world: SimpleNamespace) -> list[Any]:
        found = round_of(world, "inviting")
        one = found.items.get()
        declared = items.declare_conflict(
            one, side=side, kind="other", reason="Ils travaillent ensemble.",
            by=found.created_by, organisation=OrganisationFactory(),
        )  # fmt: skip
        return [found.pk, one.pk, declared.pk] if whole else [one.pk, declared.pk]

    return arguments


def shared(world: SimpleNamespace) -> list[Any]:
    found = round_of(world, "discussing")
    one = found.items.get()
    conclusions.save_feedback(one, "Vu.", by=found.created_by, version=0)
    conclusions.share_feedback(one, by=found.created_by)
    return [one.pk]


def link(world: SimpleNamespace) -> list[Any]:
    return [
        Declaration.objects.create(
            user=world.member, organisation=OrganisationFactory(), kind="partner"
        ).pk
    ]


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


ROWS: dict[str, tuple[set[str], Arguments]] = {
    # Peers
    "readings": (SIGNED_IN, nothing),
    "profile": (SIGNED_IN, nothing),
    "add_link": (SIGNED_IN, nothing),
    "remove_link": (READER, link),
    "invitation": (READER, own_seat("inviting")),
    "decline_seat": (READER, own_seat("inviting")),
    "leave": (READER, own_seat("assigning")),
    "write": (READER, own_seat("assigning")),
    "reading": (READER, own_reading()),
    "decline": (READER, own_reading()),
    "discussion": (set(), own_reading()),  # not before one's own reading is submitted
    "discussion#open": (READER, own_reading("discussing")),
    # Holders: never the readings, nor the discussion
    "feedback": (HOLDERS, held()),
    "feedback#draft": (set(), held("draft")),
    "feedback#shared": (HOLDERS, shared),
    "object": (HOLDERS, held()),
    "withdraw_objection": (HOLDERS, conflict(Conflict.Side.HOLDER, whole=False)),
    # Managers
    "rounds": (MANAGERS, nothing),
    "new": (MANAGERS, nothing),
    "round": (MANAGERS, at()),
    "step": (MANAGERS, at("draft", "inviter")),
    "settings": (MANAGERS, at()),
    "college": (MANAGERS, at("draft", "innovators")),
    "abandon": (MANAGERS, at()),
    "add_card": (MANAGERS, at()),
    "add_text": (MANAGERS, at()),
    "item": (MANAGERS, item()),
    "remove_item": (MANAGERS, item()),
    "add_conflict": (MANAGERS, item()),
    "remove_conflict": (MANAGERS, conflict(Conflict.Side.MANAGER, whole=True)),
    "people": (MANAGERS, at("inviting")),
    "invite": (MANAGERS, at("inviting")),
    "invite_addresses": (MANAGERS, at("inviting")),
    "seat": (MANAGERS, seat("inviting")),
    "cancel_seat": (MANAGERS, seat("inviting")),
    "remind": (MANAGERS, seat("reading")),
    "assign": (MANAGERS, at("assigning")),
    "plan": (MANAGERS, plan),
    "progress": (MANAGERS, plan),
    "confirm_plan": (MANAGERS, plan),
    "follow": (MANAGERS, at("reading")),
    "replace": (MANAGERS, at("reading")),
    "by_hand": (MANAGERS, at("reading")),
    "take_back": (MANAGERS, reading()),
    "extend": (MANAGERS, reading()),
    "results": (MANAGERS, at("discussing")),
    "export": (MANAGERS, at("discussing", "csv")),
    "item_results": (MANAGERS, item("discussing")),
    "discuss": (MANAGERS, item("discussing")),
    "conclusion": (MANAGERS, item("discussing")),
    "share": (MANAGERS, item("discussing")),
    "conclude": (MANAGERS, item("discussing")),
}
