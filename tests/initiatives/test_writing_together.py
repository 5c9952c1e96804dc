"""Writing at once, with a draft that saves itself, a session that ends: nothing is lost."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from essaim.initiatives.models import Initiative
from tests.initiatives.factories import InitiativeFactory
from tests.initiatives.pages import address, fields_of
from tests.people.factories import UserFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client):
    """A draft of the person who is signed in."""
    card = InitiativeFactory(author=UserFactory(name="Claire Martin"))
    client.force_login(card.author)
    return card


# --- two people at once ----------------------------------------------------------------
def test_the_second_editor_is_shown_the_difference_and_keeps_their_text(client, draft):
    opened = fields_of(client.get(address(draft, "besoin")))
    other = Client()
    other.force_login(UserFactory(name="Paul Petit", manager=True))
    data = fields_of(other.get(address(draft, "besoin"))) | {"need": "Les aînés mangent seuls."}
    assert other.post(address(draft, "besoin"), data).status_code == 302
    response = client.post(address(draft, "besoin"), opened | {"need": "Les aînés vivent seuls."})
    assert response.status_code == 409
    page = response.content.decode()
    assert "Paul Petit" in page
    assert "<del>mangent </del>" in page
    assert "<ins>vivent </ins>" in page
    draft.refresh_from_db()
    assert draft.need == "Les aînés mangent seuls."
    again = fields_of(response)
    assert again["need"] == "Les aînés vivent seuls."
    assert client.post(address(draft, "besoin"), again).status_code == 302
    draft.refresh_from_db()
    assert draft.need == "Les aînés vivent seuls."


def test_a_difference_of_rows_and_terms_is_shown_in_words(client, draft):
    theme = ThemeFactory(name="Thème ajouté")
    opened = fields_of(client.get(address(draft, "essentiel")))
    other = Client()
    other.force_login(UserFactory(manager=True))
    data = fields_of(other.get(address(draft, "essentiel"))) | {"themes": [theme.pk]}
    other.post(address(draft, "essentiel"), data)
    response = client.post(address(draft, "essentiel"), opened | {"title": "Autre titre"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "<del>Thème </del>" in page or "<del>Thème ajouté</del>" in page


def test_another_section_saved_meanwhile_is_no_conflict(client, draft):
    opened = fields_of(client.get(address(draft, "besoin")))
    data = fields_of(client.get(address(draft, "dispositif"))) | {"description": "Un atelier."}
    client.post(address(draft, "dispositif"), data)
    assert client.post(address(draft, "besoin"), opened | {"need": "X."}).status_code == 302


def test_a_double_submit_saves_once(client, draft):
    data = fields_of(client.get(address(draft, "besoin"))) | {"need": "Une seule fois."}
    for _click in range(2):
        assert client.post(address(draft, "besoin"), data).status_code == 302
    draft.refresh_from_db()
    assert draft.version == 2


# --- a draft saves itself -------------------------------------------------------------------
AUTOSAVE = {"X-Essaim-Autosave": "1"}


def test_a_draft_saves_itself_and_rows_are_not_doubled(client, draft):
    data = fields_of(client.get(address(draft, "partenaires"))) | {"partners-0-name": "La commune"}
    answer = client.post(address(draft, "partenaires"), data, headers=AUTOSAVE).json()
    assert answer["message"].startswith("Enregistré à ")
    row = draft.partners.get()
    assert answer["rows"] == {"partners-0": row.pk}
    data |= {"version": answer["version"], "seen": answer["seen"], "partners-0-id": row.pk}
    data |= {"partners-0-name": "La commune voisine"}
    answer = client.post(address(draft, "partenaires"), data, headers=AUTOSAVE).json()
    assert draft.partners.get().pk == row.pk
    data |= {"version": answer["version"], "seen": answer["seen"]}
    assert client.post(address(draft, "partenaires"), data).status_code == 302
    assert draft.partners.get().name == "La commune voisine"


def test_what_is_valid_of_a_draft_is_saved_and_the_rest_said(client, draft):
    data = fields_of(client.get(address(draft, "essentiel")))
    data |= {"title": "Nouveau titre", "started_on": "juin"}
    answer = client.post(address(draft, "essentiel"), data, headers=AUTOSAVE).json()
    assert "sauf ce qui est à corriger" in answer["message"]
    assert answer["complete"] is False
    draft.refresh_from_db()
    assert (draft.title, draft.started_on) == ("Nouveau titre", "")


def test_half_a_name_never_becomes_an_organisation(client, draft):
    data = fields_of(client.get(address(draft, "essentiel"))) | {"new_holder_name": "Les Am"}
    answer = client.post(address(draft, "essentiel"), data, headers=AUTOSAVE)
    assert answer.json()["complete"] is False
    draft.refresh_from_db()
    assert draft.holder is None


def test_autosave_tells_of_the_other_editor_and_writes_nothing(client, draft):
    data = fields_of(client.get(address(draft, "besoin"))) | {"need": "Le mien."}
    Initiative.objects.filter(pk=draft.pk).update(need="L’autre.", version=2)
    answer = client.post(address(draft, "besoin"), data, headers=AUTOSAVE)
    assert answer.status_code == 409
    assert "Rien n’a été écrasé" in answer.json()["message"]
    draft.refresh_from_db()
    assert draft.need == "L’autre."


@pytest.mark.parametrize("state", ["published", "submitted"])
def test_what_others_read_does_not_change_at_each_key(client, state):
    card = InitiativeFactory(author=UserFactory(), **{state: True})
    client.force_login(card.author)
    page = client.get(address(card, "besoin"))
    assert b"data-autosave" not in page.content
    data = fields_of(page) | {"need": "À moitié"}
    assert client.post(address(card, "besoin"), data, headers=AUTOSAVE).status_code == 409
    card.refresh_from_db()
    assert card.need == ""


# --- nothing is lost ------------------------------------------------------------------------
def test_a_session_that_expired_gives_the_text_back_after_signing_in(client, draft):
    data = fields_of(client.get(address(draft, "besoin"))) | {"need": "Une heure de travail."}
    client.logout()
    response = client.post(address(draft, "besoin"), data)
    assert response.status_code == 302
    assert response["Location"].endswith(f"?next={address(draft, 'besoin')}")
    client.post(
        response["Location"],
        {"login": draft.author.email, "password": "une phrase de passe longue"},
    )
    client.force_login(draft.author)
    for _reading in range(2):  # reloading the page must not lose it either
        response = client.get(address(draft, "besoin"))
        assert fields_of(response)["need"] == "Une heure de travail."
        assert "avant que votre connexion n’expire" in response.content.decode()
    assert client.post(address(draft, "besoin"), fields_of(response)).status_code == 302
    draft.refresh_from_db()
    assert draft.need == "Une heure de travail."
    assert "n’expire" not in client.get(address(draft, "besoin")).content.decode()


def test_the_text_given_back_still_knows_the_version_it_was_opened_on(client, draft):
    data = fields_of(client.get(address(draft, "besoin"))) | {"need": "Le mien."}
    client.logout()
    client.post(address(draft, "besoin"), data)
    Initiative.objects.filter(pk=draft.pk).update(need="L’autre.", version=2)
    client.force_login(draft.author)
    given_back = fields_of(client.get(address(draft, "besoin")))
    assert client.post(address(draft, "besoin"), given_back).status_code == 409


def test_an_autosave_without_a_session_is_told_so(client, draft):
    client.logout()
    answer = client.post(address(draft, "besoin"), {"need": "X."}, headers=AUTOSAVE)
    assert answer.status_code == 401
    assert "gardé dans ce navigateur" in answer.json()["message"]


def test_a_page_open_too_long_gives_the_text_back(draft):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(draft.author)
    response = strict.post(address(draft, "besoin"), {"need": "Une heure de travail."})
    assert response.status_code == 403
    assert "Une heure de travail." in response.content.decode()


def test_a_rejected_reason_stays_in_its_box(client):
    card = InitiativeFactory(submitted=True)
    client.force_login(UserFactory(manager=True))
    response = client.post(
        reverse("initiatives:send_back", args=[card.slug]), {"reason": "x" * 5001}
    )
    assert response.status_code == 422
    assert "x" * 5001 in response.content.decode()
