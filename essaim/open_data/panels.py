"""What machines read in the head of public pages: canonical address, Open Graph, schema.org."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from essaim.common.panels import Panel, register
from essaim.needs.reading import shorten
from essaim.open_data import linked
from essaim.open_data.records.common import site

SUMMARY_LENGTH = 300
# What would end the element that holds it, or begin another.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026",
            0x2028: "\\u2028", 0x2029: "\\u2029"}  # fmt: skip
Teller = Callable[[Any], linked.Told | None]
# By the slot of a page's head: a row here, and the page says it.
HEADS: dict[str, Teller] = {
    "initiative": linked.initiative,
    "call": linked.call,
    "event": linked.event,
    "need": linked.need,
    "scheme": linked.scheme,
    "organisation": linked.organisation,
    "pool": linked.pool,
    "replication": linked.replication,
    "place": linked.third_place,
    "territory": linked.territory,
}


def as_script(value: Any) -> SafeString:
    """JSON inside a script element: data, which no browser runs."""
    text = json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(text)  # noqa: S308 - every character that HTML reads is escaped


def head(told: linked.Told) -> dict[str, Any]:
    return {
        "address": site(told.path),
        "api_address": linked.address_of(told),
        "kind": told.kind,
        "title": told.title,
        "summary": shorten(" ".join(told.summary.split()), SUMMARY_LENGTH),
        "linked": as_script(told.linked),
    }


def _register(slot: str, tell: Teller) -> None:
    def context(request: HttpRequest, obj: Any) -> dict[str, Any] | None:
        # In the language in which it was written, whoever reads.
        with override("fr"):
            told = tell(obj)
            return head(told) if told is not None else None

    name, title = "open_data", _("Pour les machines")
    register(Panel(f"{slot}.head", name, title, "open_data/head.html", context))


def register_panels() -> None:
    for slot, tell in HEADS.items():
        _register(slot, tell)
