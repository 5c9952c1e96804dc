"""The evidence of a card: its four sources side by side, its level with the reason, what comes next.

Nothing is decided here: rows of the card and facts that other rooms established are read as they
are, and never averaged (§ 6 of the domain).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.initiatives.levels import LEVELS
from essaim.initiatives.models import Evidence, Fact, Initiative
from essaim.initiatives.proof import derive_proof, what_five_lacks

from .next_steps import WHY, HeldBack, Proof, Step, next_steps


@dataclass(frozen=True)
class Source:
    """One of the four sources of proof (report, 1.B and propositions 5 and 6)."""

    name: str  # also its anchor
    title: Any
    what: Any
    proofs: list[Proof] = field(default_factory=list)

    @property
    def best(self) -> int | None:
        return max((p.level for p in self.proofs if p.level), default=None)


_SOURCES: list[tuple[str, Any, Any]] = [
    (Evidence.Kind.SELF, _("Auto-évaluation"), _("L’équipe mesure elle-même ce que l’action change.")),
    (Evidence.Kind.PEER, _("Les pairs"), _("D’autres praticiens lisent l’initiative, sans conflit d’intérêts.")),
    (Evidence.Kind.INDEPENDENT, _("Évaluation indépendante"), _("Quelqu’un d’extérieur mesure, et en répond.")),
    (Evidence.Kind.USERS, _("La voix des usagers"), _("Celles et ceux que l’initiative concerne disent ce qu’elle leur fait.")),
]  # fmt: skip
OTHER = (
    Evidence.Kind.OTHER,
    _("Autres documents"),
    _("Ce qui n’entre dans aucune des quatre sources."),
)


def sources(card: Initiative) -> list[Source]:
    """From the card's ``evidence`` and ``facts`` as fetched; « other » only where there is one."""
    found = {kind: Source(kind, title, what) for kind, title, what in [*_SOURCES, OTHER]}
    for row in card.evidence.all():
        found[row.kind].proofs.append(
            Proof(row.title, row.url, str(row.year) if row.year else "", row.level)
        )
    for fact in _concluded(card.facts.all()):
        if not fact.source.startswith("evidence:"):
            kind = fact.value.get("kind", "")
            value = fact.value
            found[kind if kind in found else Evidence.Kind.OTHER].proofs.append(
                Proof(value.get("title", ""), value.get("url", ""), fact.on, value.get("level"))
            )
    return [s for s in found.values() if s.name != Evidence.Kind.OTHER or s.proofs]


def _concluded(facts: Iterable[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.kind == Fact.Kind.EVALUATION_CONCLUDED]


@dataclass(frozen=True)
class Level:
    number: int
    title: Any
    meaning: Any
    # The proof that established it: its source, title, address and date.
    because: Proof | None
    source: Any
    next_number: int | None
    next_steps: list[Step]
    # What claims more than it can establish, and why it counts for less.
    held_back: list[HeldBack]


def level_of(card: Initiative, *, waiting: bool = False) -> Level:
    """The level of the card, which proof established it, and what the next one needs.

    ``waiting``: an independent report of this card waits for its level to be confirmed.
    """
    facts = list(card.facts.all())
    found = derive_proof(facts, has_materials=card.has_materials)
    unknown = (_("non établi"), _("Aucune évaluation n’établit encore de niveau."))
    title, meaning = LEVELS.get(found.level, unknown)
    lacks = what_five_lacks(facts, has_materials=card.has_materials)
    because = _proof(found.because.fact, found.level) if found.because else None
    return Level(
        number=found.level,
        title=title,
        meaning=meaning,
        because=because,
        source=source_name(found.because.fact.value.get("kind", "")) if found.because else "",
        next_number=found.level + 1 if found.level < 5 else None,
        next_steps=next_steps(found.level, card, lacks, waiting=waiting),
        held_back=[
            HeldBack(_proof(c.fact, c.level), c.claimed, WHY[c.why]) for c in found.held_back
        ],
    )


def _proof(fact: Fact, level: int) -> Proof:
    return Proof(fact.value.get("title", ""), fact.value.get("url", ""), fact.on, level)


def source_name(kind: str) -> Any:
    return {name: title for name, title, _what in [*_SOURCES, OTHER]}.get(kind, OTHER[1])
