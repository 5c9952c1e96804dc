"""Who may do what with a kit: its card's team writes it, whoever reads the card takes it."""

from __future__ import annotations

from typing import Any

import rules

from essaim.initiatives import rules as cards
from essaim.initiatives.models import Initiative
from essaim.kits.models import KitMaterial

can_view_kit = cards.can_view
can_edit_kit = cards.can_edit


@rules.predicate
def can_view_material(user: Any, material: KitMaterial) -> bool:
    """Agrees with ``KitMaterial.objects.visible_to``."""
    card: Initiative = material.initiative
    if material.removed_at is None:
        return bool(cards.can_view(user, card))
    return bool(cards.can_edit(user, card))
