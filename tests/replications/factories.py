"""Sites at each moment of their life, through the actions."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from essaim.people.models import Membership
from essaim.replications.actions import declaring, life
from essaim.replications.models import Replication, Side
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory


def ago(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


def representative(organisation: Any) -> Any:
    return MembershipFactory(organisation=organisation, role=Membership.Role.REPRESENTATIVE).user


def world(**card: Any) -> SimpleNamespace:
    """A published card with its holder, an adopter, one representative each, and a place."""
    holder, adopter = OrganisationFactory(), OrganisationFactory()
    return SimpleNamespace(
        card=InitiativeFactory(**({"published": True, "holder": holder} | card)),
        holder=holder,
        adopter=adopter,
        holds=representative(holder),
        adopts=representative(adopter),
        place=TerritoryFactory(),
    )


def declared(there: SimpleNamespace, **fields: Any) -> Replication:
    """By the adopter, in the supple mode with its charter accepted."""
    values: dict[str, Any] = {
        "side": Side.ADOPTER,
        "adopter": there.adopter,
        "territory": there.place,
        "mode": "supple",
        "dimensions": ["site"],
        "by": there.adopts,
        "submission": uuid.uuid4(),
        "terms": {"charter_on": ago(0)},
        "on": ago(400),
    }
    return declaring.declare(there.card, **(values | fields))


def committed(there: SimpleNamespace, **fields: Any) -> Replication:
    site = declared(there, **fields)
    return declaring.agree(site, side=Side.HOLDER, by=there.holds, on=site.interested_on)


def live(there: SimpleNamespace, **fields: Any) -> Replication:
    site = committed(there, **fields)
    return life.advance(site, "live", by=there.adopts, on=ago(300))


def another(there: SimpleNamespace, **fields: Any) -> SimpleNamespace:
    """The same card, another adopter elsewhere."""
    adopter = OrganisationFactory()
    return SimpleNamespace(
        **(vars(there) | {
            "adopter": adopter, "adopts": representative(adopter), "place": TerritoryFactory(),
        } | fields)
    )  # fmt: skip


def stranger() -> Any:
    return UserFactory()


def later() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=10)
