"""What a page hides now, nothing that leaves says later; what one sends is kept as it was."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from essaim.initiatives.actions.publication import publish_card
from essaim.initiatives.models import Initiative
from essaim.needs.models import Need
from essaim.open_data.actions import webhooks
from essaim.open_data.models import Delivery
from tests.at_once import at_once
from tests.common.servers import Server, send
from tests.initiatives.factories import InitiativeFactory
from tests.needs.factories import NeedFactory
from tests.open_data.factories import bearer, make_token
from tests.open_data.test_gate import is_problem
from tests.open_data.test_webhooks import jobs, subscribed, work
from tests.people.factories import MembershipFactory, UserFactory

__all__ = ["jobs"]  # a fixture
pytestmark = pytest.mark.django_db
CARDS = "/api/v1/initiatives"


def patch(client: Client, address: str, key: str, value: Any, **headers: str) -> Any:
    return client.patch(
        address, value, content_type="application/json", headers=bearer(key) | headers
    )


class TestWithdrawnMeanwhile:
    """A delivery that waits, or is asked again, says nothing of what has left the public pages."""

    def test_a_delivery_that_waited(self, listed: Server, jobs: list[Any]) -> None:
        listed.routes["/hook"] = lambda answer: send(answer, 500)
        subscribed(listed)
        card = InitiativeFactory(submitted=True)
        publish_card(card, by=UserFactory(manager=True))
        work(jobs)
        assert len(listed.asked) == 1
        _withdraw(card)
        delivery = Delivery.objects.get()
        webhooks.deliver(delivery.pk)
        delivery.refresh_from_db()
        assert len(listed.asked) == 1
        assert (delivery.state, delivery.problem) == ("failed", "hidden")
        assert "public" in delivery.problem_label

    def test_a_delivery_that_is_replayed(self, listed: Server, jobs: list[Any]) -> None:
        listed.routes["/hook"] = lambda answer: send(answer, 200)
        subscription = subscribed(listed)
        card = InitiativeFactory(submitted=True)
        publish_card(card, by=UserFactory(manager=True))
        work(jobs)
        _withdraw(card)
        webhooks.replay(Delivery.objects.get(), by=subscription.user)
        work(jobs)
        assert len(listed.asked) == 1
        subscription.refresh_from_db()
        # No fault of the one who listens.
        assert (subscription.failures, subscription.paused_at) == (0, None)


def _withdraw(card: Initiative) -> None:
    card.refresh_from_db()
    card.archive()
    card.save()


def test_a_subscription_removed_while_its_delivery_is_under_way(
    listed: Server, jobs: list[Any]
) -> None:
    subscription = subscribed(listed)

    publish_card(InitiativeFactory(submitted=True), by=UserFactory(manager=True))

    def gone(delivery: Delivery) -> tuple[int | None, str, int]:
        webhooks.unsubscribe(subscription, by=subscription.user)
        return 200, "", 0

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(webhooks, "_send", gone)
        work(jobs)
    assert not Delivery.objects.exists()


def test_the_same_subscription_sent_twice_tells_once(listed: Server) -> None:
    user = UserFactory()
    one = subscribed(listed, by=user)
    assert subscribed(listed, by=user) == one


class TestWhatIsSent:
    def test_a_need_keeps_the_organisation_it_was_stated_for(self, client: Client) -> None:
        member = MembershipFactory()
        need = NeedFactory(author=member.user, organisation=member.organisation, public=True)
        _token, key = make_token(member.user)
        answer = patch(client, f"/api/v1/needs/{need.pk}", key, {"tried": "Un bus"})
        assert answer.status_code == 200, answer.content
        assert Need.objects.get().organisation == member.organisation

    @pytest.mark.parametrize("value", [{"reason": "a\x00b"}, {"title": "a\x00b"}, {"need": "\x00"}])
    def test_a_nul_is_an_error_of_the_sender(self, client: Client, value: Any) -> None:
        card = InitiativeFactory(author=UserFactory())
        _token, key = make_token(card.author)
        answer = patch(client, f"{CARDS}/{card.slug}", key, {"summary": "Autre"} | value)
        assert answer.status_code in {200, 422}, answer.content
        if answer.status_code != 200:
            is_problem(answer, 422)

    @pytest.mark.parametrize(
        "address",
        [
            "/flux/initiatives.atom?theme=%00&territory=%00&q=%00&holder=%00",
            "/widget/initiatives?q=%00&territory=%00&theme=%00",
            "/api/v1/needs?q=%00", "/api/v1/schemes?q=%00&territory=%00",
            "/flux/territoires/commune:zzz.atom", "/sitemap-besoins-99999999999999999999.xml",
            "/donnees/fichiers/%00", "/donnees/fichiers/..%2F..%2Fsettings.py",
            "/api/v1/territories/commune:%00", "/territoires/commune:%00",
            "/tableau-de-bord/territoire/commune:%00",
            "/api/v1/needs/99999999999999999999", "/api/v1/replications/99999999999999999999",
            "/evenements/calendrier.ics?q=%00&since=99999-01-01&until=0001-01-01",
        ],
    )  # fmt: skip
    def test_odd_addresses_are_answered(self, client: Client, address: str) -> None:
        assert client.get(address).status_code in {200, 404, 422}


@pytest.mark.django_db(transaction=True)
def test_two_who_read_the_same_card_do_not_both_write_it() -> None:
    """If-Match holds for two programs at the same instant too."""
    card = InitiativeFactory(author=UserFactory())
    _token, key = make_token(card.author)
    address = f"{CARDS}/{card.slug}"
    etag = Client().get(address, headers=bearer(key))["ETag"]
    ends: list[int] = []

    def write(text: str) -> None:
        answer = patch(Client(), address, key, {"need": text}, **{"If-Match": etag})
        ends.append(answer.status_code)

    for _n in range(3):
        ends.clear()
        at_once(*[lambda: write(uuid.uuid4().hex)] * 3)
        assert sorted(ends) == [200, 412, 412]
        etag = Client().get(address, headers=bearer(key))["ETag"]
