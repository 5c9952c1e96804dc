"""Files of indicators: CSV read as a stream, in one of two shapes.

Long: one figure a line (``territory, indicator, year, value, source``). Wide: one territory a
line and one column for each indicator, told by a mapping. Nothing here reads or writes figures
of the database: what comes out is batches of values, and what is wrong with each line.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, NamedTuple

from essaim.common.text import fold

BATCH = 20_000  # values
LONGEST_LINE = 1_000_000  # characters
INDICATORS_AT_MOST = 500  # in one file: beyond, columns were taken for one another
CODE = re.compile(r"[^\x00-\x1f\x7f,]{1,60}")
LARGEST = 1e15

_NAMES = {
    "territory": "territory territoire code codgeo code_territoire territoire_code geocode",
    "indicator": "indicator indicateur code_indicateur variable serie",
    "year": "year annee an millesime",
    "value": "value valeur obs_value",
    "source": "source sources origine",
}
_COLUMN = {name: column for column, names in _NAMES.items() for name in names.split()}
_LONG = ("territory", "indicator", "year", "value")
# What statistical files write where there is no figure.
_NOTHING = {"", "na", "n/a", "nd", "n.d.", "nan", "null", "none", "s", "ns", "c", "-", "–", "."}
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?")
_INFINITE = re.compile(r"[+-]?(inf|infinity|infini|∞)", re.IGNORECASE)


class NotReadable(Exception):
    """The file as a whole; ``kind`` is a key of FILE_MESSAGES."""

    def __init__(self, kind: str, line: int = 0):
        super().__init__(kind)
        self.kind = kind
        self.line = line


class Issue(NamedTuple):
    line: int
    is_error: bool
    field: str
    code: str
    given: str = ""


class Value(NamedTuple):
    line: int
    code: str
    territory: int
    year: int
    value: float
    source: str


@dataclass
class Batch:
    values: list[Value] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    lines: int = 0
    empty: int = 0  # cells, or lines of a long file, that hold no figure
    bytes_done: int = 0


@dataclass
class Column:
    """One column of a wide file that is loaded, and the indicator it is."""

    at: int
    code: str
    year: int
    name: str = ""


@dataclass
class Mapping:
    """Which column is what; ``kind`` is that of codes given without theirs."""

    territory: int
    kind: str = ""
    source_text: str = ""
    # Long
    indicator: int | None = None
    year: int | None = None
    value: int | None = None
    source: int | None = None
    # Wide
    columns: list[Column] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Mapping:
        columns = [Column(**column) for column in kept.get("columns", [])]
        return cls(**{**kept, "columns": columns})


@dataclass(frozen=True)
class Head:
    """The first lines of a file: enough to ask which column is what."""

    encoding: str
    delimiter: str
    names: list[str]
    rows: list[list[str]]

    def sample(self, at: int) -> str:
        return next((row[at] for row in self.rows if at < len(row) and row[at].strip()), "")

    def is_numeric(self, at: int) -> bool:
        """Whether every figure of the first lines is one, and there is one at least."""
        read = [number(row[at]) for row in self.rows if at < len(row)]
        return any(isinstance(v, float) for v in read) and not any(isinstance(v, str) for v in read)

    def long_mapping(self) -> Mapping | None:
        """The columns, where their names say that the file has one figure a line."""
        found: dict[str, int] = {}
        for at, name in enumerate(self.names):
            column = _COLUMN.get(fold(name).replace(" ", "_"))
            if column:
                found.setdefault(column, at)
        if not all(column in found for column in _LONG):
            return None
        places = [found[column] for column in _LONG]
        territory, indicator, year, value = places
        return Mapping(
            territory, indicator=indicator, year=year, value=value, source=found.get("source")
        )

    def likely_territory(self) -> int:
        for at, name in enumerate(self.names):
            if _COLUMN.get(fold(name).replace(" ", "_")) == "territory":
                return at
        return 0

    def wide_mapping(
        self, *, territory: int | None = None, kind: str = "", year: int | None = None
    ) -> Mapping:
        """Every column of figures as an indicator.

        The year is the one given, or the one that ends most columns' names (MED15: 2015).
        """
        at = self.likely_territory() if territory is None else territory
        numeric = [n for n in range(len(self.names)) if n != at and self.is_numeric(n)]
        common = self.year_in_names(numeric)
        columns = [
            Column(n, *_code_and_year(self.names[n], common, year), name=self.names[n][:200])
            for n in numeric
        ]
        return Mapping(territory=at, kind=kind, columns=columns)

    def year_in_names(self, numeric: list[int]) -> int | None:
        """2015 where four fifths of the columns' names end in 15 or 2015."""
        ends: dict[int, int] = {}
        for at in numeric:
            if found := re.search(r"(?:(19|20))?(\d\d)$", self.names[at].strip()):
                year = int(f"{found[1] or 20}{found[2]}")
                ends[year] = ends.get(year, 0) + 1
        best = max(ends, key=lambda y: ends[y], default=None)
        return best if best is not None and ends[best] >= 0.8 * len(numeric) else None


