"""A column and a table, in the words of JSON Schema and of Table Schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

PLACE = r"^[a-z0-9_-]+:[^:\s]+$"
PLACE_HELP = _("Nature et code officiel : commune:38185, epci:200040715 (SIREN), department:38.")


@dataclass(frozen=True)
class Column:
    name: str
    type: str  # string, integer, number, boolean, date, datetime, place, places, words, object…
    label: Any
    required: bool = False  # never absent nor null
    blank: bool = False  # though it may be an empty text
    choices: tuple[str, ...] = ()
    example: Any = None
    help: Any = ""
    limits: dict[str, Any] = field(default_factory=dict)  # further constraints, of Table Schema
    told: dict[str, Any] = field(default_factory=dict)  # what else Table Schema says of the field

    def schema(self) -> dict[str, Any]:
        """In JSON Schema."""
        kinds: dict[str, dict[str, Any]] = {
            "string": {"type": "string"},
            "integer": {"type": "integer"},
            "number": {"type": "number"},
            "boolean": {"type": "boolean"},
            "date": {"type": "string", "format": "date"},
            "datetime": {"type": "string", "format": "date-time"},
            "url": {"type": "string", "format": "uri"},
            "place": {"type": "string", "pattern": PLACE},
            "places": {"type": "array", "items": {"type": "string", "pattern": PLACE}},
            "words": {"type": "array", "items": {"type": "string"}},
            "object": {"type": "object"},
            "objects": {"type": "array", "items": {"type": "object"}},
        }
        found = kinds[self.type]
        if self.choices:
            if self.type == "words":
                found["items"] = {"type": "string", "enum": list(self.choices)}
            else:
                found["enum"] = list(self.choices)
        if not self.required:
            found["type"] = [found["type"], "null"]
            if "enum" in found:
                found["enum"] = [*found["enum"], None]
        words = ". ".join(str(part).rstrip(".") for part in (self.label, self.help) if part)
        return found | {"description": words}

    def table_field(self) -> dict[str, Any]:
        """In Table Schema, as schema.data.gouv.fr publishes it: of the CSV."""
        kind = {"words": "string", "places": "string", "place": "string", "object": "string",
                "objects": "string", "url": "string"}.get(self.type, self.type)  # fmt: skip
        found: dict[str, Any] = {
            "name": self.name,
            "title": str(self.label),
            "description": str(self.help or self.label),
            "type": kind,
        }
        if self.type == "url":
            found["format"] = "uri"
        if self.example is not None:
            found["example"] = self.example
        # An empty text or list is an empty cell, which is no value.
        filled = self.type not in {"words", "places", "object", "objects"} and not self.blank
        constraints: dict[str, Any] = {"required": self.required and filled}
        if self.choices and self.type == "string":
            constraints["enum"] = list(self.choices)
        if self.type == "place":
            constraints["pattern"] = PLACE
        return found | {"constraints": constraints | self.limits} | self.told


@dataclass(frozen=True)
class Table:
    name: str
    title: Any
    description: Any
    columns: list[Column]
    key: str = "id"
    extra: dict[str, Any] = field(default_factory=dict)

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "title": str(self.title),
            "required": [c.name for c in self.columns if c.required],
            "properties": {c.name: c.schema() for c in self.columns},
        }


ID = Column("id", "integer", _("Numéro"), True, example=12)
URL = Column("url", "url", _("Page sur la plateforme"), True)
API = Column("api_url", "url", _("Adresse dans l’API"), True)
CARD = Column(
    "initiative", "string", _("Identifiant externe de la fiche"), True,
    help=_("Le champ external_id de la fiche."),
)  # fmt: skip
