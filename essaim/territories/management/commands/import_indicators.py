"""``essaim import_indicators FILE``: figures about territories, from a CSV file."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from essaim.territories.actions import indicators as actions
from essaim.territories.indicator_file import Head, Mapping, NotReadable, head
from essaim.territories.indicator_messages import FILE_MESSAGES
from essaim.territories.models import IndicatorIssue

# What the text says line by line and by name; JSON says all.
SAID, NAMED = 500, 50


class Command(BaseCommand):
    help = (
        "Load figures about territories from a CSV file: territory,indicator,year,value,source;"
        " or one territory a line and one column for each indicator (docs/similar-territories.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--kind", default="", help="of territories whose code comes without")
        parser.add_argument("--source", default="", help="of figures that do not say theirs")
        wide = parser.add_argument_group("one column for each indicator")
        wide.add_argument("--territory", metavar="COLUMN", help="name of the territories' column")
        wide.add_argument("--year", type=int, help="of every column")
        wide.add_argument(
            "--columns",
            metavar="COLUMN=CODE,…",
            help="the columns to load, each with its indicator's code (or its own name);"
            " every column of figures unless told",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        batch = uuid.uuid4()
        self.totals = {"lines": 0, "empty": 0}
        try:
            with options["file"].open("rb") as file, transaction.atomic():
                found = self._load(batch, file, options)
                self._tell(batch, found, options["format"])
                IndicatorIssue.objects.filter(batch=batch).delete()
        except OSError as error:
            words = _("Le fichier « %(name)s » ne peut pas être lu : %(why)s.")
            said = {"name": options["file"], "why": error.strerror or str(error)}
            self._refuse(words % said, 0, options["format"])
        except NotReadable as error:
            self._refuse(str(FILE_MESSAGES[error.kind]), error.line, options["format"])

    def _load(self, batch: uuid.UUID, file: BinaryIO, options: dict[str, Any]) -> actions.Found:
        mapping = _mapping(head(file), options)
        for part in actions.stage(batch, file, mapping):
            self.totals["lines"] += part.lines
            self.totals["empty"] += part.empty
        actions.settle(batch)
        return actions.load(batch, mapping, by=None)

    def _tell(self, batch: uuid.UUID, found: actions.Found, form: str) -> None:
        counts = {name: getattr(found, name) for name in ("created", "updated", "unchanged")}
        issues = IndicatorIssue.objects.filter(batch=batch).order_by("line", "pk")
        if form == "text":
            self._say_issues(batch, issues)
            told = ", ".join(f"{name} {n}" for name, n in (counts | self.totals).items())
            self.stdout.write(told)
            if found.new_indicators:
                self.stdout.write(f"new indicators: {', '.join(found.new_indicators)}")
            self._say_unmatched(batch)
            return
        # Piece by piece: a million lines refused are a document of a hundred megabytes.
        out = sys.stdout
        start = counts | self.totals | {"new_indicators": found.new_indicators}
        out.write(json.dumps(start, ensure_ascii=False)[:-1])
        for name, is_error in (("errors", True), ("warnings", False)):
            rows = issues.filter(is_error=is_error).iterator(chunk_size=2000)
            _write_list(out, name, (_issue(issue) for issue in rows))
        _write_list(
            out,
            "unmatched",
            (
                {
                    "territory": row["given"],
                    "first_line": row["line"],
                    "lines": row["count"],
                    "reason": IndicatorIssue(code=row["code"], given=row["given"]).reason,
                }
                for row in actions.unmatched(batch).iterator(chunk_size=2000)
            ),
        )
        out.write("}\n")

    def _say_issues(self, batch: uuid.UUID, issues: Any) -> None:
        """Line by line as long as a person reads them; of more, how many of each kind."""
        total = issues.count()
        for issue in issues[:SAID].iterator(chunk_size=2000):
            self.stdout.write(_line(issue))
        if total <= SAID:
            return
        self.stdout.write(
            f"… and {total - SAID} more of {total}; --format json gives every line. In all:"
        )
        kinds = issues.order_by().values_list("code", "is_error").annotate(n=Count("pk"))
        for code, is_error, count in sorted(kinds, key=lambda row: (-row[2], row[0])):
            first = issues.filter(code=code, is_error=is_error)[:1].get()
            self.stdout.write(f"{count} × such as {_line(first)}")

    def _say_unmatched(self, batch: uuid.UUID) -> None:
        texts = actions.unmatched(batch)
        if total := texts.count():
            named = ", ".join(row["given"] for row in texts.order_by("-count", "line")[:NAMED])
            more = f", … and {total - NAMED} more (--format json)" if total > NAMED else ""
            self.stdout.write(f"territories not matched ({total}): {named}{more}")

    def _refuse(self, reason: str, line: int, form: str) -> None:
        """Exit 1; nothing was loaded."""
        if form == "json":
            empty = {"created": 0, "updated": 0, "unchanged": 0, "lines": 0, "empty": 0}
            lists: dict[str, Any] = {"new_indicators": [], "warnings": [], "unmatched": []}
            errors = [{"line": line, "field": "", "reason": reason}]
            document = empty | lists | {"errors": errors, "reason": reason}
            sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
        else:
            sys.stderr.write(f"line {line}: {reason}\n" if line else f"{reason}\n")
        sys.exit(1)


def _write_list(out: Any, name: str, items: Any) -> None:
    out.write(f', "{name}": [')
    for number, item in enumerate(items):
        out.write((", " if number else "") + json.dumps(item, ensure_ascii=False))
    out.write("]")


def _line(issue: IndicatorIssue) -> str:
    word = "error" if issue.is_error else "warning"
    return f"{word}: line {issue.line} {issue.field}: {issue.reason}"


def _issue(issue: IndicatorIssue) -> dict[str, Any]:
    return {"line": issue.line, "field": issue.field, "reason": issue.reason}


def _mapping(seen: Head, options: dict[str, Any]) -> Mapping:
    """As the options tell; CommandError (2) where they name a column the file does not have."""
    told = options["territory"] or options["columns"] or options["year"]
    mapping = None if told else seen.long_mapping()
    if mapping is None:
        at = _column(seen, options["territory"]) if options["territory"] else None
        mapping = seen.wide_mapping(territory=at, year=options["year"])
        if options["columns"]:
            mapping.columns = list(_chosen(seen, mapping, options["columns"]))
        if not mapping.columns:
            raise NotReadable("no_header")
        if not all(column.year for column in mapping.columns):
            raise CommandError("The columns do not tell their year: give --year.", returncode=2)
    mapping.kind, mapping.source_text = options["kind"], options["source"][:200]
    return mapping


def _chosen(seen: Head, mapping: Mapping, text: str) -> Any:
    known = {column.at: column for column in mapping.columns}
    for part in text.split(","):
        name, _sep, code = part.partition("=")
        at = _column(seen, name.strip())
        column = known.get(at)
        if column is None:
            raise CommandError(f"Column {name.strip()!r} holds no figures.", returncode=2)
        column.code = code.strip()[:60] or column.code
        yield column


def _column(seen: Head, name: str) -> int:
    if name not in seen.names:
        raise CommandError(
            f"No column {name!r}; the file has: {', '.join(seen.names)}.", returncode=2
        )
    return seen.names.index(name)
