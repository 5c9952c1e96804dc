"""What a trial on one's own machine begins with: calls of each kind, at each moment."""

from __future__ import annotations

import io
from typing import Any

import pytest

from essaim.calls.board import rows_of
from essaim.calls.demonstration import CARDS, LAST_PRIZE, PERMANENT, PROJECTS, SPREAD, load_calls
from essaim.calls.demonstration_applications import PROJECTS as GIVEN
from essaim.calls.demonstration_replication import NEIGHBOUR
from essaim.calls.models import Application, Call, Kind, Lesson, Support
from essaim.people.models import User
from tests.initiatives.factories import ComponentFactory, InitiativeFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def test_sites_apply_to_the_replication_call(settings: Any) -> None:
    """With the cards that it lists: two submitted (one of them a pair), a draft, an answer; and a
    mention on the last prize."""
    settings.LOCAL = True
    for project in GIVEN:
        TerritoryFactory(kind="commune", code=project.commune)
    for external_id in CARDS:
        card = InitiativeFactory(published=True, external_id=external_id)
        ComponentFactory(initiative=card, kind="core")
    out = io.StringIO()
    load_calls(out=out)
    assert NEIGHBOUR[0] in out.getvalue()
    call = Call.objects.get(title=SPREAD)
    found = Application.objects.filter(call=call).order_by("pk")
    assert [each.state for each in found] == ["submitted", "submitted", "draft"]
    assert call.state == "open" and call.initiatives.count() == 3
    assert all(each.adopts is not None and "fictif" in each.title for each in found)
    signed = found[1].partners.get()
    assert (signed.role, signed.state) == ("follower", "signed")
    assert call.questions.get().answer
    lesson = Lesson.objects.get()
    assert lesson.is_public and lesson.mentioned_at
    assert lesson.application.call.title == LAST_PRIZE


def test_a_call_is_instructed_from_the_start_and_loaded_once(settings: Any) -> None:
    settings.LOCAL = True
    for project in GIVEN:
        TerritoryFactory(kind="commune", code=project.commune)
    out = io.StringIO()
    for _time in range(2):
        load_calls(out=out)
    assert out.getvalue().count("jury@essaim.example") == 1
    call = Call.objects.get(title=PROJECTS)
    received = Application.objects.filter(call=call).order_by("number")
    assert [each.state for each in received] == ["eligible", "to_complete", "submitted"]
    assert [each.number for each in received] == [1, 2, 3]
    assert call.state == "closed" and all("fictif" in each.title for each in received)

    templates = Call.objects.filter(is_template=True)
    assert sorted(templates.values_list("kind", flat=True)) == sorted(Kind.values)
    assert sorted(Call.objects.exclude(is_template=True).values_list("kind", "state")) == [
        ("interest", "deciding"), ("interest", "open"), ("prize", "announced"),
        ("prize", "announced_results"), ("projects", "closed"),
    ]  # fmt: skip
    # Read by its jury: the board has something to rank, and one decision waits.
    wave = Call.objects.get(title=PERMANENT, wave=1)
    officer = User.objects.get(email="appels@essaim.example")
    rows = rows_of(wave, officer, None)
    assert [row.colleges["jury"].readings for row in rows] == [2, 2]
    assert sorted(row.outcome for row in rows) == ["", "laureate"]
    # One of each outcome, and the laureate with its plan.
    prize = Application.objects.filter(call__title=LAST_PRIZE).order_by("number")
    assert [each.state for each in prize] == ["laureate", "waiting", "not_selected"]
    assert [(each.application, each.state) for each in Support.objects.all()] == [
        (prize[0], "running")
    ]
