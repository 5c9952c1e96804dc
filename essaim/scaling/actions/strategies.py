"""The only writers of strategies and of the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Fact, Initiative
from essaim.people.models import User
from essaim.scaling.model_sheets import MATRIX, MATRIX_SOURCE, SHEET
from essaim.scaling.models import MatrixCell, Model, Strategy

# One fact a card: its one chosen strategy.
SOURCE = "scaling:strategy"
MOST = 20  # strategies of one card


@dataclass(frozen=True)
class Content:
    objectives: Sequence[str]
    model: str
    purity: int
    control: int
    mode: str
    reasons: str
    subtype: str = ""


@transaction.atomic
def write_strategy(card: Initiative, content: Content, *, by: User) -> Strategy:
    """One more strategy to compare; nothing is chosen by it."""
    Initiative.objects.select_for_update(no_key=True).get(pk=card.pk)
    if card.strategies.count() >= MOST:
        raise DomainError(_("Cette fiche a déjà %(n)s stratégies : retirez-en une.") % {"n": MOST})
    _check(content)
    same = card.strategies.filter(author=by, **_columns(content)).first()
    return same or Strategy.objects.create(initiative=card, author=by, **_columns(content))


@transaction.atomic
def change_strategy(strategy: Strategy, content: Content, *, version: int, by: User) -> Strategy:
    """Raises DomainError when it changed meanwhile. Of the chosen one, the card's fact follows."""
    card = Initiative.objects.select_for_update().get(pk=strategy.initiative_id)
    locked = _locked(strategy)
    if locked.version != version:
        raise DomainError(
            _(
                "Cette stratégie a été modifiée ailleurs depuis que vous avez ouvert cette page."
                " Rien n’a été écrasé."
            )
        )
    _check(content)
    for name, value in _columns(content).items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    if locked.chosen_at is not None:
        _tell(card, locked, by)
    return locked


@transaction.atomic
def choose_strategy(strategy: Strategy, *, by: User) -> Strategy:
    """The one that the holder follows; another chosen before is no longer. Twice, it is once."""
    card = Initiative.objects.select_for_update().get(pk=strategy.initiative_id)
    locked = _locked(strategy)
    if locked.chosen_at is None:
        card.strategies.filter(chosen_at__isnull=False).update(chosen_at=None)
        locked.chosen_at = timezone.now()
        locked.save(update_fields=["chosen_at"])
        _tell(card, locked, by)
    return locked


@transaction.atomic
def withdraw_strategy(strategy: Strategy, *, by: User) -> None:
    """Of the chosen one, the card's fact goes too."""
    card = Initiative.objects.select_for_update().get(pk=strategy.initiative_id)
    found = Strategy.objects.filter(pk=strategy.pk).first()
    if found is None:
        return
    if found.chosen_at is not None:
        record_fact(card, Fact.Kind.STRATEGY_CHOSEN, SOURCE, None, by=by)
    found.delete()


def _tell(card: Initiative, strategy: Strategy, by: User) -> None:
    record_fact(
        card,
        Fact.Kind.STRATEGY_CHOSEN,
        SOURCE,
        {"model": strategy.model, "mode": strategy.mode, "strategy": strategy.pk},
        timezone.localdate(strategy.chosen_at).isoformat(),
        by=by,
    )


def _check(content: Content) -> None:
    if not content.objectives:
        raise DomainError(_("Choisissez au moins un objectif."), field="objectives")
    if not content.reasons.strip():
        raise DomainError(_("Dites pourquoi."), field="reasons")
    known = {key for key, _name, _says in SHEET[content.model].subtypes}
    if content.subtype and content.subtype not in known:
        raise DomainError(_("Cette forme n’est pas de ce modèle."), field="subtype")


def _columns(content: Content) -> dict[str, object]:
    return {
        "objectives": list(content.objectives),
        "model": content.model,
        "subtype": content.subtype,
        "purity": content.purity,
        "control": content.control,
        "mode": content.mode,
        "reasons": content.reasons.strip(),
    }


def _locked(strategy: Strategy) -> Strategy:
    found = Strategy.objects.select_for_update().filter(pk=strategy.pk).first()
    if found is None:
        raise DomainError(_("Cette stratégie a été retirée."))
    return found


# --- the matrix ---------------------------------------------------------------------------
@transaction.atomic
def change_cell(cell: MatrixCell, *, serves: bool, confidence: str, source: str) -> MatrixCell:
    """Read otherwise, by a manager; the history keeps what it said."""
    locked = MatrixCell.objects.select_for_update().get(pk=cell.pk)
    locked.serves, locked.confidence, locked.source = serves, confidence, source.strip()
    locked.save()
    return locked


@transaction.atomic
def load_matrix() -> int:
    """The report's reading, where there is none yet: what managers changed stays."""
    if MatrixCell.objects.count() == len(MATRIX) * len(Model):
        return 0
    rows = [
        MatrixCell(
            objective=objective,
            model=model,
            serves=model in serving,
            confidence=confidence,
            source=MATRIX_SOURCE,
        )
        for objective, (serving, confidence) in MATRIX.items()
        for model in Model
    ]
    return len(MatrixCell.objects.bulk_create(rows, ignore_conflicts=True))
