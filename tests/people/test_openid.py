"""Signing in with ProConnect, against a real provider in its own process."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client

from essaim.people.actions.accounts import create_account
from essaim.people.models import Membership, MembershipRequest, User
from tests.people.factories import MembershipFactory, OrganisationFactory
from tests.people.openid import SIGN_UP, Provider, parameters

pytestmark = pytest.mark.django_db

CODE = re.compile(r"^ {4}([A-Z0-9-]+)$", re.M)
CLAIRE = {
    "email": "claire@ville.example", "given_name": "Claire", "usual_name": "Martin",
    "uid": "cm", "siret": "26380012000010",
}  # fmt: skip
SIREN = "263800120"  # its nine first digits, the key of Luhn included


@pytest.fixture
def claire(provider: Provider) -> Provider:
    provider.person("claire", **CLAIRE)
    return provider


def confirm(client: Client) -> Any:
    code = CODE.search(str(mail.outbox[-1].body))
    assert code, mail.outbox[-1].body
    return client.post("/compte/confirm-email/", {"code": code.group(1)})


def signed_in(client: Client) -> bool:
    return client.get("/compte/profil").status_code == 200


def test_nothing_shows_where_no_provider_is_named(client: Client) -> None:
    for path in ("/compte/login/", "/compte/signup/"):
        assert "ProConnect" not in client.get(path).content.decode()
    for path in ("/compte/proconnect/", "/compte/proconnect/retour?code=x&state=y"):
        assert client.get(path).status_code == 404


def test_the_whole_way_in(client: Client, claire: Provider) -> None:
    for path in ("/compte/login/", "/compte/signup/"):
        assert "S’identifier avec ProConnect" in client.get(path).content.decode()
    away = client.post("/compte/proconnect/")
    asked = parameters(away["Location"])
    assert set(asked["scope"].split()) == {
        "openid", "given_name", "usual_name", "email", "uid", "siret"
    }  # fmt: skip
    assert asked["acr_values"] == "eidas1"
    assert asked["redirect_uri"] == "http://testserver/compte/proconnect/retour"
    assert len(asked["state"]) >= 16 and len(asked["nonce"]) >= 16
    assert asked["code_challenge_method"] == "S256"
    back = client.get(claire.authorize(away["Location"], "claire"))
    # The first time, as whoever signs up: the address given, and two boxes that nobody ticked.
    assert back["Location"] == SIGN_UP
    shown = client.get(SIGN_UP).content.decode()
    assert 'value="claire@ville.example"' in shown and "checked" not in shown
    assert not User.objects.exists()
    back = client.post(SIGN_UP, {"email": "claire@ville.example", "mail_at_once": "on"})
    # The address is confirmed by a code, as any other.
    assert back["Location"] == "/compte/confirm-email/"
    assert not signed_in(client)
    confirm(client)
    assert signed_in(client)
    user = User.objects.get()
    assert (user.name, user.email) == ("Claire Martin", "claire@ville.example")
    assert not user.has_usable_password()
    assert user.mail_settings.waits_by_mail and user.mail_settings.digest == "never"
    account = SocialAccount.objects.get()
    assert account.uid == f"{claire.url} claire"
    assert set(account.extra_data) <= {
        "iss", "sub", "uid", "siret", "email", "given_name", "usual_name"
    }  # fmt: skip
    assert "code_verifier" in claire.seen()["token"]

    again = Client()
    claire.sign_in(again, "claire")
    assert signed_in(again)
    assert User.objects.count() == 1


def known(claire: Provider) -> Client:
    """Claire has been here once."""
    client = Client()
    claire.sign_in(client, "claire")
    confirm(client)
    mail.outbox.clear()
    return client


def test_another_address_at_the_provider_is_still_the_same_account(claire: Provider) -> None:
    known(claire)
    claire.person("claire", **CLAIRE | {"email": "nouvelle@ville.example"})
    client = Client()
    claire.sign_in(client, "claire")
    assert signed_in(client)
    assert User.objects.get().email == "claire@ville.example"


def test_the_same_subject_of_another_issuer_is_somebody_else(claire: Provider) -> None:
    other = create_account(email="autre@exemple.fr")
    SocialAccount.objects.create(
        user=other, provider="proconnect", uid="http://elsewhere.example claire"
    )
    client = Client()
    claire.sign_in(client, "claire")
    assert not signed_in(client)
    assert User.objects.count() == 2


def test_an_address_that_has_an_account_opens_nothing_and_tells_only_its_owner(
    claire: Provider,
) -> None:
    """The same page as for a new address; the explanation goes to the mailbox."""
    known_address = create_account(email=CLAIRE["email"], password="une phrase de passe longue")
    client = Client()
    back = claire.sign_in(client, "claire")
    shown = client.get(back["Location"]).content.decode()
    assert not signed_in(client)
    (message,) = mail.outbox
    assert message.to == [CLAIRE["email"]]
    assert "a déjà le sien" in str(message.body)
    assert "ProConnect" in str(message.body)
    assert not SocialAccount.objects.exists()

    claire.person("bruno", email="bruno@ville.example")
    newcomer = Client()
    back = claire.sign_in(newcomer, "bruno")
    other = newcomer.get(back["Location"]).content.decode()

    def bare(page: str, email: str) -> str:
        return re.sub(r'(value=|Token": )"[^"]*"', "", page.replace(email, "…"))

    assert bare(shown, CLAIRE["email"]) == bare(other, "bruno@ville.example")
    # Signed in first, the person links both from their account.
    owner = Client()
    owner.force_login(known_address)
    answer = claire.sign_in(owner, "claire", process="connect")
    assert answer["Location"] == "/compte/reauthenticate/"
    assert not SocialAccount.objects.filter(user=known_address).exists()
    answer = owner.post(answer["Location"], {"password": "une phrase de passe longue"})
    assert answer["Location"] == "/compte/identites/"
    assert SocialAccount.objects.filter(user=known_address).exists()
    later = Client()
    claire.sign_in(later, "claire")
    assert signed_in(later)


def test_an_identity_already_linked_elsewhere_is_not_taken(claire: Provider) -> None:
    known(claire)
    other = create_account(email="autre@exemple.fr", password="une phrase de passe longue")
    client = Client()
    client.force_login(other)
    asked = claire.sign_in(client, "claire", process="connect")
    client.post(asked["Location"], {"password": "une phrase de passe longue"})
    assert SocialAccount.objects.get().user != other
    page = client.get("/compte/identites/").content.decode()
    assert "Relier ProConnect" in page


@pytest.mark.parametrize(
    "kind",
    [
        "bad_signature", "none", "shared_secret", "unknown_key", "wrong_audience", "wrong_issuer",
        "wrong_subject", "expired", "plain", "id_token:bad_signature", "id_token:none",
        "id_token:wrong_audience", "id_token:wrong_issuer", "id_token:wrong_nonce",
        "id_token:expired", "id_token:shared_secret",
    ],
)  # fmt: skip
def test_what_is_not_signed_for_us_is_refused(claire: Provider, kind: str) -> None:
    known(claire)
    claire.fault(kind)
    client = Client()
    answer = claire.sign_in(client, "claire")
    assert answer.status_code == 401
    page = answer.content.decode()
    assert page.count("<h1") == 1
    assert "Réessayez" in page
    assert not signed_in(client)


def test_plain_userinfo_passes_only_where_the_operator_accepts_it(
    claire: Provider, settings: Any
) -> None:
    known(claire)
    settings.OPENID = settings.OPENID | {"plain_userinfo": True}
    claire.fault("plain")
    client = Client()
    claire.sign_in(client, "claire")
    assert signed_in(client)


def test_a_state_serves_once_and_only_in_its_own_browser(claire: Provider) -> None:
    known(claire)
    client = Client()
    away = client.post("/compte/proconnect/")
    back = claire.authorize(away["Location"], "claire")
    stranger = Client()
    assert stranger.get(back).status_code == 401
    assert not signed_in(stranger)
    client.get(back)
    assert signed_in(client)
    client.post("/compte/logout/")
    assert client.get(back).status_code == 401
    assert not signed_in(client)


def test_someone_who_says_no_is_brought_back(claire: Provider) -> None:
    client = Client()
    away = client.post("/compte/proconnect/")
    back = claire.authorize(away["Location"], "claire", action="deny")
    state = parameters(away["Location"])["state"]
    # The provider of the tests forgets the state in its refusal; ProConnect sends it back.
    back += "" if "state=" in back else f"&state={state}"
    answer = client.get(back)
    assert answer["Location"] == "/compte/identites/login/cancelled/"
    page = client.get(answer["Location"]).content.decode()
    assert page.count("<h1") == 1 and "/compte/login/" in page


def test_a_provider_that_does_not_answer_is_told(
    client: Client, provider: Any, settings: Any
) -> None:
    settings.OPENID = settings.OPENID | {"server": "http://localhost:9"}
    answer = client.post("/compte/proconnect/")
    assert answer.status_code == 401
    assert "Réessayez" in answer.content.decode()


def test_reading_the_address_signs_nobody_in(client: Client, claire: Provider) -> None:
    page = client.get("/compte/proconnect/")
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


def test_signing_out_ends_both_sessions(claire: Provider) -> None:
    client = known(claire)
    out = client.post("/compte/logout/")
    assert out["Location"] == "/compte/proconnect/deconnexion"
    assert not signed_in(client)
    page = client.get(out["Location"]).content.decode()
    address = re.search(r'href="(http://localhost:[^"]+)"', page)
    assert address
    there = address.group(1).replace("&amp;", "&")
    assert there.startswith(f"{claire.url}/oauth2/end_session?")
    sent = parameters(there)
    assert sent["id_token_hint"].count(".") == 2
    assert sent["post_logout_redirect_uri"] == "http://testserver/compte/proconnect/deconnecte"
    back = client.get("/compte/proconnect/deconnecte", {"state": sent["state"]})
    assert back["Location"] == "/"
    assert "ici et de ProConnect" in client.get("/").content.decode()


def test_a_forged_return_from_signing_out_says_nothing(claire: Provider) -> None:
    client = known(claire)
    client.post("/compte/logout/")
    client.get("/compte/proconnect/deconnecte", {"state": "invented"})
    assert "ici et de ProConnect" not in client.get("/").content.decode()


def test_whoever_signed_in_otherwise_signs_out_at_once(client: Client, claire: Provider) -> None:
    create_account(email="x@exemple.fr", password="une phrase de passe longue")
    client.post(
        "/compte/login/", {"login": "x@exemple.fr", "password": "une phrase de passe longue"}
    )
    assert client.post("/compte/logout/")["Location"] == "/"


class TestOrganisation:
    """From the SIRET that the provider gives."""

    def test_is_proposed_and_joined_on_a_yes(self, claire: Provider) -> None:
        organisation = OrganisationFactory(name="Ville d’exemple", siren=SIREN)
        client = Client()
        claire.sign_in(client, "claire")
        answer = confirm(client)
        assert answer["Location"] == "/compte/proconnect/organisation"
        page = client.get(answer["Location"]).content.decode()
        assert "Ville d’exemple" in page
        assert not Membership.objects.exists()
        client.post("/compte/proconnect/organisation", {"siren": SIREN, "join": "1"})
        membership = Membership.objects.get()
        assert (membership.organisation, membership.role) == (organisation, "member")
        # Nothing is asked any more.
        assert client.get("/compte/proconnect/organisation").status_code == 302

    def test_asks_those_who_represent_it(self, claire: Provider) -> None:
        organisation = OrganisationFactory(siren=SIREN)
        MembershipFactory(organisation=organisation, role="representative")
        client = known(claire)
        client.post("/compte/proconnect/organisation", {"siren": SIREN, "join": "1"})
        request = MembershipRequest.objects.get()
        assert (request.organisation, request.is_pending) == (organisation, True)
        assert "ProConnect" in request.message
        assert not Membership.objects.filter(user=request.user).exists()
        # Asked once: not proposed again while it waits.
        assert client.get("/compte/proconnect/organisation").status_code == 302

    def test_is_not_proposed_again_after_a_no(self, claire: Provider) -> None:
        OrganisationFactory(siren=SIREN)
        client = known(claire)
        client.post("/compte/proconnect/organisation", {"siren": SIREN, "decline": "1"})
        again = Client()
        answer = claire.sign_in(again, "claire")
        assert "proconnect" not in answer["Location"]
        assert signed_in(again)
        assert not Membership.objects.exists()

    def test_unknown_is_offered_for_creation(self, claire: Provider) -> None:
        client = known(claire)
        page = client.get("/compte/proconnect/organisation").content.decode()
        assert SIREN in page and "/organisations/nouvelle" in page
        # Nothing is asked twice: the numbers are in the form.
        form = client.get("/organisations/nouvelle").context["form"]
        assert (form["siren"].value(), form["siret"].value()) == (SIREN, CLAIRE["siret"])
        client.post(
            "/organisations/nouvelle",
            {"name": "Ville d’exemple", "kind": "local_authority", "siret": CLAIRE["siret"]},
        )
        membership = Membership.objects.get()
        assert membership.role == "representative" and membership.organisation.siren == SIREN
        form = client.get("/organisations/nouvelle").context["form"]
        assert not form["siren"].value()

    def test_name_that_the_provider_gives_is_in_the_form(self, claire: Provider) -> None:
        claire.person("claire", **CLAIRE | {"organization_name": "Ville d’exemple"})
        client = known(claire)
        assert client.get("/organisations/nouvelle").context["form"]["name"].value() == (
            "Ville d’exemple"
        )
        assert "organization_name" in SocialAccount.objects.get().extra_data

    def test_another_establishment_of_the_same_whole_is_not_proposed(
        self, claire: Provider
    ) -> None:
        OrganisationFactory(name="Ailleurs", siren=SIREN, siret=f"{SIREN}00026")
        client = known(claire)
        page = client.get("/compte/proconnect/organisation").content.decode()
        assert "Ailleurs" not in page and "/organisations/nouvelle" in page
        OrganisationFactory(name="A – le tout", siren=SIREN)
        assert "le tout" in client.get("/compte/proconnect/organisation").content.decode()
        OrganisationFactory(name="Le bon service", siren=SIREN, siret=CLAIRE["siret"])
        assert "Le bon service" in client.get("/compte/proconnect/organisation").content.decode()

    def test_of_somebody_else_is_not_joined_by_a_forged_form(self, claire: Provider) -> None:
        OrganisationFactory(siren="552100554")
        client = known(claire)
        client.post("/compte/proconnect/organisation", {"siren": "552100554", "join": "1"})
        assert not Membership.objects.exists()

    def test_role_already_held_is_kept(self, claire: Provider) -> None:
        organisation = OrganisationFactory(siren=SIREN)
        client = known(claire)
        MembershipFactory(user=User.objects.get(), organisation=organisation, role="representative")
        client.post("/compte/proconnect/organisation", {"siren": SIREN, "join": "1"})
        assert Membership.objects.get().role == "representative"


def test_a_person_without_address_at_the_provider_gives_one(provider: Provider) -> None:
    provider.person("sans-adresse", given_name="Ana", usual_name="Ruiz")
    client = Client()
    assert provider.sign_in(client, "sans-adresse").status_code == 200  # an address is missing
    page = client.get(SIGN_UP).content.decode()
    assert page.count("<h1") == 1 and "ne nous a pas donné" in page
    client.post(SIGN_UP, {"email": "ana@exemple.fr"})
    confirm(client)
    assert signed_in(client)
    assert EmailAddress.objects.get().verified
    assert User.objects.get().name == "Ana Ruiz"
