"""Writing a card section by section, without JavaScript."""

from __future__ import annotations

import html
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.common.typography import french
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import SECTIONS
from tests.initiatives.factories import InitiativeFactory, fill_lists
from tests.initiatives.pages import address, fields_of
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import AudienceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client):
    """A draft of the person who is signed in."""
    card = InitiativeFactory(author=UserFactory(name="Claire Martin"))
    client.force_login(card.author)
    return card


# --- a new card -------------------------------------------------------------------
def test_two_lines_make_a_draft_and_lead_to_its_first_section(client):
    client.force_login(UserFactory())
    data = fields_of(client.get(reverse("initiatives:create")))
    data |= {"title": "Café des âges", "summary": "On s’y parle."}
    response = client.post(reverse("initiatives:create"), data)
    card = Initiative.objects.get()
    assert response["Location"] == address(card, "essentiel")
    # A double click makes one card.
    assert client.post(reverse("initiatives:create"), data)["Location"] == address(
        card, "essentiel"
    )
    assert Initiative.objects.count() == 1


def test_what_is_missing_is_said_and_what_was_typed_stays(client):
    client.force_login(UserFactory())
    data = {"key": str(uuid.uuid4()), "title": "", "summary": "Une phrase déjà tapée."}
    response = client.post(reverse("initiatives:create"), data)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Une phrase déjà tapée." in page
    assert 'href="#id_title"' in page


@pytest.mark.parametrize(
    "title", ["x" * 251, "<b>gras</b>", "🌱" * 60, "'; DROP TABLE x; --", "a\x00b", " " * 10]
)
def test_any_title_is_taken_or_refused_with_a_message(client, title):
    client.force_login(UserFactory())
    data = {"key": str(uuid.uuid4()), "title": title, "summary": "Une phrase."}
    assert client.post(reverse("initiatives:create"), data).status_code in {302, 422}
    data["key"] = "pas un identifiant"
    assert client.post(reverse("initiatives:create"), data).status_code == 422


# --- every section, without JavaScript ---------------------------------------------
@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_sent_back_as_it_came_changes_nothing(client, section):
    card = InitiativeFactory(published=True, rich=True)
    fill_lists(card, 3)
    client.force_login(card.author)
    version = Initiative.objects.get(pk=card.pk).version
    response = client.post(address(card, section), fields_of(client.get(address(card, section))))
    assert response.status_code == 302
    assert Initiative.objects.get(pk=card.pk).version == version


def test_a_card_is_written_from_end_to_end_and_submitted(client, draft):
    place = TerritoryFactory(name="Rocbourg", label="Rocbourg (99)")
    theme, audience = ThemeFactory(), AudienceFactory()
    holder = MembershipFactory(user=draft.author).organisation
    typed: dict[str, dict[str, Any]] = {
        "essentiel": {
            "track": "social",
            "status": "proven",
            "themes": [theme.pk],
            "territories": place.label,
            "tags": "réemploi\nlien",
            "started_on": "2015-06",
            "holder": holder.pk,
        },
        "besoin": {
            "need": "Des repas seuls.",
            "objectives": "Moins d’isolement.",
            "beneficiaries": "retraités seuls",
            "audiences": [audience.pk],
            "target_coverage": "33,5 %",
        },
        "dispositif": {
            "description": "# Ouvrir\n\nLe samedi.",
            "steps-0-text": "Trouver un local",
            "prerequisites-0-text": "Une cuisine",
        },
        "composantes": {"components-0-name": "La table", "components-0-kind": "core"},
        "partenaires": {"partners-0-name": "La commune"},
        "economie": {
            "economics-0-line": "investment",
            "economics-0-low": "1 000",
            "economics-0-central": "21 667,00 €",
            "economics-0-unit": "€",
        },
        "preuves": {
            "what_failed": "Le dimanche.",
            "checked_on": "2016",
            "evidence-0-kind": "self",
            "evidence-0-level": "2",
        },
        "materiel": {
            "consent_to_scale": "true",
            "contact": "Claire, 01 23 45 67 89",
            "materials-0-title": "Guide",
            "materials-0-url": "exemple.fr/guide",
        },
    }
    response = client.get(address(draft, "essentiel"))
    for section, values in typed.items():
        data = fields_of(client.get(address(draft, section))) | values | {"continue": "1"}
        response = client.post(address(draft, section), data)
        assert response.status_code == 302, response.content.decode()
    assert response["Location"] == reverse("initiatives:overview", args=[draft.slug])
    card = Initiative.objects.for_detail().get()
    assert (card.holder, list(card.territories.all())) == (holder, [place])
    assert card.tags == ["réemploi", "lien"]
    assert str(card.target_coverage) == "33.50"
    assert (card.steps, card.prerequisites) == (["Trouver un local"], ["Une cuisine"])
    line = card.economics.get()
    assert (str(line.low), str(line.central)) == ("1000.00", "21667.00")
    assert card.materials.get().url == "https://exemple.fr/guide"
    assert card.consent_to_scale is True
    page = client.get(reverse("initiatives:overview", args=[draft.slug])).content.decode()
    assert "Sans coûts de fonctionnement" in page
    client.post(reverse("initiatives:submit", args=[draft.slug]))
    card.refresh_from_db()
    assert card.publication == "submitted"


