"""The API's own description: for tools, and for people."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from essaim.open_data import conditional
from essaim.open_data.api.document import document
from essaim.open_data.models import Scope
from essaim.open_data.problems import TITLES


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document."""
    body = json.dumps(document(settings.PUBLIC_URL), ensure_ascii=False, indent=1).encode()
    return conditional.answer(
        request, body, content_type="application/vnd.oai.openapi+json;version=3.1", max_age=3600
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return redirect("open_data:docs")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The same document as a page: no script draws it."""
    known = document(settings.PUBLIC_URL)
    limits = settings.OPEN_DATA
    return render(
        request,
        "open_data/docs.html",
        {
            "operations": list(_operations(known)),
            "tables": list(_tables(known)),
            "problems": [(code, slug, title) for code, (slug, title) in TITLES.items()],
            "scopes": Scope.choices,
            "base": f"{settings.PUBLIC_URL}/api/v1",
            "anonymous": limits["anonymous_per_minute"],
            "token": limits["token_per_minute"],
        },
    )


def _operations(known: dict[str, Any]) -> Any:
    for path, methods in known["paths"].items():
        for method, operation in methods.items():
            scopes = [s for need in operation.get("security", []) for s in need.get("token", [])]
            yield {
                "name": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
                "scopes": scopes,
                "parameters": [
                    {
                        "name": parameter["name"],
                        "description": parameter.get("description", ""),
                        "values": _values(parameter["schema"]),
                    }
                    for parameter in operation.get("parameters", [])
                ],
            }


def _tables(known: dict[str, Any]) -> Any:
    for name, schema in known["components"]["schemas"].items():
        if name in {"problem", "card"}:
            continue
        yield {
            "name": name,
            "title": schema.get("title", name),
            "fields": [
                {
                    "name": field,
                    "description": what.get("description", ""),
                    "values": _values(what),
                }
                for field, what in schema["properties"].items()
            ],
        }


def _values(schema: dict[str, Any]) -> list[str]:
    values = schema.get("enum") or schema.get("items", {}).get("enum") or []
    return [str(value) for value in values if value is not None]
