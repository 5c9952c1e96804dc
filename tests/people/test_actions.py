"""Accounts and organisations: created once, by whoever may, with numbers that exist."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError

from essaim.common.errors import DomainError
from essaim.people.actions import accounts, organisations
from essaim.people.models import Membership, Organisation
from essaim.people.siren import clean_siren
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

SIREN = "552100554"
pytestmark = pytest.mark.django_db


def test_who_creates_an_organisation_represents_it() -> None:
    claire = UserFactory()
    organisation = organisations.create_organisation(
        name="  CCAS   de Lorient ", kind="ccas", siren="552 100 554", by=claire
    )
    assert (organisation.name, organisation.slug) == ("CCAS de Lorient", "ccas-de-lorient")
    assert organisation.siren == SIREN
    assert organisation.memberships.get().role == Membership.Role.REPRESENTATIVE


def test_the_same_siren_is_refused_and_names_who_has_it() -> None:
    OrganisationFactory(name="La Ressourcerie", siren=SIREN)
    with pytest.raises(DomainError, match="La Ressourcerie") as caught:
        organisations.create_organisation(name="Ressourcerie", siren=SIREN)
    assert caught.value.field == "siren"


def test_without_siren_the_same_name_of_the_same_nature_is_refused() -> None:
    organisations.create_organisation(name="Les Potagers", kind="association")
    with pytest.raises(DomainError) as caught:
        organisations.create_organisation(name="les potagers", kind="association")
    assert caught.value.field == "name"
    assert (
        organisations.create_organisation(name="Les Potagers", kind="company").slug
        == "les-potagers-2"
    )


@pytest.mark.parametrize(
    "number", ["552100555", "12345678", "ABCDEFGHI", "5521005540", "٥٥٢١٠٠٥٥٤"]
)
def test_a_siren_no_register_would_give_is_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        clean_siren(number)
    with pytest.raises(DomainError) as caught:
        organisations.create_organisation(name="Essai", siren=number)
    assert caught.value.field == "siren"


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("552 100 554 00013", True),
        ("55210055400014", False),
        ("55210055500013", False),
        ("5521005540001", False),
        ("35600000000048", True),  # La Poste, its head office: the ordinary check
        ("35600000049837", True),  # La Poste: digits that sum to a multiple of five
        ("35600000049838", False),
    ],
)
def test_a_siret_is_checked_and_gives_its_siren(number: str, right: bool) -> None:
    if not right:
        with pytest.raises(DomainError) as caught:
            organisations.create_organisation(name="Essai", siret=number)
        assert caught.value.field == "siret"
        return
    made = organisations.create_organisation(name="Essai", siret=number)
    assert (made.siren, made.siret) == (number.replace(" ", "")[:9], number.replace(" ", ""))


def test_establishments_stand_beside_the_whole_they_belong_to() -> None:
    whole = organisations.create_organisation(name="La Régie", siren=SIREN)
    site = organisations.create_organisation(name="La Régie, site", siret=f"{SIREN}00013")
    find = organisations.find_or_create_organisation
    assert find(name="x", siren=SIREN) == (whole, False)
    assert find(name="x", siret=f"{SIREN}00013") == (site, False)
    with pytest.raises(DomainError) as caught:
        organisations.create_organisation(name="Autre", siret=f"{SIREN}00013")
    assert caught.value.field == "siret"
    with pytest.raises(DomainError, match="neuf premiers"):
        organisations.create_organisation(name="Autre", siren="356000000", siret=f"{SIREN}00013")
    assert set(Organisation.objects.matching(f"{SIREN} 00013", "")) == {whole, site}


def test_an_import_finds_again_the_organisation_it_created() -> None:
    first, created = organisations.find_or_create_organisation(
        name="Régie de quartier", siren=SIREN
    )
    again, created_again = organisations.find_or_create_organisation(name="La régie", siren=SIREN)
    assert (created, created_again, first) == (True, False, again)
    unnumbered, _ = organisations.find_or_create_organisation(name="UNCCAS", kind="network")
    same, created = organisations.find_or_create_organisation(name="unccas", kind="network")
    assert (same, created) == (unnumbered, False)
    with pytest.raises(DomainError) as caught:
        organisations.find_or_create_organisation(name="UNCCAS", kind="guilde")
    assert caught.value.field == "kind"


def test_a_new_name_keeps_the_address() -> None:
    organisation = OrganisationFactory(name="Atelier", slug="atelier")
    organisations.change_organisation(
        organisation, name="Atelier du Port", kind="association", siren="", territory=None
    )
    organisation.refresh_from_db()
    assert (organisation.name, organisation.slug) == ("Atelier du Port", "atelier")
    OrganisationFactory(name="Voisins", siren=SIREN)
    with pytest.raises(DomainError):
        organisations.change_organisation(
            organisation, name="Atelier", kind="association", siren=SIREN, territory=None
        )


def test_no_organisation_takes_the_address_of_a_page() -> None:
    assert organisations.create_organisation(name="Nouvelle").slug == "nouvelle-2"
    assert organisations.create_organisation(name="!!!").slug == "organisation"


def test_adding_a_member_twice_changes_the_role_only() -> None:
    organisation, user = OrganisationFactory(), UserFactory()
    organisations.add_member(organisation, user)
    organisations.add_member(organisation, user, role=Membership.Role.REPRESENTATIVE)
    assert organisation.memberships.get().role == Membership.Role.REPRESENTATIVE


def test_an_operators_account_is_confirmed_and_unique() -> None:
    user = accounts.create_account(email=" Jean@Exemple.FR ", name="Jean", password="x")
    assert user.email == "jean@exemple.fr"
    assert EmailAddress.objects.get(user=user).verified
    with pytest.raises(DomainError):
        accounts.create_account(email="JEAN@exemple.fr")


def test_names_are_for_members_unless_the_person_says_otherwise() -> None:
    organisation = OrganisationFactory()
    reserved = MembershipFactory(organisation=organisation)
    public = MembershipFactory(organisation=organisation, user__name_is_public=True)
    nameless = MembershipFactory(organisation=organisation, user__name="")
    from django.contrib.auth.models import AnonymousUser

    assert list(organisation.members_visible_to(AnonymousUser())) == [public]
    seen = set(organisation.members_visible_to(UserFactory()))
    assert seen == {reserved, public}
    assert nameless not in seen


def test_searching_organisations_ignores_accents_and_reads_numbers() -> None:
    wanted = OrganisationFactory(name="Épicerie solidaire de Béziers", siren=SIREN)
    OrganisationFactory(name="Garage solidaire", kind="company")
    search = Organisation.objects.matching
    assert list(search("epicerie beziers", "")) == [wanted]
    assert list(search("552 100 554", "")) == [wanted]
    assert search("solidaire", "").count() == 2
    assert search("solidaire", "company").count() == 1
