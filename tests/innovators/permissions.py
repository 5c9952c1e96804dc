"""Who gets in at each address of the path, for the one table of ``tests/test_permissions.py``.

Owner: the innovator; colleague: the case officer; the others are neither.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from tests.dates import in_days
from tests.innovators.factories import (
    BudgetFactory,
    BudgetLineFactory,
    InnovationFileFactory,
    MilestoneFactory,
    OfficerFactory,
    OpinionRequestFactory,
    StatusCardFactory,
    verified,
)

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
MANAGERS = {"manager", "administrator"}
INNOVATOR, OFFICER = {"owner"}, {"colleague"}

Arguments = Callable[[SimpleNamespace], list[Any]]


def file(world: SimpleNamespace, **fields: Any) -> Any:
    OfficerFactory(user=world.colleague)
    return InnovationFileFactory(
        **({"prototyping": True, "case_officer": world.colleague} | fields), innovator=world.owner
    )


def pk(**fields: Any) -> Arguments:
    return lambda world: [file(world, **fields).pk]


def line(world: SimpleNamespace) -> list[Any]:
    row = BudgetLineFactory(budget=BudgetFactory(file=file(world)))
    return [row.budget.file_id, row.pk]


def milestone(world: SimpleNamespace) -> list[Any]:
    row = MilestoneFactory(file=file(world))
    return [row.file_id, row.pk]


def opinion(world: SimpleNamespace) -> list[Any]:
    """Asked of the member, whose address is verified."""
    return [OpinionRequestFactory(email=verified(world.member).email).pk]


def status(world: SimpleNamespace, **fields: Any) -> Any:
    """The officer's card; the owner represents the employer."""
    return StatusCardFactory(user=world.colleague, employer=world.organisation, **fields)


def agreed(world: SimpleNamespace) -> list[Any]:
    day = timezone.localdate()
    return [status(world, agreement="agreed", agreed_on=day, signatory="Claire Martin").pk]


def public(world: SimpleNamespace) -> list[Any]:
    return [status(world, public=True).slug]


def private(world: SimpleNamespace) -> list[Any]:
    return [status(world, slug="claire-martin").slug]


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


def own_status(world: SimpleNamespace) -> list[Any]:
    status(world)
    return []


def roster(world: SimpleNamespace) -> list[Any]:
    OfficerFactory(user=world.colleague)
    return []


ENDED = {
    "prototyping": False, "state": "ended", "ended_on": in_days(), "due_on": None
}  # fmt: skip

ROWS: dict[str, tuple[set[str], Arguments]] = {
    "path": (ALL, nothing),
    "enter": (SIGNED_IN, nothing),
    "my_files": (SIGNED_IN, nothing),
    "file": (INNOVATOR | OFFICER | MANAGERS, pk()),
    "file#to_take": (INNOVATOR | OFFICER | MANAGERS, pk(prototyping=False, case_officer=None)),
    "file#ended": (INNOVATOR | OFFICER | MANAGERS, pk(**ENDED)),
    "report": (INNOVATOR, pk()),
    "revise_idea": (INNOVATOR, pk()),
    "take": (OFFICER, pk(prototyping=False, case_officer=None)),
    "interview": (OFFICER, pk()),
    "open": (OFFICER, pk()),
    "ask_opinion": (OFFICER, pk()),
    "send_again": (OFFICER, pk()),
    "support": (OFFICER, pk()),
    "budget": (OFFICER, pk()),
    "add_line": (OFFICER, pk()),
    "change_line": (OFFICER, line),
    "start": (OFFICER, pk()),
    "planned_end": (OFFICER, pk()),
    "add_milestone": (INNOVATOR | OFFICER, pk()),
    "reach_milestone": (INNOVATOR | OFFICER, milestone),
    "end": (INNOVATOR | OFFICER, pk()),
    "erase_reason": (INNOVATOR, pk(**ENDED)),
    "rights": (OFFICER, pk()),
    "add_gain": (OFFICER, pk()),
    "card": (INNOVATOR, pk(**ENDED)),
    "prize": (INNOVATOR, pk(**ENDED)),
    "follow_up": (INNOVATOR | OFFICER, pk(**ENDED)),
    # The hierarchy: without a valid link these pages say that it is not valid, to everyone.
    "opinion_link": (ALL, lambda world: ["invented"]),
    "opinion_code": (ALL, nothing),
    "opinion_by_link": (ALL, nothing),
    "opinion_given": (ALL, nothing),
    "opinion": ({"member"}, opinion),
    # Status
    "status": (SIGNED_IN, nothing),
    "terms": (SIGNED_IN, nothing),
    "ask_agreement": (SIGNED_IN, nothing),
    "declare_agreement": (SIGNED_IN, nothing),
    "shown": (SIGNED_IN, nothing),
    "attestation": (OFFICER, own_status),
    "agreement": (INNOVATOR, lambda world: [status(world, asked=True).pk]),
    "withdraw_agreement": (INNOVATOR, agreed),
    "innovator": (ALL, public),
    "innovator#private": (OFFICER, private),
    # Following
    "manage": (OFFICER | MANAGERS, roster),
    "export": (OFFICER | MANAGERS, lambda world: [*roster(world), "csv"]),
    "roster": (MANAGERS, nothing),
    "leave_roster": (MANAGERS, lambda world: [OfficerFactory().pk]),
    "prize_list": (MANAGERS, nothing),
    "name_officer": (MANAGERS, pk()),
}
