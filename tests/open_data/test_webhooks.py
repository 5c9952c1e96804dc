"""Others are told of what happens, once it has, signed; and told again where they missed it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.initiatives.actions.publication import publish_card
from essaim.open_data import happenings, signing
from essaim.open_data.actions import webhooks
from essaim.open_data.models import Delivery, Event, Subscription
from essaim.people.models import Membership
from tests.common.servers import Server, send
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.replications.factories import committed, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What was left for the worker; ``wait`` says for how long."""
    from essaim.open_data import tasks

    left: list[tuple[str, Any]] = []

    class Later:
        def __init__(self, name: str) -> None:
            self.name = name

        def defer(self, **arguments: Any) -> None:
            left.append((self.name, arguments))

        def configure(self, schedule_in: dict[str, int]) -> Later:
            return Later(f"{self.name} in {schedule_in['seconds']}")

    monkeypatch.setattr(tasks, "tell", Later("tell"))
    monkeypatch.setattr(tasks, "deliver", Later("deliver"))
    return left


def work(left: list[tuple[str, Any]]) -> None:
    """Everything that waits for nothing."""
    while due := [job for job in left if " in " not in job[0]]:
        job = due[0]
        left.remove(job)
        if job[0] == "tell":
            webhooks.tell(job[1]["events"])
        else:
            webhooks.deliver(job[1]["delivery"])


def subscribed(server: Server, *kinds: str, **fields: Any) -> Subscription:
    return webhooks.subscribe(
        **{"by": UserFactory(), "url": server.url("/hook"), "kinds": kinds or ["card.published"]}
        | fields
    )


def test_a_published_card_is_told_once_and_signed(
    listed: Server,
    jobs: list[Any],
) -> None:
    listed.routes["/hook"] = lambda answer: send(answer, 204)
    subscription = subscribed(listed)
    card = InitiativeFactory(submitted=True, contact="claire@exemple.fr")
    publish_card(card, by=UserFactory(manager=True))
    work(jobs)
    ((_method, _path, headers, body),) = listed.asked
    told = json.loads(body)
    assert told["type"] == "card.published"
    assert told["data"]["external_id"] == card.external_id
    assert "claire" not in body.decode()
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(signing.secret_of(subscription).removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.status, delivery.tries) == ("done", 204, 1)
    webhooks.tell([Event.objects.get().pk])
    assert Delivery.objects.count() == 1


def test_nobody_listens_nothing_is_written(jobs: list[Any]) -> None:
    publish_card(InitiativeFactory(submitted=True), by=UserFactory(manager=True))
    assert not Event.objects.exists()
    assert not jobs


def test_what_is_public_no_more_is_not_told(listed: Server, jobs: list[Any]) -> None:
    subscribed(listed)
    card = InitiativeFactory(submitted=True)
    publish_card(card, by=UserFactory(manager=True))
    card.refresh_from_db()
    card.archive()
    card.save()
    work(jobs)
    assert not listed.asked


def test_a_replication_begun_then_stopped(listed: Server, jobs: list[Any]) -> None:
    from essaim.replications.actions.life import stop

    listed.routes["/hook"] = lambda answer: send(answer, 200)
    subscribed(listed, "replication.begun", "replication.stopped")
    site = committed(world())
    stop(site, reason="Fin", lesson="Écouter", by=UserFactory())
    work(jobs)
    told = [json.loads(body)["type"] for *_rest, body in listed.asked]
    assert sorted(told) == ["replication.begun", "replication.stopped"]


def test_a_call_that_opens_and_its_results(listed: Server, jobs: list[Any]) -> None:
    from essaim.calls.actions import calendar, deciding
    from essaim.calls.models import Call
    from tests.calls.factories import CallFactory
    from tests.calls.factories_deciding import Jury

    listed.routes["/hook"] = lambda answer: send(answer, 200)
    subscribed(listed, "call.opened", "call.results")
    calendar.open_call(CallFactory(announced=True, title="Un prix"))
    jury = Jury(2).skipping().prepared("laureate", "not_selected")
    for _press in range(2):
        deciding.publish(jury.call, by=jury.second)
    work(jobs)
    told = {json.loads(body)["type"]: json.loads(body) for *_rest, body in listed.asked}
    assert len(listed.asked) == 2
    assert told["call.opened"]["data"]["title"] == "Un prix"
    results = told["call.results"]["data"]
    assert results["laureates"] == 1 and results["results_url"].endswith("/resultats")
    # Neither who applied nor who decided.
    said = json.dumps(results)
    assert jury.applications[1].organisation.name not in said
    # Taken back to its preparation, it is told of no more.
    Call.objects.filter(title="Un prix").update(state="draft")
    assert not happenings.still_told(Event.objects.get(kind="call.opened"))


