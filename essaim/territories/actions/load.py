"""Load the reference territories: bulk, idempotent, and nothing is ever deleted."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection, connections, transaction
from django.utils import timezone

from essaim.common.text import fold

from ..labels import reference_labels, search_text
from ..models import LoadedFile, Territory
from ..movements import MOVEMENTS_FILE, Movement, read_movements
from ..reference import DATA_FILE, KINDS, Reference, ReferenceTerritory, read_territories
from . import closure

# Grows when this module makes other rows from the same file, so that they are made again.
VERSION = 1
# What the rows of the file decide; the rest of a territory is left as it is.
COLUMNS = (
    "kind",
    "code",
    "name",
    "label",
    "sort_name",
    "nature",
    "former_names",
    "former_codes",
    "search_text",
    "postal_codes",
    "siren",
    "population",
)


@dataclass
class LoadReport:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    gone: int = 0
    up_to_date: bool = False

    def as_dict(self) -> dict[str, int | bool]:
        return asdict(self)


def load_territories(
    *, data: Path = DATA_FILE, movements: Path | None = None, on: dt.date | None = None
) -> LoadReport:
    """Bring the official territories to what the data file says; about 5 s the first time.

    Nothing is done when the same file was loaded last and no `movements` file is given. What
    the file no longer lists is marked as gone on day `on` (today), with its successor where
    the movements, or a commune that absorbed it, tell. Raises ValueError on a malformed file,
    before anything is written.
    """
    digest = _digest(data)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # One loader at a time; a second one then finds the work done.
            cursor.execute("SELECT pg_advisory_xact_lock(20151203)")
            # The trigrams of 36,000 names enter their index in one batch, at the VACUUM.
            cursor.execute("SET LOCAL gin_pending_list_limit = '64MB'")
            # An automatic vacuum that passes before this transaction ends counts no row in tables
            # that hold 36,000: planned on that, a join by nested loops compares every pair.
            cursor.execute("SET LOCAL enable_nestloop = off")
        if movements is None and LoadedFile.objects.filter(name="territories", digest=digest):
            return LoadReport(unchanged=_count_current(), up_to_date=True)
        known = {territory.reference: territory for territory in read_territories(data)}
        moves = [*read_movements(), *(read_movements(movements) if movements else ())]
        report = _upsert(known, _names_taken_over(moves))
        _mark_gone(known, moves, on or timezone.localdate())
        report.gone = Territory.objects.filter(kind__in=KINDS, gone_on__isnull=False).count()
        closure.rebuild(known)
        LoadedFile.objects.update_or_create(name="territories", defaults={"digest": digest})
        with connection.cursor() as cursor:  # the caller's transaction may go on
            cursor.execute("SET LOCAL enable_nestloop = on")
    return report


def refresh_statistics() -> None:
    """After a load: tell the planner about rows that have just come; only a table's owner may.

    VACUUM too: trigram indexes keep a bulk of new entries in a list, read whole at each search.
    Outside any transaction.
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) territories_territory, territories_containment")


def _digest(data: Path) -> str:
    parts = (str(VERSION).encode(), data.read_bytes(), MOVEMENTS_FILE.read_bytes())
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _count_current() -> int:
    return Territory.objects.current().filter(kind__in=KINDS).count()


def _names_taken_over(moves: Iterable[Movement]) -> dict[Reference, list[str]]:
    """By successor, the names of those whose place it took: « Alsace » finds Grand Est."""
    names: dict[Reference, list[str]] = defaultdict(list)
    ended = Territory.objects.filter(successor__isnull=False).values_list(
        "kind", "successor__code", "name"
    )
    for kind, successor, name in [*ended, *((m.kind, m.successor, m.name) for m in moves)]:
        if name and successor and name not in names[Reference(kind, successor)]:
            names[Reference(kind, successor)].append(name)
    return {reference: sorted(of_one, key=fold) for reference, of_one in names.items()}


