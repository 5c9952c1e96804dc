"""One's own page: what waits, by when; drafts, follows, organisations, news. Nothing else."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from essaim.common import waiting
from essaim.common.waiting import Waiting
from essaim.following.actions.announcements import spread
from essaim.following.models import Announcement, Follow, Notification
from essaim.people.demonstration import load_people
from essaim.people.models import User
from essaim.portal.demonstration import load_follows
from tests.calls.factories_applying import submitted
from tests.events.factories import EventFactory, comes, soon
from tests.following.factories import AnnouncementFactory, FollowFactory, NotificationFactory
from tests.initiatives.factories import InitiativeFactory
from tests.innovators.factories import InnovationFileFactory, OfficerFactory
from tests.introductions.factories import IntroductionFactory
from tests.needs.factories import NeedFactory
from tests.people.factories import MembershipFactory, UserFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db

HERE = "/mon-espace"


def test_it_is_where_one_arrives(client: Client) -> None:
    user = UserFactory()
    answer = client.post(
        "/compte/login/", {"login": user.email, "password": "une phrase de passe longue"}
    )
    if "confirm-email" not in answer["Location"]:
        assert answer["Location"] == HERE
    client.force_login(user)
    page = client.get(HERE).content.decode()
    for empty in ("Rien ne vous attend.", "Vous avez tout lu.", "Aucun brouillon."):
        assert empty in page
    assert 'href="/mon-espace"' in client.get("/").content.decode()


def test_who_has_nothing_yet_is_told_where_to_begin(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    page = client.get(HERE).text.split("<main")[1]
    assert "Par où commencer" in page
    assert 'href="/diagnostic">Je porte une initiative' in page
    InitiativeFactory(author=user)
    assert "Par où commencer" not in client.get(HERE).text


def test_nor_is_who_has_something_that_does_not_wait_told_where_to_begin(client: Client) -> None:
    user = UserFactory()
    comes(EventFactory(starts_at=soon(90)), user)
    client.force_login(user)
    page = client.get(HERE)
    assert not any(page.context[each] for each in ("waiting", "drafts", "news", "follows"))
    assert "Par où commencer" not in page.text


def test_what_is_mine_and_nothing_of_others(client: Client) -> None:
    membership = MembershipFactory()
    user = membership.user
    InitiativeFactory(author=user, title="Mon brouillon")
    InitiativeFactory(author=user, returned=True, title="Ma fiche renvoyée")
    InitiativeFactory(holder=membership.organisation, title="Brouillon d’une collègue")
    InitiativeFactory(submitted=True, title="Soumise par autrui")
    FollowFactory()
    client.force_login(user)
    page = client.get(HERE).content.decode()
    assert "Mon brouillon" in page and membership.organisation.name in page
    assert "Compléter la fiche renvoyée" in page
    assert "Brouillon d’une collègue" not in page and "Soumise par autrui" not in page


def test_ones_needs_are_found_again_as_long_as_they_are_open(client: Client) -> None:
    membership = MembershipFactory()
    user, organisation = membership.user, membership.organisation
    for title, fields in {
        "Garder les enfants la nuit": {"author": user},
        "Un besoin de ma collègue": {"organisation": organisation},
        "Un besoin résolu": {"author": user, "answered": True},
        "Un besoin d’ailleurs": {},
    }.items():
        NeedFactory(text=title, **fields)
    client.force_login(user)
    page = client.get(HERE).content.decode()
    assert "Garder les enfants la nuit" in page and "Un besoin de ma collègue" in page
    assert "Un besoin résolu" not in page and "Un besoin d’ailleurs" not in page


def test_applications_events_and_introductions_are_found_again(client: Client) -> None:
    """Their pages are reached from here, and from nowhere else once one has left them."""
    story = submitted()
    user, elsewhere = story.holder, EventFactory(title="Rencontre d’ailleurs")
    event = comes(EventFactory(title="Rencontre des porteurs"), user).event
    IntroductionFactory(adopter=user)
    client.force_login(user)
    page = client.get(HERE).text
    assert story.application.title in page and 'href="/appels/candidatures"' in page
    assert event.title in page and 'href="/evenements/mes-evenements"' in page
    assert elsewhere.title not in page
    assert 'href="/mises-en-relation"' in page
    client.force_login(UserFactory())
    page = client.get(HERE).text
    for address in ("/appels/candidatures", "/evenements/mes-evenements", "/mises-en-relation"):
        assert f'href="{address}"' not in page.split("<main")[1].split("</main")[0]


def test_the_late_come_first_and_say_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime as dt

    found = [
        Waiting("Sans délai", "/a"),
        Waiting("Plus tard", "/b", due=dt.date(2099, 1, 1)),
        Waiting("En retard", "/c", about="<b>Titre</b>", due=dt.date(2020, 1, 1)),
    ]
    monkeypatch.setitem(waiting._providers, "test", lambda user: found)
    client.force_login(UserFactory())
    page = client.get(HERE).content.decode()
    assert page.index("En retard") < page.index("Plus tard") < page.index("Sans délai")
    assert "avant le 1 janvier 2020" in page and page.count("en retard") == 1
    assert "&lt;b&gt;Titre" in page


def test_the_innovators_path_waits_for_who_acts_next(client: Client) -> None:
    officer = OfficerFactory().user
    file = InnovationFileFactory(prototyping=True, case_officer=officer, title="Balise")
    asked = InnovationFileFactory(interviewed=True, case_officer=officer, title="Chariot")
    free = InnovationFileFactory(case_officer=None, title="À prendre")

    def waits(user: Any) -> set[tuple[str, str]]:
        return {(each.title, each.about) for each in waiting.waiting_for(user)}

    assert ("Atteindre les jalons et conclure", "Balise") in waits(file.innovator)
    assert waits(officer) == {
        ("Ouvrir le dossier, ou dire pourquoi non", asked.title),
        ("Prendre le dossier en charge", free.title),
    }
    assert not any(about == "Chariot" for what, about in waits(asked.innovator) if "Ouvrir" in what)


@pytest.mark.parametrize("role", ["member", "manager"])
def test_it_costs_the_same_however_much_there_is(client: Client, role: str) -> None:
    user = UserFactory(manager=role == "manager")
    client.force_login(user)
    counts, made = [], 0
    for rows in (1, 3, 50):
        for _ in range(rows - made):
            InitiativeFactory(author=user)
            InitiativeFactory(author=user, returned=True)
            InitiativeFactory(submitted=True)
            InnovationFileFactory(innovator=user)
            key = FollowFactory(user=user).key
            NotificationFactory(user=user, announcement=AnnouncementFactory(key=key))
            MembershipFactory(user=user)
        made = rows
        with CaptureQueriesContext(connection) as queries:
            assert client.get(HERE).status_code == 200
        counts.append(len(queries))
    # A manager's list of submitted cards is counted beyond twenty.
    extra = 1 if role == "manager" else 0
    assert counts[0] == counts[1] == counts[2] - extra, counts
    assert counts[2] <= 40  # rooms with nothing to say are asked together


def test_the_demonstration_is_loaded_once_through_peoples_actions() -> None:
    load_people(out=io.StringIO())
    ThemeFactory()
    InitiativeFactory(published=True)
    for _ in range(2):
        load_follows(out=io.StringIO())
    for pk in Announcement.objects.values_list("pk", flat=True):
        spread(pk)
    member = User.objects.get(email="membre@essaim.example")
    assert sorted(Follow.objects.filter(user=member).values_list("kind", flat=True)) == [
        "card", "card", "theme",
    ]  # fmt: skip
    assert Notification.objects.filter(user=member).count() == 2
