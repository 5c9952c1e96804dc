"""Addresses of this site as the objects they show: how an event is linked without a search box."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from essaim.calls.models import Call
from essaim.funding.models import Pool
from essaim.initiatives.models import Initiative
from essaim.needs.models import Need

# Name of the link on an event, model, field of the address, how its address looks.
KINDS: list[tuple[str, Any, str, re.Pattern[str]]] = [
    ("initiatives", Initiative, "slug", re.compile(r"/initiatives/([\w-]+)/?$")),
    ("calls", Call, "slug", re.compile(r"/appels/([\w-]+)/?$")),
    ("pools", Pool, "slug", re.compile(r"/subventions/([\w-]+)/?$")),
    ("needs", Need, "pk", re.compile(r"/besoins/(\d{1,9})/?$")),
]
SHORT = re.compile(r"^[\w-]+$")


def read(lines: Iterable[str], user: Any) -> tuple[dict[str, list[Any]], list[str]]:
    """The objects, by link, that this person sees; and the lines that are none."""
    found: dict[str, list[Any]] = {name: [] for name, *_rest in KINDS}
    lost = []
    for line in lines:
        path = line.partition("?")[0].partition("#")[0]
        for name, model, field, pattern in KINDS:
            match = pattern.search(path)
            row = match and model.objects.visible_to(user).filter(**{field: match[1]}).first()
            if row:
                found[name].append(row)
                break
        else:
            lost.append(line)
    return found, lost


def addresses(event: Any, user: Any) -> list[str]:
    """The same, written: for the form of this person."""
    return [row.get_absolute_url() for _name, rows in shown(event, user) for row in rows]


def unseen(event: Any, user: Any) -> dict[str, list[Any]]:
    """Linked by others and not for this person to see: they stay when this person saves."""
    return {
        name: list(
            getattr(event, name).exclude(
                pk__in=getattr(event, name).visible_to(user).order_by().values("pk")
            )
        )
        for name, *_rest in KINDS
    }


def shown(event: Any, user: Any) -> list[tuple[str, list[Any]]]:
    """Those that this reader sees; one query for each kind."""
    return [
        (name, list(getattr(event, name).visible_to(user).order_by("pk"))) for name, *_rest in KINDS
    ]
