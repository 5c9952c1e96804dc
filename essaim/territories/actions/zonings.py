"""Zonings that managers load: every zone of a file behaves like any other territory."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, field
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.text import fold

from ..labels import search_text
from ..models import Territory, Zoning, ZoningDraft
from ..resolve import resolve_territories
from ..zoning_file import Issue, ZoneLine, ZoningFile, decode, parse
from . import closure

logger = logging.getLogger(__name__)
# Lines that can be loaded, each with the codes of today of its communes.
Given = list[tuple[ZoneLine, list[str]]]
DRAFTS_KEPT = dt.timedelta(days=2)


@dataclass
class ZoningReport:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    gone: int = 0
    #: Zones of the same zoning that the file does not list, and that were left as they are.
    absent: int = 0
    errors: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        counts = {key: getattr(self, key) for key in _COUNTS}
        issues = {key: [i._asdict() for i in getattr(self, key)] for key in ("errors", "warnings")}
        return counts | issues


_COUNTS = ("created", "updated", "unchanged", "gone", "absent")


def import_zoning(
    content: bytes | str,
    slug: str,
    name: str,
    *,
    by: Any,
    source: str = "",
    year: int | None = None,
    inside_communes: bool = False,
    complete: bool = False,
) -> ZoningReport:
    """Load a zoning: a zone of the same code is replaced, the others are left as they are.

    `inside_communes`: the zones are smaller than the communes they name (priority districts).
    `complete`: zones that the file does not list no longer exist; they are marked, never
    deleted, and only if every line could be read. Bad lines are reported and the others
    loaded. Raises DomainError when the file as a whole cannot be read, or the slug is taken
    by an official kind.
    """
    text = decode(content) if isinstance(content, bytes) else content
    read = parse(text)
    fields = {"name": name, "source": source, "year": year, "inside_communes": inside_communes}
    with transaction.atomic(), pghistory.context(user=by.pk if by else None):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(20151203)")  # as load_territories
        report = ZoningReport()
        _check(Zoning(slug=slug, **fields))
        if given := _known_communes(read, report):
            _write(_save_zoning(slug, fields), given, complete, report)
    logger.info(
        "zoning imported",
        extra={"zoning": slug, "by": by.pk if by else None, "zones": len(read.zones)},
    )
    return report


def preview_zoning(draft: ZoningDraft) -> ZoningReport:
    """What confirming the draft would do; nothing is written."""
    report = ZoningReport()
    read = parse(draft.content)
    current = {zone.code: zone for zone in Territory.objects.filter(kind=draft.slug)}
    _compare(current, _known_communes(read, report), draft.complete, report)
    return report


def keep_draft(content: bytes, *, slug: str, name: str, **fields: Any) -> ZoningDraft:
    """Keep a file until a manager confirms it; older drafts that nobody confirmed go."""
    text = decode(content)
    parse(text)
    draft = ZoningDraft(slug=slug, name=name, content=text, **fields)
    _check(Zoning(slug=slug, name=name, source=draft.source, year=draft.year))
    with transaction.atomic():
        ZoningDraft.objects.filter(created_at__lt=timezone.now() - DRAFTS_KEPT).delete()
        draft.save()
    return draft


def confirm_draft(pk: int, *, by: Any) -> ZoningReport:
    """Load what the draft holds, once: a second confirmation finds it gone."""
    with transaction.atomic():
        kept = ZoningDraft.objects.select_for_update().filter(pk=pk).first()
        if kept is None:
            raise DomainError(_("Ce fichier a déjà été chargé ou abandonné."))
        report = import_zoning(
            kept.content,
            kept.slug,
            kept.name,
            by=by,
            source=kept.source,
            year=kept.year,
            inside_communes=kept.inside_communes,
            complete=kept.complete,
        )
        kept.delete()
    return report


def discard_draft(pk: int) -> None:
    """Nothing is said of one that is gone already: the wish is granted."""
    ZoningDraft.objects.filter(pk=pk).delete()


def _check(zoning: Zoning) -> None:
    try:
        zoning.full_clean(validate_unique=False)
    except ValidationError as error:
        column, messages = next(iter(error.message_dict.items()))
        known = column if column in {"slug", "name", "source", "year"} else "slug"
        raise DomainError(messages[0], field=known) from None


def _save_zoning(slug: str, fields: dict[str, Any]) -> Zoning:
    zoning, created = Zoning.objects.get_or_create(slug=slug, defaults=fields)
    if not created and any(getattr(zoning, key) != value for key, value in fields.items()):
        for key, value in fields.items():
            setattr(zoning, key, value)
        zoning.save(update_fields=list(fields))
    return zoning


def _write(zoning: Zoning, given: Given, complete: bool, report: ZoningReport) -> None:
    current = {zone.code: zone for zone in Territory.objects.filter(kind=zoning.slug)}
    new, changed, gone = _compare(current, given, complete, report)
    for zone in new:
        zone.kind = zoning.slug
    Territory.objects.bulk_create(new, batch_size=1000)
    columns = ["name", "label", "sort_name", "search_text", "zone_communes", "gone_on"]
    Territory.objects.bulk_update(changed + gone, columns, batch_size=1000)
    closure.rebuild_zones()


def _known_communes(read: ZoningFile, report: ZoningReport) -> Given:
    """Each line with the communes of today that it names; the others are reported."""
    report.errors += read.errors
    given = {f"commune:{code}" for zone in read.zones for code in zone.communes}
    resolved = resolve_territories(given)
    kept = []
    for zone in read.zones:
        codes, unknown = [], []
        for code in zone.communes:
            resolution = resolved[f"commune:{code}"]
            if resolution.territory is None:
                unknown.append(code)
                continue
            codes.append(resolution.territory.code)
            if resolution.note and resolution.territory.code != code:
                report.warnings.append(Issue(zone.line, "communes", resolution.note))
        if unknown:
            message = _("Communes inconnues : %(codes)s.") % {"codes": ", ".join(unknown[:20])}
            issues = report.warnings if codes else report.errors
            issues.append(Issue(zone.line, "communes", message))
        if codes:
            kept.append((zone, list(dict.fromkeys(codes))))
    report.errors.sort()
    report.warnings.sort()
    return kept


def _compare(
    current: dict[str, Territory],
    given: Given,
    complete: bool,
    report: ZoningReport,
) -> tuple[list[Territory], list[Territory], list[Territory]]:
    """Zones to create, to change and to mark as gone; the counts go to the report."""
    new, changed = [], []
    for line, communes in given:
        zone = current.get(line.code)
        values = {
            "name": line.name,
            # Districts of one name are many, and académies are named like regions.
            "label": f"{line.name} ({line.code})",
            "sort_name": fold(line.name)[:150],
            "search_text": search_text(line.name, (), (line.code,)),
            "zone_communes": communes,
            "gone_on": None,
        }
        if zone is None:
            new.append(Territory(code=line.code, **values))
        elif any(getattr(zone, key) != value for key, value in values.items()):
            for key, value in values.items():
                setattr(zone, key, value)
            changed.append(zone)
    listed = {line.code for line, _communes in given}
    absent = [z for code, z in current.items() if code not in listed and z.gone_on is None]
    report.created, report.updated = len(new), len(changed)
    report.unchanged = len(given) - len(new) - len(changed)
    if not complete or report.errors:
        # A zone whose line could not be read is not a zone that ended.
        report.absent = len(absent)
        return new, changed, []
    report.gone = len(absent)
    for zone in absent:
        zone.gone_on = timezone.localdate()
    return new, changed, absent
