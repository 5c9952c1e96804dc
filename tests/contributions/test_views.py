"""The pages of proposals, as people go through them."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.common.typography import french
from essaim.contributions.actions.proposals import accept_proposal
from essaim.contributions.models import Proposal
from essaim.initiatives.actions.cards import save_section
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import SECTIONS, digest, read_section
from tests.contributions.factories import ProposalFactory, propose
from tests.initiatives.factories import ComponentFactory, InitiativeFactory
from tests.initiatives.pages import fields_of
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def card():
    return InitiativeFactory(
        published=True, rich=True, need="Des objets jetés.", contact="Claire, 01 23 45 67 89"
    )


@pytest.fixture
def member(client):
    user = UserFactory(name="Dominique Martin")
    client.force_login(user)
    return user


def at(card: Initiative, name: str, *more: Any) -> str:
    return reverse(f"contributions:{name}", args=[card.slug, *more])


def text(response: Any) -> str:
    return html.unescape(response.content.decode())


def change(card: Initiative, slug: str, **columns: Any) -> None:
    now = read_section(Initiative.objects.get(pk=card.pk), SECTIONS[slug])
    save_section(card, slug, {**now, **columns}, by=card.author, version=-1, seen=digest(now))


# --- proposing ----------------------------------------------------------------------------
def test_from_the_card_to_a_proposal_sent(card, member, client):
    assert at(card, "choose") in client.get(card.get_absolute_url()).content.decode()
    for section in SECTIONS:
        assert at(card, "propose", section) in client.get(at(card, "choose")).content.decode()
        assert client.get(at(card, "propose", section)).status_code == 200
    data = fields_of(client.get(at(card, "propose", "besoin")))
    data |= {"need": "Des savoirs perdus.", "reason": "Vécu."}
    response = client.post(at(card, "propose", "besoin"), data, follow=True)
    page = text(response)
    assert "<ins>savoirs perdus.</ins>" in page
    assert "L’équipe de la fiche doit répondre" in page
    assert client.post(at(card, "propose", "besoin"), data).status_code == 302
    assert Proposal.objects.count() == 1


def test_what_only_the_holder_says_is_not_proposed(card, member, client):
    other = OrganisationFactory()
    data = fields_of(client.get(at(card, "propose", "essentiel")))
    assert not {"holder", "new_holder_name"} & set(data)
    data |= {"title": "Un autre titre", "reason": "x", "holder": other.pk, "new_holder_name": "Moi"}
    client.post(at(card, "propose", "essentiel"), data)
    proposal = Proposal.objects.get()
    assert proposal.content["holder"] == card.holder_id
    accept_proposal(proposal, by=card.author)
    assert Initiative.objects.get(pk=card.pk).holder == card.holder
    assert "consent_to_scale" not in fields_of(client.get(at(card, "propose", "materiel")))


def test_a_wrong_field_keeps_what_was_typed(card, member, client):
    data = fields_of(client.get(at(card, "propose", "preuves")))
    data |= {"checked_on": "juin", "what_failed": "Un long texte.", "reason": ""}
    response = client.post(at(card, "propose", "preuves"), data)
    assert response.status_code == 422
    assert "Rien n’a été envoyé" in text(response)
    assert fields_of(response)["what_failed"] == "Un long texte."


def test_a_row_is_added_without_javascript(card, member, client):
    data = fields_of(client.get(at(card, "propose", "materiel")))
    response = client.post(at(card, "propose", "materiel"), data | {"add": "materials"})
    assert response.status_code == 200
    again = fields_of(response)
    total = int(again["materials-TOTAL_FORMS"])
    again |= {f"materials-{total - 1}-title": "Notre guide", "reason": "Il sert."}
    assert client.post(at(card, "propose", "materiel"), again).status_code == 302
    assert Proposal.objects.get().content["materials"][-1]["title"] == "Notre guide"


def test_the_card_changed_while_one_wrote(card, member, client):
    data = fields_of(client.get(at(card, "propose", "besoin")))
    change(card, "besoin", need="Le texte d’entre-temps.")
    data |= {"need": "Ma proposition.", "reason": "Vécu."}
    response = client.post(at(card, "propose", "besoin"), data)
    assert response.status_code == 409
    assert "La fiche a changé pendant que vous écriviez" in text(response)
    again = fields_of(response)
    assert again["need"] == "Ma proposition."
    assert client.post(at(card, "propose", "besoin"), again).status_code == 302


def test_a_draft_is_kept_then_finished_on_the_card_as_it_became(card, member, client):
    data = fields_of(client.get(at(card, "propose", "besoin")))
    data |= {"need": "Mon brouillon.", "draft": "1"}
    assert client.post(at(card, "propose", "besoin"), data).status_code == 302
    draft = Proposal.objects.get()
    assert draft.state == "draft"
    assert at(card, "change_proposal", draft.pk) in client.get(at(card, "choose")).content.decode()
    change(card, "besoin", objectives="Des effets nouveaux.")
    again = fields_of(client.get(at(card, "change_proposal", draft.pk)))
    assert (again["need"], again["objectives"]) == ("Mon brouillon.", "Des effets nouveaux.")
    again["reason"] = "Mûri."
    assert client.post(at(card, "change_proposal", draft.pk), again).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "proposed"
    accept_proposal(draft, by=card.author)
    assert Initiative.objects.get(pk=card.pk).objectives == "Des effets nouveaux."


def test_a_session_that_expired_gives_the_text_back(card, member, client):
    data = fields_of(client.get(at(card, "propose", "besoin"))) | {"need": "Une heure de travail."}
    client.logout()
    assert client.post(at(card, "propose", "besoin"), data).status_code == 302
    client.force_login(member)
    response = client.get(at(card, "propose", "besoin"))
    assert fields_of(response)["need"] == "Une heure de travail."
    again = fields_of(response) | {"reason": "Vécu."}
    assert client.post(at(card, "propose", "besoin"), again).status_code == 302
    assert "Une heure" not in text(client.get(at(card, "propose", "besoin")))


def test_three_short_ways(card, member, client):
    component = ComponentFactory(initiative=card, margin=True)
    known = card.components.count()
    ways = {
        "variante": {"component": component.pk, "name": "", "variant": "Le dimanche"},
        "document": {
            "title_of_material": "Affiche", "url": "exemple.fr/affiche", "licence": ""
        },
        "echec": {"failure": "Le lundi ne prend pas."},
    }  # fmt: skip
    for kind, fields in ways.items():
        data = fields_of(client.get(at(card, "propose_short", kind))) | fields
        response = client.post(at(card, "propose_short", kind), data | {"reason": "Vécu."})
        assert response.status_code == 302, kind
        accept_proposal(Proposal.objects.latest("pk"), by=card.author)
    component.refresh_from_db()
    card.refresh_from_db()
    assert component.variants.splitlines()[-1] == "Le dimanche"
    assert card.components.count() == known
    assert card.materials.filter(title="Affiche", url="https://exemple.fr/affiche").exists()
    assert card.what_failed.endswith("\n\nLe lundi ne prend pas.")
    data = {**data, "key": "", "component": "", "name": "", "variant": "x"}
    assert client.post(at(card, "propose_short", "variante"), data).status_code == 422


# --- deciding -----------------------------------------------------------------------------
def test_the_holder_sees_the_difference_amends_and_accepts(card, member, client):
    proposal = propose(card, need="Des savoirs perdus, hélas.", by=member)
    client.force_login(card.author)
    assert "1 proposition à décider" in text(client.get(card.get_absolute_url()))
    assert "<ins>savoirs perdus, hélas.</ins>" in text(client.get(proposal.get_absolute_url()))
    data = fields_of(client.get(at(card, "amend", proposal.pk)))
    assert data["need"] == "Des savoirs perdus, hélas."
    data |= {"need": "Des savoirs perdus.", "word": "Merci !"}
    response = client.post(at(card, "amend", proposal.pk), data, follow=True)
    page = text(response)
    assert "acceptée avec des changements" in page
    assert "Ce que l’équipe a retenu" in page
    assert "Merci !" in page
    assert client.post(at(card, "amend", proposal.pk), data).status_code == 302
    history = text(client.get(reverse("initiatives:history", args=[card.slug])))
    assert "proposition acceptée" in history
    assert "Apporté par Dominique Martin" in history


def test_a_conflict_shows_three_columns_and_overwrites_nothing(card, member, client):
    proposal = propose(card, need="La proposition.", by=member)
    change(card, "besoin", need="Entre-temps.", objectives="D’autres effets.")
    client.force_login(card.author)
    response = client.post(at(card, "accept", proposal.pk), follow=True)
    page = text(response)
    assert "Rien n’a été écrasé" in page
    assert "Quand elle a été proposée" in page
    assert "Sur la fiche maintenant" in page
    assert Initiative.objects.get(pk=card.pk).need == "Entre-temps."
    data = fields_of(response)
    assert (data["need"], data["objectives"]) == ("La proposition.", "D’autres effets.")
    # Someone saves again while this page is open.
    change(card, "besoin", need="Encore.")
    response = client.post(at(card, "amend", proposal.pk), data | {"need": "Les deux."})
    assert response.status_code == 409
    assert Initiative.objects.get(pk=card.pk).need == "Encore."
    again = fields_of(response)
    assert again["need"] == "Les deux."
    assert client.post(at(card, "amend", proposal.pk), again).status_code == 302
    assert Initiative.objects.get(pk=card.pk).need == "Les deux."


def test_accepted_twice_by_two_people_the_second_is_told(card, member, client):
    proposal = propose(card, need="La proposition.", by=member)
    accept_proposal(proposal, by=card.author)
    client.force_login(UserFactory(manager=True))
    response = client.post(at(card, "accept", proposal.pk), follow=True)
    assert french("maintenant « acceptée »") in text(response)


def test_declined_the_author_reads_why(card, member, client):
    proposal = propose(card, need="Autre chose.", by=member)
    manager = Client()
    manager.force_login(card.author)
    assert manager.post(at(card, "decline", proposal.pk), {"reason": ""}).status_code == 422
    manager.post(at(card, "decline", proposal.pk), {"reason": "C’est un autre dispositif."})
    assert "C’est un autre dispositif." in text(client.get(proposal.get_absolute_url()))
    assert "déclinée" in text(client.get(reverse("contributions:mine")))


# --- credit -------------------------------------------------------------------------------
def test_who_brought_what_the_organisation_in_public_names_for_members(card, client):
    contributor = MembershipFactory(user__name="Claire Discrète").user
    organisation = contributor.memberships.get().organisation
    accept_proposal(
        propose(card, need="A.", by=contributor, organisation=organisation), by=card.author
    )
    nobody = UserFactory(name="Paul Petit")
    accept_proposal(propose(card, need="B.", by=nobody), by=card.author)
    public = UserFactory(name="Lou Public", name_is_public=True)
    accept_proposal(propose(card, need="C.", by=public), by=card.author)
    for address in (card.get_absolute_url(), at(card, "credits")):
        page = text(client.get(address))
        assert organisation.name in page
        assert "Lou Public" in page
        assert "Claire Discrète" not in page
        assert "Paul Petit" not in page
    client.force_login(UserFactory())
    page = text(client.get(card.get_absolute_url()))
    assert "Claire Discrète" in page
    assert "Paul Petit" in page


def test_a_proposal_of_others_is_not_read_nor_its_contact(card, member, client):
    proposal = propose(card, "materiel", url="https://exemple.fr/nouveau")
    assert client.get(proposal.get_absolute_url()).status_code == 404
    assert "nouveau" not in text(client.get(at(card, "proposals")))


def test_ones_own_contributions_drafts_first_then_the_latest(card, member, client):
    old = propose(card, need="Un besoin.", by=member)
    draft = ProposalFactory(card=card, author=member, draft=True)
    new = propose(card, need="Un autre.", by=member)
    page = client.get(reverse("contributions:mine"))
    assert list(page.context["page"]) == [draft, new, old]
    assert reverse("contributions:mine") in text(client.get("/mon-espace"))


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_lists_ask_as_much_whatever_the_number(card, client, rows, django_assert_max_num_queries):
    organisation = OrganisationFactory()
    for options in ({}, {"accepted": True}):
        ProposalFactory.create_batch(rows, card=card, organisation=organisation, **options)
    client.force_login(card.author)
    with django_assert_max_num_queries(8):
        client.get(at(card, "proposals"))
    with django_assert_max_num_queries(7):
        client.get(at(card, "credits"))
    with django_assert_max_num_queries(49):
        client.get(card.get_absolute_url())
    client.force_login(Proposal.objects.first().author)
    with django_assert_max_num_queries(5):
        client.get(reverse("contributions:mine"))
