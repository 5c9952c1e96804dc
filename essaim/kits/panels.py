"""What a kit adds to its card's page."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives import rules
from essaim.initiatives.models import Initiative
from essaim.kits.models import KitMaterial


def kit(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """What there is to take, by nature; for the team, the way to add something."""
    offered = KitMaterial.objects.offered().filter(initiative=card)
    counts = {
        row["kind"]: row["n"] for row in offered.order_by().values("kind").annotate(n=Count("pk"))
    }
    can_edit = rules.can_edit(request.user, card)
    links = len(card.materials.all())
    if not counts and not links and not can_edit:
        return None
    kinds = [(kind.label, counts[kind]) for kind in KitMaterial.Kind if kind in counts]
    return {"card": card, "kinds": kinds, "links": links, "can_edit": can_edit}


def register_panels() -> None:
    register(Panel("initiative", "kit", _("Kit de reprise"), "kits/panel.html", kit, order=300))
