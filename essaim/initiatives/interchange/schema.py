"""The format as a JSON Schema (2020-12), from the same table that reads it.

It describes what an export writes; an import also understands the variants of
docs/import-format.md. Titles and descriptions are in the active language.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from essaim.themes.models import Theme

from .card_format import FIELDS
from .kinds import described

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def card_schema(address: str) -> dict[str, Any]:
    """The schema of one line; ``address`` is its own. One query, for the list of themes."""
    properties = {name: described(kind) for name, kind in FIELDS.items()}
    themes = {theme.slug: str(theme) for theme in Theme.objects.order_by("slug")}
    properties["themes"]["items"] = {
        "anyOf": [
            {"enum": list(themes), "x-labels": themes},
            properties["themes"]["items"],
        ]
    }
    return {
        "$schema": DIALECT,
        "$id": address,
        "title": _("Fiche d’initiative"),
        "description": _(
            "Une ligne d’un fichier d’import ou d’export. Les champs absents laissent la fiche "
            "comme elle est ; un champ vide l’efface ; un champ inconnu est gardé."
        ),
        "type": "object",
        "required": [name for name, kind in FIELDS.items() if kind.required],
        "properties": properties,
        "additionalProperties": True,
    }
