"""Numbers of forms that are another's, dates that are none, two browsers at once."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from django.test import Client

from essaim.common.errors import DomainError
from essaim.events.actions import after, creative, events, places, registrations
from essaim.events.models import Event
from tests.events.factories import (
    ChallengeFactory,
    EventFactory,
    comes,
    representative,
    soon,
    who_runs,
)
from tests.events.test_registrations import given
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class TestTheNumberOfAnothersForm:
    def test_of_an_event(self) -> None:
        draft, key = EventFactory(draft=True), uuid.uuid4()
        Event.objects.filter(pk=draft.pk).update(submission=key, created_by=UserFactory())
        user = representative()
        mine = [user.memberships.get().organisation]
        with pytest.raises(DomainError):
            events.create_event(by=user, **given(draft, submission=key, organisers=mine))

    def test_of_a_place(self) -> None:
        key, place = uuid.uuid4(), {"name": "La Halle", "territory": TerritoryFactory()}
        made = places.propose_place(by=UserFactory(), submission=key, **place)
        assert made == places.propose_place(by=made.created_by, submission=key, **place)
        with pytest.raises(DomainError):
            places.propose_place(by=UserFactory(), submission=key, **place)

    def test_of_a_challenge_and_of_an_idea(self) -> None:
        one, other = EventFactory(), EventFactory()
        key = uuid.uuid4()
        words: dict[str, Any] = {"title": "Comment ?", "text": "…", "submission": key}
        creative.set_challenge(one, by=who_runs(one), **words)
        with pytest.raises(DomainError):
            creative.set_challenge(other, by=who_runs(other), **words)
        challenge, strange = ChallengeFactory(event=one), ChallengeFactory(event=other)
        user = UserFactory()
        idea = creative.add_idea(challenge, by=user, title="Un bus", submission=key)
        assert idea == creative.add_idea(challenge, by=user, title="Un bus", submission=key)
        with pytest.raises(DomainError):
            creative.add_idea(strange, by=user, title="Un bus", submission=key)
        with pytest.raises(DomainError):
            creative.add_idea(challenge, by=UserFactory(), title="Un bus", submission=key)

    def test_of_a_partnership(self) -> None:
        event = EventFactory(past=True)
        user, other, key = representative(), OrganisationFactory(), uuid.uuid4()
        mine = user.memberships.get().organisation
        said = {"other": other, "what": "Un jardin", "submission": key}
        after.declare_partnership(event, one=mine, by=user, **said)
        stranger = representative()
        with pytest.raises(DomainError):
            after.declare_partnership(
                event, one=stranger.memberships.get().organisation, by=stranger, **said
            )


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "1899-12-31T10:00", "9999-12-31T23:50"])
def test_dates_of_no_event(client: Client, moment: str) -> None:
    user = representative()
    organisation = user.memberships.get().organisation
    client.force_login(user, backend=BACKEND)
    typed = {
        "submission": str(uuid.uuid4()), "kind": "forum", "title": "Forum", "summary": "Un.",
        "starts_at": moment, "ends_at": moment[:11] + "23:59", "organisers": organisation.name,
        "address": "Ici",
    }  # fmt: skip
    assert client.post("/evenements/nouveau", typed).status_code == 422
    assert not Event.objects.exists()
    event = EventFactory(organisers=[organisation])
    slots = {"starts_at": moment, "number": 24, "minutes": 120, "pause": 120}
    answer = client.post(f"{event.get_absolute_url()}/rencontres/creneaux", slots)
    assert answer.status_code in {404, 422}


def test_two_organisers_who_change_an_event_at_once(client: Client) -> None:
    event = EventFactory()
    seen = event.changed_at.isoformat()
    by = who_runs(event)
    events.change_event(event, by=by, seen=seen, **given(event, title="Le premier"))
    with pytest.raises(DomainError):
        events.change_event(event, by=by, seen=seen, **given(event, title="Le second"))
    event.refresh_from_db()
    assert event.title == "Le premier"
    client.force_login(by, backend=BACKEND)
    assert event.changed_at.isoformat() in client.get(
        f"{event.get_absolute_url()}/modifier"
    ).content.decode().replace("&#x2B;", "+")


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_nothing_is_written_in_a_registration_once_it_is_over(state: str) -> None:
    """What was said is erased after a time: it does not come back."""
    event = EventFactory()
    row = comes(event)
    Event.objects.filter(pk=event.pk).update(state=state, ends_at=soon(-1), starts_at=soon(-2))
    with pytest.raises(DomainError):
        registrations.register(event, by=row.user, brings="Un secret")
    row.refresh_from_db()
    assert row.brings == ""


def test_a_document_sent_twice_is_one_and_anothers_number_is_refused() -> None:
    event, other, key = EventFactory(), EventFactory(), uuid.uuid4()

    def add(where: Event) -> Any:
        return after.add_document(
            where, by=who_runs(where), submission=key, title="Bilan", audience="page",
            file=io.BytesIO(PDF), file_name="bilan.pdf", file_size=len(PDF),
        )  # fmt: skip

    assert add(event) == add(event)
    with pytest.raises(DomainError):
        add(other)


def test_who_waits_reads_no_link(client: Client) -> None:
    event = EventFactory(capacity=1, online_link="https://visio.exemple.fr/secret")
    comes(event)
    waiting = comes(event)
    assert waiting.state == "waiting"
    client.force_login(waiting.user, backend=BACKEND)
    for address in ("", "/evenement.ics", "/suites"):
        assert b"visio" not in client.get(f"{event.get_absolute_url()}{address}").content
    MembershipFactory(user=waiting.user)
    assert b"visio" not in client.get(event.get_absolute_url()).content
