"""One's own account, and the organisations' pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from essaim.people.models import Membership, Organisation
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_person_chooses_the_name_others_read(client: Client) -> None:
    claire = UserFactory(name="Claire")
    client.force_login(claire)
    page = client.get("/compte/profil")
    assert b'value="Claire"' in page.content
    answer = client.post("/compte/profil", {"name": "Claire M.", "name_is_public": "on"})
    assert answer.status_code == 302
    claire.refresh_from_db()
    assert (claire.name, claire.name_is_public) == ("Claire M.", True)


def test_a_refused_profile_says_why_beside_the_field_and_on_top(client: Client) -> None:
    client.force_login(UserFactory())
    page = client.post("/compte/profil", {"name": ""}).content.decode()
    assert '<a href="#id_name">Nom affiché</a>' in page
    assert 'id="id_name_error"' in page
    assert 'aria-describedby="id_name_error"' in page
    assert 'aria-invalid="true"' in page


def test_a_visitor_is_sent_to_the_sign_in_page_and_back(client: Client) -> None:
    answer = client.get("/compte/profil")
    assert answer.status_code == 302
    assert answer["Location"] == "/compte/login/?next=/compte/profil"


def test_organisations_are_listed_searched_and_paginated(
    client: Client, django_assert_num_queries: Any
) -> None:
    for _ in range(35):
        OrganisationFactory()
    OrganisationFactory(name="Épicerie solidaire")
    with django_assert_num_queries(2):
        page = client.get("/organisations").content.decode()
    assert "36 organisations" in page
    assert 'href="?page=2"' in page
    found = client.get("/organisations", {"q": "epicerie", "page": "zéro"}).content.decode()
    assert "Épicerie solidaire" in found
    assert "1 organisation" in found
    empty = client.get("/organisations?q=introuvable").content.decode()
    assert "Rien ne passe ce filtre" in empty and "Épicerie" not in empty


def test_a_list_costs_the_same_whatever_its_length(
    client: Client, django_assert_num_queries: Any
) -> None:
    for total in (1, 3, 50):
        while Organisation.objects.count() < total:
            OrganisationFactory()
        with django_assert_num_queries(2):
            client.get("/organisations")


def test_a_long_odd_search_is_answered(client: Client) -> None:
    for words in (
        "é" * 10_000,
        "'; DROP TABLE people_user; --",
        "<script>alert(1)</script>",
        "🐝%_",
    ):
        answer = client.get("/organisations", {"q": words})
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.content


def test_a_public_page_shows_no_address_and_only_names_made_public(client: Client) -> None:
    organisation = OrganisationFactory()
    reserved = MembershipFactory(organisation=organisation).user
    public = MembershipFactory(organisation=organisation, user__name_is_public=True).user
    page = client.get(organisation.get_absolute_url()).content.decode()
    assert public.name in page
    assert reserved.name not in page
    assert "@exemple.fr" not in page
    client.force_login(UserFactory())
    page = client.get(organisation.get_absolute_url()).content.decode()
    assert reserved.name in page
    assert "@exemple.fr" not in page


def test_visitors_never_read_an_address_typed_in_a_name(client: Client) -> None:
    network = OrganisationFactory(name="Réseau reseau@exemple.fr", kind="network")
    named = OrganisationFactory(name="Atelier de Claire, claire@exemple.fr, 01 02 03 04 05")
    pages = (named.get_absolute_url(), network.get_absolute_url(), "/organisations")
    for address in pages:
        page = client.get(address).content.decode()
        assert "@exemple.fr" not in page and "01 02 03 04 05" not in page
        assert "[adresse e-mail réservée aux membres]" in page
    client.force_login(UserFactory())
    assert (
        '<h1 lang="fr">Atelier de Claire, claire@exemple.fr'
        in client.get(named.get_absolute_url()).content.decode()
    )


def test_a_card_holder_creates_an_organisation(client: Client) -> None:
    holder = UserFactory()
    client.force_login(holder)
    typed = {"name": "Les Jardins de Lucie", "kind": "association", "siren": "552 100 555"}
    page = client.post("/organisations/nouvelle", typed).content.decode()
    assert "552 100 555" in page, "what was typed is still there"
    assert "n’est pas un SIREN" in page
    answer = client.post("/organisations/nouvelle", typed | {"siren": "552 100 554"})
    assert answer["Location"] == "/organisations/les-jardins-de-lucie"
    membership = Membership.objects.get(user=holder)
    assert membership.role == Membership.Role.REPRESENTATIVE
    assert "552100554" in client.get(answer["Location"]).content.decode()


def test_creating_it_twice_is_told_not_crashed(client: Client) -> None:
    client.force_login(UserFactory())
    typed = {"name": "Les Jardins de Lucie", "kind": "association"}
    client.post("/organisations/nouvelle", typed)
    answer = client.post("/organisations/nouvelle", typed)
    assert answer.status_code == 200
    assert "porte déjà ce nom" in answer.content.decode()


def test_only_those_who_may_change_an_organisation(client: Client) -> None:
    organisation = OrganisationFactory(name="Atelier")
    address = f"{organisation.get_absolute_url()}/modifier"
    assert client.get(address).status_code == 302
    client.force_login(MembershipFactory(organisation=organisation).user)
    assert client.get(address).status_code == 403
    assert client.post(address, {"name": "Pris", "kind": "company"}).status_code == 403
    client.force_login(MembershipFactory(organisation=organisation, role="representative").user)
    assert 'value="Atelier"' in client.get(address).content.decode()
    client.post(address, {"name": "Atelier du Port", "kind": "company"})
    organisation.refresh_from_db()
    assert organisation.name == "Atelier du Port"