def test_failures_are_tried_again_ever_later_then_given_up(
    listed: Server,
    jobs: list[Any],
    settings: Any,
) -> None:
    settings.OPEN_DATA = settings.OPEN_DATA | {"retries": [60, 300], "pause_after": 1}
    listed.routes["/hook"] = lambda answer: send(answer, 500)
    subscription = subscribed(listed)
    publish_card(InitiativeFactory(submitted=True), by=UserFactory(manager=True))
    work(jobs)
    assert [job[0] for job in jobs] == ["deliver in 60"]
    delivery = Delivery.objects.get()
    for _n in range(2):
        webhooks.deliver(delivery.pk)
    delivery.refresh_from_db()
    subscription.refresh_from_db()
    assert [job[0] for job in jobs] == ["deliver in 60", "deliver in 300"]
    assert (delivery.state, delivery.tries, delivery.status) == ("failed", 3, 500)
    assert subscription.paused_at is not None
    with pytest.raises(DomainError):
        webhooks.replay(delivery, by=subscription.user)
    jobs.clear()
    listed.routes["/hook"] = lambda answer: send(answer, 200)
    webhooks.resume(subscription, by=subscription.user)
    webhooks.replay(delivery, by=subscription.user)
    work(jobs)
    delivery.refresh_from_db()
    assert delivery.state == "done"


def test_what_a_dead_worker_left_leaves_again(listed: Server, jobs: list[Any]) -> None:
    listed.routes["/hook"] = lambda answer: send(answer, 200)
    subscribed(listed)
    publish_card(InitiativeFactory(submitted=True), by=UserFactory(manager=True))
    (told,) = jobs
    webhooks.tell(told[1]["events"])
    jobs.clear()
    assert webhooks.resume_deliveries() == 0  # its time has not passed
    Delivery.objects.update(due_at=timezone.now() - dt.timedelta(hours=1))
    assert webhooks.resume_deliveries() == 1
    work(jobs)
    assert Delivery.objects.get().state == "done"


def test_those_of_a_dead_server_hide_nobody_else_s(
    listed: Server, jobs: list[Any], settings: Any
) -> None:
    """A thousand that wait for their time are not late: the one that is lost leaves."""
    settings.OPEN_DATA = settings.OPEN_DATA | {"retries": [86400]}
    now = timezone.now()
    dead, alive = subscribed(listed), subscribed(listed)
    events = Event.objects.bulk_create(
        Event(kind="card.published", object_id=n, data={"n": n}) for n in range(1001)
    )
    Delivery.objects.bulk_create(
        Delivery(
            subscription=dead, event=each, tries=1, due_at=now + dt.timedelta(hours=20),
            tried_at=now - dt.timedelta(hours=4),
        )
        for each in events
    )  # fmt: skip
    lost = Delivery.objects.create(
        subscription=alive, event=events[0], due_at=now - dt.timedelta(hours=1)
    )
    Delivery.objects.update(created_at=now - dt.timedelta(hours=5))
    assert webhooks.resume_deliveries() == 1
    assert jobs == [("deliver", {"delivery": lost.pk})]


@pytest.mark.parametrize(
    ("status", "asked", "wait"),
    [(429, "600", 600), (503, "5", 60), (503, "99999999", 300), (500, "600", 60), (429, "?", 60)],
)
def test_a_server_that_asks_to_wait_is_waited_for(
    listed: Server, jobs: list[Any], settings: Any, status: int, asked: str, wait: int
) -> None:
    settings.OPEN_DATA = settings.OPEN_DATA | {"retries": [60, 300]}
    if wait == 600:
        settings.OPEN_DATA["retries"].append(86400)
    listed.routes["/hook"] = lambda answer: send(answer, status, Retry_After=asked)
    subscribed(listed)
    publish_card(InitiativeFactory(submitted=True), by=UserFactory(manager=True))
    work(jobs)
    assert [job[0] for job in jobs] == [f"deliver in {wait}"]
    left = (Delivery.objects.get().due_at - timezone.now()).total_seconds()
    assert wait - 30 < left <= wait
    # Not late before its time.
    assert webhooks.resume_deliveries(grace=0) == 0