def _code_and_year(name: str, common: int | None, given: int | None) -> tuple[str, int]:
    code = " ".join(name.replace(",", " ").split())[:60]
    if common:
        code = re.sub(rf"[_\s-]?({common}|{common % 100:02d})$", "", code) or code
    return code, given or common or 0


def head(file: BinaryIO) -> Head:
    """Look at a file. Raises NotReadable; leaves it at its beginning."""
    encoding = _encoding(file)
    file.seek(0)
    start = file.read(200_000)
    file.seek(0)
    text = start.decode(encoding, errors="ignore").replace("\x00", "")
    if not text.strip():
        raise NotReadable("empty")
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(";\t,|", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = next((row for row in rows if any(row)), [])
        sample = [row for _n, row in zip(range(200), rows, strict=False) if any(row)]
    except csv.Error as error:
        raise NotReadable("csv") from error
    if len(names) < 2 or len(names) > 2000:
        raise NotReadable("no_header")
    if len(start) == 200_000 and len(sample) > 1:
        sample.pop()  # cut in its middle
    return Head(encoding, delimiter, [" ".join(name.split())[:100] for name in names], sample)


def _encoding(file: BinaryIO) -> str:
    """UTF-8, or Windows where it is not; read once through, a piece at a time."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(1 << 20):
            if b"\x00" in piece[:1000]:
                raise NotReadable("not_text")
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def read(
    file: BinaryIO, mapping: Mapping, find: Callable[[str, str], int | str]
) -> Iterator[Batch]:
    """The values of a file, by batches of some 20,000, in constant memory.

    ``find(text, kind)`` gives the key of a territory, or the code of what is wrong. Raises
    NotReadable where the rest of the file cannot be made out; what precedes was given.
    """
    seen = head(file)
    file.seek(0)
    stream = io.TextIOWrapper(file, encoding=seen.encoding, errors="replace", newline="")
    try:
        yield from _Reader(stream, file, seen.delimiter, mapping, find).batches()
    finally:
        stream.detach()


class _Reader:
    def __init__(
        self,
        stream: io.TextIOWrapper,
        file: BinaryIO,
        delimiter: str,
        mapping: Mapping,
        find: Callable[[str, str], int | str],
    ) -> None:
        lines = iter(lambda: stream.readline(LONGEST_LINE).replace("\x00", ""), "")
        self.rows = csv.reader(lines, delimiter=delimiter, strict=True)
        self.file, self.mapping, self.find = file, mapping, find
        self.batch = Batch()
        self.codes: dict[str, str] = {c.code.lower(): c.code for c in mapping.columns}

    def batches(self) -> Iterator[Batch]:
        started = False
        row_of = self._wide if self.mapping.columns else self._long
        while True:
            try:
                row = next(self.rows, None)
            except csv.Error as error:
                line = self.rows.line_num
                self.batch.issues.append(Issue(line, True, "", "csv"))
                yield self._take()
                raise NotReadable("csv", line) from error
            if row is None:
                break
            if not any(cell.strip() for cell in row):
                continue
            if not started:  # the first line names the columns
                started = True
                continue
            self.batch.lines += 1
            row_of(row, self.rows.line_num)
            if len(self.batch.values) + len(self.batch.issues) >= BATCH:
                yield self._take()
        yield self._take()

    def _take(self) -> Batch:
        taken, self.batch = self.batch, Batch()
        taken.bytes_done = self.file.tell()
        return taken

    def _refuse(self, line: int, column: str, code: str, given: str = "") -> None:
        self.batch.issues.append(Issue(line, True, column, code, given.strip()[:100]))

    def _territory(self, row: list[str], line: int) -> int | None:
        at = self.mapping.territory
        text = row[at] if at < len(row) else ""
        found = self.find(text, self.mapping.kind)
        if isinstance(found, str):
            self._refuse(line, "territory", found, text)
            return None
        return found

    def _wide(self, row: list[str], line: int) -> None:
        territory = self._territory(row, line)
        if territory is None:
            return
        for column in self.mapping.columns:
            if column.at >= len(row):
                self._refuse(line, column.code, "short")
                return
            value = self._value(row[column.at], line, column.code)
            if value is not None:
                self.batch.values.append(
                    Value(
                        line, column.code, territory, column.year, value, self.mapping.source_text
                    )
                )

    def _long(self, row: list[str], line: int) -> None:
        asked = self.mapping
        assert asked.indicator is not None and asked.year is not None and asked.value is not None
        if max(asked.territory, asked.indicator, asked.year, asked.value) >= len(row):
            self._refuse(line, "", "short")
            return
        territory = self._territory(row, line)
        code = self._code(row[asked.indicator], line)
        year = _year(row[asked.year])
        if year is None:
            self._refuse(line, "year", "year_bad", row[asked.year])
        value = self._value(row[asked.value], line, "value")
        if territory is None or code is None or year is None or value is None:
            return
        source = asked.source_text
        if asked.source is not None and asked.source < len(row) and row[asked.source].strip():
            source = " ".join(row[asked.source].split())
            if len(source) > 200:
                self.batch.issues.append(Issue(line, False, "source", "source_cut"))
                source = source[:200]
        self.batch.values.append(Value(line, code, territory, year, value, source))

    def _code(self, text: str, line: int) -> str | None:
        """As its first line wrote it: MED and med are one indicator."""
        code = " ".join(text.split())
        if not code:
            self._refuse(line, "indicator", "indicator_empty")
            return None
        known = self.codes.get(code.lower())
        if known is not None:
            return known
        if not CODE.fullmatch(code):
            self._refuse(line, "indicator", "indicator_bad", code)
            return None
        if len(self.codes) >= INDICATORS_AT_MOST:
            raise NotReadable("too_many_indicators", line)
        self.codes[code.lower()] = code
        return code

    def _value(self, text: str, line: int, column: str) -> float | None:
        value = number(text)
        if value is None:
            self.batch.empty += 1
            return None
        if isinstance(value, str):
            self._refuse(line, column, value, text)
            return None
        return value


def number(text: str) -> float | str | None:
    """The figure; None where the cell holds none; the code of what is wrong otherwise."""
    bare = re.sub(r"[\s\u00a0\u202f]", "", text).removesuffix("%")
    if bare.lower() in _NOTHING:
        return None
    if _INFINITE.fullmatch(bare):
        return "value_infinite"
    if not _NUMBER.fullmatch(bare):
        return "value_bad"
    value = float(bare.replace(",", "."))
    return value if abs(value) <= LARGEST else "value_large"


def _year(text: str) -> int | None:
    bare = text.strip().removesuffix(".0")
    if not re.fullmatch(r"\d{4}", bare):
        return None
    return int(bare) if 1800 <= int(bare) <= 2100 else None
