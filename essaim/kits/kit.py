"""A kit as its page and its archive show it: materials, links, and whether they changed."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from essaim.common.privacy import mask_personal
from essaim.initiatives.models import Initiative
from essaim.kits.models import ArchiveState, KitArchive, KitDownload, KitMaterial, MaterialVersion

# Grows when the archive is made differently: those made before are then out of date.
LAYOUT = 1
FOLDERS = {
    KitMaterial.Kind.METHOD: "methode",
    KitMaterial.Kind.TEMPLATE: "modeles",
    KitMaterial.Kind.COMMUNICATION: "communication",
    KitMaterial.Kind.SPECIFICATION: "cahiers-des-charges",
}
# Windows opens these as devices, whatever their folder and extension.
_DEVICES = {
    *("con", "prn", "aux", "nul"),
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)),
}


@dataclass(frozen=True)
class Item:
    """One material in the archive."""

    material: KitMaterial
    version: MaterialVersion
    path: str


def items_of(card: Initiative) -> list[Item]:
    """The current version of each material offered, each under a name of its own."""
    items, taken = [], set()
    for material in KitMaterial.objects.offered().filter(initiative=card).for_list():
        version = material.current
        if version is None or not version.file:
            continue
        stem = plain_name(mask_personal(material.title))
        folder = FOLDERS[KitMaterial.Kind(material.kind)]
        path, number = f"materiels/{folder}/{stem}.{version.extension}", 2
        while path in taken:
            path = f"materiels/{folder}/{stem}-{number}.{version.extension}"
            number += 1
        taken.add(path)
        items.append(Item(material, version, path))
    return items


def plain_name(title: str, longest: int = 60) -> str:
    """A file name that every system takes: letters without accents, figures, hyphens."""
    ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")[:longest].strip("-")
    return f"fichier-{name}" if name in _DEVICES else name or "fichier"


def download_name(version: MaterialVersion) -> str:
    """Of one file: its material's title, never what its author's computer called it, which may
    name a person."""
    stem = plain_name(mask_personal(version.material.title))
    number = f"-v{version.number}" if version.number > 1 else ""
    return f"{stem}{number}.{version.extension}"


def fingerprint(card: Initiative, items: list[Item]) -> str:
    """Of all that the archive shows: the card, its materials, their licences and credits."""
    content: Any = [
        LAYOUT,
        card.version,
        card.phase,
        card.proof_level,
        card.publication,
        [
            (i.path, i.version.sha256, i.version.number, i.material.licence, i.material.credit)
            for i in items
        ],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@dataclass(frozen=True)
class Archives:
    ready: KitArchive | None  # the last one that ended well
    is_current: bool
    building: KitArchive | None
    failed: KitArchive | None  # the last attempt, if it did


def archives_of(card: Initiative, now: str) -> Archives:
    """``now``: the kit's fingerprint. One query."""
    known = list(KitArchive.objects.filter(initiative=card).order_by("-asked_at", "-pk")[:10])
    ready = next((each for each in known if each.state == ArchiveState.READY), None)
    building = next((each for each in known if each.state == ArchiveState.BUILDING), None)
    failed = known[0] if known and known[0].state == ArchiveState.FAILED else None
    current = ready is not None and ready.fingerprint == now
    return Archives(ready, current, building, failed)


def downloads_of(card: Initiative) -> dict[str, int]:
    """How often the whole was taken, and single files. One query."""
    return KitDownload.objects.filter(initiative=card).aggregate(
        archive=Count("pk", filter=Q(version=None)),
        files=Count("pk", filter=Q(version__isnull=False)),
    )
