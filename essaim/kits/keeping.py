"""What kits hold about a person, and how long files stay after they were removed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.kits.actions.materials import erase_removed
from essaim.kits.models import MaterialVersion
from essaim.people import personal_data, retention
from essaim.people.models import User


def register_keeping() -> None:
    personal_data.register(
        "kits",
        deposited_by,
        label=_("Kits de reprise"),
        labels={"deposited": _("Fichiers que j’ai déposés dans des kits")},
    )
    retention.register(
        retention.Rule(
            "removed_materials",
            _("Fichiers retirés d’un kit"),
            _("Le temps de les remettre si le retrait était une erreur."),
            erase_removed,
        )
    )


def deposited_by(user: User) -> dict[str, Any]:
    return {
        "deposited": MaterialVersion.objects.filter(by=user)
        .order_by("pk")
        .values("material__title", "material__initiative__title", "original_name", "note", "at")
    }
