"""Reading a card, its history, the managers' list: what is shown, to whom, at what price."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from essaim.common import panels
from essaim.common.typography import french
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.sections import SECTIONS
from tests.initiatives.factories import (
    EconomicLineFactory,
    EvidenceFactory,
    InitiativeFactory,
    fill_lists,
)
from tests.initiatives.pages import page
from tests.people.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_panels(monkeypatch):
    """The card's own page, without what higher rooms add to it (they count their own queries)."""
    monkeypatch.setattr(panels, "_panels", {})


# --- the card -------------------------------------------------------------------
def test_a_card_shows_the_whole_sheet(client):
    card = InitiativeFactory(published=True, rich=True)
    html = page(client, card)
    for expected in [
        card.title,
        card.summary,
        "Des objets encore utiles sont jetés",
        "<strong>rompre l’isolement</strong>",
        "<li>réparation</li>",
        "Trouver un local",
        "Un local de 40 m²",
        "Sans elle, l’atelier devient un simple guichet.",
        "jamais payant",
        "Prête le local.",
        "Établis et outils",
        "1\xa0500",
        "CC BY 4.0",
        "Ouvrir aussi le dimanche",
        "3 sur 5",
        "Licence Ouverte 2.0",
        "habitants du quartier",
        card.holder.name,
    ]:
        assert expected in html, expected
    assert html.count("<h1") == 1


def test_the_six_economic_lines_always_stand_and_the_unknown_is_said(client):
    html = page(client, InitiativeFactory(published=True))
    for line in [
        "Temps de travail pour installer",
        "Investissements",
        "Temps de travail pour faire vivre",
        "Autres coûts de fonctionnement",
        "Financements exceptionnels",
        "Coûts évités",
    ]:
        assert line in html
    assert html.count("Non renseigné.") >= 15
    assert (
        html.index("Pour installer") < html.index("Pour faire vivre") < html.index("Coûts évités")
    )
    assert "Ce qui n’a pas marché" in html


def test_invented_figures_say_so(client):
    card = InitiativeFactory(published=True)
    EconomicLineFactory(initiative=card, source="estimation", label="Vrai chiffre")
    assert ">fictif<" not in page(client, card)
    EconomicLineFactory(initiative=card, source="budget (fictif)")
    assert page(client, card).count(">fictif<") == 1


def test_level_and_source_of_each_proof_stand_side_by_side_without_an_average(client):
    card = InitiativeFactory(published=True)
    EvidenceFactory(initiative=card, kind="users", level=None, title="Paroles")
    EvidenceFactory(initiative=card, kind="self", level=2, title="Bilan")
    record_fact(
        card,
        "evaluation_concluded",
        "evaluation:9",
        {"kind": "peer", "level": 3, "title": "Collège"},
        "2016-05",
    )
    html = page(client, card)
    for text in ["Voix des usagers", "non établi", "Auto-évaluation", "2 sur 5", "3 sur 5"]:
        assert text in html
    assert "mai 2016" in html
    assert "2,5 sur 5" not in html
    assert "Ce que veulent dire les niveaux de preuve" in html


def test_the_phase_is_shown_with_its_reason_and_its_history(client):
    card = InitiativeFactory(published=True)
    fact = {"kind": "peer", "level": 2, "title": "Atelier de performance"}
    record_fact(card, "evaluation_concluded", "evaluation:1", fact, "2015-06")
    html = page(client, card)
    assert french("évaluation conclue « Atelier de performance » (juin 2015)") in html
    record_fact(card, "evaluation_concluded", "evaluation:1", None)
    html = page(client, card)
    assert "fiche publiée le" in html
    assert "valider → identifier" in html
    assert "identifier → valider" in html


def test_a_card_unchecked_for_a_year_says_so(client):
    today = timezone.localdate()
    fresh = InitiativeFactory(published=True, checked_on=today.isoformat())
    stale = InitiativeFactory(
        published=True, checked_on=(today - dt.timedelta(days=400)).isoformat()
    )
    never = InitiativeFactory(published=True)
    assert "appelez avant de vous y fier" not in page(client, fresh)
    assert "depuis plus d’un an" in page(client, stale)
    assert "Personne n’a encore vérifié" in page(client, never)


@pytest.mark.parametrize("field", ["contact", "description", "need", "what_failed", "summary"])
def test_no_address_nor_number_is_public_and_members_read_them(client, field):
    text = "Claire : claire@exemple.fr ou 01 23 45 67 89, [écrire](mailto:claire@exemple.fr)"
    card = InitiativeFactory(published=True, **{field: text})
    html = page(client, card)
    assert "claire@exemple.fr" not in html
    assert "01 23 45 67 89" not in html
    assert "Claire" in html
    client.force_login(UserFactory())
    html = page(client, card)
    assert "claire@exemple.fr" in html
    assert "01 23 45 67 89" in html


