"""One table of what follows what: in the models, in ``steps.py``, in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

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
    assert len(known) == len(moves)


# Words of docs/calls.md, as ``steps.py`` says them.
RUNS, SIDE = "ceux qui conduisent l’appel", "le candidat"
WHO = {
    "those who run it": RUNS,
    "those who run it, with a reason": RUNS,
    "those who run it, with a reason, when nothing is left to decide": RUNS,
    "the clock, or those who run it": f"l’horloge, ou {RUNS}",
    "those who run the call": RUNS,
    "those who run the call: appeal upheld, waiting list": RUNS,
    "a job, when the reading is abandoned by those who run it": RUNS,
    "the clock, when nothing came in time": "l’horloge",
    "the clock, or its side": f"l’horloge, ou {SIDE}",
    "its side": SIDE,
    "its side, before the closing": SIDE,
    "its side, before any decision": SIDE,
    "a laureate, or one who waits, after the results": SIDE,
}
TOLD = {
    "nobody": "personne",
    "officers": RUNS,
    "those who run the call": RUNS,
    "followers of the call's themes, places, organiser": "ceux qui suivent le thème ou le territoire",
    "the same followers": "ceux qui suivent le thème ou le territoire",
    "those with a draft": "ceux qui ont un brouillon",
    "each reader assigned": "chaque lecteur affecté",
    "every applicant": "chaque candidat",
    "each laureate": "chaque lauréat",
    "its side": SIDE,
    "co-editors": "les coéditeurs",
    "its side and partners: receipt": "le candidat et ses partenaires (récépissé)",
    "its side, at publication": "le candidat, à la publication",
    "its side, and those who run the call": f"le candidat, et {RUNS}",
}


@pytest.mark.parametrize(
    ("table", "moves"), [("call", steps.CALL_MOVES), ("application", steps.APPLICATION_MOVES)]
)
def test_the_documentation_says_the_same_in_the_same_order(
    table: str, moves: list[steps.Move]
) -> None:
    """Several transitions may share a row."""
    page = (Path(settings.BASE_DIR) / "docs" / "calls.md").read_text("utf-8")
    _before, _head, rest = page.partition(f"| {table} | who | who is told |\n|---|---|---|\n")
    said = []
    for row in rest.partition("\n\n")[0].splitlines():
        names, who, told = (cell.strip() for cell in row.strip("|").split("|"))
        said += [(name, WHO[who], TOLD[told]) for name in re.findall(r"`(\w+)`", names)]
    with translation.override("fr"):
        assert said == [(move.name, str(move.who), str(move.told)) for move in moves]


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
