"""The schemas of what is published, in the national form (Table Schema, schema.data.gouv.fr)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from essaim.initiatives.interchange.card_format import FIELDS
from essaim.open_data.dumping import SOURCES
from essaim.open_data.national import FILE_TABLES

TABLE_SCHEMA = "https://frictionlessdata.io/schemas/table-schema.json"
VERSION = "1.1.0"
PUBLISHED_ON, CHANGED_ON = "2026-11-22", "2026-11-23"


def names() -> list[str]:
    return [source.name for source in SOURCES]


def table_schema(name: str) -> dict[str, Any]:
    """Of the CSV of this table, in the active language."""
    source = next(each for each in SOURCES if each.name == name)
    site = settings.PUBLIC_URL
    if name == "cards":
        fields = [_of_card(column) for column in source.columns]
        description, key, more = _("Les fiches publiées, une par ligne."), "external_id", {}
    else:
        table = FILE_TABLES[name]
        fields = [column.table_field() for column in table.columns]
        description, key, more = str(table.description), table.key, table.extra
    return {
        "$schema": TABLE_SCHEMA,
        "name": f"essaim-{name}",
        "title": str(source.title),
        "description": description,
        "countryCode": "FR",
        "version": VERSION,
        "created": PUBLISHED_ON,
        "lastModified": CHANGED_ON,
        "homepage": f"{site}/donnees",
        "path": f"{site}/schemas/tables/{name}.json",
        "encoding": "utf-8",
        "resources": [
            {"title": str(source.title), "path": f"{site}/donnees/fichiers/{name}.csv.gz"}
        ],
        "contributors": [
            {"title": settings.SITE["operator"] or settings.SITE["name"], "role": "author"}
        ],
        "fields": fields,
        "missingValues": [""],
        **({"primaryKey": [key]} if key else {}),
        **more,
    }


_OF_META = {
    "slug": ("string", lambda: _("Adresse de la fiche sur la plateforme.")),
    "phase": ("string", lambda: _("Phase : identify, validate, organise ou replicate.")),
    "proof_level": ("integer", lambda: _("Niveau de preuve, de 0 (non renseigné) à 5.")),
    "published_at": ("datetime", lambda: _("Date de publication.")),
    "updated_at": ("datetime", lambda: _("Date de la dernière modification.")),
    "page": ("string", lambda: _("Page de la fiche.")),
}


def _of_card(column: str) -> dict[str, Any]:
    if column in _OF_META:
        kind, told = _OF_META[column]
        return {
            "name": column, "title": column, "description": told(), "type": kind,
            "constraints": {"required": True},
        }  # fmt: skip
    name = max((known for known in FIELDS if column.startswith(known)), key=len, default="")
    known = FIELDS[name]
    inner = getattr(known, "fields", {}).get(column.removeprefix(f"{name}_"))
    kind_of = inner or known
    label = " – ".join(str(each.label) for each in (known, inner) if each and each.label)
    schema = kind_of.schema()
    given = schema.get("type", "")
    types = given if isinstance(given, list) else [given]
    plain = next((name for name in types if name in {"number", "integer", "boolean"}), "")
    return {
        "name": column,
        "title": label or column,
        "description": str(kind_of.help or label or column),
        "type": plain or "string",
        "constraints": {"required": known.required},
    }
