"""Depositing materials, their new versions, taking them out of the kit and putting them back."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, Any

import pghistory
from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form, used_elsewhere
from essaim.initiatives.actions.cards import lock_card
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Fact, Initiative, Publication
from essaim.kits import notifications
from essaim.kits.actions.archives import forget_archives
from essaim.kits.content import CHUNK, checked
from essaim.kits.formats import Format
from essaim.kits.models import KitMaterial, MaterialVersion

SOURCE = "kit"


def add_material(
    card: Initiative,
    *,
    kind: str,
    title: str,
    licence: str,
    credit: str,
    file: IO[bytes],
    name: str,
    size: int,
    submission: uuid.UUID,
    by: Any,
) -> KitMaterial:
    """Put a new material in the kit, with its first version.

    Raises DomainError (its ``field`` named) when the file is not what it says, is too large, or
    when the kit is full. Side effects: history, a fact on the card, followers told.
    """
    kept, form, digest = _read(file, name, size)
    with (
        _closed(kept, file),
        transaction.atomic(),
        pghistory.context(user=by.pk, action="add_material"),
    ):
        card = _lock(card)
        known = made_by_form(MaterialVersion.objects, submission, by=by)
        if known is not None:
            if known.material.initiative_id != card.pk:
                raise used_elsewhere()
            return known.material
        _check_room(card, materials=1)
        material = KitMaterial.objects.create(
            initiative=card, kind=kind, title=title.strip(), licence=licence.strip(),
            credit=credit.strip(),
        )  # fmt: skip
        _store(material, 1, kept, form, digest, name=name, note="", key=submission, by=by)
        _tell(card, by=by)
        return material


def add_version(
    material: KitMaterial,
    *,
    file: IO[bytes],
    name: str,
    size: int,
    note: str,
    submission: uuid.UUID,
    by: Any,
) -> MaterialVersion:
    """A newer version; the older ones stay. Raises and does as ``add_material``."""
    kept, form, digest = _read(file, name, size)
    with (
        _closed(kept, file),
        transaction.atomic(),
        pghistory.context(user=by.pk, action="add_version"),
    ):
        card = _lock(material.initiative)
        known = made_by_form(MaterialVersion.objects, submission, by=by, material=material)
        if known is not None:
            return known
        material = KitMaterial.objects.select_for_update().get(pk=material.pk)
        if material.removed_at is not None:
            raise DomainError(_("Ce matériel est retiré du kit : remettez-le d’abord."))
        latest = material.versions.order_by("-number").first()
        if latest is not None and latest.sha256 == digest:
            raise DomainError(_("Ce fichier est déjà la version actuelle."), field="file")
        number = latest.number + 1 if latest else 1
        version = _store(
            material, number, kept, form, digest, name=name, note=note, key=submission, by=by
        )
        _tell(card, by=by)
        return version


@transaction.atomic
def describe_material(
    material: KitMaterial, *, kind: str, title: str, licence: str, credit: str, by: Any
) -> KitMaterial:
    """Correct what is said of a material."""
    card = _lock(material.initiative)
    with pghistory.context(user=by.pk, action="describe_material"):
        material = KitMaterial.objects.select_for_update().get(pk=material.pk)
        material.kind, material.title = kind, title.strip()
        material.licence, material.credit = licence.strip(), credit.strip()
        material.save(update_fields=["kind", "title", "licence", "credit"])
    _tell(card, by=by)
    return material


@transaction.atomic
def remove_material(material: KitMaterial, *, reason: str, by: Any) -> KitMaterial:
    """Take it out of the kit. Its files are erased after RETENTION["removed_materials"] days."""
    reason = " ".join(reason.split())
    if not reason:
        raise DomainError(_("Dites pourquoi ce matériel est retiré."), field="reason")
    card = _lock(material.initiative)
    with pghistory.context(user=by.pk, action="remove_material"):
        material = KitMaterial.objects.select_for_update().get(pk=material.pk)
        if material.removed_at is None:
            material.removed_at, material.removal_reason = timezone.now(), reason
            material.removed_by = by
            material.save(update_fields=["removed_at", "removal_reason", "removed_by"])
            forget_archives(card)
    _tell(card, by=by)
    return material


@transaction.atomic
def put_back_material(material: KitMaterial, *, by: Any) -> KitMaterial:
    """As long as its files are there."""
    card = _lock(material.initiative)
    with pghistory.context(user=by.pk, action="put_back_material"):
        material = KitMaterial.objects.select_for_update().get(pk=material.pk)
        latest = material.versions.order_by("-number").first()
        if latest is None or not latest.file:
            raise DomainError(
                _("Les fichiers de ce matériel sont effacés : déposez-le de nouveau.")
            )
        if material.removed_at is not None:
            _check_room(card)
        material.removed_at, material.removal_reason, material.removed_by = None, "", None
        material.save(update_fields=["removed_at", "removal_reason", "removed_by"])
    _tell(card, by=by)
    return material


def erase_removed(days: int) -> int:
    """Erase the files of materials removed longer ago than that; returns how many versions."""
    limit = timezone.now() - dt.timedelta(days=days)
    rows = MaterialVersion.objects.filter(material__removed_at__lt=limit, erased_at=None)
    erased = 0
    for pk in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            version = rows.select_for_update(of=("self",)).filter(pk=pk).first()
            if version is None:
                continue  # put back meanwhile
            storage, name = version.file.storage, version.file.name or ""
            version.file, version.erased_at = "", timezone.now()  # type: ignore[assignment]
            version.save(update_fields=["file", "erased_at"])
            transaction.on_commit(partial(storage.delete, name))
            erased += 1
    return erased


# --- pieces -----------------------------------------------------------------------------------
def _lock(card: Initiative) -> Initiative:
    card = lock_card(card)
    if card.publication == Publication.ARCHIVED:
        raise DomainError(_("Cette fiche est archivée : son kit ne se modifie plus."))
    return card


def _read(file: IO[bytes], name: str, size: int) -> tuple[IO[bytes], Format, str]:
    """Before any lock: a large file takes a while to look into."""
    form, kept = checked(file, name, size)
    digest = hashlib.sha256()
    while piece := kept.read(CHUNK):
        digest.update(piece)
    kept.seek(0)
    return kept, form, digest.hexdigest()


@contextmanager
def _closed(kept: IO[bytes], file: IO[bytes]) -> Iterator[None]:
    """An image drawn again stands in a file of ours, which goes once it is kept."""
    try:
        yield
    finally:
        if kept is not file:
            kept.close()


def _check_room(card: Initiative, *, materials: int = 0, size: int = 0) -> None:
    """Whatever still stands on the disk counts, removed from the kit or not: depositing and
    removing in turn would fill it."""
    kept = MaterialVersion.objects.filter(material__initiative=card, erased_at=None)
    found = kept.aggregate(
        weight=Sum("size", default=0), materials=Count("material", distinct=True)
    )
    if found["materials"] + materials > settings.KITS["materials"]:
        raise DomainError(
            _(
                "Ce kit est plein : %(n)s matériels au plus, retirés compris jusqu’à leur effacement."
            )
            % {"n": settings.KITS["materials"]}
        )
    if found["weight"] + size > settings.KITS["kit_mb"] * 1024 * 1024:
        raise DomainError(
            _("Le kit, ses versions et ce qui en est retiré dépasseraient %(limit)s Mo.")
            % {"limit": settings.KITS["kit_mb"]},
            field="file" if size else None,
        )


def _store(
    material: KitMaterial,
    number: int,
    kept: IO[bytes],
    form: Format,
    digest: str,
    *,
    name: str,
    note: str,
    key: uuid.UUID,
    by: Any,
) -> MaterialVersion:
    kept.seek(0, 2)
    size = kept.tell()
    kept.seek(0)
    _check_room(material.initiative, size=size)
    version = MaterialVersion(
        material=material, number=number, original_name=_name(name, form), size=size,
        extension=form.extension, sha256=digest, note=" ".join(note.split()), submission=key, by=by,
    )  # fmt: skip
    version.file.save("", File(kept), save=False)
    try:
        with transaction.atomic():
            version.save()
    except Exception:
        version.file.delete(save=False)
        raise
    record_fact(
        material.initiative, Fact.Kind.KIT, SOURCE, {}, timezone.localdate().isoformat(), by=by
    )
    return version


def _name(name: str, form: Format) -> str:
    """What the person called it, without path nor what no file system takes."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    stem = base.rpartition(".")[0]
    stem = re.sub(r'[\x00-\x1f\x7f<>:"|?*\u202a-\u202e\u2066-\u2069]', "", stem).strip(". ")
    return f"{stem[:180] or 'fichier'}.{form.extension}"


def _tell(card: Initiative, *, by: Any) -> None:
    """The fact says whether there is something to take; followers hear of it once a day."""
    if not card.kit_materials.offered().exists():
        record_fact(card, Fact.Kind.KIT, SOURCE, None, by=by)
    elif not card.facts.filter(kind=Fact.Kind.KIT, source=SOURCE).exists():
        record_fact(card, Fact.Kind.KIT, SOURCE, {}, timezone.localdate().isoformat(), by=by)
    if card.publication == Publication.PUBLISHED:
        notifications.kit_changed(card, by=by)
