"""Who may diagnose an initiative, and read it."""

from __future__ import annotations

from typing import Any

import rules

from essaim.initiatives import rules as cards
from essaim.initiatives.models import Initiative
from essaim.scaling.models import Diagnosis


@rules.predicate
def can_diagnose(user: Any, card: Initiative) -> bool:
    """The card's team and managers: the result weighs on the card's phase."""
    return bool(cards.can_edit(user, card))


@rules.predicate
def can_view_diagnosis(user: Any, diagnosis: Diagnosis) -> bool:
    """Agrees with ``DiagnosisQuerySet.visible_to``."""
    if diagnosis.concluded_at is None:
        return bool(user.is_authenticated) and diagnosis.author_id == user.pk
    if diagnosis.ready and cards.can_view(user, diagnosis.initiative):
        return True
    if user.is_authenticated and diagnosis.author_id == user.pk:
        return True
    return bool(cards.can_edit(user, diagnosis.initiative))
