"""The level of evidence of an initiative, derived from what is concluded (§ 6 of the domain).

No database here. Ours: what each source of proof may establish by itself. A level claimed beyond
it counts as the highest that its source can carry, and why is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .models import Evidence, Fact

# By kind of source. An independent evaluation goes beyond once someone who does not answer for
# the card confirmed it; a replication establishes nothing until it is evaluated.
CEILINGS = {
    Evidence.Kind.SELF: 3,
    Evidence.Kind.PEER: 3,
    Evidence.Kind.INDEPENDENT: 3,
    Evidence.Kind.USERS: 2,
    Evidence.Kind.OTHER: 1,
}
CONFIRMED = 4
ASSURED = 5
RUNNING = {"live", "sustained"}


@dataclass(frozen=True)
class Counted:
    """One concluded evaluation: the level it claims, the level that counts, and why less."""

    fact: Fact
    claimed: int
    level: int
    why: str = ""  # ceiling | unconfirmed | manuals | replication | replication_evaluated


@dataclass(frozen=True)
class DerivedProof:
    level: int
    because: Counted | None = None
    held_back: list[Counted] = field(default_factory=list)


def derive_proof(facts: Iterable[Fact], *, has_materials: bool) -> DerivedProof:
    """The highest level that counts among concluded evaluations (0: none has a level)."""
    known = list(facts)
    concluded = [f for f in known if f.kind == Fact.Kind.EVALUATION_CONCLUDED and _claim(f)]
    lacks = what_five_lacks(known, has_materials=has_materials)
    counted = [_counted(fact, lacks) for fact in concluded]
    # At equal levels the strongest source, then the oldest, is the one named.
    counted.sort(key=lambda c: (-c.level, not _confirmed(c.fact), c.fact.on, c.fact.source))
    return DerivedProof(
        level=counted[0].level if counted else 0,
        because=counted[0] if counted else None,
        held_back=[c for c in counted if c.level < c.claimed],
    )


def _claim(fact: Fact) -> int:
    return int(fact.value.get("level") or 0)


def _confirmed(fact: Fact) -> bool:
    return (
        fact.value.get("kind") == Evidence.Kind.INDEPENDENT and fact.value.get("confirmed") is True
    )


def what_five_lacks(facts: Iterable[Fact], *, has_materials: bool) -> list[str]:
    """What is still wanting for level 5, beside a confirmed report that claims it: manuals, a
    replication that runs, and one that was evaluated independently."""
    known = list(facts)
    running = any(
        f.kind == Fact.Kind.REPLICATION and f.value.get("status") in RUNNING for f in known
    )
    evaluated = any(
        f.kind == Fact.Kind.EVALUATION_CONCLUDED
        and _confirmed(f)
        and f.value.get("about") == "replication"
        and _claim(f) >= CONFIRMED
        for f in known
    )
    lacks = []
    if not has_materials:
        lacks.append("manuals")
    if not running:
        lacks.append("replication")
    if not evaluated:
        lacks.append("replication_evaluated")
    return lacks


def _counted(fact: Fact, lacks: list[str]) -> Counted:
    claimed = min(_claim(fact), ASSURED)
    if _confirmed(fact):
        if claimed == ASSURED and lacks:
            return Counted(fact, claimed, CONFIRMED, lacks[0])
        return Counted(fact, claimed, claimed)
    kind: Any = fact.value.get("kind")
    ceiling = CEILINGS.get(kind, CEILINGS[Evidence.Kind.OTHER])
    if claimed <= ceiling:
        return Counted(fact, claimed, claimed)
    why = "unconfirmed" if kind == Evidence.Kind.INDEPENDENT else "ceiling"
    return Counted(fact, claimed, ceiling, why)
