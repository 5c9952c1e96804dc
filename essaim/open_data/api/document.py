"""What the OpenAPI document says of each operation, from the tables and the forms that serve it."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.interchange.card_format import FIELDS
from essaim.initiatives.interchange.kinds import described
from essaim.open_data.problems import CONTENT_TYPE, TITLES
from essaim.open_data.tables import TABLES, Table
from essaim.territories.forms import TerritoryField

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "detail"],
                "properties": {"where": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
LIMIT = {
    "name": "limit", "in": "query", "description": _("Éléments d’une page."),
    "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
}  # fmt: skip
CURSOR = {
    "name": "cursor", "in": "query", "schema": {"type": "string"},
    "description": _("Opaque : suivez l’adresse « next » de la page précédente."),
}  # fmt: skip
COUNT = {
    "name": "count", "in": "query", "schema": {"type": "boolean"},
    "description": _("Compter aussi tous les éléments de la liste."),
}  # fmt: skip
META = {
    "type": "object",
    "required": ["slug", "url", "api_url", "phase", "proof_level", "version", "updated_at"],
    "properties": {
        "slug": {"type": "string"},
        "url": {"type": "string", "format": "uri"},
        "api_url": {"type": "string", "format": "uri"},
        "publication": {"type": "string"},
        "phase": {"type": "string"},
        "proof_level": {"type": "integer", "minimum": 0, "maximum": 5},
        "version": {"type": "integer"},
        "published_at": {"type": ["string", "null"], "format": "date-time"},
        "updated_at": {"type": "string", "format": "date-time"},
        "harvested": {
            "type": "array",
            "description": _("Les sources moissonnées qui donnent cette fiche."),
            "items": {
                "type": "object",
                "required": ["source", "identifier", "url", "state"],
                "properties": {
                    "source": {"type": "string"},
                    "identifier": {"type": "string"},
                    "url": {"type": "string"},
                    "state": {"enum": ["present", "missing", "withdrawn"]},
                },
            },
        },
        "match": {
            "type": "object",
            "properties": {
                "words": {"type": "array", "items": {"type": "string"}},
                "by_meaning": {"type": "boolean"},
            },
        },
    },
}


def card_schema() -> dict[str, Any]:
    properties = {name: plain(described(kind)) for name, kind in FIELDS.items()}
    properties["_meta"] = META
    return {
        "type": "object",
        "title": "Card",
        "required": ["external_id", "title", "summary", "_meta"],
        "properties": properties,
    }


def card_body(*, new: bool) -> dict[str, Any]:
    """What a program writes of a card; ``external_id`` and ``_meta`` are the site's to give."""
    left = {"external_id", "economic_assumptions"}
    properties = {n: plain(described(k)) for n, k in FIELDS.items() if n not in left}
    properties["reason"] = {"type": "string", "maxLength": 500}
    found: dict[str, Any] = {"type": "object", "properties": properties}
    return found | ({"required": ["title", "summary"]} if new else {"minProperties": 1})


def plain(schema: Any) -> Any:
    """Lazy texts as texts."""
    if isinstance(schema, dict):
        return {str(key): plain(value) for key, value in schema.items()}
    if isinstance(schema, list | tuple):
        return [plain(value) for value in schema]
    return schema if isinstance(schema, int | float | bool | str | None) else str(schema)


def page_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": schema},
            "next": {"type": ["string", "null"], "format": "uri"},
            "count": {"type": "integer"},
        },
    }


def of_table(table: Table) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{table.name}"}


CARD = {"$ref": "#/components/schemas/card"}


def form_parameters(form_class: type[forms.Form], without: tuple[str, ...] = ()) -> list[Any]:
    """Each field of a form of the site as a parameter of the query string."""
    return [
        {
            "name": name,
            "in": "query",
            "description": field.label or name,
            "schema": _field_schema(name, field),
        }
        for name, field in form_class.base_fields.items()
        if name not in without
    ]


def _field_schema(name: str, field: Any) -> dict[str, Any]:
    choices: Any = getattr(field, "choices", [])
    if isinstance(field, forms.MultipleChoiceField):
        values = [str(value) for value, _label in choices]
        items: dict[str, Any] = {"type": "string"} | ({"enum": values} if values else {})
        return {"type": "array", "items": items}
    if isinstance(field, TerritoryField):
        return {"type": "string", "examples": ["commune:38185", "department:38", "Grenoble"]}
    if isinstance(field, forms.ModelChoiceField):
        return {"type": "string"}
    if isinstance(field, forms.ChoiceField):
        values = [str(value) for value, _label in choices if str(value)]
        return {"type": "string"} | ({"enum": values} if values else {})
    if isinstance(field, forms.BooleanField):
        return {"type": "boolean"}
    if isinstance(field, forms.DecimalField):
        return {"type": "number", "minimum": 0}
    return {"type": "string"}


def operation(
    schema: dict[str, Any],
    *,
    parameters: list[Any] | None = None,
    problems: tuple[int, ...] = (),
    status: int = 200,
    scope: str = "",
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """``openapi_extra`` of an operation."""
    codes = [*problems, 429, *([401, 403] if scope else [401])]
    if status == 200:
        answers: dict[Any, Any] = {200: _content(_("Réponse"), schema)}
    else:
        answers = {status: _content(_("Réponse"), schema)}
    if not scope:
        answers[304] = {"description": _("Rien n’a changé.")}
    for code in sorted(set(codes)):
        answers[code] = _content(
            TITLES[code][1], {"$ref": "#/components/schemas/problem"}, CONTENT_TYPE
        )
    found: dict[str, Any] = {"responses": answers}
    if parameters:
        found["parameters"] = parameters
    found["security"] = [{"token": [scope]}] if scope else [{}, {"token": []}]
    if body is not None:
        found["requestBody"] = {
            "required": True, "content": {"application/json": {"schema": body}}
        }  # fmt: skip
    return found


def _content(description: Any, schema: dict[str, Any], kind: str = "application/json") -> Any:
    return {"description": description, "content": {kind: {"schema": schema}}}


def components() -> dict[str, Any]:
    return {
        "schemas": {
            "card": card_schema(),
            "problem": PROBLEM,
            **{table.name: table.schema() for table in TABLES.values()},
        },
        "securitySchemes": {
            "token": {
                "type": "http",
                "scheme": "bearer",
                "description": str(
                    _("Un jeton de la page « Jetons et webhooks » de votre compte.")
                ),
            }
        },
    }


@cache
def _raw() -> dict[str, Any]:
    from essaim.open_data.api.main import api

    return dict(api.get_openapi_schema(path_prefix="api/v1/"))


def document(address: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document in the active language; ``address``: of this site."""
    found = dict(_raw())
    for methods in found["paths"].values():
        for operation in methods.values():
            operation["responses"].setdefault(200, None)
            operation["responses"] = {
                code: answer for code, answer in operation["responses"].items() if (answer
                and "content" in answer) or code == 304
            }  # fmt: skip
    found["servers"] = [{"url": address}]
    found["components"] = components()
    found["jsonSchemaDialect"] = "https://json-schema.org/draft/2020-12/schema"
    result: dict[str, Any] = plain(found)
    return result
