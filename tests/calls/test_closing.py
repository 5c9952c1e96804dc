"""Five hundred people submit at the second of the closing, from as many processes as a server
has: each gets a receipt or a clear refusal, never half."""

from __future__ import annotations

import datetime as dt
import json
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.calls.actions import calendar, submitting
from essaim.calls.models import Answer, Application, Call, Submission
from essaim.common.errors import DomainError
from essaim.people.models import User
from tests.at_once import at_once, in_processes
from tests.calls.factories import CallFactory
from tests.calls.factories_applying import TEXT, begin, filled, team

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, PROCESSES = 500, 8


def crowd(call: Call) -> list[int]:
    """Applications of persons, complete, not submitted."""
    users = User.objects.bulk_create(
        User(email=f"candidat-{n}@exemple.fr", name=f"Candidat {n}") for n in range(PEOPLE)
    )
    made = Application.objects.bulk_create(
        Application(call=call, person=user, by_person=True, title=f"Projet {n}")
        for n, user in enumerate(users)
    )
    Answer.objects.bulk_create(
        Answer(application=each, block=slug, content=content, is_checked=True)
        for each in made
        for slug, content in (("projet", {"what": TEXT}), ("essaimage", {"transfer": ""}))
    )
    return [each.pk for each in made]


def receipts() -> Any:
    """The mails to come; the queue is not emptied between tests."""
    return ProcrastinateJob.objects.filter(task_name="calls.send_receipt")


def submit_each(pks: list[int], ends: Path) -> None:
    """As requests would, one after the other; what each person was told goes to a file."""
    told: dict[int, Any] = {}
    for pk in pks:
        found = Application.objects.select_related("call", "person").get(pk=pk)
        try:
            version = submitting.submit(found, by=found.person, submission=uuid.uuid4())
            told[pk] = version.sha256
        except DomainError as error:
            told[pk] = str(error.message)
    ends.write_text(json.dumps(told))


def close_on_time() -> None:
    """The worker, whose minute falls in the middle."""
    deadline = time.monotonic() + 50
    while not calendar.close_due() and time.monotonic() < deadline:
        time.sleep(0.05)


def test_at_the_second_of_the_closing_each_has_a_receipt_or_a_refusal(tmp_path: Path) -> None:
    call = CallFactory(persons_may_apply=True)
    pks = crowd(call)
    parts = [pks[n::PROCESSES] for n in range(PROCESSES)]
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now() + dt.timedelta(seconds=4))
    before = set(receipts().values_list("pk", flat=True))
    began = time.monotonic()
    ends = in_processes(
        *(
            lambda n=n, part=part: submit_each(part, tmp_path / str(n))
            for n, part in enumerate(parts)
        ),
        close_on_time,
    )
    took = time.monotonic() - began
    assert ends == ["done"] * (PROCESSES + 1)
    assert took < 60, took
    told = {
        int(pk): words
        for n in range(PROCESSES)
        for pk, words in json.loads((tmp_path / str(n)).read_text()).items()
    }
    assert len(told) == PEOPLE
    stored = dict(Submission.objects.values_list("application", "sha256"))
    assert {pk: words for pk, words in told.items() if len(words) == 64} == stored
    assert all("Trop tard" in words for words in told.values() if len(words) != 64)
    # One receipt each, for those and for nobody else.
    jobs = receipts().exclude(pk__in=before)
    submissions = set(Submission.objects.values_list("pk", flat=True))
    assert sorted(job.args["pk"] for job in jobs) == sorted(submissions)
    numbers = Application.objects.filter(last_number=1).values_list("number", flat=True)
    assert sorted(n for n in numbers if n) == list(range(1, len(stored) + 1))
    assert set(Application.objects.filter(last_number=0).values_list("state", flat=True)) <= {
        "draft"
    }
    call.refresh_from_db()
    assert call.state == "closed"
    late = Submission.objects.filter(at__gte=call.closes_at)
    assert not late.exists()


def test_a_double_click_from_two_connections_is_one_submission() -> None:
    story = filled()
    key = uuid.uuid4()
    ends = at_once(
        *(
            lambda: submitting.submit(story.application, by=story.holder, submission=key)
            for _n in range(4)
        )
    )
    assert ends == ["done"] * 4
    [version] = Submission.objects.all()
    assert receipts().filter(args__pk=version.pk).count() == 1


def test_two_members_begin_at_once_and_find_the_same() -> None:
    call = CallFactory()
    organisation, holder, colleague = team()
    ends = at_once(
        lambda: begin(call, holder, organisation), lambda: begin(call, colleague, organisation)
    )
    assert ends == ["done", "done"] and Application.objects.count() == 1


def test_opened_again_at_the_second_of_the_closing() -> None:
    """The closing and the reopening wait for each other: never half a state."""
    story = filled()
    submitting.submit(story.application, by=story.holder, submission=uuid.uuid4())
    Call.objects.filter(pk=story.call.pk).update(
        closes_at=timezone.now() + dt.timedelta(milliseconds=20)
    )
    ends = at_once(
        lambda: submitting.reopen(story.application, by=story.holder),
        lambda: (time.sleep(0.03), calendar.close_due()),
    )
    assert set(ends) <= {"done", "refused"}
    calendar.close_due()
    assert story.fresh().state == "submitted"
