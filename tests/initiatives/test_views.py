"""Reading a card, its history, the managers' list: what is shown, to whom, at what price."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from essaim.common import panels
from essaim.initiatives.actions.cards import save_section
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import SECTIONS, digest, read_section
from tests.initiatives.factories import (
    EconomicLineFactory,
    EvidenceFactory,
    InitiativeFactory,
    fill_lists,
)
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_panels(monkeypatch):
    """The card's own page, without what higher rooms add to it (they count their own queries)."""
    monkeypatch.setattr(panels, "_panels", {})


def page(client, card, name="detail"):
    response = client.get(reverse(f"initiatives:{name}", args=[card.slug]))
    assert response.status_code == 200
    return response.content.decode()


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
        {"kind": "peer", "level": 4, "title": "Collège"},
        "2016-05",
    )
    html = page(client, card)
    for text in ["Voix des usagers", "non établi", "Auto-évaluation", "2 sur 5", "4 sur 5"]:
        assert text in html
    assert "mai 2016" in html
    assert "3 sur 5" not in html
    assert "Ce que veulent dire les niveaux de preuve" in html


def test_the_phase_is_shown_with_its_reason_and_its_history(client):
    card = InitiativeFactory(published=True)
    fact = {"kind": "peer", "level": 2, "title": "Atelier de performance"}
    record_fact(card, "evaluation_concluded", "evaluation:1", fact, "2015-06")
    html = page(client, card)
    assert "évaluation conclue « Atelier de performance » (juin 2015)" in html
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
    assert counts[0] <= (15 if signed_in else 13)


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
    assert "Brouillon : à vous de le compléter" in page(client, draft)
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


# --- history -----------------------------------------------------------------------
def test_history_tells_members_who_changed_what(client):
    author = UserFactory(name="Claire Martin", email="claire@exemple.fr")
    card = InitiativeFactory(published=True, author=author)
    spec = SECTIONS["besoin"]
    content = read_section(card, spec) | {"need": "Nouveau besoin secret."}
    save_section(card, "besoin", content, by=author, version=1, seen="")
    assert client.get(reverse("initiatives:history", args=[card.slug])).status_code == 302
    client.force_login(UserFactory())
    html = page(client, card, "history")
    assert "Claire Martin" in html
    assert "besoin auquel elle répond" in html
    assert "section enregistrée" in html
    assert "Nouveau besoin secret." not in html
    assert "claire@exemple.fr" not in html


def test_history_costs_the_same_however_long(client):
    author = UserFactory()
    client.force_login(author)
    counts = []
    for times in [1, 3, 29]:
        card = InitiativeFactory(published=True, author=author)
        for n in range(times):
            card = Initiative.objects.get(pk=card.pk)
            current = read_section(card, SECTIONS["besoin"])
            save_section(
                card,
                "besoin",
                current | {"need": f"Besoin {n}"},
                by=author,
                version=card.version,
                seen=digest(current),
            )
        with CaptureQueriesContext(connection) as queries:
            html = page(client, card, "history")
        counts.append(len(queries))
    assert html.count("<time") == 30
    assert counts[0] == counts[1] == counts[2]


def test_a_long_history_is_read_page_by_page(client):
    author = UserFactory()
    client.force_login(author)
    card = InitiativeFactory(published=True, author=author)
    for n in range(45):
        card.need = f"Besoin {n}"
        card.save(update_fields=["need"])
    address = reverse("initiatives:history", args=[card.slug])
    assert client.get(address).content.decode().count("<time") == 30
    assert client.get(address, {"page": 2}).content.decode().count("<time") == 16


# --- one's own cards, the managers' list ------------------------------------------------
def test_my_cards_show_what_waits_for_me_first(client):
    me = UserFactory()
    holder = MembershipFactory(user=me).organisation
    InitiativeFactory(published=True, holder=holder, title="Publiée")
    InitiativeFactory(submitted=True, author=me, title="Soumise")
    InitiativeFactory(returned=True, author=me, title="Renvoyée")
    InitiativeFactory(title="D’une autre")
    client.force_login(me)
    html = client.get(reverse("initiatives:mine")).content.decode()
    assert html.index("Renvoyée") < html.index("Soumise") < html.index("Publiée")
    assert "D’une autre" not in html


def test_managers_read_what_was_submitted_oldest_first(client):
    now = timezone.now()
    InitiativeFactory(submitted=True, submitted_at=now, title="Récente")
    InitiativeFactory(submitted=True, submitted_at=now - dt.timedelta(days=9), title="Ancienne")
    InitiativeFactory(title="Brouillon d’autrui")
    client.force_login(UserFactory(manager=True))
    html = client.get(reverse("initiatives:review")).content.decode()
    assert html.index("Ancienne") < html.index("Récente")
    assert "Brouillon d’autrui" not in html
    assert "2 fiches" in html


