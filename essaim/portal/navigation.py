"""The main navigation: the rooms of the house that this reader may enter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.people.rules import can_manage


@dataclass(frozen=True)
class Entry:
    label: Any
    address: str
    current: str = ""  # value of aria-current: "page", "true" (a page below), or nothing


PUBLIC = [
    (_("Initiatives"), "search:bank"),
    (_("Besoins"), "needs:list"),
    (_("Territoires"), "territories:entry"),
    (_("Dispositifs"), "schemes:list"),
    (_("Subventions"), "funding:pools"),
    (_("Parrains"), "sponsorship:directory"),
    (_("Écrire une fiche"), "initiatives:create"),
    (_("Parcours de l’innovateur"), "innovators:path"),
    (_("Catalogue"), "catalogue:catalogue"),
    (_("Guide"), "guide:index"),
]
MANAGERS = [(_("Gestion"), "portal:management")]


def entries(request: HttpRequest) -> list[Entry]:
    """The reader's entries; the longest address that holds this page is the current one."""
    user = getattr(request, "user", None)
    known = [*PUBLIC, *MANAGERS] if user and can_manage(user) else PUBLIC
    addresses = {view: reverse(view) for _label, view in known}
    path = request.path
    holding = [a for a in addresses.values() if path == a or path.startswith(f"{a}/")]
    here = max(holding, key=len, default="")
    return [
        Entry(label, addresses[view], _mark(here, path) if addresses[view] == here else "")
        for label, view in known
    ]


def _mark(address: str, path: str) -> str:
    return "page" if path == address else "true"


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor; computed only by pages that show it (errors 413 and 500 do not)."""
    return {"navigation": lambda: entries(request)}
