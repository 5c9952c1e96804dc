"""Who gets in at each address of a replication, for the one table of ``tests/test_permissions.py``.

The member represents the adopter, except in rows that say « stranger »; owner and colleague are of
the holder.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from essaim.people.actions.tokens import hash_token
from essaim.people.models import Membership
from essaim.replications.actions import adapting, life, network, stop
from essaim.replications.models import (
    Generalisation,
    Mentorship,
    NeedEstimate,
    ReportLink,
    quarter_of,
)
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.replications import factories
from tests.replications.factories import ago
from tests.territories.factories import TerritoryFactory

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
MANAGERS = {"manager", "administrator"}
TEAM = {"colleague", "owner"} | MANAGERS
ADOPTER, HOLDER = {"member"}, {"colleague", "owner"}
Arguments = Callable[[SimpleNamespace], list[Any]]


def there(world: SimpleNamespace, *, stranger: bool = False) -> SimpleNamespace:
    adopter = OrganisationFactory()
    adopts = UserFactory() if stranger else world.member
    MembershipFactory(user=adopts, organisation=adopter, role=Membership.Role.REPRESENTATIVE)
    return SimpleNamespace(
        card=world.published, adopter=adopter, adopts=adopts, holds=world.owner,
        place=TerritoryFactory(),
    )  # fmt: skip


def site(make: str = "live", *, stranger: bool = False, more: Any = None) -> Arguments:
    def arguments(world: SimpleNamespace) -> list[Any]:
        found = getattr(factories, make)(there(world, stranger=stranger))
        return [found.pk, *(more(found) if more else [])]

    return arguments


def stopped(world: SimpleNamespace) -> list[Any]:
    place = there(world)
    return [stop(factories.live(place), reason="r", lesson="l", by=place.adopts).pk]


def adaptation(found: Any) -> list[Any]:
    made = adapting.record_adaptation(
        found, submission=uuid.uuid4(), what="le soir", on=ago(3), nature="planned",
        decided_by="comité", why="horaires", by=None,
    )  # fmt: skip
    return [made.pk]


def milestone(found: Any) -> list[Any]:
    return [life.add_milestone(found, title="t", planned_on=ago(0), submission=uuid.uuid4()).pk]


def obstacle(found: Any) -> list[Any]:
    return [
        network.report_obstacle(
            found, submission=uuid.uuid4(), reference="L. 1", what="w", who_can_lift="préfet",
            by=None,
        ).pk
    ]  # fmt: skip


def quarter(found: Any) -> list[Any]:
    day = quarter_of(ago(0))
    return [day.year, (day.month + 2) // 3]


def link(world: SimpleNamespace) -> list[Any]:
    found = factories.live(there(world))
    ReportLink.objects.create(
        replication=found, user=world.member, quarter=quarter_of(ago(0)),
        token_hash=hash_token("jeton"), expires_at=factories.later(),
    )  # fmt: skip
    return ["jeton"]


def mentorship(world: SimpleNamespace) -> list[Any]:
    mentor, young = factories.live(there(world)), factories.committed(there(world, stranger=True))
    return [Mentorship.objects.create(replication=young, mentor=mentor).pk]


def card(name: str) -> Arguments:
    return lambda world: [getattr(world, name).slug]


def estimate(world: SimpleNamespace) -> list[Any]:
    made = NeedEstimate.objects.create(
        initiative=world.published, territory=TerritoryFactory(), population=10,
        prevalence_low=1, prevalence=2, prevalence_high=3, source="enquête",
    )  # fmt: skip
    return [world.published.slug, made.pk]


def text(world: SimpleNamespace) -> list[Any]:
    Generalisation.objects.create(initiative=world.published, reference="loi", on=ago(9))
    return [world.published.slug]


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "replications": (ALL, nothing),
    "export": (ALL, nothing),
    "mine": (SIGNED_IN, nothing),
    "network": (ALL, card("published")),
    "network#draft": (TEAM, card("draft")),
    "declare": (SIGNED_IN, card("published")),
    "weights": (TEAM, card("published")),
    "propose_costs": (TEAM, card("published")),
    "estimate": (TEAM, card("published")),
    "forget_estimate": (TEAM, estimate),
    "text": (TEAM, card("published")),
    "withdraw_text": (TEAM, text),
    "replication": (ALL, site()),
    "replication#interested": (TEAM, site("declared", stranger=True)),
    "agree": (ADOPTER, site("declared", more=lambda found: ["adopter"])),
    "agree#holder": (HOLDER, site("declared", more=lambda found: ["holder"])),
    "mode": (ADOPTER, site("declared", more=lambda found: ["adopter"])),
    "mode#holder": (HOLDER, site("declared", more=lambda found: ["holder"])),
    "advance": (ADOPTER, site("committed", more=lambda found: ["preparing"])),
    "stop": (ADOPTER | HOLDER, site()),
    "plan": (ADOPTER, site()),
    "add_milestone": (ADOPTER, site()),
    "reach_milestone": (ADOPTER, site(more=milestone)),
    "log": (ALL, site()),
    "record": (ADOPTER, site()),
    "effect": (ADOPTER, site(more=adaptation)),
    "end_adaptation": (ADOPTER, site(more=adaptation)),
    "propose": (ADOPTER | HOLDER, site(more=adaptation)),
    "core": (ADOPTER, site()),
    "lesson": (ADOPTER | HOLDER, stopped),
    "reports": (SIGNED_IN, site()),
    "reports#stranger": (TEAM, site(stranger=True)),
    "report": (ADOPTER, site(more=quarter)),
    "report_link": (ALL, link),
    "targets": (ADOPTER, site()),
    "publish": (ADOPTER | HOLDER, site()),
    "add_obstacle": (ADOPTER, site()),
    "lift_obstacle": (ADOPTER, site(more=obstacle)),
    "peer": (ADOPTER, site()),
    "remove_peer": (SIGNED_IN, site()),
    "ask_mentor": (ADOPTER, site("committed")),
    "mentorship": (ADOPTER, mentorship),
    "advice": (HOLDER, site()),
}
