"""The phase of § 2, on every combination of facts."""

from __future__ import annotations

from itertools import chain, combinations
from typing import Any

import pytest

from essaim.initiatives.models import Fact, Phase
from essaim.initiatives.phase import derive_phase

FACTS: dict[str, tuple[str, dict[str, Any]]] = {
    "evaluated": ("evaluation_concluded", {"kind": "self", "level": None}),
    "ready": ("readiness", {"ready": True}),
    "not ready": ("readiness", {"ready": False}),
    "strategy": ("strategy_chosen", {"model": "across"}),
    "replicated": ("replication", {"status": "committed"}),
    "stopped": ("replication", {"status": "stopped"}),
}


def fact(name: str, on: str = "2020") -> Fact:
    kind, value = FACTS[name]
    return Fact(kind=kind, source=f"test:{name}", value=value, on=on)


def every_subset() -> list[tuple[str, ...]]:
    return list(chain.from_iterable(combinations(FACTS, n) for n in range(len(FACTS) + 1)))


def expected(names: set[str]) -> str:
    """§ 2 of the domain, written a second time as nested conditions."""
    if "evaluated" not in names:
        return "identify"
    if not {"ready", "strategy"} <= names:
        return "validate"
    return "replicate" if "replicated" in names else "organise"


@pytest.mark.parametrize("names", every_subset(), ids=lambda names: "+".join(names) or "nothing")
def test_the_highest_phase_that_holds_with_all_earlier_ones(names: tuple[str, ...]) -> None:
    facts = [fact(name) for name in names]
    assert derive_phase("2019-01-01", facts).phase == expected(set(names))
    assert derive_phase(None, facts).phase == Phase.NONE


def test_the_reason_names_the_fact_that_opened_the_phase() -> None:
    early, late = fact("evaluated", "2018"), fact("evaluated", "2021-03-03")
    late.source = "evaluation:7"
    derived = derive_phase("2017-05-01", [late, early])
    assert derived.reason["source"] == early.source
    assert derived.reason["on"] == "2018"
    assert derive_phase("2017-05-01", []).reason == {"fact": "published", "on": "2017-05-01"}


def test_organise_is_reached_when_the_later_of_its_two_facts_came() -> None:
    facts = [fact("evaluated", "2018"), fact("ready", "2020"), fact("strategy", "2019")]
    assert derive_phase("2017-01-01", facts).reason["fact"] == "readiness"
