"""What the economic page needs goes out with the cards, and comes back."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest

from essaim.initiatives.interchange.csv_rows import COLUMNS
from essaim.initiatives.interchange.schema import card_schema
from essaim.initiatives.interchange.writer import export
from essaim.initiatives.models import EconomicLine, Initiative
from essaim.modelling.actions.economics import save_assumptions
from essaim.modelling.models import EconomicAssumptions, SharedLine
from tests.initiatives.importing import run
from tests.modelling.factories import worked_card
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def card() -> Initiative:
    card = worked_card(external_id="essai:1")
    line = EconomicLine.objects.get(initiative=card, label="Local")
    save_assumptions(
        card, beneficiaries=(20, 30, 40), day_cost=Decimal("250.50"), fte_cost=None, years=7,
        source="Essai", shared=[line.pk], version=0, by=UserFactory(),
    )  # fmt: skip
    return card


def said() -> tuple[Any, ...]:
    kept = EconomicAssumptions.objects.get()
    return (
        (kept.beneficiaries_low, kept.beneficiaries, kept.beneficiaries_high),
        (kept.day_cost, kept.fte_cost, kept.years, kept.source),
        set(SharedLine.objects.values_list("line__label", flat=True)),
    )


def taken(kind: str) -> str:
    return "".join(export(Initiative.objects.all(), kind))


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_a_round_trip_loses_nothing(card: Initiative, kind: str) -> None:
    before = said()
    assert run(taken(kind)).unchanged == 1
    EconomicLine.objects.filter(unit="jours").update(unit="days")  # as an import has them
    EconomicLine.objects.filter(unit="ETP").update(unit="fte")
    text = taken(kind)
    card.delete()
    done = run(text)
    assert (done.created, done.errors, done.warnings) == (1, [], [])
    assert said() == before
    assert taken(kind) == text


def test_what_a_file_does_not_speak_of_stays(card: Initiative) -> None:
    before = said()
    run(json.dumps({"external_id": "essai:1", "title": "Autre", "summary": "Essai."}))
    assert said() == before
    record = json.loads(taken("jsonl"))
    for line in record["economics"]:
        line.pop("shared", None)
        line["central"] = line["central"] + 1 if "low" not in line else line["central"]
    record.pop("economic_assumptions")
    assert run(json.dumps(record)).updated == 1
    assert said() == before


def test_a_line_taken_out_of_the_file_gives_its_place_to_no_other(card: Initiative) -> None:
    record = json.loads(taken("jsonl"))
    place = next(n for n, line in enumerate(record["economics"]) if line["label"] == "Local")
    del record["economics"][place]
    run(json.dumps(record))
    assert EconomicLine.objects.filter(initiative=card).count() == len(record["economics"])
    assert not SharedLine.objects.exists()


def test_nor_in_a_file_that_does_not_say_what_is_shared(card: Initiative) -> None:
    """Made elsewhere: what was said of a line is not said of the one that moves up."""
    record = json.loads(taken("jsonl"))
    for line in record["economics"]:
        line.pop("shared", None)
    whole = json.dumps(record)
    record["economics"] = [line for line in record["economics"] if line["label"] != "Local"]
    run(json.dumps(record))
    assert not SharedLine.objects.exists()
    run(whole)
    line = EconomicLine.objects.get(initiative=card, label="Local")
    SharedLine.objects.create(line=line)
    record = json.loads(whole)
    record["economics"].reverse()
    run(json.dumps(record))
    assert {row.line.label for row in SharedLine.objects.select_related("line")} == {"Local"}
    next(line for line in record["economics"] if line["label"] == "Local")["label"] = "Un local"
    run(json.dumps(record))
    assert {row.line.label for row in SharedLine.objects.select_related("line")} == {"Un local"}


def test_a_file_says_otherwise(card: Initiative) -> None:
    record = json.loads(taken("jsonl"))
    record["economics"][0]["shared"] = False
    record["economics"][3]["shared"] = True
    record["economic_assumptions"] = {"beneficiaries": 12}
    assert run(json.dumps(record)).updated == 1
    assert said() == ((12, 12, 12), (None, None, 5, ""), {"Loyer"})
    assert run(json.dumps(record)).unchanged == 1
    record["economic_assumptions"] = None
    run(json.dumps(record))
    assert not EconomicAssumptions.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"beneficiaries": 0},
        {"beneficiaries": 3, "beneficiaries_high": 2},
        {"beneficiaries_low": 3},
        {"day_cost": 0},
        {"day_cost": -5},
        {"fte_cost": 1e12},
        {"years": 31},
        "beaucoup",
    ],
)
def test_figures_that_make_no_sense_stop_the_line(card: Initiative, wrong: Any) -> None:
    before = said()
    record = json.loads(taken("jsonl")) | {"economic_assumptions": wrong}
    done = run(json.dumps(record))
    assert done.refused == 1 and "economic_assumptions" in done.errors[0].field
    assert said() == before


def test_unknown_words_come_back(card: Initiative) -> None:
    record = json.loads(taken("jsonl"))
    record["economic_assumptions"]["autre"] = "gardé"
    run(json.dumps(record))
    assert json.loads(taken("jsonl"))["economic_assumptions"]["autre"] == "gardé"


def test_the_format_says_them(card: Initiative) -> None:
    schema = card_schema("https://exemple.fr")["properties"]
    assert schema["economic_assumptions"]["properties"]["years"]["maximum"] == 30
    assert schema["economics"]["items"]["properties"]["shared"]["type"] == ["boolean", "null"]
    assert "economic_assumptions_years" in COLUMNS
    header = next(csv.reader(io.StringIO(taken("csv").lstrip("\ufeff"))))
    assert header == COLUMNS
