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


@dataclass(frozen=True)
class Proof:
    title: str
    url: str
    on: str
    level: int | None

    @property
    def level_name(self) -> Any:
        return LEVELS[self.level][0] if self.level in LEVELS else ""


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

# What the next level asks for, from the one that is reached (0: none).
NEXT: dict[int, list[Any]] = {
    0: [
        _("Dire la logique : pourquoi cela devrait marcher, pour qui, par quelles étapes. Une évaluation conclue, même modeste, l’établit."),
    ],
    1: [
        _("Mesurer les personnes concernées avant, puis après l’action : des données montrent alors un changement."),
    ],
    2: [
        _("Comparer avec un groupe qui n’a pas reçu l’action, choisi d’avance ; le tirage au sort est le plus sûr."),
    ],
    3: [
        _("Faire évaluer par quelqu’un d’extérieur, ou faire évaluer de façon indépendante une reprise sur un autre site. Une reprise seule ne suffit pas."),
    ],
    4: [
        _("Écrire les manuels et procédures qui assurent qu’une reprise garde l’effet, et le montrer."),
    ],
    5: [],
}  # fmt: skip


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
    next_steps: list[Any]


def level_of(card: Initiative) -> Level:
    """The level shown on the card, why it is that one, and what the next one needs."""
    number = card.proof_level
    because, source = None, ""
    for each in sources(card):
        for proof in each.proofs:
            if proof.level == number and because is None:
                because, source = proof, each.title
    title, meaning = LEVELS.get(
        number, (_("non établi"), _("Aucune évaluation n’établit encore de niveau."))
    )
    return Level(
        number, title, meaning, because, source,
        number + 1 if number < 5 else None, NEXT[number],
    )  # fmt: skip
