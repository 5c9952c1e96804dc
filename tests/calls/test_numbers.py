"""How a call goes: what is counted, what is never named, one wave beside the others."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.calls.models import ApplicationState, Call, State
from essaim.calls.numbers import numbers, waves
from tests.calls.factories import CallFactory, SeriesFactory, now, officer
from tests.calls.factories_after import after, results
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
S = ApplicationState


def sign_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


class TestCounting:
    def test_drafts_are_counted_apart_and_small_groups_of_them_hidden(self) -> None:
        call = CallFactory()
        for _n in range(6):
            after(call, state=S.DRAFT, organisation=OrganisationFactory(kind="association"))
        for _n in range(7):
            after(call, state=S.DRAFT, organisation=OrganisationFactory(kind="company"))
        after(call, state=S.DRAFT, organisation=OrganisationFactory(kind="hospital"))
        after(call, organisation=OrganisationFactory(kind="hospital"), requested_cents=10_00)
        after(call, state=S.WITHDRAWN, requested_cents=99_00)
        found = numbers(call, officer(call))
        assert (found.drafts, found.submitted, found.withdrawn) == (14, 2, 1)
        assert found.asked_cents == 10_00, "what was withdrawn asks nothing"
        lines = {line.code: line for line in found.kinds}
        assert lines["hospital"].drafts is None, "one draft in a hospital would be found"
        assert lines["company"].drafts == 7
        # 14 in all less what is shown would tell the one: a second cell goes with it.
        assert lines["association"].drafts is None
        assert lines["hospital"].submitted == 1, "who runs the call reads it anyway"
        shared = numbers(call, officer(call), shared=True)
        assert {line.code: line.submitted for line in shared.kinds}["hospital"] is None

    def test_a_reopened_one_stays_submitted_and_a_new_one_is_a_draft(self) -> None:
        call = CallFactory()
        again = after(call)
        type(again).objects.filter(pk=again.pk).update(state=S.DRAFT)
        found = numbers(call, officer(call))
        assert (found.drafts, found.submitted) == (0, 1)

    def test_by_place_theme_and_day(self) -> None:
        from essaim.territories.models import Containment

        call = CallFactory()
        department = TerritoryFactory(kind="department", code="38", label="Isère (38)")
        commune = TerritoryFactory(kind="commune", code="38185")
        Containment.objects.get_or_create(ancestor=department, descendant=commune)
        theme = ThemeFactory(name="Réemploi", slug="reemploi")
        card = InitiativeFactory(published=True)
        card.themes.add(theme)
        after(call, territory=commune, initiative=card, submitted_at=now(days=-2))
        after(call, adopts=card, initiative=card, submitted_at=now(days=-1))
        after(call, submitted_at=now(days=-1))
        found = numbers(call, officer(call))
        assert [(line.label, line.submitted) for line in found.territories] == [
            ("territoire non dit", 2), ("Isère (38)", 1),
        ]  # fmt: skip
        assert [(line.label, line.submitted) for line in found.themes] == [
            ("Réemploi", 2), ("thème non dit", 1),
        ]  # fmt: skip
        assert [(day.submitted, day.total) for day in found.days] == [(1, 1), (2, 3)]

    def test_completeness_of_drafts_is_said_where_they_are_enough(self) -> None:
        call = CallFactory()
        for _n in range(5):
            after(call, state=S.DRAFT)  # two blocks of two
        for _n in range(5):
            after(call, state=S.DRAFT, content={"projet": {"what": "…"}})
        found = numbers(call, officer(call))
        assert [count for _label, count in found.completeness] == [0, 0, 5, 5]

    def test_what_one_is_linked_with_is_in_no_figure(self) -> None:
        call = CallFactory()
        person = officer(call)
        after(call, organisation=MembershipFactory(user=person).organisation)
        after(call)
        found = numbers(call, person)
        assert (found.submitted, found.left_out) == (1, 1)


class TestWaves:
    def wave(self, series: Any, number: int, **fields: Any) -> Call:
        return CallFactory(series=series, wave=number, **fields)

    def test_are_compared(self) -> None:
        series = SeriesFactory()
        first = self.wave(
            series, 1, state=State.ARCHIVED, results_at=now(days=-90), opens_at=now(days=-200),
            closes_at=now(days=-150),
        )  # fmt: skip
        second = self.wave(series, 2)
        after(first, state=S.LAUREATE)
        after(first, state=S.NOT_SELECTED)
        after(first, state=S.INELIGIBLE)
        after(second, state=S.DRAFT)
        after(second)
        manager = UserFactory(manager=True)
        this, before = waves(second, manager)
        assert this.is_this and (this.drafts, this.submitted, this.laureates) == (1, 1, None)
        assert (before.submitted, before.eligible, before.laureates, before.rate) == (3, 2, 1, 33)
        assert before.days == 50

    def test_of_another_organiser_only_what_is_published_shows(self) -> None:
        series = SeriesFactory()
        theirs = self.wave(series, 1)
        old = results(series=series, wave=2)
        mine = self.wave(series, 3)
        after(theirs)
        after(old, state=S.LAUREATE)
        found = {wave.call.pk: wave for wave in waves(mine, officer(mine))}
        assert theirs.pk not in found
        assert (found[old.pk].drafts, found[old.pk].laureates) == (None, 1)

    def test_an_officer_who_applied_learns_no_outcome_early(self) -> None:
        series = SeriesFactory()
        call = self.wave(series, 1, state=State.DECIDING)
        person = officer(call)
        officer(self.wave(series, 2, opens_at=now(days=-300)), person)
        after(call, state=S.ELIGIBLE, organisation=MembershipFactory(user=person).organisation)
        wave, _other = waves(call, person)
        assert wave.eligible is None and wave.laureates is None


class TestPage:
    def test_for_those_who_run_it_alone(self) -> None:
        call = CallFactory()
        url = reverse("calls:numbers", args=[call.slug])
        assert Client().get(url).status_code == 302
        assert sign_in(UserFactory()).get(url).status_code == 403
        assert sign_in(officer(call)).get(url).status_code == 200

    @pytest.mark.parametrize("count", [1, 3, 50])
    def test_the_same_number_of_queries_whatever_the_number(self, count: int) -> None:
        call = CallFactory()
        client = sign_in(officer(call))
        for number in range(count):
            after(call, state=S.DRAFT if number % 2 else S.SUBMITTED)
        url = reverse("calls:numbers", args=[call.slug])
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        assert len(captured) <= 13, len(captured)
        TestPage.seen = getattr(TestPage, "seen", len(captured))
        assert len(captured) == TestPage.seen

    def test_a_file_to_share(self) -> None:
        call = CallFactory(title="=cmd|' /C calc'!A0")
        after(call)
        answer = sign_in(officer(call)).get(
            reverse("calls:numbers", args=[call.slug]) + "?csv&partage"
        )
        text = b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]
        assert "masqué" not in text and "déposées" in text
