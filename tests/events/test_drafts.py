"""A draft that is given up leaves no trace; only what was announced is cancelled, in public."""

from __future__ import annotations

import pytest
from django.test import Client

from essaim.common.errors import DomainError
from essaim.events import notifications
from essaim.events.actions import events, programme
from essaim.events.models import Event, Question, Session
from essaim.following.models import Announcement
from tests.events.factories import ChallengeFactory, EventFactory, who_runs

pytestmark = pytest.mark.django_db


def test_a_draft_is_deleted_from_its_page() -> None:
    event = EventFactory(draft=True, title="Ce que les organisateurs voient seuls")
    by, organiser = who_runs(event), event.organisers.get().organisation
    programme.save_session(event, title="Accueil", starts_at=event.starts_at, ends_at=event.ends_at)
    programme.add_question(event, text="Un régime ?", answers=Question.Answers.TEXT)
    notifications.organises(event, organiser, by=None)
    client = Client()
    client.force_login(by)
    page = client.get(event.get_absolute_url()).content.decode()
    address = f"/evenements/{event.slug}/supprimer"
    assert address in page and f"/evenements/{event.slug}/annuler" not in page
    assert "ne se défait pas" in client.get(address).content.decode()
    assert Event.objects.filter(pk=event.pk).exists()
    answer = client.post(address)
    assert (answer.status_code, answer.url) == (302, "/evenements/mes-evenements")
    assert not Event.objects.filter(pk=event.pk).exists()
    assert not Session.objects.filter(event=event.pk).exists()
    assert not Announcement.objects.filter(kind=notifications.KIND, key=str(event.pk)).exists()
    assert client.post(address).status_code == 404


def test_a_draft_is_never_cancelled_into_the_open() -> None:
    event = EventFactory(draft=True)
    by = who_runs(event)
    for reason in ("", "Trop tôt."):
        with pytest.raises(DomainError, match="supprimez-le"):
            events.cancel(event, by=by, reason=reason)
    event.refresh_from_db()
    assert event.state == "draft"
    for end in ("", "/evenement.ics"):
        assert Client().get(event.get_absolute_url() + end).status_code == 404


def test_what_was_announced_is_cancelled_and_says_why() -> None:
    event = EventFactory(announced=True)
    by = who_runs(event)
    with pytest.raises(DomainError, match="annulez-le"):
        events.discard_draft(event, by=by)
    with pytest.raises(DomainError, match="pourquoi"):
        events.cancel(event, by=by, reason="")
    page = Client()
    page.force_login(by)
    assert (
        f"/evenements/{event.slug}/supprimer"
        not in page.get(event.get_absolute_url()).content.decode()
    )


def test_what_others_put_there_is_not_lost_with_a_draft() -> None:
    event = EventFactory(draft=True, kind="holdup")
    ChallengeFactory(event=event)
    with pytest.raises(DomainError, match="retirez-les"):
        events.discard_draft(event, by=who_runs(event))
    assert event.challenges.count() == 1
