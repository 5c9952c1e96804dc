"""Who gets in at each address of the dashboard: rows of ``tests/test_permissions.py``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from essaim.insights.actions import figures, reports
from essaim.insights.models import AnnualReport, Snapshot
from essaim.people.models import Membership
from tests.people.factories import MembershipFactory, OrganisationFactory
from tests.territories.factories import TerritoryFactory

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
MANAGERS = {"manager", "administrator"}
Arguments = Callable[[SimpleNamespace], list[Any]]


def funder(world: SimpleNamespace) -> list[Any]:
    body = OrganisationFactory()
    MembershipFactory(user=world.member, organisation=body, role=Membership.Role.MEMBER)
    return [body.slug]


def place(world: SimpleNamespace) -> list[Any]:
    found = TerritoryFactory(population=1000)
    return [found.kind, found.code]


def report(*, published: bool) -> Arguments:
    def arguments(world: SimpleNamespace) -> list[Any]:
        if not AnnualReport.objects.filter(year=2025).exists():
            figures.recompute()
            Snapshot.objects.update(computed_at=dt.datetime(2025, 12, 31, tzinfo=dt.UTC))
            made = reports.prepare(2025, by=world.manager)
            if published:
                reports.publish(made)
        return [2025]

    return arguments


def key(world: SimpleNamespace) -> list[Any]:
    return ["cards"]


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


def card(world: SimpleNamespace) -> list[Any]:
    return [world.published.slug]


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "dashboard": (ALL, nothing),
    "export": (ALL, nothing),
    "recompute": (MANAGERS, nothing),
    "rows": (ALL, key),
    "rows_export": (ALL, key),
    "funder": ({"member"} | MANAGERS, funder),
    "territory": (ALL, place),
    "reports": (ALL, nothing),
    "prepare_report": (MANAGERS, nothing),
    "report": (ALL, report(published=True)),
    "report#draft": (MANAGERS, report(published=False)),
    "report_pdf": (ALL, report(published=True)),
    "report_pdf#draft": (MANAGERS, report(published=False)),
    "edit_report": (MANAGERS, report(published=False)),
    "refresh_report": (MANAGERS, report(published=False)),
    "publish_report": (MANAGERS, report(published=False)),
    "take_back_report": (MANAGERS, report(published=True)),
    "forecast": (ALL, card),
}
