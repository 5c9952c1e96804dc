"""Who gets in at each address of groups, for the one table of ``tests/test_permissions.py``.

Owner: the steward; colleague: represents a body of the territory invited; the others are neither.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from tests.groups.factories import GroupFactory, MemberFactory, body
from tests.people.factories import UserFactory

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
MANAGERS = {"manager", "administrator"}
STEWARD, BODY = {"owner"}, {"colleague"}

Arguments = Callable[[SimpleNamespace], list[Any]]


def member(world: SimpleNamespace, **fields: Any) -> Any:
    row = MemberFactory(group=GroupFactory(created_by=world.owner, **fields))
    body(row.territory, world.colleague)
    return row


def code(**fields: Any) -> Arguments:
    return lambda world: [member(world, **fields).group.code]


def invited(world: SimpleNamespace) -> list[Any]:
    row = member(world)
    return [row.group.code, row.pk]


def accepted(world: SimpleNamespace) -> list[Any]:
    row = MemberFactory(group=GroupFactory(created_by=world.owner), accepted=True)
    body(row.territory, world.colleague)
    return [row.group.code, row.pk]


def steward(world: SimpleNamespace) -> list[Any]:
    group = GroupFactory(stewards=[world.owner, UserFactory()])
    return [group.code, group.stewards.get(is_spokesperson=False).pk]


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "list": (ALL, nothing),
    "export": (ALL, nothing),
    "new": (SIGNED_IN, nothing),
    "detail": (ALL, code()),
    "detail#restricted": (STEWARD | BODY | MANAGERS, code(restricted=True)),
    "edit": (STEWARD | MANAGERS, code()),
    "end": (STEWARD | MANAGERS, code()),
    "table": (ALL, code()),
    "invite": (STEWARD | MANAGERS, code()),
    "accept": (BODY, invited),
    "decline": (BODY, invited),
    "cancel": (STEWARD | MANAGERS, invited),
    "leave": (BODY, accepted),
    "stewards": (STEWARD | MANAGERS, code()),
    "remove": (STEWARD | MANAGERS, steward),
    "speak": (STEWARD | MANAGERS, steward),
}
