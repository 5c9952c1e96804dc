"""What goes out comes back: nothing is lost, and the same bytes go out again."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from essaim.initiatives.interchange import writer
from essaim.initiatives.interchange.csv_rows import COLUMNS
from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation
from tests.initiatives.factories import InitiativeFactory
from tests.initiatives.test_import_cards import CARD, FULL, counts, run
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def export(kind: str = "jsonl") -> str:
    return "".join(writer.export(Initiative.objects.all(), kind))


def forget_everything() -> None:
    Initiative.objects.all().delete()
    Organisation.objects.all().delete()


@pytest.fixture
def bank() -> None:
    """Cards of every shape, imported."""
    TerritoryFactory(kind="commune", code="38185", name="Grenoble")
    TerritoryFactory(kind="department", code="01", name="Ain")
    ThemeFactory(slug="essai-logement", name="Essai Logement")
    run(
        FULL,
        {**CARD, "external_id": "Z"},
        {**CARD, "external_id": "é"},
        {**CARD, "external_id": "b", "themes": ["zorglub", "essai logement"], "territories": ["commune:00000", "department:1"]},
        {**CARD, "external_id": "c", "holder": {"name": "X", "kind": "guilde", "siren": "1", "mail": "a@b.fr"}, "note": {"a": [1, 2.5, None]}},
        {**CARD, "external_id": "d", "holder": "ccas de grenoble", "evidence": [{"kind": "presse"}]},
        {**CARD, "external_id": "e", "tags": ["essai logement"], "themes": []},
        {**CARD, "external_id": "=f()", "title": "=SOMME(A1)", "summary": "+33 et -1", "contact": "'=x", "tags": ["un; deux", "a|b"], "steps": ["[1] un", "deux; trois"]},
        {**CARD, "external_id": "g", "components": [{"name": "A", "kind": "core", "photo": 3}], "description": 'Des "guillemets",\ndes lignes ; et, des virgules'},
        {**CARD, "external_id": "h", "economics": [{"line": "investment", "low": 0, "high": 9999999999999.99}]},
    )  # fmt: skip


def test_a_record_is_what_was_imported(bank: None) -> None:
    record = next(
        r for line in export().splitlines() if (r := json.loads(line))["external_id"] == "a:1"
    )
    assert record == FULL


def test_order_is_that_of_identifiers_and_blanks_are_left_out(bank: None) -> None:
    records = [json.loads(line) for line in export().splitlines()]
    names = [record["external_id"] for record in records]
    assert names == sorted(names) and names[-1] == "é"
    assert next(r for r in records if r["external_id"] == "Z") == {**CARD, "external_id": "Z"}


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_importing_an_export_changes_nothing(bank: None, kind: str) -> None:
    result = run(export(kind))
    assert counts(result) == (0, 0, 10), [i.as_dict() for i in result.errors]


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_an_export_fills_an_empty_bank_with_the_same(bank: None, kind: str) -> None:
    before = export(kind)
    forget_everything()
    assert counts(run(before)) == (10, 0, 0)
    assert export(kind) == before


def test_both_formats_say_the_same(bank: None) -> None:
    lines, table = export(), export("csv")
    forget_everything()
    run(table)
    assert export() == lines


def test_what_the_bank_could_not_use_is_given_back(bank: None) -> None:
    records = {r["external_id"]: r for r in map(json.loads, export().splitlines())}
    assert records["b"]["territories"] == ["commune:00000", "department:01"]
    assert records["b"]["tags"] == ["zorglub"]
    assert records["c"]["holder"] == {"name": "X", "kind": "guilde", "siren": "1", "mail": "a@b.fr"}
    assert records["c"]["note"] == {"a": [1, 2.5, None]}
    assert records["d"]["evidence"] == [{"kind": "presse"}]
    assert records["d"]["holder"]["name"] == "CCAS de Grenoble"
    assert records["g"]["components"] == [{"name": "A", "kind": "core", "photo": 3}]
    assert records["h"]["economics"][0]["high"] == 9999999999999.99


def test_words_kept_for_one_organisation_are_not_said_of_another(bank: None) -> None:
    card = Initiative.objects.get(external_id="c")
    card.holder = Organisation.objects.create(name="Autre", slug="autre")
    card.save()
    record = next(r for r in map(json.loads, export().splitlines()) if r["external_id"] == "c")
    assert record["holder"] == {"name": "Autre"}


def test_no_cell_is_a_formula(bank: None) -> None:
    rows = list(csv.reader(io.StringIO(export("csv").lstrip("\ufeff"))))
    assert rows[0] == COLUMNS
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@pytest.mark.parametrize("cards", [1, 3, 50])
def test_queries_do_not_grow_with_the_cards(cards: int, django_assert_num_queries: Any) -> None:
    for _ in range(cards):
        InitiativeFactory(rich=True)
    with django_assert_num_queries(11):
        assert len(export().splitlines()) == cards


def test_more_than_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "CHUNK", 2)
    run(*({**CARD, "external_id": f"a:{n}"} for n in range(5)))
    assert len(export().splitlines()) == 5