def test_the_managers_list_is_filtered_and_says_by_what(client):
    client.force_login(UserFactory(manager=True))
    wanted = InitiativeFactory(published=True, rich=True, title="Épicerie solidaire", checked_on="")
    InitiativeFactory(published=True, rich=True, title="Autre")
    theme = wanted.themes.first()
    query = {"publication": "published", "q": "epicerie", "theme": theme.slug, "track": "social"}
    response = client.get(reverse("initiatives:review"), {**query, "stale": "on"})
    html = response.content.decode()
    assert "Épicerie solidaire" in html and ">Autre<" not in html
    assert html.count("retirer ce filtre") == 4
    # A wrong value hides nothing behind a blank page.
    response = client.get(reverse("initiatives:review"), {"publication": "n’importe", "page": "zz"})
    assert response.status_code == 200


@pytest.mark.parametrize("name", ["mine", "review"])
def test_lists_cost_the_same_with_1_3_and_50_rows(client, name):
    user = UserFactory(manager=True)
    client.force_login(user)
    counts, made = [], 0
    for rows in [1, 3, 50]:
        for _n in range(rows - made):
            card = InitiativeFactory(submitted=True, author=user, holder=OrganisationFactory())
            fill_lists(card)
        made = rows
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"initiatives:{name}")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


# --- who may act ------------------------------------------------------------------------
POSTS = ["submit", "publish", "send_back", "archive", "restore"]


@pytest.mark.parametrize("name", POSTS)
def test_a_visitor_is_asked_to_sign_in_and_a_stranger_refused(client, name):
    card = InitiativeFactory(published=True)
    address = reverse(f"initiatives:{name}", args=[card.slug])
    response = client.post(address, {"reason": "Parce que."})
    assert response.status_code == 302 and "/compte/" in response["Location"]
    client.force_login(UserFactory())
    assert client.post(address, {"reason": "Parce que."}).status_code == 403
    card.refresh_from_db()
    assert card.publication == "published"


@pytest.mark.parametrize("name", ["publish", "send_back", "restore"])
def test_an_author_does_not_publish_their_own_card(client, name):
    card = InitiativeFactory(submitted=True, author=UserFactory())
    client.force_login(card.author)
    address = reverse(f"initiatives:{name}", args=[card.slug])
    assert client.post(address, {"reason": "Moi-même."}).status_code == 403
    card.refresh_from_db()
    assert card.publication == "submitted"


def test_only_managers_see_the_managers_list(client):
    assert client.get(reverse("initiatives:review")).status_code == 302
    client.force_login(UserFactory())
    assert client.get(reverse("initiatives:review")).status_code == 403


def test_nothing_is_done_by_a_link(client):
    card = InitiativeFactory(submitted=True, author=UserFactory())
    client.force_login(UserFactory(manager=True))
    for name in ["submit", "publish", "restore"]:
        assert client.get(reverse(f"initiatives:{name}", args=[card.slug])).status_code == 405
    for name in ["archive", "send_back"]:
        assert client.get(reverse(f"initiatives:{name}", args=[card.slug])).status_code == 200
    card.refresh_from_db()
    assert card.publication == "submitted"


def test_a_manager_publishes_then_a_second_click_is_told(client):
    card = InitiativeFactory(submitted=True, author=UserFactory())
    client.force_login(UserFactory(manager=True))
    address = reverse("initiatives:publish", args=[card.slug])
    assert "La fiche est publiée." in client.post(address, follow=True).content.decode()
    assert "n’a plus lieu d’être" in client.post(address, follow=True).content.decode()
    assert client.get(card.get_absolute_url()).status_code == 200


# --- the back room -------------------------------------------------------------------------
def test_the_administration_shows_cards_and_writes_none(client):
    card = InitiativeFactory(published=True, rich=True)
    client.force_login(UserFactory(administrator=True))
    listing = client.get("/admin/initiatives/initiative/", {"q": card.title})
    assert card.title in listing.content.decode()
    html = client.get(f"/admin/initiatives/initiative/{card.pk}/change/").content.decode()
    assert "<select" not in html and 'name="_save"' not in html
    assert client.post(f"/admin/initiatives/initiative/{card.pk}/change/", {}).status_code == 403


def test_an_administrator_deletes_a_card_through_the_action(client):
    card = InitiativeFactory(published=True, rich=True)
    client.force_login(UserFactory(administrator=True))
    response = client.post(f"/admin/initiatives/initiative/{card.pk}/delete/", {"post": "yes"})
    assert response.status_code == 302
    assert not Initiative.objects.filter(pk=card.pk).exists()
