"""A small kit, invented, on one card of the demonstration."""

from __future__ import annotations

import io
import uuid
from typing import Any, TextIO

from django.conf import settings
from django.utils import translation

from essaim.initiatives.models import Initiative
from essaim.kits.actions.materials import add_material
from essaim.kits.models import KitMaterial
from essaim.people.models import User

CARD = "demo:plateforme-precarite-energetique"
METHOD = """# Ouvrir un guichet unique en six étapes (fictif)

1. Réunir les opérateurs du territoire autour d’une même table.
2. Choisir un lieu où les habitants viennent déjà.
3. Nommer un référent, et dire qui le remplace.
4. Écrire la convention : qui reçoit, qui décide, qui paie.
5. Ouvrir à des heures où ceux qui travaillent peuvent venir.
6. Se revoir chaque mois, et noter ce qui n’a pas marché.
"""
SPECIFICATION = """Rôle;Jours par semaine;Formation
Référent du guichet;2,5;trois jours chez le porteur (fictif)
Relais des opérateurs;0,5;une demi-journée sur place (fictif)
"""
_MATERIALS = [
    (
        KitMaterial.Kind.METHOD,
        "Ouvrir un guichet unique en six étapes (fictif)",
        "methode.md",
        METHOD,
    ),
    (
        KitMaterial.Kind.SPECIFICATION,
        "Rôles et temps de l’équipe (fictif)",
        "roles.csv",
        SPECIFICATION,
    ),
]


def load_kit(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the same action as people, on a local machine only."""
    card = Initiative.objects.filter(external_id=CARD).select_related("holder").first()
    holder = User.objects.filter(email="porteur@essaim.example").first()
    if not settings.LOCAL or card is None or holder is None or card.kit_materials.exists():
        return
    with translation.override(settings.LANGUAGE_CODE):
        for kind, title, name, text in _MATERIALS:
            content = text.encode()
            add_material(
                card, kind=kind, title=title, licence="etalab-2.0",
                credit=card.holder.name if card.holder else "", file=io.BytesIO(content), name=name,
                size=len(content), submission=uuid.uuid5(uuid.NAMESPACE_URL, f"essaim:kits:{name}"),
                by=holder,
            )  # fmt: skip
    out.write(f"kits: {len(_MATERIALS)} demonstration materials\n")
