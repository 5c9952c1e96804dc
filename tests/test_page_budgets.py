"""Every page × its number of queries; every list × 1, 3 and 50 rows: the same number.

The first table (``page_budgets.json``) has a row for each address that answers a page: asked by the role named, a second
time (what a process reads once is read). A page may ask less than its budget by a few queries;
more, or much less, and the table is to be looked at again: `pytest tests/test_page_budgets.py`
says the number found.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.dossiers.models import Application
from tests.initiatives.factories import InitiativeFactory
from tests.needs.factories import NeedFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.test_permissions import ROWS, world  # noqa: F401 - the world is a fixture

pytestmark = pytest.mark.django_db

BUDGETS: dict[str, int] = json.loads(
    Path(__file__).with_name("page_budgets.json").read_text(encoding="utf-8")
)
# How much less than its budget a page may ask before the table is no longer true.
SLACK = 3
LEAST_TO_MOST = ("visitor", "member", "colleague", "owner", "manager", "administrator")


def _ask(client: Client, address: str) -> Any:
    """A file is read to its end, which closes it."""
    answer = client.get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)  # type: ignore[arg-type]
    return answer


def queries_of(address: str, user: Any) -> tuple[int, int]:
    """Status of the answer, and queries of the second time it is asked."""
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    _ask(client, address)
    with CaptureQueriesContext(connection) as captured:
        answer = _ask(client, address)
    return answer.status_code, len(captured)


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.allowed])
def test_a_page_keeps_to_its_budget(world: SimpleNamespace, name: str) -> None:  # noqa: F811
    row = ROWS[name]
    # Who may do the most sees the most; pages open to all are asked by a member of the place.
    role = "owner" if {"owner", "member"} <= row.allowed else _highest(row.allowed)
    address = reverse(name.partition("#")[0], args=row.arguments(world))
    user = None if role == "visitor" else getattr(world, role)
    status, queries = queries_of(address, user)
    if status != 200:
        assert name not in BUDGETS, f"{name} has a budget and answers {status}"
        return
    assert name in BUDGETS, f"{name} has no budget: {queries} queries as {role}"
    assert queries <= BUDGETS[name], f"{name}: {queries} queries as {role}"
    assert queries >= BUDGETS[name] - SLACK, f"{name} asks {queries} only: lower its budget"


def test_every_budget_is_of_a_page() -> None:
    assert set(BUDGETS) <= set(ROWS)


def _highest(allowed: set[str]) -> str:
    return next(role for role in reversed(LEAST_TO_MOST) if role in allowed)


# --- lists -----------------------------------------------------------------------------------
def cards(world: SimpleNamespace, rows: int) -> None:  # noqa: F811
    for _ in range(rows):
        InitiativeFactory(published=True, rich=True)


def own_drafts(world: SimpleNamespace, rows: int) -> None:  # noqa: F811
    for _ in range(rows):
        InitiativeFactory(author=world.owner)


def submitted_cards(world: SimpleNamespace, rows: int) -> None:  # noqa: F811
    for _ in range(rows):
        InitiativeFactory(submitted=True, author=UserFactory(), holder=OrganisationFactory())


def needs(world: SimpleNamespace, rows: int) -> None:  # noqa: F811
    for _ in range(rows):
        NeedFactory(author=UserFactory(), organisation=OrganisationFactory())


def organisations(world: SimpleNamespace, rows: int) -> None:  # noqa: F811
    for _ in range(rows):
        OrganisationFactory()


def members(world: SimpleNamespace, rows: int) -> None:  # noqa: F811
    for _ in range(rows):
        MembershipFactory(organisation=world.organisation)


def files(world: SimpleNamespace, rows: int) -> None:  # noqa: F811
    there = Application.objects.count()
    for number in range(rows):
        Application.objects.create(
            organisation=world.organisation, initiative=InitiativeFactory(published=True),
            applies_to=f"pool:{there + number + 1}",
        )  # fmt: skip


Maker = Callable[[SimpleNamespace, int], None]
LISTS: list[tuple[str, str, Maker]] = [
    ("search:bank", "visitor", cards),
    ("initiatives:mine", "owner", own_drafts),
    ("portal:workspace", "owner", own_drafts),
    ("initiatives:review", "manager", submitted_cards),
    ("needs:list", "member", needs),
    ("people:organisations", "visitor", organisations),
    ("people:members", "owner", members),
    ("dossiers:mine", "owner", files),
    ("people:organisation", "member", members),
]


@pytest.mark.parametrize(("name", "role", "make"), LISTS, ids=[f"{n}-{r}" for n, r, _m in LISTS])
def test_a_list_asks_as_much_whatever_its_rows(
    world: SimpleNamespace,  # noqa: F811
    name: str,
    role: str,
    make: Maker,
) -> None:
    address = reverse(name, args=ROWS[name].arguments(world))
    user = None if role == "visitor" else getattr(world, role)
    found = []
    made = 0
    for rows in (1, 3, 50):
        make(world, rows - made)
        made = rows
        status, queries = queries_of(address, user)
        assert status == 200
        found.append(queries)
    assert len(set(found)) == 1, f"with 1, 3 and 50 rows: {found}"
