"""The published schema says what the import reads and what the export writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator

from essaim.initiatives.interchange.card_format import FIELDS
from essaim.initiatives.interchange.csv_rows import COLUMNS
from essaim.initiatives.interchange.kinds import Record, Records
from essaim.initiatives.interchange.schema import card_schema
from essaim.initiatives.interchange.writer import records
from essaim.initiatives.models import (
    Component,
    EconomicLine,
    Evidence,
    Initiative,
    Status,
    Track,
)
from essaim.people.models import OrganisationKind
from tests.initiatives.factories import InitiativeFactory
from tests.initiatives.test_import_cards import CARD, FULL
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def schema(client: Client) -> dict[str, Any]:
    response = client.get("/schemas/card.json")
    assert response["Content-Type"].startswith("application/schema+json")
    assert "public" in response["Cache-Control"]
    found: dict[str, Any] = json.loads(response.content)
    return found


def test_it_is_a_schema_at_its_own_address(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == "http://testserver/schemas/card.json"
    assert schema["required"] == ["external_id", "title", "summary"]


def test_every_enumeration_is_there() -> None:
    ThemeFactory(slug="essai-a")
    properties = card_schema("x")["properties"]
    assert properties["track"]["enum"] == Track.values
    assert properties["status"]["enum"] == Status.values
    assert properties["components"]["items"]["properties"]["kind"]["enum"] == Component.Kind.values
    assert (
        properties["economics"]["items"]["properties"]["line"]["enum"] == EconomicLine.Line.values
    )
    assert properties["evidence"]["items"]["properties"]["kind"]["enum"] == Evidence.Kind.values
    kinds = properties["holder"]["properties"]["kind"]["anyOf"][0]["enum"]
    assert kinds == OrganisationKind.values
    assert "essai-a" in properties["themes"]["items"]["anyOf"][0]["enum"]


def test_exports_are_valid() -> None:
    InitiativeFactory(rich=True, published=True)
    InitiativeFactory()
    validator = Draft202012Validator(card_schema("x"))
    for record in records(Initiative.objects.all()):
        assert list(validator.iter_errors(record)) == []
    assert list(validator.iter_errors(FULL)) == []
    assert list(validator.iter_errors({**CARD, "track": "x"}))


def test_the_page_names_every_field(client: Client) -> None:
    page = client.get(reverse("initiatives:schemas")).content.decode()
    for name in FIELDS:
        assert f"<code>{name}" in page


def test_the_documentation_names_every_field_column_and_value() -> None:
    text = (PROJECT / "docs" / "import-format.md").read_text()
    for name, kind in FIELDS.items():
        assert f"`{name}`" in text
        record = kind.record if isinstance(kind, Records) else kind
        if isinstance(record, Record):
            for key in record.fields:
                assert f"`{key}`" in text, f"{name}.{key}"
    for column in COLUMNS:
        assert f"`{column}`" in text, column
    for values in (
        Track,
        Status,
        Component.Kind,
        EconomicLine.Line,
        Evidence.Kind,
        OrganisationKind,
    ):
        for value in values.values:
            assert f"`{value}`" in text, value
