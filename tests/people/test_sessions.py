"""The list of open sessions, and ending them from afar."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from essaim.people.actions.accounts import create_account
from essaim.people.devices import device
from essaim.people.models import User

PASSWORD = "une phrase de passe longue"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def claire() -> User:
    return create_account(email="claire@exemple.fr", password=PASSWORD)


def on(agent: str, email: str = "claire@exemple.fr") -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/compte/login/", {"login": email, "password": PASSWORD})
    return client


def test_devices_are_listed_in_words(claire: User) -> None:
    office, phone = on(FIREFOX), on(PHONE)
    page = office.get("/compte/sessions/").content.decode()
    assert "Firefox sur Windows" in page
    assert "Safari sur iPhone" in page
    assert page.count("Cet appareil") == 1
    assert page.index("Firefox") < page.index("Safari")
    assert phone.get("/compte/sessions/").status_code == 200


def test_one_is_ended_and_the_others_stay(claire: User) -> None:
    office, phone = on(FIREFOX), on(PHONE)
    there = UserSession.objects.get(user_agent=PHONE)
    office.post(f"/compte/sessions/{there.pk}/fin")
    assert phone.get("/compte/profil").status_code == 302
    assert office.get("/compte/profil").status_code == 200
    # Pressed twice: told, not broken.
    assert office.post(f"/compte/sessions/{there.pk}/fin").status_code == 302


def test_all_others_are_ended_at_once(claire: User) -> None:
    office, others = on(FIREFOX), [on(PHONE), on(PHONE)]
    office.post("/compte/sessions/fin")
    assert [client.get("/compte/profil").status_code for client in others] == [302, 302]
    assert office.get("/compte/profil").status_code == 200


def test_nobody_ends_somebody_elses(claire: User) -> None:
    office = on(FIREFOX)
    create_account(email="autre@exemple.fr", password=PASSWORD)
    stranger = on(PHONE, "autre@exemple.fr")
    own = UserSession.objects.get(user=claire)
    stranger.post(f"/compte/sessions/{own.pk}/fin")
    assert office.get("/compte/profil").status_code == 200
    assert "Firefox" not in stranger.get("/compte/sessions/").content.decode()


def test_a_visit_is_noted_at_most_every_ten_minutes(
    claire: User, django_assert_num_queries: Any
) -> None:
    office = on(FIREFOX)
    before = UserSession.objects.get().last_seen_at
    office.get("/compte/profil")
    assert UserSession.objects.get().last_seen_at == before
    session = office.session
    session["seen_at"] = 0
    session.save()
    office.get("/compte/profil")
    assert UserSession.objects.get().last_seen_at > before


def test_the_list_costs_the_same_whatever_its_length(
    claire: User, django_assert_num_queries: Any
) -> None:
    office = on(FIREFOX)
    for total in (1, 3, 50):
        while UserSession.objects.count() < total:
            UserSession.objects.create(
                user=claire, ip="192.0.2.1", user_agent=PHONE,
                session_key=f"k{UserSession.objects.count()}",
            )  # fmt: skip
        with django_assert_num_queries(4):
            office.get("/compte/sessions/")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox sur Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
         "Chrome sur Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge sur Windows"),
        ("curl/8.0", "Appareil inconnu"),
        ("", "Appareil inconnu"),
    ],
)  # fmt: skip
def test_a_signature_in_words(agent: str, words: str) -> None:
    assert device(agent) == words
