"""One table of what follows what: in the models, in ``steps.py``, in the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from essaim.calls import steps
from essaim.calls.models import Application, Call, State
from tests.calls.factories import CallFactory


@pytest.mark.parametrize(
    ("model", "moves"), [(Call, steps.CALL_MOVES), (Application, steps.APPLICATION_MOVES)]
)
def test_every_transition_has_its_row(model: type, moves: list[steps.Move]) -> None:
    field = model._meta.get_field("state")  # type: ignore[attr-defined]
    known = {each.name for each in field.get_all_transitions(model)}
    assert known == {move.name for move in moves}
    page = (Path(settings.BASE_DIR) / "docs" / "calls.md").read_text("utf-8")
    assert not [name for name in known if f"`{name}`" not in page]


@pytest.mark.parametrize("state", State.values)
def test_every_state_says_what_comes_next(state: str) -> None:
    call = CallFactory.build(
        organiser=None, state=state, skips=["reading"], state_names={"open": "dépôts"}
    )
    step = steps.next_step(call)
    assert 1 <= step.number <= step.last
    assert step.what or state == State.ARCHIVED
    if state == State.OPEN:
        assert step.title == "dépôts"