def _upsert(
    known: dict[Reference, ReferenceTerritory], taken_over: dict[Reference, list[str]]
) -> LoadReport:
    labels = reference_labels(known)
    names = ", ".join(COLUMNS)
    changed = " OR ".join(f"t.{column} IS DISTINCT FROM s.{column}" for column in COLUMNS[2:])
    assigned = ", ".join(f"{column} = s.{column}" for column in COLUMNS[2:])
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE staged ON COMMIT DROP AS"
            f" SELECT {names} FROM territories_territory WITH NO DATA"
        )
        with cursor.copy(f"COPY staged ({names}) FROM STDIN") as copy:
            for reference, territory in known.items():
                copy.write_row(_row(territory, labels[reference], taken_over.get(reference, [])))
        cursor.execute(
            f"UPDATE territories_territory t SET {assigned}, gone_on = NULL, successor_id = NULL"
            f" FROM staged s WHERE t.kind = s.kind AND t.code = s.code"
            f" AND (t.gone_on IS NOT NULL OR {changed})"
        )
        updated = cursor.rowcount
        cursor.execute(
            f"INSERT INTO territories_territory ({names}, zone_communes)"
            f" SELECT {names}, '{{}}' FROM staged s WHERE NOT EXISTS ("
            f"SELECT FROM territories_territory t WHERE t.kind = s.kind AND t.code = s.code)"
        )
        created = cursor.rowcount
        cursor.execute("DROP TABLE staged")
    return LoadReport(created, updated, len(known) - created - updated)


def _row(territory: ReferenceTerritory, label: str, taken_over: list[str]) -> tuple[object, ...]:
    former = dict.fromkeys(item.name for item in territory.former if item.name)
    former_names = [name for name in [*former, *taken_over] if fold(name) != fold(territory.name)]
    former_codes = list(
        dict.fromkeys(item.code for item in territory.former if item.code != territory.code)
    )
    codes = (territory.code, *territory.postal_codes, *former_codes, territory.siren)
    return (
        territory.kind,
        territory.code,
        territory.name,
        label,
        fold(territory.name),
        territory.nature,
        former_names,
        former_codes,
        search_text(territory.name, former_names, codes),
        list(territory.postal_codes),
        territory.siren,
        territory.population,
    )


def _mark_gone(
    known: dict[Reference, ReferenceTerritory], moves: list[Movement], on: dt.date
) -> None:
    """Mark what the file no longer lists, and give each its successor where one is told."""
    heirs = {
        Reference("commune", former.code): reference
        for reference, territory in known.items()
        for former in territory.former
    }
    said = {Reference(move.kind, move.code): move for move in moves}
    for reference, move in said.items():
        if reference not in known and move.name:
            # Never loaded here, yet old cards may name it.
            Territory.objects.get_or_create(
                kind=move.kind,
                code=move.code,
                defaults={
                    "name": move.name,
                    "label": move.name,
                    "sort_name": fold(move.name),
                    "search_text": search_text(move.name, (), (move.code,)),
                    "gone_on": move.gone_on,
                },
            )
    rows = Territory.objects.filter(kind__in=KINDS)
    ids = {Reference(kind, code): pk for kind, code, pk in rows.values_list("kind", "code", "pk")}
    ended = [pk for reference, pk in ids.items() if reference not in known]
    for territory in Territory.objects.filter(pk__in=ended):
        reference = Reference(territory.kind, territory.code)
        told = said.get(reference)
        gone_on = told.gone_on if told else territory.gone_on or on
        heir = _living_heir(reference, known, said, heirs)
        successor_id = ids[heir] if heir else territory.successor_id
        if (gone_on, successor_id) != (territory.gone_on, territory.successor_id):
            Territory.objects.filter(pk=territory.pk).update(
                gone_on=gone_on, successor_id=successor_id
            )
    _shorten_chains()


def _shorten_chains() -> None:
    """A successor that is gone in its turn gives way to its own, or to none."""
    for _step in range(10):  # more than any real chain; a circle would never end
        # Two plain reads: a join on a table just filled is planned without statistics.
        heirs = dict(
            Territory.objects.filter(gone_on__isnull=False).values_list("pk", "successor_id")
        )
        stale = [(pk, heirs[heir]) for pk, heir in heirs.items() if heir in heirs]
        if not stale:
            break
        for pk, further in stale:
            Territory.objects.filter(pk=pk).update(successor_id=None if further == pk else further)


def _living_heir(
    reference: Reference,
    known: dict[Reference, ReferenceTerritory],
    said: dict[Reference, Movement],
    heirs: dict[Reference, Reference],
) -> Reference | None:
    """Follow the movements from one to the next until one that exists, if any."""
    seen = set()
    current: Reference | None = reference
    while current and current not in known and current not in seen:
        seen.add(current)
        move = said.get(current)
        if move and move.successor:
            current = Reference(move.kind, move.successor)
        else:
            current = heirs.get(current)
    return current if current in known else None
