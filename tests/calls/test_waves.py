"""Waves of a permanent call: kept when it is copied, counted as the call says."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.calls import content
from essaim.calls.actions import applying, calendar, copying
from essaim.calls.models import Application, Call
from essaim.calls.views.setting import address
from essaim.common.errors import DomainError
from tests.calls.factories import CallFactory, SeriesFactory, now
from tests.calls.factories_applying import TEXT, Story, begin, save, submit, submitted
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
