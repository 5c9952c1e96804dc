"""Who gets in at each address of sponsors, for the one table of ``tests/test_permissions.py``.

Owner: who asks; colleague: the sponsor; the others are neither.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from tests.sponsorship.factories import (
    CoordinatorFactory,
    HelpRequestFactory,
    SponsorFactory,
    StepFactory,
)
from tests.territories.factories import TerritoryFactory

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
MANAGERS = {"manager", "administrator"}
ASKER, SPONSOR = {"owner"}, {"colleague"}

Arguments = Callable[[SimpleNamespace], list[Any]]


def request(world: SimpleNamespace, **fields: Any) -> Any:
    sponsor = SponsorFactory(user=world.colleague)
    return HelpRequestFactory(asker=world.owner, put_to=sponsor, **fields)


def pk(**fields: Any) -> Arguments:
    return lambda world: [request(world, **fields).pk]


def step(world: SimpleNamespace) -> list[Any]:
    row = StepFactory(request=request(world, taken=True))
    return [row.request_id, row.pk]


def proposal(world: SimpleNamespace) -> list[Any]:
    asked = request(world)
    return [asked.pk, asked.proposals.create(sponsor=SponsorFactory(), rank=2, fit=1, load=0).pk]


def coordinator(world: SimpleNamespace) -> list[Any]:
    CoordinatorFactory(user=world.member)
    return []


def coordinated(world: SimpleNamespace) -> list[Any]:
    region = CoordinatorFactory(user=world.member).territory
    return [request(world, territory=TerritoryFactory(inside=[region])).pk]


def profile(world: SimpleNamespace) -> list[Any]:
    SponsorFactory(user=world.colleague)
    return []


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "directory": (ALL, nothing),
    "sponsor": (ALL, lambda world: [SponsorFactory(user=world.colleague).pk]),
    "sponsor#draft": (
        SPONSOR | MANAGERS,
        lambda world: [SponsorFactory(user=world.colleague, draft=True).pk],
    ),
    "lessons": (SIGNED_IN, nothing),
    "mine": (SIGNED_IN, nothing),
    "edit": (SIGNED_IN, nothing),
    "leave": (SPONSOR, profile),
    "ask_agreement": (SPONSOR, profile),
    "declare_agreement": (SPONSOR, profile),
    "attestation": (SPONSOR, profile),
    # The owner represents the employer.
    "agreement": (
        {"owner"},
        lambda world: [
            SponsorFactory(user=world.colleague, employer=world.organisation, asked=True).pk
        ],
    ),
    "ask": (SIGNED_IN, nothing),
    "requests": (SIGNED_IN, nothing),
    "request": (ASKER | SPONSOR | MANAGERS, pk()),
    "take_up": (SPONSOR, pk()),
    "decline": (SPONSOR, pk()),
    "put_to_another": (ASKER, proposal),
    "advise": (SPONSOR, pk(taken=True)),
    "add_step": (SPONSOR, pk(taken=True)),
    "remove_step": (SPONSOR, step),
    "tick_step": (ASKER, step),
    "end": (ASKER, pk(taken=True)),
    "withdraw": (ASKER, pk()),
    "look_again": (ASKER | MANAGERS, pk()),
    "manage": (MANAGERS, nothing),
    "manage#coordinator": ({"member"} | MANAGERS, coordinator),
    "reassign": (MANAGERS, pk()),
    "reassign#coordinator": ({"member"} | MANAGERS, coordinated),
    "request#coordinator": ({"member"} | ASKER | SPONSOR | MANAGERS, coordinated),
    "coordinators": (MANAGERS, nothing),
    "dismiss_coordinator": (MANAGERS, lambda world: [CoordinatorFactory(user=world.member).pk]),
}
