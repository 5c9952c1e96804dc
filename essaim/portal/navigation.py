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
    """A link; or, without an address, a group that opens on its own entries."""

    label: Any
    address: str = ""
    current: str = ""  # value of aria-current: "page", "true" (a page below), or nothing
    entries: tuple[Entry, ...] = ()
    key: str = ""  # of a group: its HTML id


# What people come for stands on one line; rooms that go together open from one word.
PUBLIC: list[tuple[Any, str | list[tuple[Any, str]]]] = [
    (
        _("Initiatives"),
        [
            (_("Toutes les initiatives"), "search:bank"),
            (_("Catalogue à dupliquer"), "catalogue:catalogue"),
            (_("Écrire une fiche"), "initiatives:create"),
        ],
    ),
    (_("Besoins"), "needs:list"),
    (_("Territoires"), "territories:entry"),
    (
        _("Appels et subventions"),
        [(_("Appels"), "calls:calls"), (_("Subventions d’essaimage"), "funding:pools")],
    ),
    (
        _("Se faire aider"),
        [
            (_("Guide"), "guide:index"),
            (_("Parrains"), "sponsorship:directory"),
            (_("Dispositifs"), "schemes:list"),
            (_("Parcours de l’innovateur"), "innovators:path"),
        ],
    ),
    (
        _("Se rencontrer"),
        [
            (_("Événements"), "events:list"),
            (_("Lieux"), "events:places"),
            (_("Réseaux"), "events:networks"),
            (_("Dialogue de gestion"), "dialogues:mine"),
        ],
    ),
    (_("Tableau de bord"), "insights:dashboard"),
]
# Rooms that are nothing without an account.
SIGNED_IN = {"dialogues:mine"}
MANAGERS: list[tuple[Any, str | list[tuple[Any, str]]]] = [(_("Gestion"), "portal:management")]


def entries(request: HttpRequest) -> list[Entry]:
    """The reader's entries; the longest address that holds this page is the current one."""
    user = getattr(request, "user", None)
    known = [*PUBLIC, *MANAGERS] if user and can_manage(user) else PUBLIC
    views = [
        v for _label, to in known for v in ([to] if isinstance(to, str) else [v for _l, v in to])
    ]
    addresses = {view: reverse(view) for view in views}
    path = request.path
    holding = [a for a in addresses.values() if path == a or path.startswith(f"{a}/")]
    here = max(holding, key=len, default="")

    def link(label: Any, view: str) -> Entry:
        at = addresses[view]
        return Entry(label, at, _mark(here, path) if at == here else "")

    signed_in = bool(user and user.is_authenticated)
    found = []
    for number, (label, to) in enumerate(known):
        if isinstance(to, str):
            found.append(link(label, to))
            continue
        within = tuple(link(name, view) for name, view in to if signed_in or view not in SIGNED_IN)
        current = "true" if any(entry.current for entry in within) else ""
        found.append(Entry(label, "", current, within, f"menu-{number}"))
    return found


def _mark(address: str, path: str) -> str:
    return "page" if path == address else "true"


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor; computed only by pages that show it (errors 413 and 500 do not)."""
    return {"navigation": lambda: entries(request)}
