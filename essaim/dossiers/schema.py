"""The JSON Schema of ``export.as_data``, made from the blocks: it cannot say anything else."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from . import blocks
from .accounts import ACCOUNTS, CHARGE, PRODUCT
from .blocks import GRANT, Field, blocks_of
from .export import FORMAT
from .models import DocumentKind
from .statements import TEXTS

_TEXT = {"type": "string"}
_CENTS = {"type": "integer", "minimum": 0}
_SHA = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def file_schema(address: str) -> dict[str, Any]:
    line = {
        "type": "object",
        "required": ["side", "account", "label", "amount_cents"],
        "properties": {
            "side": {"enum": [CHARGE, PRODUCT]},
            "account": {"enum": [*ACCOUNTS[CHARGE], *ACCOUNTS[PRODUCT]]},
            "label": _TEXT,
            "amount_cents": _CENTS,
        },
        "additionalProperties": False,
    }
    document = {
        "id": {"type": "integer"},
        "kind": {"enum": list(DocumentKind.values)},
        "title": _TEXT,
        "sha256": _SHA,
        "valid_until": {"type": ["string", "null"], "format": "date"},
    }
    statement = {
        "key": {"enum": list(TEXTS)},
        "text_version": _TEXT,
        "given_on": {"type": "string", "format": "date"},
        "amount_cents": {"type": ["integer", "null"], "minimum": 0},
    }
    sums = ("charges_cents", "products_cents", "in_kind_charges_cents", "in_kind_products_cents")
    properties: dict[str, Any] = {
        "$schema": _TEXT,
        "format": {"const": FORMAT},
        "form": {"const": GRANT},
        "cerfa": _TEXT,
        "file": {"type": "integer"},
        "applies_to": {"type": "string", "pattern": "^[a-z]+:.+$"},
        "organisation": _record({"name": _TEXT, "siren": _TEXT}),
        "initiative": _TEXT,
        "version": {"type": "integer", "minimum": 1},
        "submitted_at": {"type": "string", "format": "date-time"},
        "reason": _TEXT,
        "sha256": _SHA,
        "blocks": _record(
            {
                block.slug: {
                    **_record({f.name: _field(f) for f in blocks.shown_fields(block)}),
                    "title": str(block.title),
                }
                for block in blocks_of(GRANT)
            }
        ),
        "budget": _record(
            {**dict.fromkeys(sums, _CENTS), "requested_cents": _CENTS, "lines": _list(line)}
        ),
        "documents": _list(_record(document)),
        "statements": _list(_record(statement)),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "title": _("Dossier de demande de subvention"),
        "description": _("Une version déposée ; les montants sont en centimes d’euro."),
        **_record(properties),
    }


def _record(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _field(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"title": str(field.label)}
    if field.kind == blocks.MONEY:
        return {**found, "anyOf": [_CENTS, {"const": ""}]}
    if field.kind in {blocks.NUMBER, blocks.YEAR}:
        return {**found, "anyOf": [{"type": "integer", "minimum": 0}, {"const": ""}]}
    if field.kind == blocks.CHOICE:
        return {**found, "enum": ["", *(value for value, _label in field.choices)]}
    return {**found, "type": "string", "maxLength": max(field.longest, 254)}
