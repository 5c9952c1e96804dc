"""The wide tables of those who run a call, on a telephone: rows stand as blocks there
(``essaim-stacked``), where a cell is known by its name alone."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.urls import reverse

from essaim.calls.models import Deliberation
from tests.calls.factories_deciding import Jury
from tests.dossiers.helpers import signed_in

pytestmark = pytest.mark.django_db
ROLES = {
    "table": {"table"}, "thead": {"rowgroup"}, "tbody": {"rowgroup"}, "tr": {"row"},
    "th": {"columnheader", "rowheader"}, "td": {"cell"},
}  # fmt: skip


class Tables(HTMLParser):
    """Of each stacked table: the names of its columns, and of each row what its cells say that
    they are; what has lost its role there."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: list[list[str]] = []
        self.rows: list[list[list[str | None]]] = []
        self.without_role: list[str] = []
        self._awaited = self._inside = self._heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "div" and "essaim-stacked" in (given.get("class") or "").split():
            self._awaited = True
        if tag == "table" and self._awaited:
            self._awaited, self._inside = False, True
            self.columns.append([])
            self.rows.append([])
        if not self._inside:
            return
        role = given.get("role")
        if tag in ROLES and role not in ROLES[tag]:
            self.without_role.append(tag)
        if role == "columnheader":
            self._heading = True
            self.columns[-1].append("")
        elif tag == "tr":
            self.rows[-1].append([])
        elif tag == "td":
            self.rows[-1][-1].append(given.get("data-label"))
        elif role == "rowheader":
            self.rows[-1][-1].append(None)

    def handle_endtag(self, tag: str) -> None:
        if tag == "th":
            self._heading = False
        elif tag == "table":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._heading:
            self.columns[-1][-1] += data


def tables_of(user: Any, name: str, jury: Jury) -> Tables:
    page = signed_in(user).get(reverse(f"calls:{name}", args=[jury.call.slug]))
    found = Tables()
    found.feed(page.content.decode())
    return found


def check(found: Tables, number: int, *, first: bool) -> None:
    """Each cell bears the name of its column; ``first``: but the first, which needs none (a box
    named beside it, or what the row is about)."""
    assert len(found.columns) == number
    assert found.without_role == []
    for columns, rows in zip(found.columns, found.rows, strict=True):
        expected: list[str | None] = [None if first else columns[0], *columns[1:]]
        body = [row for row in rows if row]  # the line of the header holds no cell
        assert body and all(row == expected for row in body)


def test_each_cell_of_a_board_says_what_it_is() -> None:
    jury = Jury(3, colleges=("innovators", "jury"), laureates_number=1).deciding()
    Deliberation.objects.filter(call=jury.call).update(jury_sees="decisions")
    check(tables_of(jury.officer, "instruction", jury), 1, first=True)
    check(tables_of(jury.officer, "board", jury), 1, first=True)
    juror = next(each for each in jury.readers if _sees(jury, each))
    check(tables_of(juror, "board", jury), 1, first=False)


def test_each_cell_of_the_readings_says_what_it_is() -> None:
    jury = Jury(1, colleges=("innovators", "jury"))
    jury.reading()
    found = tables_of(jury.officer, "reading", jury)
    assert len(found.rows[0]) == 1 + 2 and len(found.rows[1]) == 1 + 4
    for number, first in ((0, True), (1, False)):
        one = Tables()
        one.columns, one.rows = [found.columns[number]], [found.rows[number]]
        check(one, 1, first=first)
    assert found.without_role == []


def _sees(jury: Jury, person: Any) -> bool:
    from essaim.calls.jury import sees_board

    return sees_board(person, jury.refresh())
