"""Where would an initiative be useful: ranked by what can be checked, told in words, leaking
nothing."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from scipy.stats import zscore

from essaim.initiatives.models import Fact
from essaim.introductions.bench import measure, rows
from essaim.introductions.useful import needs as answered
from essaim.introductions.useful.picture import picture
from essaim.introductions.useful.ranking import HIGH, LOW, Asked, rank
from essaim.introductions.useful.wording import gap
from essaim.needs.actions import Content, change_need, state_need, withdraw_need
from essaim.needs.models import Need
from essaim.search import actions
from essaim.search.models import Passage
from essaim.territories.models import Indicator, IndicatorValue
from tests.initiatives.factories import InitiativeFactory
from tests.introductions.factories import town
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db

SAME = "Des familles n’arrivent plus à payer le chauffage de logements mal isolés."
OTHER = "Il n’y a plus de médecin, les malades attendent des mois."


@pytest.fixture
def card() -> Any:
    return InitiativeFactory(
        published=True,
        author=UserFactory(),
        title="Guichet de la précarité énergétique",
        need="Des ménages ne peuvent plus payer leurs factures d’énergie : leurs logements sont mal"
        " isolés et difficiles à chauffer.",
    )


def state(text: str, territory: Any, *, by: Any = None, **fields: Any) -> Need:
    need = state_need(
        by or UserFactory(), Content(text=text, territory=territory, **fields),
        submission=uuid.uuid4(),
    )  # fmt: skip
    actions.embed(kind="need")
    return need


def series(values: dict[Any, float]) -> Indicator:
    indicator = Indicator.objects.create(code="revenu", name="Revenu médian", unit="€")
    IndicatorValue.objects.bulk_create(
        IndicatorValue(indicator=indicator, territory=place, year=2020, value=value)
        for place, value in values.items()
    )
    return indicator


def ranked(found: Any) -> list[int]:
    return [found.key(place) for place in found.order]


# --- needs --------------------------------------------------------------------------------
def test_needs_that_the_card_answers_and_no_others(card: Any) -> None:
    epcis = [TerritoryFactory(kind="epci") for _n in range(3)]
    inside = TerritoryFactory(inside=[epcis[0]])
    state(SAME, inside)
    state(OTHER, epcis[1])
    found = rank(card, card.author, Asked("epci"))
    assert ranked(found) == [epcis[0].pk]
    assert found.silent == {"indicators": "no_indicator", "sites": "no_site"}


def test_a_need_of_the_place_above_counts_half(card: Any) -> None:
    epci = TerritoryFactory(kind="epci")
    communes = [TerritoryFactory(inside=[epci]) for _n in range(2)]
    TerritoryFactory()
    state(SAME, epci)
    state(SAME, communes[1])
    found = rank(card, card.author, Asked("commune"))
    assert ranked(found) == [communes[1].pk, communes[0].pk]
    closeness = found.needs[0].closeness
    below = found.table.place(communes[0].pk)
    assert found.parts["needs"][below] == pytest.approx(closeness / 2 / (1 + closeness / 2))


def test_what_a_reader_may_not_read_is_neither_shown_nor_counted(client: Any, card: Any) -> None:
    epci = TerritoryFactory(kind="epci")
    theirs = MembershipFactory()
    state(SAME, epci, visibility="private")
    hidden = state(
        SAME, epci, by=theirs.user, visibility="organisation", organisation=theirs.organisation
    )
    manager = UserFactory(manager=True)
    for reader in (card.author, manager):
        assert rank(card, reader, Asked("epci")).count == 0
        client.force_login(reader)
        for name in ("useful", "export"):
            answer = client.get(reverse(f"introductions:{name}", args=[card.slug]))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert epci.label.encode() not in body
    # The index holds nothing of what an organisation keeps to itself, even for its members.
    MembershipFactory(user=card.author, organisation=theirs.organisation)
    assert rank(card, card.author, Asked("epci")).count == 0
    restricted = Need.objects.filter(visibility__in=["private", "organisation"]).values("pk")
    assert hidden.pk in restricted.values_list("pk", flat=True)
    assert not Passage.objects.filter(kind="need", object_id__in=restricted).exists()


def test_the_index_follows_needs(card: Any) -> None:
    epci, author = TerritoryFactory(kind="epci"), UserFactory()
    need = state(SAME, epci, by=author)
    assert answered.answered_by(card, card.author)
    content = Content(text=SAME, territory=epci, visibility="private")
    need = change_need(need, content, version=1)
    assert not Passage.objects.filter(kind="need").exists()
    change_need(need, Content(text=SAME, territory=epci), version=2)
    actions.embed(kind="need")
    assert answered.answered_by(card, card.author)
    withdraw_need(need)
    assert answered.answered_by(card, card.author) == []
    assert not Passage.objects.filter(kind="need").exists()


# --- indicators ---------------------------------------------------------------------------
def test_indicators_are_those_of_scipy_and_unknown_is_left_out(card: Any) -> None:
    places = [TerritoryFactory(kind="epci") for _n in range(12)]
    values = np.random.default_rng(5).normal(20000, 2000, 11)
    indicator = series(dict(zip(places, values, strict=False)))
    found = rank(card, card.author, Asked("epci", [(indicator, LOW)]))
    expected = (np.clip(-zscore(values, ddof=0), -2, 2) + 2) / 4
    by_place = [found.parts["indicators"][found.table.place(place.pk)] for place in places]
    assert by_place[:11] == pytest.approx(expected)
    assert by_place[11] == 0
    assert ranked(found) == [places[at].pk for at in np.argsort(values) if expected[at] > 0]
    other_way = rank(card, card.author, Asked("epci", [(indicator, HIGH)]))
    assert ranked(other_way)[0] == places[int(np.argmax(values))].pk


def test_gaps_in_words() -> None:
    assert gap(0.01) == "dans la moyenne"
    assert gap(1.26) == "1,3 écart-type au-dessus de la moyenne"
    assert gap(-2) == "2 écart-type au-dessous de la moyenne"


# --- sites --------------------------------------------------------------------------------
def test_like_a_site_that_lives_and_not_where_it_is(card: Any) -> None:
    places = [TerritoryFactory(kind="epci", population=n) for n in (10_000, 11_000, 90_000, 50_000)]
    card.territories.set([TerritoryFactory(inside=[places[0]])])
    found = rank(card, card.author, Asked("epci"))
    assert ranked(found) == [places[at].pk for at in (1, 3, 2)]
    z = zscore([10_000, 11_000, 90_000, 50_000], ddof=0)
    scores = [found.parts["sites"][found.table.place(place.pk)] for place in places[1:]]
    assert scores == pytest.approx([1 / (1 + abs(each - z[0])) for each in z[1:]])
    # A second site that lives, by a fact of the replications; then it is stopped.
    fact = Fact.objects.create(
        initiative=card, kind=Fact.Kind.REPLICATION, source="replication:1", on="2026",
        value={"status": "live", "territory": places[2].address},
    )  # fmt: skip
    assert ranked(rank(card, card.author, Asked("epci"))) == [places[1].pk, places[3].pk]
    assert rank(card, card.author, Asked("epci", with_sites=True)).has_site.sum() == 2
    Fact.objects.filter(pk=fact.pk).update(
        value={"status": "stopped", "territory": places[2].address}
    )
    assert places[2].pk in ranked(rank(card, card.author, Asked("epci")))
    card.status = "stopped"
    card.save()
    assert rank(card, card.author, Asked("epci")).silent["sites"] == "no_site"


# --- page, table, map ---------------------------------------------------------------------
@pytest.fixture
def country(card: Any) -> list[Any]:
    departments = [
        TerritoryFactory(kind="department", code=code, name=code) for code in ("38", "974")
    ]
    places = [
        TerritoryFactory(kind="epci", inside=[departments[n % 3 == 0]], population=1000 * n)
        for n in range(1, 61)
    ]
    series({place: float(n) for n, place in enumerate(places)})
    state(SAME, places[7])
    return places


def test_the_page_says_why_and_whom_one_may_write_to(client: Any, card: Any, country: Any) -> None:
    town(country[7])
    client.force_login(card.author)
    address = reverse("introductions:useful", args=[card.slug])
    page = client.get(address, {"kind": "epci", "i_revenu": "low"}).content.decode()
    assert SAME[:40] in page
    assert "Revenu médian" in page and "écart-type au-dessous de la moyenne" in page
    assert "Proposer l’initiative" in page
    there = client.get(address, {"reachable": "on", "i_revenu": "low"}).context["rows"]
    assert [row.territory for row in there] == [country[7]]
    assert "<svg" in page and "style=" not in page
    manager = UserFactory(manager=True)
    client.force_login(manager)
    assert "Proposer l’initiative" not in client.get(address).content.decode()


def test_the_table_is_the_whole_list_in_its_order(client: Any, card: Any, country: Any) -> None:
    client.force_login(card.author)
    answer = client.get(
        reverse("introductions:export", args=[card.slug]), {"kind": "epci", "i_revenu": "high"}
    )
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(text), delimiter=";"))
    found = rank(card, card.author, Asked("epci", [(Indicator.objects.get(), HIGH)]))
    assert len(table) - 1 == found.count
    codes = {place.pk: place.code for place in country}
    assert [row[2] for row in table[1:]] == [codes[key] for key in ranked(found)]


def test_the_map_counts_the_first_by_department(card: Any, country: Any, settings: Any) -> None:
    settings.INTRODUCTIONS = {**settings.INTRODUCTIONS, "map_first": 30}
    found = rank(card, card.author, Asked("epci", [(Indicator.objects.get(), HIGH)]))
    drawn = picture(found)
    first = set(ranked(found)[:30])
    overseas = sum(place.pk in first for n, place in enumerate(country, 1) if n % 3 == 0)
    figures = {place.code: figure for place, figure in drawn.rows}
    assert figures == {"38": 30 - overseas, "974": overseas}
    assert drawn.elsewhere == 0
    # Départements themselves: their score, as in the list.
    departments = rank(card, card.author, Asked("department"))
    scores = [round(departments.score[place] * 100) for place in departments.order]
    assert [figure for _place, figure in picture(departments).rows] == scores != []


@pytest.mark.parametrize(
    "query",
    ["kind=planet", "kind=epci&page=999", "within=nulle+part", "i_revenu=sideways", "kind=%00",
     "within=%00", "i_unknown=high"],
)  # fmt: skip
def test_what_is_asked_in_any_way_gets_a_page(client: Any, card: Any, query: str) -> None:
    client.force_login(card.author)
    answer = client.get(f"{reverse('introductions:useful', args=[card.slug])}?{query}")
    assert answer.status_code == 200


def test_only_in_a_place(card: Any, country: Any) -> None:
    from essaim.territories.models import Territory

    isere = Territory.objects.get(kind="department", code="38")
    asked = Asked("epci", [(Indicator.objects.get(), HIGH)], within=isere)
    places = {place.pk for n, place in enumerate(country, 1) if n % 3}
    assert set(ranked(rank(card, card.author, asked))) <= places


def test_as_many_queries_for_one_as_for_fifty(client: Any, card: Any, country: Any) -> None:
    client.force_login(card.author)
    address = reverse("introductions:useful", args=[card.slug])
    client.get(address)
    counts = []
    for number in (1, 3, 50):
        for place in country[:number]:
            if not Need.objects.filter(territory=place).exists():
                state(SAME, place, by=card.author)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))
    assert len(set(counts)) == 1, counts


def test_a_proposal_by_the_form_keeps_what_was_typed(client: Any, card: Any) -> None:
    there = town()
    client.force_login(card.author)
    address = reverse(
        "introductions:propose", args=[card.slug, there.territory.kind, there.territory.code]
    )
    assert "Association" in client.get(address).content.decode()
    empty = client.post(address, {"organisation": there.slug, "submission": uuid.uuid4()})
    assert empty.status_code == 422
    given = {"organisation": there.slug, "reason": "Un appel ?", "submission": uuid.uuid4()}
    assert client.post(address, given).status_code == 302
    given["submission"] = uuid.uuid4()
    again = client.post(address, given)
    assert again.status_code == 422 and "Un appel ?" in again.content.decode()
    other = OrganisationFactory()
    forged = client.post(address, {**given, "organisation": other.slug})
    assert forged.status_code == 422
    nobody = TerritoryFactory(kind="epci")
    page = client.get(reverse("introductions:propose", args=[card.slug, nobody.kind, nobody.code]))
    assert "Personne à qui écrire" in page.content.decode()


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_bench_runs_small() -> None:
    for _n in range(12):
        TerritoryFactory()
    found = measure(lambda _text: None, needs=5, asked=2, database_name="here")
    assert found["communes"] == 12
    assert len(list(rows(found))) == 4
