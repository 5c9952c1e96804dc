"""The tables that leave whole, and how each is written: rows one by one, memory constant."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from essaim.calls.models import Call
from essaim.calls.results import published as laureates
from essaim.common.spreadsheets import safe
from essaim.dialogues.models import Module
from essaim.events.models import Event, ThirdPlace
from essaim.funding.models import Finding, LegalAct, Pool
from essaim.funding.models.pool import PoolQuerySet
from essaim.funding.scdl import for_scdl
from essaim.groups.models import Group
from essaim.initiatives.interchange.csv_rows import COLUMNS as CARD_COLUMNS
from essaim.initiatives.interchange.csv_rows import to_row
from essaim.initiatives.models import Initiative
from essaim.insights.models import Figure, Snapshot
from essaim.needs.models import Need
from essaim.open_data.national import GRANTS, grants
from essaim.open_data.records import cards, figures, meetings, others, scaling
from essaim.open_data.records.common import NOBODY
from essaim.open_data.tables import (
    CALLS,
    DIAGNOSES,
    EVENTS,
    FIGURES,
    FINDINGS,
    GROUPS,
    LAUREATES,
    MODELS,
    NEEDS,
    ORGANISATIONS,
    POOLS,
    REPLICATIONS,
    SCHEMES,
    STRATEGIES,
    THIRD_PLACES,
    TRAINING,
    Table,
)
from essaim.people.models import Organisation
from essaim.replications.models import Replication
from essaim.scaling.models import Diagnosis, Strategy
from essaim.schemes.models import Scheme

CHUNK = 500
Record = dict[str, Any]


@dataclass(frozen=True)
class Source:
    name: str
    title: Any
    records: Callable[[], Iterator[Record]]
    columns: list[str]
    row: Callable[[Record], list[Any]]


Records = Callable[[Sequence[Any]], Sequence[Record]]


def _all(rows: QuerySet[Any], records: Records) -> Iterator[Record]:
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield from records(chunk)
        last = chunk[-1].pk


def _each(record: Callable[[Any], Record]) -> Records:
    return lambda chunk: [record(row) for row in chunk]


def _source(table: Table, rows: Callable[[], QuerySet[Any]], records: Records) -> Source:
    names = [column.name for column in table.columns]
    return Source(
        table.name,
        table.title,
        lambda: _all(rows(), records),
        names,
        lambda found: [_cell(found.get(name)) for name in names],
    )


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "|".join(value)
    elif isinstance(value, list | dict):
        value = _json(value) if value else ""
    return safe(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# Contact is for members, and nothing that was left aside leaves.
_CARDS = [name for name in CARD_COLUMNS if name not in {"contact", "extra"}]
_KEPT = [n for n, name in enumerate(CARD_COLUMNS) if name in _CARDS]
_META = ["slug", "phase", "proof_level", "published_at", "updated_at", "page"]


def _card_row(record: Record) -> list[Any]:
    meta = record[cards.META]
    plain = {name: value for name, value in record.items() if name != cards.META}
    row = to_row(plain, _json)
    return [row[n] for n in _KEPT] + [
        meta["slug"], meta["phase"], meta["proof_level"], meta["published_at"], meta["updated_at"],
        meta["url"],
    ]  # fmt: skip


def _pools() -> PoolQuerySet:
    return Pool.objects.visible_to(NOBODY)


SOURCES = [
    Source("cards", _("Fiches"), cards.everything, _CARDS + _META, _card_row),
    _source(NEEDS, lambda: Need.objects.visible_to(NOBODY).for_list(), _each(others.need)),
    _source(SCHEMES, lambda: Scheme.objects.published().for_detail(), _each(others.scheme)),
    _source(
        REPLICATIONS,
        lambda: Replication.objects.visible_to(NOBODY).for_list(),
        _each(others.replication),
    ),
    _source(POOLS, lambda: _pools().for_list(), others.pools),
    _source(
        FINDINGS,
        lambda: Finding.objects.filter(pool__in=_pools()).select_related("pool__initiative"),
        _each(others.finding),
    ),
    _source(GRANTS, lambda: for_scdl(LegalAct.objects.filter(option__pool__in=_pools())), grants),
    _source(
        CALLS,
        lambda: Call.objects.visible_to(NOBODY).for_list().prefetch_related("territories"),
        _each(meetings.call),
    ),
    _source(LAUREATES, laureates, meetings.laureates),
    _source(EVENTS, lambda: Event.objects.visible_to(NOBODY).for_list(), _each(meetings.event)),
    _source(ORGANISATIONS, Organisation.objects.for_list, _each(meetings.organisation)),
    _source(
        THIRD_PLACES,
        lambda: ThirdPlace.objects.visible_to(NOBODY).for_list(),
        _each(meetings.third_place),
    ),
    _source(
        GROUPS,
        lambda: Group.objects.visible_to(NOBODY).with_members(),
        _each(meetings.group),
    ),
    # Of the cards where they are written: their core and margin are in the file of cards already.
    _source(
        MODELS,
        lambda: scaling.with_model(Initiative.objects.published().exclude(model_sheet=None)),
        _each(scaling.model),
    ),
    _source(
        STRATEGIES,
        lambda: Strategy.objects.visible_to(NOBODY).select_related("initiative"),
        _each(scaling.strategy),
    ),
    _source(
        DIAGNOSES,
        lambda: Diagnosis.objects.visible_to(NOBODY).concluded().for_detail(),
        _each(scaling.diagnosis),
    ),
    _source(
        TRAINING,
        lambda: scaling.with_sessions(Module.objects.visible_to(NOBODY)),
        _each(scaling.module),
    ),
    _source(
        FIGURES,
        # One computation, whatever the job finds next.
        lambda: Figure.objects.of_the_whole().filter(snapshot=Snapshot.objects.first()),
        figures.figures,
    ),
]


class _Digested(io.RawIOBase):
    """A file whose digest and size are known when its last byte is written."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self.sha256 = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.sha256.update(data)
        self.size += len(data)
        return self._file.write(data)

    def close(self) -> None:
        self._file.close()
        super().close()


@dataclass(frozen=True)
class Made:
    path: Path
    sha256: str
    bytes: int
    rows: int


def write(source: Source, folder: Path) -> dict[str, Made]:
    """Both files of a table, by name, each record read once."""
    paths = {kind: folder / f"{source.name}.{kind}.gz" for kind in ("jsonl", "csv")}
    digested = {kind: _Digested(path) for kind, path in paths.items()}
    rows = 0
    with ExitStack() as stack:
        texts = {}
        for kind, raw in digested.items():
            stack.callback(raw.close)
            # The same records give the same bytes: no name, no date.
            packed = gzip.GzipFile("", "wb", 4, raw, mtime=0)  # type: ignore[arg-type]
            stack.callback(packed.close)
            texts[kind] = stack.enter_context(
                io.TextIOWrapper(packed, encoding="utf-8", newline="", write_through=False)
            )
        line = csv.writer(texts["csv"], lineterminator="\r\n").writerow
        line(source.columns)
        for record in source.records():
            texts["jsonl"].write(_json(record) + "\n")
            line(source.row(record))
            rows += 1
    return {
        path.name: Made(path, digested[kind].sha256.hexdigest(), digested[kind].size, rows)
        for kind, path in paths.items()
    }
