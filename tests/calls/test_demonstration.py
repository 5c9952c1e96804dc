"""What a trial on one's own machine begins with: calls of each kind, at each moment."""

from __future__ import annotations

import io
from typing import Any

import pytest

from essaim.calls.board import rows_of
from essaim.calls.demonstration import LAST_PRIZE, PERMANENT, PROJECTS, load_calls
from essaim.calls.demonstration_applications import PROJECTS as GIVEN
from essaim.calls.models import Application, Call, Support
from essaim.people.models import User
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


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

    assert sorted(Call.objects.values_list("kind", "state")) == [
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
