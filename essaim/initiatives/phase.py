"""The phase of an initiative, derived from facts (§ 2 of the domain). No database here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .models import Fact, Phase

# The facts that open each phase after the first, in order.
OPENED_BY: list[tuple[Phase, tuple[str, ...]]] = [
    (Phase.VALIDATE, (Fact.Kind.EVALUATION_CONCLUDED,)),
    (Phase.ORGANISE, (Fact.Kind.READINESS, Fact.Kind.STRATEGY_CHOSEN)),
    (Phase.REPLICATE, (Fact.Kind.REPLICATION,)),
]


@dataclass(frozen=True)
class Derived:
    phase: Phase
    # {"fact": kind, "source": …, "on": …, "value": …} of the fact that opened the phase;
    # {"fact": "published", "on": …} for the first; {} when the card is not published.
    reason: dict[str, Any]


def _holds(fact: Fact) -> bool:
    """Whether a fact counts for the phase: ready at six yes, replications not stopped."""
    if fact.kind == Fact.Kind.READINESS:
        return bool(fact.value.get("ready"))
    if fact.kind == Fact.Kind.REPLICATION:
        return fact.value.get("status") in {"committed", "preparing", "live", "sustained"}
    return True


def derive_phase(published_on: str | None, facts: Iterable[Fact]) -> Derived:
    """The highest phase whose condition holds together with all earlier ones.

    ``published_on``: ISO day of publication, None when the card is not published.
    """
    if published_on is None:
        return Derived(Phase.NONE, {})
    held: dict[str, Fact] = {}
    for fact in sorted((f for f in facts if _holds(f)), key=lambda f: (f.on, f.source)):
        held.setdefault(fact.kind, fact)
    derived = Derived(Phase.IDENTIFY, {"fact": "published", "on": published_on})
    for phase, kinds in OPENED_BY:
        opening = [held.get(kind) for kind in kinds]
        if any(fact is None for fact in opening):
            break
        last = max((f for f in opening if f is not None), key=lambda f: f.on)
        derived = Derived(
            phase,
            {"fact": last.kind, "source": last.source, "on": last.on, "value": last.value},
        )
    return derived
