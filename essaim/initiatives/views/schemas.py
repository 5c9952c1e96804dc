"""The format of cards, for machines and for people."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from essaim.initiatives.interchange.card_format import FIELDS
from essaim.initiatives.interchange.kinds import Kind, OpenChoice, Record, Records
from essaim.initiatives.interchange.schema import card_schema


@require_safe
@cache_control(public=True, max_age=3600)
@vary_on_cookie
def card(request: HttpRequest) -> JsonResponse:
    """The JSON Schema of a card, in the reader's language."""
    address = request.build_absolute_uri(reverse("initiatives:schema"))
    return JsonResponse(
        card_schema(address),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        content_type="application/schema+json; charset=utf-8",
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The same, to read."""
    fields = [row for name, kind in FIELDS.items() for row in _rows(name, kind)]
    return render(request, "initiatives/schemas.html", {"fields": fields})


def _rows(name: str, kind: Kind) -> list[dict[str, Any]]:
    many = isinstance(kind, Records)
    record = kind.record if isinstance(kind, Records) else kind
    choices = [] if isinstance(kind, Records | Record) else getattr(kind, "choices", [])
    rows = [
        {
            "name": name + ("[]" if many or kind.schema().get("type") == "array" else ""),
            "kind": kind,
            "choices": choices,
            "open": isinstance(kind, OpenChoice) or getattr(kind, "otherwise", None) is not None,
        }
    ]
    if isinstance(record, Record):
        for key, part in record.fields.items():
            rows += _rows(f"{rows[0]['name']}.{key}", part)
    return rows
