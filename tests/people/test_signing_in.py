"""Signing up and in, with a password or a code, without telling who has an account."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from essaim.people.actions.accounts import create_account
from essaim.people.models import User

PASSWORD = "une phrase de passe longue"
CODE = re.compile(r"^ {4}([A-Z0-9-]+)$", re.M)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Attempts are counted in the cache, which outlives a test."""
    cache.clear()


def code_in(message: mail.EmailMessage) -> str:
    match = CODE.search(str(message.body))
    assert match, message.body
    return match.group(1)


def test_a_person_signs_up_with_a_name_and_an_address_only(client: Client) -> None:
    page = client.get("/compte/signup/").content.decode()
    assert 'name="name"' in page
    answer = client.post("/compte/signup/", {"name": "Claire Martin", "email": "Claire@Exemple.fr"})
    assert answer["Location"] == "/compte/confirm-email/"
    (message,) = mail.outbox
    assert message.subject == "[Essaim] Confirmez votre adresse e-mail"
    assert "Bonjour" in str(message.body)
    claire = User.objects.get()
    assert (claire.email, claire.name) == ("claire@exemple.fr", "Claire Martin")
    assert not claire.has_usable_password()
    assert not EmailAddress.objects.get().verified
    client.post("/compte/confirm-email/", {"code": code_in(message)})
    assert EmailAddress.objects.get().verified
    assert client.get("/compte/profil").status_code == 200


def test_a_wrong_code_opens_nothing(client: Client) -> None:
    client.post("/compte/signup/", {"name": "Claire", "email": "claire@exemple.fr"})
    page = client.post("/compte/confirm-email/", {"code": "AAAAAA"})
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.content.decode()
    assert client.get("/compte/profil").status_code == 302


def test_a_weak_password_is_refused_with_its_reason(client: Client) -> None:
    page = client.post(
        "/compte/signup/", {"name": "Claire", "email": "c@exemple.fr", "password1": "motdepasse"}
    ).content.decode()
    assert "12 caractères" in page
    assert not User.objects.exists()


def test_signing_in_with_a_password(client: Client) -> None:
    create_account(email="claire@exemple.fr", password=PASSWORD)
    answer = client.post("/compte/login/", {"login": "Claire@exemple.fr", "password": PASSWORD})
    assert answer["Location"] == "/mon-espace"
    assert "Se déconnecter" in client.get("/plan-du-site").content.decode()
    assert client.get("/compte/logout/").status_code == 200, "reading the page signs nobody out"
    assert client.get("/compte/profil").status_code == 200
    client.post("/compte/logout/")
    assert client.get("/compte/profil").status_code == 302


def test_signing_in_with_a_code(client: Client) -> None:
    create_account(email="claire@exemple.fr")
    answer = client.post("/compte/login/code/", {"email": "claire@exemple.fr"})
    assert answer["Location"] == "/compte/login/code/confirm/"
    (message,) = mail.outbox
    assert "code de connexion" in str(message.body)
    assert "http://testserver/" in str(message.body)
    client.post("/compte/login/code/confirm/", {"code": code_in(message)})
    assert client.get("/compte/profil").status_code == 200


def test_mail_is_in_the_readers_language(client: Client) -> None:
    create_account(email="claire@exemple.fr")
    client.post("/langue", {"language": "en", "next": "/"})
    client.post("/compte/login/code/", {"email": "claire@exemple.fr"})
    (message,) = mail.outbox
    assert message.subject == "[Essaim] Sign-In Code"
    assert "Bonjour" not in str(message.body)


def test_a_known_and_an_unknown_address_get_the_same_answers(client: Client) -> None:
    create_account(email="connue@exemple.fr", password=PASSWORD)

    def answers(email: str) -> list[str]:
        cache.clear()
        visitor = Client()
        wrong = visitor.post("/compte/login/", {"login": email, "password": "pas la bonne phrase"})
        asked = visitor.post("/compte/login/code/", {"email": email})
        shown = visitor.get(asked["Location"])
        reset = visitor.post("/compte/password/reset/", {"email": email})
        newcomer = Client()
        signed_up = newcomer.post("/compte/signup/", {"name": "X", "email": email})
        after = newcomer.get(signed_up["Location"])
        pages = [wrong.content.decode(), asked["Location"], shown.content.decode()]
        pages += [reset["Location"], signed_up["Location"], after.content.decode()]
        return [re.sub(r'(value=|Token": )"[^"]*"', "", p.replace(email, "…")) for p in pages]

    assert answers("connue@exemple.fr") == answers("inconnue@exemple.fr")


def test_attempts_are_limited(client: Client) -> None:
    create_account(email="claire@exemple.fr", password=PASSWORD)
    for _ in range(6):
        client.post("/compte/login/", {"login": "claire@exemple.fr", "password": "mauvaise"})
    page = client.post("/compte/login/", {"login": "claire@exemple.fr", "password": PASSWORD})
    assert page.status_code == 200
    assert "Trop de tentatives" in page.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/compte/login/", "/compte/signup/", "/compte/login/code/", "/compte/password/reset/",
        "/compte/password/reset/done/", "/compte/inactive/",
    ],
)  # fmt: skip
def test_every_entrance_wears_the_sites_clothes(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert page.count("<h1") == 1
    assert "fr-header" in page
    assert "– Essaim</title>" in page


@pytest.mark.parametrize(
    "path",
    ["/compte/profil", "/compte/email/", "/compte/password/change/", "/compte/logout/"],
)
def test_every_account_page_wears_the_sites_clothes(client: Client, path: str) -> None:
    client.force_login(create_account(email="claire@exemple.fr", password=PASSWORD))
    page = client.get(path).content.decode()
    assert page.count("<h1") == 1
    assert "– Essaim</title>" in page
    assert "placeholder=" not in page.split("<main", 1)[1]


def test_someone_without_password_may_choose_one(client: Client) -> None:
    client.force_login(create_account(email="claire@exemple.fr"))
    assert client.get("/compte/password/change/")["Location"] == "/compte/password/set/"
    assert client.get("/compte/password/set/").status_code == 200
