"""Waves of a permanent call: kept when it is copied, counted as the call says."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.calls import content
from essaim.calls.actions import applying, calendar, copying, submitting, waves
from essaim.calls.models import Application, Call
from essaim.calls.views.setting import address
from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.following.models import Notification
from tests.calls.factories import CallFactory, SeriesFactory, now, officer
from tests.calls.factories_applying import (
    TEXT,
    Story,
    begin,
    filled,
    save,
    submit,
    submitted,
    team,
)
from tests.dossiers.helpers import signed_in
from tests.people.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def wave(**fields: Any) -> Call:
    made: Call = CallFactory(series=SeriesFactory(days_between=30), wave=1, **fields)
    return made


def copied(source: Call, **how: Any) -> Call:
    return copying.copy_call(
        source, by=UserFactory(manager=True), submission=uuid.uuid4(), title="Reprise",
        organiser=OrganisationFactory(), **how,
    )  # fmt: skip


def test_a_copy_of_a_permanent_call_has_waves_of_its_own() -> None:
    source = wave(most_in_all_waves=True)
    made = copied(source)
    assert made.series is not None and made.series != source.series
    assert (made.wave, made.series.days_between, made.most_in_all_waves) == (1, 30, True)
    assert copied(CallFactory()).series is None
    asked = copied(CallFactory(), permanent=True)
    assert asked.series is not None and asked.wave == 1


def test_the_form_of_a_new_call_keeps_it_too() -> None:
    source = wave()
    client = Client()
    client.force_login(
        UserFactory(manager=True), backend="django.contrib.auth.backends.ModelBackend"
    )
    organiser = OrganisationFactory()
    sent = {
        "submission": str(uuid.uuid4()), "title": "Une reprise", "kind": "projects",
        "organiser": organiser.name, "source": source.slug,
    }  # fmt: skip
    assert client.post(reverse("calls:new"), sent).status_code == 302
    made = Call.objects.get(title="Une reprise")
    assert made.copied_from == source and made.series and made.series.days_between == 30
    page = client.get(address(made, "who"))
    assert b"most_in_all_waves" in page.content


def again(call: Call, story: Story) -> Application:
    return begin(call, story.holder, story.organisation)


@pytest.mark.parametrize("all_waves", [False, True])
def test_each_wave_counts_by_itself_unless_the_call_says_otherwise(all_waves: bool) -> None:
    story = submitted(wave(most_in_all_waves=all_waves))
    Call.objects.filter(pk=story.call.pk).update(closes_at=now(seconds=-1))
    calendar.close_call(Call.objects.get(pk=story.call.pk))
    following = Call.objects.get(series=story.call.series_id, wave=2)
    Call.objects.filter(pk=following.pk).update(state="open", opens_at=now(seconds=-1))
    following = Call.objects.get(pk=following.pk)
    if all_waves:
        with pytest.raises(DomainError, match="toutes vagues ensemble"):
            again(following, story)
        applying.withdraw(story.fresh(), by=story.holder)
    assert again(following, story).call == following


def test_a_draft_that_joined_a_wave_is_not_one_too_many() -> None:
    story = submitted(CallFactory(most_for_one=2))
    second = Story(again(story.call, story), story.holder, story.colleague)
    save(second, "projet", {"what": TEXT})
    save(second, "essaimage", {"transfer": ""})
    # A third one came with its wave.
    third = Application.objects.create(
        call=story.call, organisation=story.organisation, title="De trop", form_number=1,
        created_by=story.holder,
    )  # fmt: skip
    late = Story(third, story.holder, story.colleague)
    save(late, "projet", {"what": TEXT})
    save(late, "essaimage", {"transfer": ""})
    submit(second)
    with pytest.raises(DomainError, match="2 candidatures au plus"):
        submit(late)
    third.refresh_from_db()
    assert (third.state, third.number) == ("draft", None)


def test_what_older_versions_did_not_say_is_no_difference() -> None:
    call = Call.objects.for_detail().get(pk=wave().pk)
    after = content.content_of(call)
    before = {name: value for name, value in after.items() if name != "most_in_all_waves"}
    assert list(content.differences(before, after)) == []
    assert len(list(content.differences(after, after | {"most_in_all_waves": True}))) == 1


# --- drafts between two waves ---------------------------------------------------------------------
def told(user: Any) -> list[str]:
    rows = Notification.objects.filter(user=user).order_by("pk")
    return list(rows.values_list("announcement__verb", flat=True))


def close(call: Call) -> Call | None:
    """By the clock; the wave that follows, where there is one."""
    Call.objects.filter(pk=call.pk).update(closes_at=now(seconds=-1))
    calendar.close_call(Call.objects.get(pk=call.pk))
    return Call.objects.filter(series=call.series_id, wave=2).first()


def open_again(call: Call) -> None:
    calendar.open_again(
        Call.objects.get(pk=call.pk), closes_at=now(days=2), by=officer(call),
        reason="Le site était en panne.",
    )  # fmt: skip


@pytest.mark.parametrize("all_waves", [False, True])
def test_a_wave_that_opens_again_takes_its_drafts_back(all_waves: bool) -> None:
    first = wave(most_in_all_waves=all_waves)
    story = filled(first)
    second = close(first)
    assert second is not None and story.fresh().call == second
    begun_there = begin(second, *_other(second))
    open_again(first)
    assert story.fresh().call == first
    assert Application.objects.get(pk=begun_there.pk).call == second
    assert [told(story.holder)[0], told(story.holder)[-1]] == ["call_moved", "call_reopened"]
    # Starting again finds it; it is submitted to the wave that it was written for.
    assert begin(story.call, story.holder, story.organisation) == story.application
    assert submit(story).application.call == first


def _in_first() -> tuple[Story, Call]:
    first = wave()
    return filled(first), first


def _other(call: Call) -> tuple[Any, Any]:
    organisation, holder, _colleague = team()
    Call.objects.filter(pk=call.pk).update(state="open", opens_at=now(seconds=-1))
    call.refresh_from_db()
    return holder, organisation


def test_a_draft_in_a_wave_that_opens_later_is_too_early_and_not_too_late() -> None:
    story, first = _in_first()
    second = close(first)
    assert second is not None and second.state == "announced"
    client = signed_in(story.holder)
    for name in ("application", "submit"):
        page = client.get(reverse(f"calls:{name}", args=[story.application.pk])).content.decode()
        assert french("L’appel ouvre le ") in page and "votre brouillon y est déjà" in page
        assert "Trop tard" not in page and "accorder un délai" not in page
    story.fresh()
    with pytest.raises(DomainError, match="vous le déposerez alors"):
        submit(story)
    assert "vague 2" in client.get(reverse("calls:mine")).content.decode()
    # Once it opens, it is submitted like any other; once that wave is over, it is too late.
    Call.objects.filter(pk=second.pk).update(state="open", opens_at=now(seconds=-1))
    page = client.get(reverse("calls:submit", args=[story.application.pk])).content.decode()
    assert "votre brouillon y est déjà" not in page
    Call.objects.filter(pk=second.pk).update(
        state="closed", opens_at=now(days=-2), closes_at=now(days=-1)
    )
    page = client.get(reverse("calls:submit", args=[story.application.pk])).content.decode()
    assert "Trop tard" in page


def test_closed_again_they_go_on_and_are_told_again() -> None:
    story, first = _in_first()
    second = close(first)
    open_again(first)
    close(first)
    assert story.fresh().call == second
    assert told(story.holder).count("call_moved") == 2


def test_what_was_submitted_in_the_next_wave_stays_there() -> None:
    story, first = _in_first()
    second = close(first)
    assert second is not None
    Call.objects.filter(pk=second.pk).update(state="open", opens_at=now(seconds=-1))
    story.fresh()
    submit(story)
    open_again(first)
    assert story.fresh().call == second


def test_a_next_wave_that_lacked_something_takes_the_drafts_once_announced() -> None:
    story = filled(wave())
    second = copying.next_wave(story.call, story.call.series)
    Call.objects.filter(pk=second.pk).update(appeal="")
    close(story.call)
    assert (story.fresh().call.wave, Call.objects.get(pk=second.pk).state) == (1, "draft")
    Call.objects.filter(pk=second.pk).update(appeal="Deux mois.", closes_at=now(days=90))
    calendar.announce_call(second, by=officer(second))
    assert story.fresh().call == second
    assert story.application.form_number == second.form_number
    assert told(story.holder) == ["call_moved"]


def test_a_delay_that_ends_leaves_the_draft_to_the_next_wave() -> None:
    story = filled(wave())
    run = officer(story.call)
    submitting.extend(story.application, by=run, until=now(days=40))
    second = close(story.call)
    assert second is not None and story.fresh().call.wave == 1
    assert waves.go_on_after_delays() == 0
    Application.objects.filter(pk=story.application.pk).update(extended_to=now(seconds=-1))
    assert (waves.go_on_after_delays(), waves.go_on_after_delays()) == (1, 0)
    assert story.fresh().call == second and story.application.extended_to is None
