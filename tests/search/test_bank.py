"""The bank: what is listed, how it is narrowed, and what it says when nothing is found."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from essaim.common.typography import french
from essaim.initiatives.models import Initiative, Phase
from essaim.people.models import OrganisationKind
from essaim.search.filters import Criteria
from essaim.search.reasons import relations
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import AudienceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> dict[str, Any]:
    """France ⊃ a region ⊃ two departments; Grenoble and Échirolles in one, Annecy in the other."""
    france = TerritoryFactory(kind="country", code="FR", name="France")
    region = TerritoryFactory(
        kind="region", code="84", name="Auvergne-Rhône-Alpes", inside=[france]
    )
    isere = TerritoryFactory(
        kind="department", code="38", name="Isère", label="Isère (38)", inside=[region]
    )
    savoie = TerritoryFactory(
        kind="department",
        code="74",
        name="Haute-Savoie",
        label="Haute-Savoie (74)",
        inside=[region],
    )
    return {
        "france": france,
        "region": region,
        "isere": isere,
        "savoie": savoie,
        "grenoble": TerritoryFactory(code="38185", name="Grenoble", inside=[isere]),
        "echirolles": TerritoryFactory(code="38151", name="Échirolles", inside=[isere]),
        "annecy": TerritoryFactory(code="74010", name="Annecy", inside=[savoie]),
    }


def card(title: str, **fields: Any) -> Initiative:
    return InitiativeFactory(published=True, title=title, **fields)


def titles(client: Client, query: str) -> list[str]:
    response = client.get(f"/initiatives?{query}")
    assert response.status_code == 200
    return [row.card.title for row in response.context["page"].rows]


# --- what is listed -------------------------------------------------------------------
def test_everyone_reads_published_cards_and_only_those(client: Client) -> None:
    card("Atelier vélo")
    InitiativeFactory(title="Brouillon")
    InitiativeFactory(archived=True, title="Archivée")
    assert titles(client, "") == ["Atelier vélo"]
    client.force_login(UserFactory(manager=True))
    assert titles(client, "") == ["Atelier vélo"], "a manager's drafts are elsewhere"


def test_a_line_says_phase_places_proof_and_last_check(client: Client, places: Any) -> None:
    card("Fraîche", checked_on=timezone.localdate().isoformat(), territories=[places["grenoble"]])
    card("Ancienne", checked_on="2015-06")
    page = client.get("/initiatives").content.decode()
    assert "Grenoble (38)" in page
    assert french("phase : identifier") in page
    assert "juin 2015" in page
    assert page.count("non vérifiée depuis plus d’un an") == 1


def test_addresses_typed_in_a_summary_are_not_shown(client: Client) -> None:
    card("Atelier", summary="Écrire à claire.martin@exemple.fr")
    assert "claire.martin@exemple.fr" not in client.get("/initiatives").content.decode()


# --- filters --------------------------------------------------------------------------
def test_filters_add_up_and_values_of_one_filter_are_alternatives(client: Client) -> None:
    housing, food, seniors = ThemeFactory(), ThemeFactory(), AudienceFactory()
    card("Logement", themes=[housing], track="social")
    card("Repas", themes=[food], track="public", audiences=[seniors])
    card("Les deux", themes=[housing, food], track="social")
    assert set(titles(client, f"theme={housing.slug}")) == {"Logement", "Les deux"}
    both = f"theme={housing.slug}&theme={food.slug}"
    assert set(titles(client, both)) == {"Logement", "Repas", "Les deux"}
    assert titles(client, f"{both}&track=public") == ["Repas"]
    assert titles(client, f"audience={seniors.slug}") == ["Repas"]


def test_kind_of_holder_phase_proof_cost_and_materials(client: Client) -> None:
    ccas = OrganisationFactory(kind=OrganisationKind.CCAS)
    one = card("Une", holder=ccas)
    Initiative.objects.filter(pk=one.pk).update(
        phase=Phase.VALIDATE, proof_level=3, first_year_cost=Decimal("20000.50"), has_materials=True
    )
    two = card("Deux")
    Initiative.objects.filter(pk=two.pk).update(proof_level=1, first_year_cost=500)
    card("Trois")
    assert titles(client, "holder=ccas") == ["Une"]
    assert titles(client, "phase=validate") == ["Une"]
    assert titles(client, "proof=2") == ["Une"]
    assert titles(client, "proof=1&sort=proven") == ["Une", "Deux"]
    assert titles(client, "materials=1") == ["Une"]
    assert titles(client, "cost_max=1000") == ["Deux"]
    assert titles(client, "cost_min=20 000,50") == ["Une"], "a French number, a space for thousands"
    assert titles(client, "cost_min=100&cost_max=900") == ["Deux"]


def test_a_territory_keeps_what_runs_inside_and_what_covers_it(client: Client, places: Any) -> None:
    card("À Grenoble", territories=[places["grenoble"]])
    card("En Isère", territories=[places["isere"]])
    card("En France", territories=[places["france"]])
    card("À Annecy", territories=[places["annecy"]])
    card("Nulle part")
    order = "&sort=title"
    assert titles(client, f"territory=commune:38185{order}") == [
        "À Grenoble",
        "En Isère",
        "En France",
    ]
    assert titles(client, f"territory=department:38{order}") == [
        "À Grenoble",
        "En Isère",
        "En France",
    ]
    assert set(titles(client, f"territory=commune:38151{order}")) == {"En Isère", "En France"}
    assert len(titles(client, f"territory=region:84{order}")) == 4


def test_the_territory_says_why_a_card_is_there(places: Any) -> None:
    here = card("ici", territories=[places["grenoble"]])
    covers = card("couvre", territories=[places["isere"], places["annecy"]])
    near = card("près", territories=[places["echirolles"]])
    region = card("plus loin", territories=[places["annecy"]])
    nowhere = card("nulle part")
    cards = {one.pk: list(one.territories.all()) for one in Initiative.objects.for_list()}
    assert len(cards) == 5
    found = relations(places["grenoble"], cards)
    assert found[here.pk].text == french("Se déroule ici : Grenoble (38)")
    assert found[covers.pk].text == french("S’applique ici : couvre Isère (38)")
    assert found[near.pk].text == french("Dans le même département : Échirolles (38)")
    assert found[region.pk].text == french("Dans la même région : Annecy (74)")
    assert nowhere.pk not in found
    found = relations(places["isere"], cards)
    assert found[here.pk].text == french("Se déroule dans ce département : Grenoble (38)")
    assert found[covers.pk].kind == "here"


def test_each_filter_is_a_chip_whose_link_removes_just_that(client: Client, places: Any) -> None:
    theme, other = ThemeFactory(name="Logement"), ThemeFactory(name="Repas")
    query = f"territory=commune:38185&theme={theme.slug}&theme={other.slug}&proof=2&cost_max=900"
    chips = {c.label: c.url for c in client.get(f"/initiatives?{query}").context["chips"]}
    assert list(chips) == [
        "Grenoble (38)",
        "Logement",
        "Repas",
        french("preuve : niveau 2 au moins"),
        "jusqu’à 900\u00a0€",
    ]
    left = parse_qs(urlsplit(chips["Logement"]).query)
    assert left == {
        "territory": ["commune:38185"],
        "theme": [other.slug],
        "proof": ["2"],
        "cost_max": ["900"],
    }
    assert "territory" not in chips["Grenoble (38)"]


# --- nothing found --------------------------------------------------------------------
def test_an_empty_result_proposes_what_to_relax_with_what_it_would_give(
    client: Client, places: Any
) -> None:
    theme = ThemeFactory(name="Logement")
    card("Ailleurs, sur ce thème", themes=[theme], territories=[places["annecy"]])
    card("Ici, autre thème", territories=[places["grenoble"]])
    response = client.get(f"/initiatives?territory=commune:38185&theme={theme.slug}")
    proposals = {r.label: (r.count, r.url) for r in response.context["relaxations"]}
    assert proposals["élargir à Auvergne-Rhône-Alpes"][0] == 1
    assert "élargir à Isère (38)" not in proposals, "it would give nothing either"
    assert proposals[french("sans le filtre « Logement »")][0] == 1
    assert proposals["sans aucun filtre"][0] == 2
    for count, url in proposals.values():
        assert client.get(url).context["page"].total == count
    assert "Aucune fiche ne passe ces filtres" in response.content.decode()


def test_an_empty_bank_says_so(client: Client) -> None:
    assert "La banque est vide" in client.get("/initiatives").content.decode()


# --- what cannot be understood ----------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("territory=commune:99999", "territoire"),
        ("territory=%00%F0%9F%90%9D", "territoire"),
        ("theme=unknown", "« unknown » est inconnu"),
        ("audience=a&audience=b", "« a », « b » sont inconnus"),
        ("track=third", "track"),
        ("phase=none", "« none » est inconnu"),
        ("holder=ufo", "« ufo » est inconnu"),
        ("proof=9", "proof"),
        ("cost_min=abc", "cost_min"),
        ("cost_max=-5", "cost_max"),
        ("cost_max=NaN", "cost_max"),
        ("cost_min=1e9999999", "cost_min"),
        ("cost_min=0&cost_max=-1", "cost_max"),
        ("sort=random", "sort"),
        ("page=abc", "numéro de page"),
        ("page=-1", "numéro de page"),
        ("page=0", "numéro de page"),
        ("page=99999", "une page"),
        ("page=" + "9" * 400, "une page"),
    ],
)
def test_a_wrong_value_is_told_and_left_out(client: Client, query: str, message: str) -> None:
    Initiative.objects.filter(pk=card("Atelier vélo").pk).update(first_year_cost=20)
    response = client.get(f"/initiatives?{query}")
    assert response.status_code == 200
    text = response.content.decode()
    assert [row.card.title for row in response.context["page"].rows] == ["Atelier vélo"]
    told = text if " " in message or message.startswith("terr") else ""
    assert french(message) in told or message in response.context["form"].errors


def test_a_range_upside_down_keeps_its_first_end(client: Client) -> None:
    Initiative.objects.filter(pk=card("Atelier vélo").pk).update(first_year_cost=20)
    response = client.get("/initiatives?cost_min=10&cost_max=5")
    assert "inférieur au coût minimal" in response.content.decode()
    assert response.context["page"].total == 1


def test_what_was_typed_stays_in_its_field(client: Client) -> None:
    page = client.get("/initiatives", {"cost_min": "<abc>", "territory": "Grenobble"}).content
    assert b'value="&lt;abc&gt;"' in page
    assert b'value="Grenobble"' in page
    assert b"<abc>" not in page


def test_one_unknown_theme_does_not_lose_the_other(client: Client) -> None:
    theme = ThemeFactory()
    card("Oui", themes=[theme])
    card("Non")
    assert titles(client, f"theme=unknown&theme={theme.slug}") == ["Oui"]


@pytest.mark.parametrize(
    "text",
    ["x" * 10_000, "été " * 2_500, "🐝🐝", "'; DROP TABLE initiatives_initiative; --", "%_\\",
     "<script>alert(1)</script>", "a\x00b", "!!!", "\u202e\u0301"],
)  # fmt: skip
def test_any_text_is_answered(client: Client, text: str) -> None:
    card("Atelier vélo")
    response = client.get("/initiatives", {"q": text})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    assert response.context["form"]["q"].value() == text
    assert ("premiers caractères" in response.content.decode()) == (len(text) > 1000)


# --- orders, pages, links ----------------------------------------------------------------
def test_orders(client: Client) -> None:
    for day, (title, slug, level, checked) in enumerate(
        [
            ("Élan", "elan", 1, "2016"),
            ("Zèbre", "zebre", 3, ""),
            ("abeille", "abeille", 2, "2016-05"),
        ]
    ):
        one = card(title, slug=slug, checked_on=checked)
        Initiative.objects.filter(pk=one.pk).update(
            proof_level=level, published_at=timezone.now() + timezone.timedelta(days=day)
        )
    assert titles(client, "") == ["abeille", "Zèbre", "Élan"]
    assert titles(client, "sort=title") == ["abeille", "Élan", "Zèbre"]
    assert titles(client, "sort=proven") == ["Zèbre", "abeille", "Élan"]
    assert titles(client, "sort=checked") == ["abeille", "Élan", "Zèbre"]
    assert titles(client, "sort=relevance") == ["abeille", "Zèbre", "Élan"], "no word, no relevance"


def test_pages_are_links_and_hold_each_card_once(client: Client) -> None:
    InitiativeFactory.create_batch(45, published=True)
    seen = [t for number in (1, 2, 3) for t in titles(client, f"page={number}&track=")]
    assert len(seen) == len(set(seen)) == 45
    page = client.get("/initiatives?page=2").content.decode()
    assert 'href="?page=3"' in page
    beyond = client.get("/initiatives?page=99999")
    assert beyond.context["page"].number == 3
    assert "Cette recherche n’a que 3 pages" in beyond.content.decode()


def test_one_search_has_one_link(client: Client) -> None:
    response = client.get("/initiatives?q=++v%C3%A9lo++&track=&proof=&cost_min=&theme=&page=1")
    assert response.context["link"] == "http://testserver/initiatives?q=v%C3%A9lo"
    assert response.context["need_url"] == "/besoins/nouveau?q=v%C3%A9lo&found=0"


def test_criteria_survive_their_own_link(client: Client, places: Any) -> None:
    theme, audience = ThemeFactory(), AudienceFactory()
    criteria = Criteria(
        text="lien social",
        territory=places["isere"],
        themes=(theme,),
        track="social",
        phases=("identify", "validate"),
        audiences=(audience,),
        holders=("ccas", "association"),
        proof=2,
        cost_min=Decimal("10.5"),
        cost_max=Decimal(2000),
        materials=True,
        sort="title",
    )
    again = client.get(criteria.url()).context["criteria"]
    assert set(again.holders) == set(criteria.holders)
    assert again.query_string == client.get(again.url()).context["criteria"].query_string
    assert (again.territory, again.themes, again.cost_min) == (
        places["isere"],
        (theme,),
        Decimal("10.5"),
    )


# --- refreshed without reloading -----------------------------------------------------------
def test_htmx_gets_the_results_alone_and_the_address_of_the_search(client: Client) -> None:
    card("Atelier vélo")
    fragment = client.get(
        "/initiatives?track=&proof=", headers={"HX-Request": "true", "HX-Target": "resultats"}
    )
    text = fragment.content.decode()
    assert fragment["HX-Push-Url"] == "/initiatives"
    assert "HX-Target" in fragment["Vary"]
    assert "Atelier vélo" in text
    assert "<html" not in text
    assert 'id="recherche"' not in text
    whole = client.get("/initiatives").content.decode()
    start = whole.index('<section id="resultats"')
    assert (
        text[text.index('<section id="resultats"') :].strip()
        == (whole[start : whole.index("</section>", start) + len("</section>")])
    )


def test_a_removed_chip_refreshes_the_form_too(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "banque", "HX-Boosted": "true"}
    text = client.get("/initiatives?proof=2", headers=headers).content.decode()
    assert 'id="recherche"' in text
    assert "<html" not in text


def test_going_back_gets_the_whole_page(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in client.get("/initiatives", headers=headers).content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_bank_is_only_read(client: Client, method: str) -> None:
    assert getattr(client, method)("/initiatives").status_code == 405


# --- budget --------------------------------------------------------------------------------
def fill(number: int, places: Any) -> None:
    for _ in range(number):
        InitiativeFactory(
            published=True,
            themes=[ThemeFactory()],
            territories=[places["grenoble"], places["annecy"]],
            holder=OrganisationFactory(),
        )


@pytest.mark.parametrize("rows", [1, 3, 50])
@pytest.mark.parametrize(("query", "queries"), [("", 6), ("territory=department:38", 10)])
def test_the_number_of_queries_does_not_depend_on_the_rows(
    client: Client,
    places: Any,
    django_assert_num_queries: Any,
    rows: int,
    query: str,
    queries: int,
) -> None:
    fill(rows, places)
    with django_assert_num_queries(queries):
        client.get(f"/initiatives?{query}")