def test_submitting_too_early_leads_to_what_is_missing(client, draft):
    response = client.post(reverse("initiatives:submit", args=[draft.slug]), follow=True)
    page = response.content.decode()
    assert french("complétez : le besoin, la description, ce qui n’a pas marché") in page
    assert "Sans les échecs, chacun refera les mêmes." in page


def test_the_overview_says_what_each_missing_part_would_bring(client, draft):
    page = client.get(reverse("initiatives:overview", args=[draft.slug])).content.decode()
    assert "Sans coûts, un élu ne peut pas décider." in page
    assert "0 partie renseignée sur 23" in page or "parties renseignées sur 23" in page


def test_a_line_is_added_by_a_round_trip_that_keeps_what_is_typed(client, draft):
    data = fields_of(client.get(address(draft, "composantes")))
    data |= {"components-0-name": "À moitié tap", "components-0-kind": "", "add": "components"}
    response = client.post(address(draft, "composantes"), data)
    assert response.status_code == 200
    again = fields_of(response)
    assert again["components-TOTAL_FORMS"] == "2"
    assert again["components-0-name"] == "À moitié tap"
    assert "components-1-name" in again
    assert b"fr-error-text" not in response.content, "nothing is judged yet"
    assert not draft.components.exists(), "nothing is saved yet"
    again |= {"components-0-kind": "core", "components-1-name": "B", "components-1-kind": "margin"}
    assert client.post(address(draft, "composantes"), again).status_code == 302
    assert [row.name for row in draft.components.all()] == ["À moitié tap", "B"]


def test_lines_are_removed_emptied_and_put_in_order(client):
    card = InitiativeFactory(author=UserFactory(), steps=["Un", "Deux", "Trois", "Quatre"])
    client.force_login(card.author)
    data = fields_of(client.get(address(card, "dispositif")))
    data |= {"steps-0-DELETE": "on", "steps-1-text": "", "steps-3-ORDER": "1"}
    client.post(address(card, "dispositif"), data)
    card.refresh_from_db()
    assert card.steps == ["Quatre", "Trois"]


