"""A card's history, one's own cards, the managers' list, the back room, and who may act."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from essaim.initiatives.actions.cards import save_section
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import SECTIONS, digest, read_section
from tests.initiatives.factories import InitiativeFactory, fill_lists
from tests.initiatives.pages import page
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


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
