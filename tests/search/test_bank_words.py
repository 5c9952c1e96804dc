"""The bank asked in words: two counts shown apart, reasons, other orders, what is elsewhere."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from essaim.common.typography import french
from essaim.initiatives.models import Initiative
from essaim.search import actions
from essaim.search.panels import initiatives_here, similar_initiatives
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import OrganisationFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def card(title: str, summary: str, **fields: Any) -> Initiative:
    return InitiativeFactory(published=True, title=title, summary=summary, **fields)


def indexed(*cards: Initiative, meaning: bool = False) -> None:
    pks = [one.pk for one in cards]
    actions.index("initiative", pks)
    if meaning:
        actions.embed(pks)


def titles(client: Client, **query: Any) -> list[str]:
    return [row.card.title for row in client.get("/initiatives", query).context["page"].rows]


@pytest.fixture
def bikes() -> list[Initiative]:
    cards = [
        card("Atelier vélo", "Réparer des vélos avec les habitants.", slug="c"),
        card("Vélo-école", "Apprendre à rouler à l’âge adulte.", slug="b"),
        card("Autopartage", "Des voitures prêtées entre voisins à la campagne.", slug="a"),
    ]
    indexed(*cards, meaning=True)
    return cards


def test_words_and_meaning_are_counted_apart(client: Client, bikes: list[Initiative]) -> None:
    response = client.get("/initiatives", {"q": "vélo"})
    page = response.context["page"]
    assert page.count == 2
    assert {row.card.title for row in page.rows if not row.hit.by_meaning} == {
        "Atelier vélo",
        "Vélo-école",
    }
    text = response.content.decode()
    assert "2 fiches contiennent vos mots" in text
    assert page.total == len(page.rows) == page.count + page.by_meaning
    assert ("s’en approche" in text) == bool(page.by_meaning)


def test_each_result_says_which_words_and_which_passage(
    client: Client, bikes: list[Initiative]
) -> None:
    text = client.get("/initiatives", {"q": "réparer un velo"}).content.decode()
    assert "Pourquoi elle est ici" in text
    assert french("Contient : ") in text
    assert "Réparer des vélos avec les habitants." in text


def test_another_order_keeps_the_same_results_and_their_reasons(
    client: Client, bikes: list[Initiative]
) -> None:
    by_relevance = client.get("/initiatives", {"q": "vélo"}).context["page"]
    by_title = client.get("/initiatives", {"q": "vélo", "sort": "title"}).context["page"]
    assert by_title.total == by_relevance.total
    slugs = [row.card.slug for row in by_title.rows]
    assert slugs == sorted(row.card.slug for row in by_relevance.rows)
    words = {row.card.slug: row.hit.words for row in by_relevance.rows}
    assert {row.card.slug: row.hit.words for row in by_title.rows} == words


def test_an_export_of_words_holds_the_same_rows(client: Client, bikes: list[Initiative]) -> None:
    for sort in ("", "title"):
        answer = client.get(
            "/initiatives/export/fichier",
            {"q": "vélo", "sort": sort, "format": "csv", "columns": "title"},
        )
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = [row[0] for row in csv.reader(io.StringIO(text))][1:]
        assert rows == titles(client, q="vélo", sort=sort)


def test_filters_apply_inside_the_search(client: Client, bikes: list[Initiative]) -> None:
    Initiative.objects.filter(pk=bikes[1].pk).update(track="public")
    response = client.get("/initiatives", {"q": "vélo", "track": "public"})
    assert response.context["page"].count == 1
    assert titles(client, q="vélo", track="public") == ["Vélo-école"]


def test_what_answers_elsewhere_is_shown_apart_with_its_distance(client: Client) -> None:
    region = TerritoryFactory(kind="region", code="84", name="Auvergne-Rhône-Alpes")
    isere = TerritoryFactory(kind="department", code="38", name="Isère", inside=[region])
    grenoble = TerritoryFactory(code="38185", name="Grenoble", inside=[isere])
    voiron = TerritoryFactory(code="38563", name="Voiron", inside=[isere])
    here = card("Épicerie d’ici", "Une épicerie solidaire.", territories=[grenoble])
    near = card("Épicerie d’à côté", "Une épicerie solidaire.", territories=[voiron])
    indexed(here, near)
    response = client.get("/initiatives", {"q": "épicerie", "territory": "commune:38185"})
    page = response.context["page"]
    assert [row.card.title for row in page.rows] == ["Épicerie d’ici"]
    assert page.rows[0].relation.text == french("Se déroule ici : Grenoble (38)")
    assert [row.card.title for row in page.elsewhere] == ["Épicerie d’à côté"]
    assert page.elsewhere[0].relation.text == french("Dans le même département : Voiron (38)")
    assert "Ailleurs, pour le même besoin" in response.content.decode()


def test_nothing_on_this_territory_proposes_the_ones_around(client: Client) -> None:
    isere = TerritoryFactory(kind="department", code="38", name="Isère")
    TerritoryFactory(code="38185", name="Grenoble", inside=[isere])
    voiron = TerritoryFactory(code="38563", name="Voiron", inside=[isere])
    indexed(card("Épicerie", "Une épicerie solidaire.", territories=[voiron]))
    response = client.get("/initiatives", {"q": "épicerie", "territory": "commune:38185"})
    assert response.context["page"].total == 0
    proposals = {r.label: r.count for r in response.context["relaxations"]}
    assert proposals["élargir à Isère"] == 1
    assert proposals[french("sans le filtre « Grenoble (38) »")] == 1
    assert proposals["toutes les fiches"] == 1
    assert "sans le texte" not in proposals
    assert "Un besoin sans réponse mérite d’être dit" in response.content.decode()


def test_a_card_withdrawn_since_it_was_indexed_is_not_shown(
    client: Client, bikes: list[Initiative]
) -> None:
    Initiative.objects.filter(pk=bikes[0].pk).update(publication="archived")
    assert "Atelier vélo" not in titles(client, q="vélo")


@pytest.mark.parametrize("rows", [1, 3, 50])
@pytest.mark.parametrize("more", [{}, {"territory": "department:38"}, {"sort": "title"}])
def test_the_number_of_queries_does_not_depend_on_the_rows(
    client: Client, rows: int, more: dict[str, str], django_assert_max_num_queries: Any
) -> None:
    isere = TerritoryFactory(kind="department", code="38", name="Isère")
    indexed(
        *(
            card(
                "Épicerie",
                "Solidaire",
                territories=[isere],
                themes=[ThemeFactory()],
                holder=OrganisationFactory(),
            )
            for _ in range(rows)
        )
    )
    client.get("/initiatives", {"q": "épicerie"})  # stems and synonyms are read once a process
    with django_assert_max_num_queries(30):
        assert len(titles(client, q="épicerie", **more)) == min(rows, 20)


# --- panels ---------------------------------------------------------------------------
def test_a_card_shows_the_closest_others(rf: Any, bikes: list[Initiative]) -> None:
    shown = similar_initiatives(rf.get("/"), bikes[0])
    assert shown is not None
    assert bikes[0].pk not in {row.card.pk for row in shown["rows"]}
    assert "Vélo-école" in {row.card.title for row in shown["rows"]}


def test_a_card_that_is_not_indexed_shows_nothing(rf: Any) -> None:
    assert similar_initiatives(rf.get("/"), card("Seule", "Rien d’autre.")) is None


def test_a_territory_shows_what_runs_or_applies_there(rf: Any) -> None:
    isere = TerritoryFactory(kind="department", code="38", name="Isère")
    grenoble = TerritoryFactory(code="38185", name="Grenoble", inside=[isere])
    card("Couvre", "…", territories=[isere])
    card("Ici", "…", territories=[grenoble])
    card("Ailleurs", "…", territories=[TerritoryFactory()])
    shown = initiatives_here(rf.get("/"), grenoble)
    assert {row.card.title for row in shown["page"].rows} == {"Couvre", "Ici"}
    assert shown["url"] == "/initiatives?territory=commune%3A38185&sort=proven"
