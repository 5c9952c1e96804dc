"""A second factor: an application or a key, asked of those who decide for others."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management import call_command
from django.test import Client

from essaim.people import rules
from essaim.people.actions.accounts import create_account
from essaim.people.adapter import SecondFactorAdapter
from essaim.people.models import User
from tests.people.factories import MembershipFactory, UserFactory

PASSWORD = "une phrase de passe longue"

pytestmark = pytest.mark.django_db


def current(secret: str) -> str:
    """What the telephone's application shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def required(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = True


def person(email: str = "claire@exemple.fr", **fields: Any) -> User:
    return create_account(email=email, name="Claire", password=PASSWORD, **fields)


def by_password(client: Client, email: str = "claire@exemple.fr") -> Any:
    return client.post("/compte/login/", {"login": email, "password": PASSWORD})


def activate(client: Client) -> str:
    """The whole page by page; returns the secret of the application."""
    address = "/compte/double-authentification/totp/activate/"
    asked = client.get(address)
    if asked.status_code == 302:
        client.post(asked["Location"], {"password": PASSWORD})
    page = client.get(address).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert secret
    answer = client.post(address, {"code": current(secret.group(1))})
    assert answer["Location"] == "/compte/double-authentification/recovery-codes/"
    return secret.group(1)


def test_an_application_is_activated_then_asked_at_each_sign_in(client: Client) -> None:
    person()
    by_password(client)
    secret = activate(client)
    codes = re.findall(
        r"<code>(\d{8})</code>",
        client.get("/compte/double-authentification/recovery-codes/").content.decode(),
    )
    assert len(codes) == 10
    later = Client()
    assert by_password(later)["Location"] == "/compte/double-authentification/authenticate/"
    assert later.get("/compte/profil").status_code == 302
    wrong = later.post("/compte/double-authentification/authenticate/", {"code": "000000"})
    assert 'aria-invalid="true"' in wrong.content.decode()
    # A code serves once: the one that activated is spent.
    later.post("/compte/double-authentification/authenticate/", {"code": codes[0]})
    assert later.get("/compte/profil").status_code == 200
    assert secret


def test_the_secret_is_not_kept_in_clear(client: Client) -> None:
    person()
    by_password(client)
    secret = activate(client)
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert SecondFactorAdapter().decrypt(kept) == secret


def test_a_former_key_of_the_site_still_opens(settings: Any) -> None:
    closed = SecondFactorAdapter().encrypt("SECRET")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "n" * 60
    assert SecondFactorAdapter().decrypt(closed) == "SECRET"


@pytest.mark.parametrize("role", ["is_manager", "is_administrator"])
def test_whoever_decides_for_others_activates_one_first(
    client: Client, required: None, role: str
) -> None:
    person(**{role: True})
    by_password(client)
    for path in ("/", "/gestion", "/initiatives", "/compte/profil", "/admin/", "/nulle-part"):
        answer = client.get(path)
        expected = "/compte/double-authentification/"
        if path == "/nulle-part":
            assert answer.status_code == 404
        else:
            assert answer["Location"] == expected, path
    page = client.get("/compte/double-authentification/").content.decode()
    assert "À faire avant de continuer" in page
    assert client.post("/langue", {"language": "en", "next": "/"}).status_code == 302
    assert client.get("/healthz/live").status_code == 200
    client.post("/langue", {"language": "fr", "next": "/"})
    activate(client)
    assert client.get("/compte/profil").status_code == 200
    client.post("/compte/logout/")
    assert client.get("/initiatives").status_code == 200


def test_a_form_sent_without_it_changes_nothing(client: Client, required: None) -> None:
    user = person(is_manager=True)
    client.force_login(user)
    client.post("/compte/profil", {"name": "Autre nom"})
    user.refresh_from_db()
    assert user.name == "Claire"


def test_others_are_not_asked(client: Client, required: None) -> None:
    client.force_login(person())
    assert client.get("/compte/profil").status_code == 200
    assert "À faire" not in client.get("/compte/double-authentification/").content.decode()


def test_a_role_given_while_signed_in_asks_at_the_next_page(client: Client, required: None) -> None:
    user = person()
    client.force_login(user)
    assert client.get("/compte/profil").status_code == 200
    User.objects.filter(pk=user.pk).update(is_manager=True)
    assert client.get("/compte/profil").status_code == 302


def test_who_needs_one() -> None:
    assert not rules.needs_second_factor(person("a@exemple.fr"))
    assert rules.needs_second_factor(person("b@exemple.fr", is_manager=True))
    assert rules.needs_second_factor(person("c@exemple.fr", is_administrator=True))
    assert rules.needs_second_factor(MembershipFactory(functions=["funder"]).user)
    assert rules.needs_second_factor(UserFactory(is_staff=True)), "enters the back room"
    assert not rules.needs_second_factor(MembershipFactory(functions=["holder"]).user)


def test_wrong_codes_are_limited(client: Client) -> None:
    user = person()
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    by_password(client)
    for _ in range(12):
        answer = client.post("/compte/double-authentification/authenticate/", {"code": "000000"})
    good = client.post(
        "/compte/double-authentification/authenticate/", {"code": current("JBSWY3DPEHPK3PXP")}
    )
    assert answer.status_code == 200
    assert good.status_code == 200
    assert client.get("/compte/profil").status_code == 302


@pytest.mark.parametrize(
    "path", ["", "totp/activate/", "webauthn/", "webauthn/add/", "recovery-codes/generate/"]
)
def test_its_pages_wear_the_sites_clothes(client: Client, path: str) -> None:
    user = create_account(email="sans@exemple.fr")
    if "recovery" in path:
        TOTP.activate(user, "JBSWY3DPEHPK3PXP")
        client.force_login(user)
        user.set_password(PASSWORD)
    client.force_login(user)
    answer = client.get(f"/compte/double-authentification/{path}")
    if answer.status_code == 302:  # asks who one is again
        answer = client.get(answer["Location"])
    page = answer.content.decode()
    assert page.count("<h1") == 1
    assert "– Essaim</title>" in page


def test_the_operator_is_told_where_it_is_off(settings: Any, capsys: Any) -> None:
    settings.LOCAL = False
    settings.ALLOWED_HOSTS = ["essaim.example.fr"]
    settings.REQUIRE_SECOND_FACTOR = False
    with pytest.raises(SystemExit):
        call_command("check_deploy")
    assert "ESSAIM_REQUIRE_SECOND_FACTOR" in capsys.readouterr().out


def test_a_key_is_renamed_and_removed_by_its_owner_only(client: Client) -> None:
    owner = person()
    key = Authenticator.objects.create(
        user=owner, type="webauthn", data={"name": "Clé", "credential": {}}
    )
    person("autre@exemple.fr")
    by_password(client, "autre@exemple.fr")
    client.post("/compte/reauthenticate/", {"password": PASSWORD})
    for act in ("edit", "remove"):
        address = f"/compte/double-authentification/webauthn/keys/{key.pk}/{act}/"
        assert client.get(address).status_code == 404
        assert client.post(address, {"name": "Prise"}).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()
