"""The same act twice, or while the clock does another: told what really happened."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from essaim.calls.actions import appeals, calendar, submitting
from essaim.calls.models import Application, Call, DecisionChange, Submission
from essaim.common.errors import DomainError
from tests.at_once import at_once
from tests.calls.factories import CallFactory, SeriesFactory, now
from tests.calls.factories_applying import Story, filled, save, submit, submitted
from tests.calls.factories_deciding import Jury


def reopened() -> Story:
    """Submitted, opened again and changed; what its writer's page knows is read before all else."""
    story = submitted()
    submitting.reopen(story.application, by=story.holder)
    save(story, "projet", {"what": "Autre chose."})
    story.fresh()
    return story


@pytest.mark.django_db
def test_who_waited_behind_the_closing_is_not_given_the_receipt_of_another_version() -> None:
    story = reopened()
    read = Application.objects.get(pk=story.application.pk)
    Call.objects.filter(pk=story.call.pk).update(closes_at=now(seconds=-1))
    calendar.close_due()
    with pytest.raises(DomainError, match="version 1"):
        submitting.submit(read, by=story.holder, submission=uuid.uuid4())
    assert Submission.objects.count() == 1


def in_a_wave(**late: float) -> tuple[Story, Application]:
    """Ready to be sent; read by its writer just before the clock closed the wave."""
    story = filled(CallFactory(series=SeriesFactory(days_between=30), wave=1))
    read = Application.objects.get(pk=story.application.pk)
    Call.objects.filter(pk=story.call.pk).update(closes_at=now(**late))
    calendar.close_due()
    assert story.fresh().call.wave == 2, "its draft went on"
    return story, read


@pytest.mark.django_db
def test_sent_in_time_to_a_wave_it_is_of_that_wave_whoever_it_waited_behind() -> None:
    """The transaction of this test began before the closing, as that of who waits."""
    story, read = in_a_wave()
    made = submitting.submit(read, by=story.holder, submission=uuid.uuid4())
    found = story.fresh()
    assert (found.call.wave, found.state, found.number) == (1, "submitted", made.number)
    assert Application.objects.filter(call__wave=2).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("is_open", [False, True])
def test_sent_late_it_is_submitted_to_no_other_wave(is_open: bool) -> None:
    story, read = in_a_wave(hours=-1)
    if is_open:
        times = {"opens_at": now(hours=-1), "closes_at": now(days=9)}
        Call.objects.filter(wave=2).update(state="open", **times)
    with pytest.raises(DomainError, match="rejoindre"):
        submitting.submit(read, by=story.holder, submission=uuid.uuid4())
    assert story.fresh().call.wave == 2 and not Submission.objects.exists()


@pytest.mark.django_db
def test_a_page_left_open_over_the_closing_submits_to_no_other_wave() -> None:
    """The next wave may open at that very second, with the same form: its page is shown first."""
    story = filled(CallFactory(series=SeriesFactory(days_between=0), wave=1))
    client = Client()
    client.force_login(story.holder, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("calls:submit", args=[story.application.pk])

    def sent(page: Any) -> dict[str, Any]:
        return {each.name: each.value() for each in page.context["form"]}

    page = client.get(address)
    Call.objects.filter(pk=story.call.pk).update(closes_at=now(hours=-1))
    calendar.close_due()
    calendar.open_due()
    assert (story.fresh().call.wave, story.application.call.state) == (2, "open")
    late = client.post(address, sent(page))
    assert late.status_code == 422 and "rejoindre" in late.text and not Submission.objects.exists()
    # Shown the wave that it is of now, its second press is meant.
    assert client.post(address, sent(late)).status_code == 302
    assert story.fresh().call.wave == 2 and story.application.state == "submitted"


@pytest.mark.django_db
def test_a_second_press_has_the_receipt_of_the_first() -> None:
    story = reopened()
    one, other = (Application.objects.get(pk=story.application.pk) for _ in range(2))
    first = submitting.submit(one, by=story.holder, submission=uuid.uuid4())
    assert submitting.submit(other, by=story.holder, submission=uuid.uuid4()) == first
    assert submit(story).number == 2, "and of a page read afterwards"


@pytest.mark.django_db(transaction=True)
def test_the_writer_submits_while_a_colleague_comes_back() -> None:
    """For real: whichever is first, the writer has a receipt of this text, or is told."""
    story = reopened()
    made: list[Submission] = []

    def press() -> None:
        read = Application.objects.get(pk=story.application.pk)
        # Behind the other, as in a queue.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
            made.append(submitting.submit(read, by=story.holder, submission=uuid.uuid4()))

    ends = at_once(press, lambda: submitting.keep_submitted(story.application, by=story.colleague))
    assert ends == ["done", "refused"] and not made
    assert story.fresh().answers.get(block="projet").content["what"].startswith("Former")


@pytest.mark.django_db
@pytest.mark.parametrize("upheld", [True, False])
def test_an_appeal_answered_twice_by_the_same_person_is_answered_once(upheld: bool) -> None:
    jury = Jury(3).skipping().published()
    one = jury.applications[2]
    made = appeals.appeal(one, "L’annexe n’est pas lue.", by=one.created_by, key=uuid.uuid4())
    given = {"outcome": "waiting", "answer": "L’annexe le montre.", "by": jury.third}
    first = appeals.answer_appeal(made, upheld=upheld, **given)
    assert appeals.answer_appeal(made, upheld=upheld, **given) == first
    assert DecisionChange.objects.count() == int(upheld)
    for otherwise in ({"upheld": not upheld}, {"upheld": upheld, "by": jury.second}):
        with pytest.raises(DomainError, match="déjà sa réponse"):
            appeals.answer_appeal(made, **{**given, **otherwise})
