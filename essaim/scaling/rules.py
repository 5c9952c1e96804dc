"""Who may diagnose an initiative, and read it."""

from __future__ import annotations

from typing import Any

import rules

from essaim.initiatives import rules as cards
from essaim.initiatives.models import Initiative
from essaim.people.rules import can_manage
from essaim.scaling.models import Diagnosis, ProfileSheet, Strategy


@rules.predicate
def can_diagnose(user: Any, card: Initiative) -> bool:
    """The card's team and managers: the result weighs on the card's phase."""
    return bool(cards.can_edit(user, card))


@rules.predicate
def can_view_diagnosis(user: Any, diagnosis: Diagnosis) -> bool:
    """Agrees with ``DiagnosisQuerySet.visible_to``."""
    if diagnosis.concluded_at is None:
        return bool(user.is_authenticated) and diagnosis.author_id == user.pk
    if user.is_authenticated and diagnosis.author_id == user.pk:
        return True
    if cards.can_edit(user, diagnosis.initiative):
        return True
    readable = bool(diagnosis.ready and cards.can_view(user, diagnosis.initiative))
    return readable and not diagnosis.is_taken_back


@rules.predicate
def can_rate(user: Any, card: Initiative) -> bool:
    """Whoever reads the card with an account: those who would adopt it see what its team does
    not."""
    return bool(user.is_authenticated) and bool(cards.can_view(user, card))


@rules.predicate
def can_read_profile(user: Any, card: Initiative) -> bool:
    """Agrees with ``ProfileSheetQuerySet.visible_to``: nobody reads others before answering,
    the card's team excepted."""
    if not user.is_authenticated:
        return False
    if cards.can_edit(user, card):
        return True
    return ProfileSheet.objects.filter(initiative=card, author=user).exists()


@rules.predicate
def can_plan(user: Any, card: Initiative) -> bool:
    """The card's team and managers write and choose its strategy."""
    return bool(cards.can_edit(user, card))


@rules.predicate
def can_view_strategy(user: Any, strategy: Strategy) -> bool:
    """The chosen one, by whoever reads the card; the others by its team. Agrees with
    ``StrategyQuerySet.visible_to``."""
    if strategy.chosen_at is not None:
        return bool(cards.can_view(user, strategy.initiative))
    return bool(cards.can_edit(user, strategy.initiative))


can_edit_matrix = can_manage