def test_a_redirect_is_not_followed(listed: Server, jobs: list[Any]) -> None:
    listed.routes["/hook"] = lambda answer: send(answer, 302, Location=listed.url("/other"))
    subscribed(listed)
    publish_card(InitiativeFactory(submitted=True), by=UserFactory(manager=True))
    work(jobs)
    assert [path for _method, path, *_rest in listed.asked] == ["/hook"]
    assert Delivery.objects.get().problem == "redirect"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://169.254.169.254/", "https://localhost/", "file:///etc"]
)
def test_private_addresses_are_refused(url: str) -> None:
    with pytest.raises(DomainError) as refused:
        webhooks.subscribe(by=UserFactory(), url=url, kinds=["card.published"])
    assert refused.value.field == "url"


def test_an_organisation_that_one_does_not_represent(listed: Server) -> None:
    with pytest.raises(DomainError):
        subscribed(listed, organisation=OrganisationFactory())
    member = MembershipFactory(role=Membership.Role.REPRESENTATIVE)
    assert subscribed(listed, by=member.user, organisation=member.organisation).pk


class TestPages:
    def test_a_token_is_made_shown_once_and_revoked(self, client: Client) -> None:
        user = UserFactory()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.post(
            "/compte/jetons/nouveau", {"name": "Carte", "scopes": ["read"], "days": 30}
        )
        assert "essaim_" in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        page = client.get("/compte/jetons").content.decode()
        assert "Carte" in page
        token = user.api_tokens.get()
        assert client.post(f"/compte/jetons/{token.pk}/revoquer").status_code == 302
        token.refresh_from_db()
        assert not token.is_alive
        refused = client.post(
            "/compte/jetons/nouveau", {"name": "x", "scopes": ["read"], "days": 999}
        )
        assert refused.status_code == 422

    def test_a_subscription_from_its_form_to_its_log(
        self,
        client: Client,
        listed: Server,
        jobs: list[Any],
    ) -> None:
        listed.routes["/hook"] = lambda answer: send(answer, 200)
        user = UserFactory()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        refused = client.post(
            "/compte/jetons/webhooks/nouveau",
            {"url": "http://10.0.0.1/", "kinds": ["card.published"]},
        )
        assert refused.status_code == 422
        made = client.post(
            "/compte/jetons/webhooks/nouveau",
            {"url": listed.url("/hook"), "kinds": ["card.published"]},
        )
        address = made["Location"]
        publish_card(InitiativeFactory(submitted=True), by=UserFactory(manager=True))
        work(jobs)
        page = client.get(address).content.decode()
        assert "whsec_" in page
        assert "HTTP 200" in page
        assert "Une fiche est publiée <code>card.published</code>" in page
        delivery = Delivery.objects.get()
        assert client.post(f"{address}/{delivery.pk}/renvoyer").status_code == 302
        work(jobs)
        assert len(listed.asked) == 2
        for act in ("pause", "resume", "renew", "remove"):
            assert client.post(f"{address}/{act}").status_code == 302
        assert not Subscription.objects.exists()

    def test_one_removed_in_another_window_is_said(
        self, client: Client, listed: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mine = subscribed(listed, "card.published")
        client.force_login(mine.user, backend="django.contrib.auth.backends.ModelBackend")
        lock = webhooks._locked

        def after_the_other(found: Subscription) -> Subscription:
            webhooks.unsubscribe(found, by=mine.user)
            return lock(found)

        monkeypatch.setattr(webhooks, "_locked", after_the_other)
        address = f"/compte/jetons/webhooks/{mine.pk}/pause"
        assert client.post(address).status_code == 302
        page = client.get("/compte/jetons").content.decode()
        assert "quelqu’un l’a retiré entre-temps" in page

    def test_those_of_others(self, client: Client, listed: Server) -> None:
        theirs = subscribed(listed)
        client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
        address = f"/compte/jetons/webhooks/{theirs.pk}"
        assert client.get(address).status_code == 404
        assert client.post(f"{address}/remove").status_code == 404
