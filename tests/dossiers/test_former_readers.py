"""Who ends its part in a pool keeps what it had received, and receives nothing more."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from essaim.dossiers import rules
from essaim.dossiers.actions import questions, writing
from essaim.dossiers.models import Application
from essaim.funding.actions import ending, pools
from essaim.people.models import User
from tests.dossiers.factories import Story, asked, fill, submit, submitted
from tests.funding.factories import funder, organisation_of, pledged

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def next_version(story: Story) -> None:
    writing.amend(story.application, by=story.holder)
    fill(story, "projet", objectives="Rénover avec les voisins.")
    submit(story, reason="Les voisins sont nommés.")
    story.fresh()


def reads(story: Story, person: User) -> list[int]:
    """Numbers of the versions that this person opens."""
    client, found = signed_in(person), []
    for number in range(1, story.fresh().last_number + 1):
        codes = {
            client.get(reverse(f"dossiers:{name}", args=[story.application.pk, number])).status_code
            for name in ("version", "json", "budget")
        }
        assert len(codes) == 1
        found += [number] if codes == {200} else []
    return found


def test_a_funder_that_withdraws_reads_what_it_had_received() -> None:
    story = submitted(make="opened")
    person = funder()
    pools.invite(story.pool.pool, by=story.funder, organisations=[organisation_of(person)])
    option = pledged(story.pool.pool, person)
    question = asked(story, person)
    ending.withdraw(option, by=person)
    questions.answer(question, by=story.holder, text="Deux animateurs.")
    next_version(story)
    assert reads(story, person) == [1]
    assert reads(story, story.funder) == [1, 2]
    client = signed_in(person)
    page = client.get(story.application.get_absolute_url()).content.decode()
    assert "ne suit plus cette demande" in page and "Version 1" in page
    assert "Version 2" not in page and "Deux animateurs." not in page
    assert "Qui anime" in page  # its own question
    # It neither asks nor requires any more.
    assert not rules.can_ask(person, story.application)
    assert client.get(reverse("dossiers:ask", args=[story.application.pk])).status_code == 403
    differences = reverse("dossiers:differences", args=[story.application.pk, 2])
    assert client.get(differences).status_code == 404
    # A new option opens all of it again.
    pledged(story.pool.pool, person)
    assert reads(story, person) == [1, 2]


def test_an_invitation_withdrawn() -> None:
    story = submitted(make="opened")
    person, other = funder(), funder()
    (first, _second) = pools.invite(
        story.pool.pool, by=story.funder,
        organisations=[organisation_of(person), organisation_of(other)],
    )  # fmt: skip
    pools.withdraw_invitation(first)
    next_version(story)
    assert reads(story, person) == [1]
    assert reads(story, other) == [1, 2]


def test_who_received_nothing_reads_nothing() -> None:
    story = submitted(make="opened")
    Application.objects.get(pk=story.application.pk)
    person = funder()
    option = pledged(story.pool.pool, person)
    ending.withdraw(option, by=person)
    late = submitted(make="opened")
    assert reads(late, person) == []
    assert signed_in(person).get(late.application.get_absolute_url()).status_code == 404
    # Two options: one ended leaves the other's reading whole.
    both = pledged(story.pool.pool, person)
    assert rules.read_until(person, story.application) is None
    ending.withdraw(both, by=person)
    assert rules.read_until(person, story.application) is not None
    for anyone in (story.holder, story.funder):
        assert rules.read_until(anyone, story.application) is None


def test_an_invited_territory_that_left_does_not_come_back_by_its_invitation() -> None:
    story = submitted(make="opened")
    person = funder()
    place = organisation_of(person).territory
    assert place is not None
    pools.invite(story.pool.pool, by=story.funder, territories=[place])
    assert reads(story, person) == [1]
    ending.withdraw(pledged(story.pool.pool, person), by=person)
    next_version(story)
    assert reads(story, person) == [1]