def test_the_author_is_named_to_the_public_only_if_they_chose_so(client):
    shy = InitiativeFactory(published=True, author=UserFactory(name="Ana Discrète"))
    proud = InitiativeFactory(
        published=True, author=UserFactory(name="Léo Visible", name_is_public=True)
    )
    assert "Ana Discrète" not in page(client, shy)
    assert "Léo Visible" in page(client, proud)
    client.force_login(UserFactory())
    assert "Ana Discrète" in page(client, shy)


ATTACKS = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[lien](javascript:alert(1))",
    '<a href="javascript:alert(1)">x</a>',
    "![x](javascript:alert(1))",
    "<iframe src=//exemple.fr></iframe>",
    '"><svg onload=alert(1)>',
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_typed_on_a_card_runs_in_a_browser(client, attack):
    texts = ["title", "summary", "need", "objectives", "description", "what_failed", "contact"]
    texts += ["source_name", "source_licence", "return_reason"]
    card = InitiativeFactory(
        published=True,
        steps=[attack],
        prerequisites=[attack],
        tags=[attack[:100]],
        beneficiaries=[attack],
        holder=OrganisationFactory(name=attack),
        unmatched={"territories": [attack]},
        **dict.fromkeys(texts, attack[:250]),
    )
    fill_lists(card)
    card.components.update(name=attack, why=attack, variants=attack, red_lines=attack)
    card.partners.update(name=attack, contribution=attack, nature=attack, phase=attack)
    card.economics.update(label=attack, payer=attack, source=attack, unit=attack, period=attack)
    card.materials.update(title=attack, licence=attack)
    card.evidence.update(title=attack)
    manager = UserFactory(manager=True)
    for user in [None, manager]:
        if user:
            client.force_login(user)
        html = page(client, card)
        for live in [
            "<script>alert",
            "<img src=x",
            '<a href="javascript:',
            "<iframe",
            "<svg onload",
        ]:
            assert live not in html
    for section in SECTIONS:
        response = client.get(reverse("initiatives:edit_section", args=[card.slug, section]))
        for live in [b"<script>alert", b"<img src=x", b"<iframe", b"<svg onload"]:
            assert live not in response.content


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_page_of_a_card_costs_the_same_with_1_3_and_50_rows(client, no_panels, signed_in):
    counts = []
    for rows in [1, 3, 50]:
        card = InitiativeFactory(published=True, author=UserFactory(), holder=OrganisationFactory())
        fill_lists(card, rows)
        if signed_in:
            client.force_login(card.author)
        with CaptureQueriesContext(connection) as queries:
            page(client, card)
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= (17 if signed_in else 13)


def test_a_panel_of_another_room_stands_on_the_page_and_in_its_contents(client, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    panels.register(
        panels.Panel(
            "initiative",
            "essai",
            "Un bloc d’ailleurs",
            "initiatives/_invented.html",
            lambda request, card: {"card": card},
        )
    )
    html = page(client, InitiativeFactory(published=True))
    assert 'href="#essai"' in html
    assert '<h2 id="essai">Un bloc d’ailleurs</h2>' in html


# --- unpublished cards -------------------------------------------------------------
@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "archived"])
def test_an_unpublished_card_does_not_exist_for_others(client, state):
    card = InitiativeFactory(**({} if state == "draft" else {state: True}))
    assert client.get(card.get_absolute_url()).status_code == 404
    client.force_login(UserFactory())
    for name in ["detail", "preview", "history", "overview", "archive"]:
        response = client.get(reverse(f"initiatives:{name}", args=[card.slug]))
        assert response.status_code == 404, name


def test_each_state_says_what_comes_next_and_who_must_act(client):
    author, manager = UserFactory(), UserFactory(manager=True)
    draft = InitiativeFactory(author=author)
    submitted = InitiativeFactory(submitted=True, author=author)
    returned = InitiativeFactory(returned=True, author=author)
    archived = InitiativeFactory(archived=True, author=author)
    client.force_login(author)
    assert french("Brouillon : à vous de le compléter") in page(client, draft)
    assert "4 parties indispensables" in page(client, draft)
    assert "un animateur doit la relire" in page(client, submitted)
    assert "à relire avant le" in page(client, submitted)
    assert "Précisez les coûts." in page(client, returned)
    assert "Seul un animateur peut la rétablir" in page(client, archived)
    assert "Publier" not in page(client, submitted)
    client.force_login(manager)
    assert "à vous de la relire" in page(client, submitted)
    assert reverse("initiatives:publish", args=[submitted.slug]) in page(client, submitted)
    assert reverse("initiatives:restore", args=[archived.slug]) in page(client, archived)


def test_the_preview_is_what_a_visitor_will_read(client):
    card = InitiativeFactory(rich=True)
    client.force_login(card.author)
    html = page(client, card, "preview")
    assert "claire.martin@exemple.fr" not in html
    assert "Modifier la fiche" not in html
    assert reverse("initiatives:submit", args=[card.slug]) in html
