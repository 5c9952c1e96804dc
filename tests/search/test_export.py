"""The rows of a search, taken away as a file."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client

from essaim.initiatives.models import Initiative
from essaim.search.export import COLUMNS, DEFAULT_COLUMNS
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import OrganisationFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import AudienceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def as_csv(client: Client, query: str) -> list[dict[str, str]]:
    response = client.get(f"/initiatives/export/fichier?format=csv&{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_file_holds_exactly_the_rows_of_the_search_in_its_order(client: Client) -> None:
    theme = ThemeFactory()
    for number in range(25):
        InitiativeFactory(
            published=True, title=f"Oui {number:02}", slug=f"o-{number:02}", themes=[theme]
        )
    InitiativeFactory(published=True, title="Non")
    InitiativeFactory(title="Brouillon", themes=[theme])
    query = f"theme={theme.slug}&sort=title"
    shown = [
        row.card.title
        for page in (1, 2)
        for row in client.get(f"/initiatives?{query}&page={page}").context["page"].rows
    ]
    rows = as_csv(client, f"{query}&columns=title")
    assert [row["titre"] for row in rows] == shown
    assert len(shown) == 25


def test_columns_are_those_chosen(client: Client) -> None:
    isere = TerritoryFactory(kind="department", code="38", name="Isère", label="Isère (38)")
    one = InitiativeFactory(
        published=True,
        title="Atelier vélo",
        track="social",
        holder=OrganisationFactory(name="Les Roues", kind="association"),
        territories=[isere],
        themes=[ThemeFactory(name="Mobilité d’essai")],
        audiences=[AudienceFactory(name="Enfants d’essai")],
    )
    Initiative.objects.filter(pk=one.pk).update(first_year_cost=Decimal("21667.50"))
    chosen = ["title", "holder_kind", "territories", "territory_codes", "first_year_cost", "card"]
    (row,) = as_csv(client, "&".join(f"columns={name}" for name in chosen))
    assert row == {
        "titre": "Atelier vélo",
        "nature du porteur": "association",
        "territoires": "Isère (38)",
        "codes des territoires": "department:38",
        "coût pour commencer (€)": "21667,50",
        "adresse de la fiche": f"http://testserver/initiatives/{one.slug}",
    }
    (row,) = as_csv(client, "&".join(f"columns={name}" for name in COLUMNS))
    assert len(row) == len(COLUMNS)
    assert row["thèmes"] == "Mobilité d’essai"
    assert row["bénéficiaires"] == "Enfants d’essai"


def test_xlsx_opens_and_keeps_numbers(client: Client) -> None:
    one = InitiativeFactory(published=True, title="=1+1")
    Initiative.objects.filter(pk=one.pk).update(proof_level=3)
    response = client.get(
        "/initiatives/export/fichier?format=xlsx&columns=title&columns=proof_level"
    )
    assert response["Content-Disposition"].endswith('.xlsx"')
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert [[c.value for c in row] for row in sheet.iter_rows()] == [
        ["titre", "niveau de preuve"],
        ["'=1+1", 3],
    ]


def test_no_address_leaves_in_the_file(client: Client) -> None:
    InitiativeFactory(
        published=True,
        rich=True,
        external_id="claire@exemple.fr",
        summary="Écrire à claire.martin@exemple.fr ou au 01 23 45 67 89",
        need="claire.martin@exemple.fr",
        what_failed="Voir claire.martin@exemple.fr",
    )
    columns = "&".join(f"columns={name}" for name in COLUMNS)
    text = b"".join(
        client.get(f"/initiatives/export/fichier?format=csv&{columns}").streaming_content
    ).decode()
    assert "@" not in text
    assert "01 23 45" not in text


def test_the_page_keeps_the_search_and_proposes_columns(client: Client) -> None:
    InitiativeFactory(published=True)
    response = client.get("/initiatives/export?track=social&sort=title")
    page = response.content.decode()
    assert "Exporter 0 fiche" in page
    assert '<input type="hidden" name="track" value="social">' in page
    assert page.count(" checked") == len(DEFAULT_COLUMNS) + 1, "and a format"
    for name in COLUMNS:
        assert f'value="{name}"' in page


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("format=csv", "Choisissez au moins une colonne."),
        ("format=pdf&columns=title", "pdf"),
        ("columns=contact&format=csv", "contact"),
    ],
)
def test_a_choice_that_makes_no_file_is_explained(client: Client, query: str, message: str) -> None:
    response = client.get(f"/initiatives/export/fichier?{query}")
    assert response.status_code == 200
    assert message in response.content.decode()
    assert not response.streaming


def test_the_file_is_in_the_language_of_the_reader(client: Client) -> None:
    InitiativeFactory(published=True, track="social")
    client.cookies["essaim_langue"] = "en"
    (row,) = as_csv(client, "columns=title&columns=track")
    assert row["track"] == "social innovation"


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_a_file_is_read_in_a_constant_number_of_queries(
    client: Client, rows: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        InitiativeFactory(published=True, themes=[ThemeFactory()], holder=OrganisationFactory())
    with django_assert_num_queries(8):
        as_csv(client, "&".join(f"columns={name}" for name in COLUMNS))
