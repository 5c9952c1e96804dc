"""Two connections, the same instant: one replication, one mentor, one report."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from essaim.replications.actions import agree, commit_from, network, reporting, stop
from essaim.replications.models import (
    AdviceTime,
    Mentorship,
    Replication,
    Report,
    StateChange,
    quarter_of,
)
from tests.at_once import at_once
from tests.replications.factories import ago, another, declared, live, representative, world

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_double_click_declares_one_replication() -> None:
    there, key = world(), uuid.uuid4()
    click = lambda: declared(there, submission=key)  # noqa: E731
    assert at_once(click, click) == ["done", "done"]
    assert Replication.objects.count() == 1


def test_two_representatives_declare_one_replication() -> None:
    there = world()
    other = representative(there.adopter)
    assert at_once(lambda: declared(there), lambda: declared(there, by=other)) == [
        "done", "refused"
    ]  # fmt: skip
    assert Replication.objects.count() == 1


def test_both_sides_declare_at_once() -> None:
    there = world()
    assert at_once(
        lambda: declared(there), lambda: declared(there, side="holder", by=there.holds)
    ) == ["done", "refused"]


def test_one_confirmation_of_two_clicks_makes_one() -> None:
    there = world()
    click: Any = lambda: commit_from(  # noqa: E731
        there.card, adopter=there.adopter, territory=there.place, origin="pool",
        reference="option:1", by=there.adopts, terms={"charter_on": ago(0)},
    )  # fmt: skip
    assert at_once(click, click, click) == ["done"] * 3
    site = Replication.objects.get()
    assert StateChange.objects.filter(replication=site, state="committed").count() == 1


def test_two_people_of_the_holder_agree_once() -> None:
    there = world()
    site, other = declared(there), representative(there.holder)
    assert at_once(
        lambda: agree(site, side="holder", by=there.holds),
        lambda: agree(site, side="holder", by=other),
    ) == ["done", "done"]
    assert StateChange.objects.filter(replication=site, state="committed").count() == 1


def test_two_stops_are_one() -> None:
    there = world()
    site = live(there)
    end = lambda by: lambda: stop(site, reason="r", lesson="l", by=by)  # noqa: E731
    assert at_once(end(there.adopts), end(there.holds)) == ["done", "done"]
    assert StateChange.objects.filter(replication=site, state="stopped").count() == 1


def test_one_report_for_a_quarter() -> None:
    there = world()
    site = live(there)

    def send(people: int) -> Callable[[], Any]:
        return lambda: reporting.save_report(
            site, quarter_of(ago(0)), by=there.adopts, beneficiaries=people
        )

    assert at_once(send(3), send(4)) == ["done", "done"]
    assert Report.objects.count() == 1


def test_one_mentor_at_a_time() -> None:
    there = world()
    old, older = live(there), live(another(there))
    young = another(there)
    site = declared(young)

    def ask(mentor: Replication) -> Callable[[], Any]:
        return lambda: network.ask_mentor(site, mentor, message="", by=young.adopts)

    assert at_once(ask(old), ask(older)) == ["done", "refused"]
    assert Mentorship.objects.count() == 1


def test_advice_is_noted_once() -> None:
    there, key = world(), uuid.uuid4()
    site = live(there)
    note = lambda: network.log_advice(  # noqa: E731
        site, submission=key, on=ago(1), minutes=90, kind="call", organisation=None, by=there.holds
    )
    assert at_once(note, note) == ["done", "done"]
    assert AdviceTime.objects.count() == 1
