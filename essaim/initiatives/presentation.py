"""The card as its page shows it: blocks for the table of contents, economic grid, proofs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .levels import LEVELS
from .models import EconomicLine, Evidence, Fact, Initiative

Line = EconomicLine.Line


@dataclass(frozen=True)
class Block:
    name: str  # anchor
    title: Any


# Every block stands on every card: an empty one says that it is empty.
BLOCKS = [
    Block("besoin", _("Besoin, objectifs et effets")),
    Block("dispositif", _("Le dispositif")),
    Block("composantes", _("Cœur et marge")),
    Block("partenaires", _("Partenaires")),
    Block("economie", _("Économie")),
    Block("preuves", _("Preuves")),
    Block("echecs", _("Ce qui n’a pas marché")),
    Block("materiel", _("Matériel réutilisable")),
    Block("territoires", _("Territoires")),
    Block("phase", _("Phase")),
    Block("contact", _("Contact")),
    Block("source", _("Source et vérification")),
]


@dataclass(frozen=True)
class GridLine:
    kind: str
    label: Any
    rows: list[EconomicLine]


@dataclass(frozen=True)
class GridGroup:
    name: str
    title: Any
    note: Any
    lines: list[GridLine]


# The six lines of proposition 4; what installs is kept apart from what runs, and avoided
# costs from both: they are counted by payer and never added to anything.
_GROUPS: list[tuple[str, Any, Any, tuple[str, ...]]] = [
    ("setup", _("Pour installer"), _("Dépensé une fois, avant la vie courante."), (Line.SETUP_STAFF, Line.INVESTMENT)),
    ("running", _("Pour faire vivre"), _("Dépensé tant que l’initiative vit."), (Line.RUNNING_STAFF, Line.RUNNING_COSTS)),
    ("funding", _("Financements exceptionnels"), _("Reçus une fois : un repreneur ne les aura peut-être pas."), (Line.EXCEPTIONAL_FUNDING,)),
    ("avoided", _("Coûts évités"), _("Comptés payeur par payeur ; ils ne s’ajoutent ni entre eux, ni aux effets sur les personnes."), (Line.AVOIDED_COSTS,)),
]  # fmt: skip


def economic_grid(lines: Iterable[EconomicLine]) -> list[GridGroup]:
    """The whole grid, its empty lines included: what is unknown is part of the answer."""
    lines = list(lines)
    return [
        GridGroup(
            name,
            title,
            note,
            [
                GridLine(kind, Line(kind).label, [line for line in lines if line.line == kind])
                for kind in kinds
            ],
        )
        for name, title, note, kinds in _GROUPS
    ]


@dataclass(frozen=True)
class Proof:
    """One proof: its source and its level side by side (§ 6), never averaged."""

    kind: Any
    level: int | None
    title: str
    url: str
    on: str

    @property
    def level_name(self) -> Any:
        return LEVELS[self.level][0] if self.level in LEVELS else ""


def proofs(card: Initiative) -> list[Proof]:
    """Evidence written on the card, then evaluations that other rooms concluded."""
    found = [
        Proof(
            row.get_kind_display(), row.level, row.title, row.url, str(row.year) if row.year else ""
        )
        for row in card.evidence.all()
    ]
    kinds = dict(Evidence.Kind.choices)
    for fact in card.facts.all():
        if fact.kind != Fact.Kind.EVALUATION_CONCLUDED or fact.source.startswith("evidence:"):
            continue
        value = fact.value
        kind = kinds.get(value.get("kind", ""), kinds[Evidence.Kind.OTHER])
        found.append(
            Proof(kind, value.get("level"), value.get("title", ""), value.get("url", ""), fact.on)
        )
    return found