@pytest.mark.parametrize(
    ("section", "wrong", "field", "message"),
    [
        ("essentiel", {"started_on": "juin 2015"}, "id_started_on", "n’est pas une date"),
        ("essentiel", {"territories": "Nulle-Part-les-Bains"}, "id_territories", "Aucun territoire"),
        ("essentiel", {"title": ""}, "id_title", "obligatoire"),
        ("besoin", {"target_coverage": "120"}, "id_target_coverage", "100"),
        ("besoin", {"target_coverage": "1,500"}, "id_target_coverage", "chiffre"),
        ("preuves", {"evidence-0-kind": "self", "evidence-0-year": "1492"}, "id_evidence-0-year", "calendrier"),
        ("economie", {"economics-0-line": "investment", "economics-0-low": "5", "economics-0-high": "3"}, "economics-0", "Le bas ne dépasse pas"),
        ("economie", {"economics-0-line": "investment", "economics-0-low": "-5"}, "id_economics-0-low", "négatif"),
        ("economie", {"economics-0-low": "5"}, "id_economics-0-line", "obligatoire"),
        ("materiel", {"url": "javascript:alert(1)"}, "id_url", "URL"),
    ],
)  # fmt: skip
def test_an_error_leads_to_its_field_and_keeps_everything(
    client, draft, section, wrong, field, message
):
    data = fields_of(client.get(address(draft, section))) | wrong
    response = client.post(address(draft, section), data)
    assert response.status_code == 422
    page = response.content.decode()
    assert f'href="#{field}"' in page
    assert f'id="{field}"' in page
    assert message in html.unescape(page)
    kept = fields_of(response)
    assert {name: kept[name] for name in wrong} == wrong
    assert Initiative.objects.get(pk=draft.pk).version == 1


def test_an_error_is_never_guessed_from_a_forged_form(client, draft):
    url = address(draft, "composantes")
    for forged in [
        {},
        {"components-TOTAL_FORMS": "zz", "version": "x", "seen": "y"},
        {"components-TOTAL_FORMS": "99999", "components-INITIAL_FORMS": "0"},
        {"add": "components"},
        {"add": "initiatives", "components-TOTAL_FORMS": "1", "components-INITIAL_FORMS": "0"},
    ]:
        assert client.post(url, forged).status_code in {200, 302, 422}
    assert client.get(url.replace("composantes", "inconnue")).status_code == 404


def test_a_holder_may_be_named_and_one_only_chooses_among_ones_own(client, draft):
    foreign = OrganisationFactory(name="Ville lointaine")
    response = client.get(address(draft, "essentiel"))
    assert "Ville lointaine" not in response.content.decode()
    data = fields_of(response)
    assert (
        client.post(address(draft, "essentiel"), data | {"holder": foreign.pk}).status_code == 422
    )
    data |= {"new_holder_name": "Les Amis", "new_holder_kind": "association"}
    assert client.post(address(draft, "essentiel"), data).status_code == 302
    draft.refresh_from_db()
    assert draft.holder.name == "Les Amis"


# --- who, and at what price --------------------------------------------------------------------
def test_writing_is_for_those_who_may(client):
    card = InitiativeFactory(published=True)
    names = [("edit_section", [card.slug, "besoin"]), ("overview", [card.slug])]
    for name, args in names:
        url = reverse(f"initiatives:{name}", args=args)
        assert client.get(url).status_code == 302
    client.force_login(UserFactory())
    for name, args in names:
        url = reverse(f"initiatives:{name}", args=args)
        assert client.get(url).status_code == 403
    response = client.post(address(card, "besoin"), {"need": "Pas à moi."})
    assert response.status_code == 403
    hidden = InitiativeFactory()
    assert client.get(address(hidden, "besoin")).status_code == 404


def test_an_archived_card_is_not_changed(client):
    card = InitiativeFactory(archived=True, author=UserFactory())
    client.force_login(card.author)
    data = fields_of(client.get(address(card, "besoin"))) | {"need": "Trop tard."}
    response = client.post(address(card, "besoin"), data)
    assert response.status_code == 422
    assert "archivée" in response.content.decode()
    assert fields_of(response)["need"] == "Trop tard."


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_costs_the_same_with_1_3_and_50_rows(client, section):
    counts = []
    for rows in [1, 3, 50]:
        card = InitiativeFactory(author=UserFactory(), steps=["Un"] * rows)
        fill_lists(card, rows)
        client.force_login(card.author)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(card, section)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 18
