"""Who listens by webhook: a pause is told, names are looked up before anything is held, calls."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from essaim.calls.actions import calendar
from essaim.common import outbound
from essaim.following.models import Notification
from essaim.open_data import happenings, notifications
from essaim.open_data.actions import webhooks
from essaim.open_data.models import Delivery, Event, Kind, Subscription
from essaim.people.models import Membership
from tests.calls.factories import CallFactory
from tests.people.factories import MembershipFactory, UserFactory
from tests.territories.factories import TerritoryFactory

URL = "https://exemple.fr/hook?cle=tres-secrete"


def listening(**fields: Any) -> Any:
    return Subscription.objects.create(
        **{"user": UserFactory(), "url": URL, "kinds": ["call.opened"]} | fields
    )


@pytest.mark.django_db
class TestPause:
    def fails(self, subscription: Subscription, monkeypatch: Any, status: int = 500) -> None:
        event = Event.objects.create(kind=Kind.CALL_OPENED, object_id=CallFactory().pk)
        delivery = Delivery.objects.create(subscription=subscription, event=event)
        monkeypatch.setattr(webhooks, "_send", lambda _delivery: (status, "", 0))
        webhooks.deliver(delivery.pk)

    def test_is_told_to_who_may_resume_it(self, monkeypatch: Any, settings: Any) -> None:
        settings.OPEN_DATA = settings.OPEN_DATA | {"retries": [], "pause_after": 2}
        other = MembershipFactory(role=Membership.Role.REPRESENTATIVE)
        colleague = MembershipFactory(organisation=other.organisation).user
        mine = listening(organisation=other.organisation)
        self.fails(mine, monkeypatch)
        assert not Notification.objects.exists()
        self.fails(mine, monkeypatch)
        mine.refresh_from_db()
        assert mine.paused_at is not None
        told = set(Notification.objects.values_list("user", flat=True))
        assert told == {mine.user_id, other.user_id} and colleague.pk not in told
        self.fails(mine, monkeypatch)
        assert Notification.objects.count() == 2

    def test_says_the_server_and_never_the_whole_address(
        self, client: Client, monkeypatch: Any
    ) -> None:
        mine = listening()
        self.fails(mine, monkeypatch, status=410)
        client.force_login(mine.user)
        page = client.get("/mon-espace/notifications").content.decode()
        assert "webhook vers exemple.fr est suspendu" in page
        assert "tres-secrete" not in page and f"/webhooks/{mine.pk}" in page
        monkeypatch.setattr(outbound, "look_at", lambda _url: None)
        webhooks.resume(mine, by=mine.user)
        assert "exemple.fr a repris" in client.get("/mon-espace/notifications").content.decode()

    def test_of_another_says_nothing(self) -> None:
        mine = listening()
        assert notifications._load([str(mine.pk), "x"], UserFactory()) == {}


@pytest.mark.django_db(transaction=True)
def test_names_are_looked_up_outside_any_transaction(monkeypatch: Any) -> None:
    seen: list[bool] = []

    def slow(*_args: Any, **_more: Any) -> Any:
        seen.append(connection.in_atomic_block)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    user = UserFactory()
    made = webhooks.subscribe(by=user, url=URL, kinds=["card.published"])
    webhooks.resume(webhooks.pause(made, by=user), by=user)
    assert seen == [False, False]


@pytest.mark.django_db
class TestCalls:
    def test_one_that_opens_is_told_once(self) -> None:
        listening()
        made = CallFactory(announced=True, contact_email="claire@exemple.fr")
        calendar.open_call(made, by=UserFactory(is_superuser=True))
        (event,) = Event.objects.all()
        assert (event.kind, event.object_id) == ("call.opened", made.pk)
        told = happenings._calls([made.pk, CallFactory(draft=True).pk])
        assert list(told) == [made.pk]
        assert told[made.pk]["title"] == made.title and "claire" not in str(told)

    def test_in_a_frame(self, client: Client) -> None:
        place, far = TerritoryFactory(), TerritoryFactory()
        ours = CallFactory(title="Notre appel")
        ours.territories.add(place)
        everywhere = CallFactory(title="Partout")
        CallFactory(title="Fini", closed=True)
        CallFactory(title="Secret", draft=True)
        answer = client.get("/widget/appels")
        page = answer.content.decode()
        assert "Notre appel" in page and "Partout" in page and "Ferme le" in page
        assert "Fini" not in page and "Secret" not in page
        assert "X-Frame-Options" not in answer and not answer.cookies
        page = client.get(f"/widget/appels?territory={far.address}").content.decode()
        assert "Notre appel" not in page and "Partout" in page
        page = client.get(f"/widget/appels?organiser={ours.organiser.slug}").content.decode()
        assert "Notre appel" in page and everywhere.title not in page
        assert client.get("/widget/appels?organiser=%00&territory=x&theme=y").status_code == 200
