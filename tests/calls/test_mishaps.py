"""What goes wrong in the life of a call: a reader who is taken off in the middle, a reading that is
abandoned, clocks that change before the closing, lists where nothing is."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.calls import clock, steps
from essaim.calls.actions import reading as reading_actions
from essaim.calls.board import rows_of
from essaim.calls.models import Application, Call
from essaim.common.errors import DomainError
from essaim.peers.actions import hand, rounds
from essaim.peers.models import Reading, Round
from tests.calls.factories import CallFactory
from tests.calls.factories_deciding import Jury
from tests.peers.factories import submit

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def page(user: Any, name: str, call: Call) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse(f"calls:{name}", args=[call.slug]))
    assert answer.status_code == 200
    return answer.content.decode()


class TestReaderTakenOff:
    def test_in_the_middle_the_others_are_enough(self) -> None:
        jury = Jury(2)
        found = jury.reading()
        gone, stays = jury.readers
        for row in Reading.objects.filter(seat__user=stays):
            submit(row, 4)
        first, second = Reading.objects.filter(seat__user=gone).order_by("pk")
        submit(first, 1)
        owed = page(jury.officer, "reading", jury.refresh())
        assert gone.name in owed
        with pytest.raises(DomainError, match="Une lecture peut encore être rendue"):
            rounds.open_discussion(found, by=jury.officer)
        hand.remove_reading(second, by=jury.officer)
        # What was submitted counts; what was taken off is written no more.
        with pytest.raises(DomainError):
            submit(second, 1)
        rounds.open_discussion(Round.objects.get(pk=found.pk), by=jury.officer)
        reading_actions.start_deciding(jury.call, by=jury.officer)
        rows = rows_of(jury.refresh(), jury.officer, None)
        assert sorted(row.colleges["jury"].readings for row in rows) == [1, 2]
        client = Client()
        client.force_login(gone, backend="django.contrib.auth.backends.ModelBackend")
        assert "n’est plus la vôtre" in client.get(second.get_absolute_url()).content.decode()


class TestReadingAbandoned:
    def test_applications_wait_for_another_reading(self) -> None:
        jury = Jury(2)
        found = jury.reading()
        assert {each.state for each in Application.objects.all()} == {"in_reading"}
        rounds.abandon(found, "Trop peu de lecteurs.", by=jury.officer)
        job = ProcrastinateJob.objects.filter(task_name="calls.stop_reading").get()
        assert job.args == {"call": jury.call.pk}
        assert [reading_actions.stop_reading(jury.call.pk) for _n in range(2)] == [2, 0]
        assert {each.state for each in Application.objects.all()} == {"eligible"}
        jury.refresh()
        again = reading_actions.open_reading(
            jury.call, answer_by=_soon(5), read_by=_soon(20), discuss_by=_soon(30),
            per_item={"jury": 2}, by=jury.officer,
        )  # fmt: skip
        assert again.pk != found.pk
        # Done late, it takes nothing away from the reading that has begun since.
        assert reading_actions.stop_reading(jury.call.pk) == 0
        assert {each.state for each in Application.objects.all()} == {"in_reading"}


def _soon(days: int) -> dt.datetime:
    return timezone.now() + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("closes", "changes", "hour"),  # of Greenwich
    [
        (dt.datetime(2027, 3, 29, 12), dt.datetime(2027, 3, 27, 12), 10),
        (dt.datetime(2027, 11, 1, 12), dt.datetime(2027, 10, 30, 12), 11),
    ],
)
def test_a_closing_after_the_clocks_changed_is_at_its_hour_on_the_wall(
    closes: dt.datetime, changes: dt.datetime, hour: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two days before on the wall, 47 or 49 hours: two days are left; one second before and after
    the hour are told apart."""
    ends = closes.replace(tzinfo=PARIS)
    call = CallFactory(opens_at=ends - dt.timedelta(days=40), closes_at=ends)
    application = Application(call=call)
    monkeypatch.setattr(timezone, "now", lambda: changes.replace(tzinfo=PARIS))
    assert steps.days_left(call) == 2
    assert ends.astimezone(dt.UTC).hour == hour
    assert "12:00 (heure de Paris)" in clock.shown(ends, call)
    second = dt.timedelta(seconds=1)
    assert clock.is_in_time(application, (ends.astimezone(dt.UTC) - second))
    assert not clock.is_in_time(application, ends.astimezone(dt.UTC))


class TestNothingThere:
    def test_lists_say_it_in_words(self) -> None:
        jury = Jury(1)
        client = Client()
        client.force_login(jury.officer, backend="django.contrib.auth.backends.ModelBackend")
        address = reverse("calls:instruction", args=[jury.call.slug])
        searched = client.get(address, {"q": "introuvable"}).content.decode()
        assert "Aucune candidature montrée" in searched
        nobody = Jury(0)
        for name in ("instruction", "exports", "reading"):
            shown = page(nobody.officer, name, nobody.call)
            assert "Aucune candidature" in shown
            assert "0 candidature" not in shown and " : 0 sur" not in shown

    def test_filters_come_folded_and_open_where_one_is_chosen(self) -> None:
        jury = Jury(1)
        assert '<details class="essaim-filters essaim-no-print">' in page(
            jury.officer, "instruction", jury.call
        )
        client = Client()
        found = client.get(reverse("calls:calls"), {"kind": "prize"}).content.decode()
        assert '<details class="essaim-filters" open>' in found
