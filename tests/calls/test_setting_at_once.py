"""Two officers at the same instant, on real connections."""

from __future__ import annotations

import pytest

from essaim.calls import content
from essaim.calls.actions import building, calendar, setting
from essaim.calls.models import Call, Edition, State
from tests.at_once import at_once
from tests.calls.factories import CallFactory, SeriesFactory, now, officer

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_officers_save_the_same_page_at_once() -> None:
    call = CallFactory(draft=True)
    first, second = officer(call), officer(call)
    seen = content.stamp(call, "contact")
    answers = at_once(
        *(
            lambda who=who, name=name: setting.change_tab(
                call, "contact", {"service": name}, by=who, stamp_seen=seen
            )
            for who, name in ((first, "Mission A"), (second, "Mission B"))
        )
    )
    assert answers == ["done", "refused"]
    assert Call.objects.get(pk=call.pk).version == 2


def test_two_blocks_added_to_the_same_form_at_once() -> None:
    call = CallFactory(draft=True)
    seen = content.stamp(call, "form")
    block = {"title": "Équipe", "why": ""}
    answers = at_once(*([lambda: building.add_block(call, block, stamp_seen=seen)] * 3))
    assert answers == ["done", "refused", "refused"]


def test_a_call_closed_by_three_at_once_closes_once_and_has_one_next_wave() -> None:
    call = CallFactory(
        series=SeriesFactory(), wave=1, opens_at=now(days=-30), closes_at=now(minutes=-1)
    )
    at_once(*([lambda: calendar.close_call(call)] * 2), calendar.close_due)
    assert Call.objects.get(pk=call.pk).state == State.CLOSED
    assert Call.objects.filter(series=call.series, wave=2).count() == 1


def test_a_call_opened_by_the_clock_and_by_hand_has_one_first_edition() -> None:
    call = CallFactory(announced=True, opens_at=now(minutes=-1))
    person = officer(call)
    at_once(calendar.open_due, lambda: calendar.open_call(call, by=person))
    assert Call.objects.get(pk=call.pk).state == State.OPEN
    assert Edition.objects.filter(call=call).count() == 1
