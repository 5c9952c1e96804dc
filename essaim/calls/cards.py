"""What a card answers in the place of its applicant: shown, read again, never asked again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from essaim.common.money import euros
from essaim.common.templatetags.essaim import amount
from essaim.common.text import without_marks
from essaim.dossiers import blocks
from essaim.dossiers.blocks import Block
from essaim.dossiers.reading import Row
from essaim.evaluations.evidence import level_of, sources
from essaim.initiatives.derived import EUROS
from essaim.initiatives.models import Initiative
from essaim.initiatives.templatetags.cards import period

from .models import Application, Call


@dataclass(frozen=True)
class Proven:
    """An initiative that a call lists, and what proves it."""

    card: Initiative
    level: int  # 0: nothing yet (§ 6 of the domain)
    level_title: Any
    sources: list[Any]  # titles of the sources that hold something

    @property
    def is_little(self) -> bool:
        return self.level < settings.CALLS["proven_level"]

    @property
    def words(self) -> str:
        """One line, beside the choice of an initiative."""
        if not self.level:
            return _("aucune preuve n’est encore établie")
        found = _("niveau de preuve %(n)s sur 5") % {"n": self.level}
        return " – ".join([found, *map(str, self.sources)])


def proven(cards: Iterable[Initiative]) -> list[Proven]:
    """Level and sources of each, in a constant number of queries."""
    found, rows = [], list(cards)
    prefetch_related_objects(rows, "holder", "evidence", "facts")
    for card in rows:
        level = level_of(card)
        said = [source.title for source in sources(card) if source.proofs]
        found.append(Proven(card, level.number, level.title, said))
    return found


def listed(call: Call) -> list[Proven]:
    return proven(call.initiatives.all())


def little_proven(call: Call) -> list[Initiative]:
    """Those of the call below ``CALLS["proven_level"]``: it says why it lists them."""
    return [each.card for each in listed(call) if each.is_little]


def card_of(application: Application) -> Initiative | None:
    """The one that the application is about: the applicant’s own, else the one it takes up."""
    return application.initiative or application.adopts


def card_rows(application: Application, block: Block) -> list[Row]:
    card = card_of(application)
    if card is None or block.source not in blocks.CARD_SOURCES:
        return []
    return [Row(label, text) for label, text in _READ[block.source](card) if text]


def card_lacks(application: Application, block: Block, rows: list[Row]) -> str:
    """Why the card does not answer this block, and what to do; "" where it does."""
    if block.source not in blocks.CARD_SOURCES:
        return ""
    if card_of(application) is None:
        return _("la fiche de votre initiative : choisissez-la dans « L’essentiel »")
    if rows:
        return ""
    return {
        blocks.MODEL: _("la modélisation, à écrire dans la fiche"),
        blocks.ECONOMICS: _("la grille économique, à remplir dans la fiche"),
        blocks.EVIDENCE: _("les preuves, à ajouter à la fiche"),
    }[block.source]


def _model(card: Initiative) -> list[tuple[str, str]]:
    parts = list(card.components.all())

    def named(kind: str) -> str:
        return "\n".join(f"- {part.name}" for part in parts if part.kind == kind)

    return [
        (_("Objectifs et effets"), without_marks(card.objectives, bullets=True)),
        (_("Étapes"), "\n".join(card.steps)),
        (_("Conditions préalables"), "\n".join(card.prerequisites)),
        (_("Cœur du concept, à garder"), named("core")),
        (_("Marge d’adaptation"), named("margin")),
        (_("Ce qui n’a pas marché"), without_marks(card.what_failed, bullets=True)),
    ]


def _economics(card: Initiative) -> list[tuple[str, str]]:
    return [
        (
            str(row.get_line_display()).capitalize(),
            " ".join(part for part in (row.label, _figure(row)) if part),
        )
        for row in card.economics.all()
    ]


def _figure(row: Any) -> str:
    """The central value, with its range where there is one, its unit and its period."""
    if row.central is None:
        return ""
    in_euros = row.unit.strip().lower() in EUROS
    shown: Any = euros if in_euros else amount
    around = ""
    if row.low is not None and row.high is not None and row.low != row.high:
        around = _("(de %(low)s à %(high)s)") % {
            "low": shown(row.low),
            "high": shown(row.high),
        }
    parts = (shown(row.central), "" if in_euros else row.unit, period(row.period), around)
    return " ".join(part for part in parts if part)


def _evidence(card: Initiative) -> list[tuple[str, str]]:
    found: list[tuple[str, Any]] = []
    level = level_of(card)
    if level.number:
        found.append((_("Niveau de preuve"), f"{level.number}. {level.title}"))
    for source in sources(card):
        titles = [proof.title for proof in source.proofs if proof.title]
        if titles:
            found.append((str(source.title), "\n".join(titles)))
    return found


_READ = {blocks.MODEL: _model, blocks.ECONOMICS: _economics, blocks.EVIDENCE: _evidence}
