"""Opening and closing by the clock, waves, what a closing does to drafts."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from essaim.calls.actions import calendar, copying, setting
from essaim.calls.models import Application, Call, State
from essaim.common.errors import DomainError
from essaim.following.models import Announcement, Follow, Notification
from tests.calls.factories import CallFactory, SeriesFactory, now, officer
from tests.people.factories import UserFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def state(call: Call) -> str:
    return str(Call.objects.get(pk=call.pk).state)


def draft_of(call: Call, **fields: Any) -> Application:
    person = UserFactory()
    made: Application = Application.objects.create(
        call=call, by_person=True, person=person, title="Essai", created_by=person, **fields
    )
    return made


def told(person: Any) -> list[str]:
    found = Notification.objects.filter(user=person).order_by("pk")
    return [row.announcement.verb for row in found]


def test_the_clock_opens_and_closes_and_done_twice_does_once() -> None:
    call = CallFactory(announced=True, opens_at=now(minutes=-1))
    assert (calendar.open_due(), calendar.open_due()) == (1, 0)
    assert state(call) == State.OPEN
    Call.objects.filter(pk=call.pk).update(closes_at=now(minutes=-1), opens_at=now(days=-1))
    assert (calendar.close_due(), calendar.close_due()) == (1, 0)
    assert state(call) == State.CLOSED
    kept = apps.get_model("calls", "CallEvent").objects.filter(pgh_obj=call.pk)
    assert list(kept.order_by("pgh_id").values_list("state", flat=True).distinct())[-1] == "closed"


def test_an_announced_call_that_lacks_something_does_not_open() -> None:
    call = CallFactory(announced=True, opens_at=now(minutes=-1), appeal="")
    assert calendar.open_due() == 0
    assert state(call) == State.ANNOUNCED


def test_a_late_job_takes_no_late_application() -> None:
    call = CallFactory(closes_at=now(seconds=-1), opens_at=now(days=-2))
    assert call.state == State.OPEN
    assert not call.is_taking
    assert not Call.objects.taking_applications().filter(pk=call.pk).exists()


def test_a_draft_never_submitted_stays_a_draft() -> None:
    call = CallFactory()
    draft = draft_of(call)
    Call.objects.filter(pk=call.pk).update(closes_at=now(minutes=-1))
    calendar.close_call(call)
    draft.refresh_from_db()
    assert (draft.state, draft.call_id) == ("draft", call.pk)


def test_closing_before_the_hour_needs_a_reason() -> None:
    call = CallFactory()
    person = officer(call)
    with pytest.raises(DomainError) as refusal:
        calendar.close_call(call, by=person)
    assert refusal.value.field == "reason"
    calendar.close_call(call, by=person, reason="Les crédits sont épuisés.")
    call = Call.objects.get(pk=call.pk)
    assert (call.state, call.closes_at <= timezone.now()) == (State.CLOSED, True)


def test_reopening_tells_those_with_a_draft() -> None:
    call = CallFactory(closed=True)
    person, draft = officer(call), draft_of(call)
    with pytest.raises(DomainError):
        calendar.open_again(call, closes_at=now(days=-1), reason="Panne du site.", by=person)
    calendar.open_again(call, closes_at=now(days=2), reason="Panne du site.", by=person)
    assert state(call) == State.OPEN
    assert "call_reopened" in told(draft.person)


def test_closing_a_wave_announces_the_next_and_drafts_go_there() -> None:
    call = CallFactory(
        series=SeriesFactory(days_between=3), wave=1, opens_at=now(days=-100),
        closes_at=now(minutes=-1),
    )  # fmt: skip
    person, draft = officer(call), draft_of(call)
    calendar.close_call(call)
    following = Call.objects.get(series=call.series, wave=2)
    assert following.state == State.ANNOUNCED
    assert following.officers.filter(user=person).exists()
    draft.refresh_from_db()
    assert (draft.call_id, draft.form_number) == (following.pk, following.form_number)
    assert told(draft.person) == ["call_moved"]
    assert following.opens_at is not None
    assert following.opens_at - call.closes_at >= dt.timedelta(days=2, hours=22)


def test_a_series_that_ended_has_no_next_wave() -> None:
    call = CallFactory(
        series=SeriesFactory(ended_on=timezone.localdate()), wave=1, opens_at=now(days=-100),
        closes_at=now(minutes=-1),
    )  # fmt: skip
    calendar.close_call(call)
    assert not Call.objects.filter(series=call.series, wave=2).exists()


def test_waves_keep_their_hours_when_clocks_change() -> None:
    call = CallFactory(
        opens_at=dt.datetime(2027, 1, 10, 9, tzinfo=PARIS),
        closes_at=dt.datetime(2027, 3, 20, 12, tzinfo=PARIS),
    )
    opens, closes = copying.next_dates(call, 10)
    assert opens.isoformat() == "2027-03-30T12:00:00+02:00"
    assert closes.isoformat() == "2027-06-07T12:00:00+02:00"


def begun(draft: Application, **ago: float) -> Application:
    Application.objects.filter(pk=draft.pk).update(created_at=now(**ago))
    return draft


def test_drafts_are_reminded_once_each() -> None:
    call = CallFactory(closes_at=now(days=3))
    assert calendar.remind_drafts() == 0  # nobody has a draft yet
    draft = begun(draft_of(call), days=-2)
    fresh = draft_of(call)
    assert (calendar.remind_drafts(), calendar.remind_drafts()) == (1, 0)
    assert told(draft.person) == ["call_closing"]
    assert told(fresh.person) == []  # begun a minute ago: they know
    begun(fresh, days=-1, hours=-1)
    assert (calendar.remind_drafts(), calendar.remind_drafts()) == (1, 0)
    assert told(draft.person) == told(fresh.person) == ["call_closing"]


def test_a_short_call_reminds_when_a_third_is_left() -> None:
    call = CallFactory(opens_at=now(days=-1), closes_at=now(days=2))
    draft = begun(draft_of(call), hours=-23)
    assert calendar.remind_drafts() == 0
    assert calendar.remind_drafts(now(days=1, minutes=5)) == 1
    assert told(draft.person) == ["call_closing"]


def test_a_closing_that_moves_later_reminds_again() -> None:
    call = CallFactory(closes_at=now(days=3))
    draft = begun(draft_of(call), days=-2)
    assert calendar.remind_drafts() == 1
    setting.change_tab(
        call, "calendar", {"opens_at": call.opens_at, "closes_at": now(days=20)},
        by=officer(call), stamp_seen=None, reason="Une panne du site vous a gênés.",
    )  # fmt: skip
    assert calendar.remind_drafts() == 0
    assert (calendar.remind_drafts(now(days=16)), calendar.remind_drafts(now(days=16))) == (1, 0)
    assert told(draft.person).count("call_closing") == 2


def test_who_follows_a_theme_hears_of_its_calls() -> None:
    theme, follower = ThemeFactory(), UserFactory()
    Follow.objects.create(user=follower, kind="theme", key=theme.slug)
    call = CallFactory(announced=True, opens_at=now(minutes=-1))
    call.themes.add(theme)
    calendar.open_due()
    assert Announcement.objects.filter(verb="call_opened", key=str(call.pk)).exists()


def test_lists_cost_the_same_whatever_their_length(
    client: Any, django_assert_max_num_queries: Any
) -> None:
    for number in (1, 2, 47):
        CallFactory.create_batch(number)
        with django_assert_max_num_queries(12):
            page = client.get(reverse("calls:calls"))
        assert page.status_code == 200


def test_the_list_shows_open_calls_first_and_what_is_asked_of_it(client: Any) -> None:
    late = CallFactory(closed=True, title="Ancien")
    soon = CallFactory(closes_at=now(days=2), title="Bientôt")
    later = CallFactory(closes_at=now(days=9), title="Plus tard")
    CallFactory(draft=True, title="Secret")
    CallFactory(is_template=True, title="Modèle")
    page = client.get(reverse("calls:calls"))
    assert [each.pk for each in page.context["page"]] == [soon.pk, later.pk, late.pk]
    assert "encore 2 jours" in page.content.decode()
    found = client.get(reverse("calls:calls"), {"state": "closed"}).context["page"]
    assert [each.pk for each in found] == [late.pk]
