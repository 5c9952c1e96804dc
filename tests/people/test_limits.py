"""Floods, guesses and curiosity: attempts are counted for all processes, nothing is revealed."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as configured
from django.core import mail
from django.core.cache import caches
from django.db import connection
from django.test import Client

from essaim.people.actions.accounts import create_account
from essaim.people.models import User

PASSWORD = "une phrase de passe longue"
CODE = re.compile(r"^ {4}([A-Z0-9-]+)$", re.M)
pytestmark = pytest.mark.django_db


def test_a_flood_of_sign_ups_is_stopped(client: Client) -> None:
    statuses = [
        client.post("/compte/signup/", {"name": "X", "email": f"x{n}@exemple.fr"}).status_code
        for n in range(25)
    ]
    assert statuses[-1] == 429
    assert User.objects.count() <= 20
    page = client.post("/compte/signup/", {"name": "X", "email": "x@exemple.fr"}).content.decode()
    assert page.count("<h1") == 1
    assert "– Essaim</title>" in page


def test_a_flood_from_one_place_leaves_the_others_alone() -> None:
    flood = Client(REMOTE_ADDR="192.0.2.1")
    for n in range(22):
        flood.post("/compte/signup/", {"name": "X", "email": f"x{n}@exemple.fr"})
    other = Client(REMOTE_ADDR="192.0.2.2")
    answer = other.post("/compte/signup/", {"name": "Claire", "email": "claire@exemple.fr"})
    assert answer.status_code == 302


def test_behind_a_proxy_each_client_is_counted_apart(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(22):
        # What the client invents comes first, what the proxy saw comes last.
        Client(headers={"X-Forwarded-For": f"10.0.0.{n}, 192.0.2.1"}).post(
            "/compte/signup/", {"name": "X", "email": f"x{n}@exemple.fr"}
        )
    same = Client(headers={"X-Forwarded-For": "10.9.9.9, 192.0.2.1"})
    assert same.post("/compte/signup/", {"name": "X", "email": "a@x.fr"}).status_code == 429
    other = Client(headers={"X-Forwarded-For": "192.0.2.2"})
    assert other.post("/compte/signup/", {"name": "X", "email": "b@x.fr"}).status_code == 302


def test_requests_for_codes_are_limited(client: Client) -> None:
    create_account(email="claire@exemple.fr")
    for _ in range(8):
        client.post("/compte/login/code/", {"email": "claire@exemple.fr"})
    assert len(mail.outbox) <= 3


def test_guesses_of_a_code_are_limited(client: Client) -> None:
    create_account(email="claire@exemple.fr")
    client.post("/compte/login/code/", {"email": "claire@exemple.fr"})
    code = CODE.search(str(mail.outbox[0].body))
    assert code
    for _ in range(5):
        client.post("/compte/login/code/confirm/", {"code": "AAAAAA"})
    client.post("/compte/login/code/confirm/", {"code": code.group(1)})
    assert client.get("/compte/profil").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_attempts_are_counted_for_all_processes() -> None:
    """Another process has another connection and another memory: it sees the same count."""
    assert configured.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    caches["default"].clear()
    create_account(email="claire@exemple.fr", password=PASSWORD)
    answers: list[str] = []

    def attempts(password: str, count: int) -> None:
        try:
            for _ in range(count):
                answer = Client().post(
                    "/compte/login/", {"login": "claire@exemple.fr", "password": password}
                )
                answers.append(answer.content.decode())
        finally:
            connection.close()

    for password, count in (("mauvaise", 5), (PASSWORD, 1)):
        thread = threading.Thread(target=attempts, args=(password, count))
        thread.start()
        thread.join()
    assert "Trop de tentatives" in answers[-1]
    caches["default"].clear()


def test_the_counters_are_written_as_the_application() -> None:
    caches["default"].set("x", 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM essaim_cache")
        assert cursor.fetchone() == ("essaim_app", 1)


class TestChangingAddress:
    def ask(self, client: Client, email: str) -> Any:
        return client.post("/compte/email/", {"action_add": "", "email": email})

    def test_asks_who_one_is_first(self) -> None:
        client = Client()
        client.force_login(create_account(email="claire@exemple.fr", password=PASSWORD))
        assert "/reauthenticate/" in self.ask(client, "autre@exemple.fr")["Location"]

    def test_to_somebody_elses_says_the_same_as_to_a_free_one(self) -> None:
        create_account(email="prise@exemple.fr", password=PASSWORD)
        claire = create_account(email="claire@exemple.fr", password=PASSWORD)

        def answers(email: str) -> list[str]:
            caches["default"].clear()
            client = Client()
            client.post("/compte/login/", {"login": "claire@exemple.fr", "password": PASSWORD})
            client.post("/compte/reauthenticate/", {"password": PASSWORD})
            asked = self.ask(client, email)
            page = client.get(asked["Location"]).content.decode()
            page = re.sub(r'(value=|Token": )"[^"]*"', "", page.replace(email, "…"))
            return [asked["Location"], page]

        assert answers("prise@exemple.fr") == answers("libre@exemple.fr")
        # Only its owner can read what was sent, and nothing has changed.
        assert not EmailAddress.objects.filter(user=claire, email="prise@exemple.fr").exists()
        assert User.objects.get(email="prise@exemple.fr") != claire

    def test_of_somebody_elses_even_with_its_code_takes_nothing(self) -> None:
        other = create_account(email="prise@exemple.fr", password=PASSWORD)
        claire = create_account(email="claire@exemple.fr", password=PASSWORD)
        client = Client()
        client.post("/compte/login/", {"login": "claire@exemple.fr", "password": PASSWORD})
        client.post("/compte/reauthenticate/", {"password": PASSWORD})
        mail.outbox.clear()
        self.ask(client, "prise@exemple.fr")
        for message in mail.outbox:
            assert message.to == ["prise@exemple.fr"]
            if code := CODE.search(str(message.body)):
                client.post("/compte/confirm-email/", {"code": code.group(1)})
        assert EmailAddress.objects.get(email="prise@exemple.fr").user == other
        claire.refresh_from_db()
        assert claire.email == "claire@exemple.fr"

    def test_is_told_to_the_owner(self) -> None:
        create_account(email="claire@exemple.fr", password=PASSWORD)
        client = Client()
        client.post("/compte/login/", {"login": "claire@exemple.fr", "password": PASSWORD})
        client.post("/compte/reauthenticate/", {"password": PASSWORD})
        mail.outbox.clear()
        nouveau = "un autre mot de passe long"
        client.post(
            "/compte/password/change/",
            {"oldpassword": PASSWORD, "password1": nouveau, "password2": nouveau},
        )
        (message,) = mail.outbox
        assert message.to == ["claire@exemple.fr"]
        assert message.extra_headers["Auto-Submitted"] == "auto-generated"
        assert "Bonjour" in str(message.body)


def test_a_reset_tells_nothing_and_writes_only_to_the_owner(client: Client) -> None:
    create_account(email="claire@exemple.fr", password=PASSWORD)
    known = client.post("/compte/password/reset/", {"email": "claire@exemple.fr"})
    unknown = client.post("/compte/password/reset/", {"email": "personne@exemple.fr"})
    assert known["Location"] == unknown["Location"]
    assert {message.to[0] for message in mail.outbox} <= {
        "claire@exemple.fr", "personne@exemple.fr",
    }  # fmt: skip
    assert "claire@exemple.fr" not in str(mail.outbox[-1].body) or len(mail.outbox) == 1
