"""``essaim import_cards FILE``: create or update cards from JSON Lines or CSV."""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from essaim.initiatives.actions.import_cards import Outcome, outcomes
from essaim.initiatives.interchange.issues import FILE_MESSAGES, Issue
from essaim.initiatives.interchange.readers import NotReadable

IN_MEMORY = 4 * 1024 * 1024


class Report:
    """Counts, and the issues of each kind kept as JSON on disk when there are many."""

    def __init__(self) -> None:
        self.created = self.updated = self.unchanged = 0
        self.issues = {
            name: tempfile.SpooledTemporaryFile(  # noqa: SIM115 - closed by close()
                IN_MEMORY, "w+", encoding="utf-8"
            )
            for name in ("errors", "warnings")
        }
        self.counts = {"errors": 0, "warnings": 0}

    def close(self) -> None:
        for file in self.issues.values():
            file.close()

    def add(self, outcome: Outcome) -> None:
        self.created += outcome.created
        self.updated += outcome.updated
        self.unchanged += outcome.unchanged
        self._note("errors", outcome.errors)
        self._note("warnings", outcome.warnings)

    def _note(self, name: str, issues: list[Issue]) -> None:
        for issue in issues:
            apart = ", " if self.counts[name] else ""
            self.issues[name].write(apart + json.dumps(issue.as_dict(), ensure_ascii=False))
            self.counts[name] += 1

    def write_json(self, out: TextIO) -> None:
        numbers = {name: getattr(self, name) for name in ("created", "updated", "unchanged")}
        out.write(json.dumps(numbers)[:-1])
        for name, file in self.issues.items():
            out.write(f', "{name}": [')
            file.seek(0)
            while piece := file.read(65536):
                out.write(piece)
            out.write("]")
        out.write("}\n")

    def write_text(self, out: TextIO) -> None:
        for name, file in self.issues.items():
            file.seek(0)
            for issue in json.loads(f"[{file.read()}]"):
                where = f" {issue['field']}" if issue["field"] else ""
                out.write(f"{name[:-1]}: line {issue['line']}{where}: {issue['reason']}\n")
        out.write(
            f"created {self.created}, updated {self.updated}, unchanged {self.unchanged}, "
            f"errors {self.counts['errors']}, warnings {self.counts['warnings']}\n"
        )


class Command(BaseCommand):
    help = "Create or update cards from a JSON Lines or CSV file (docs/import-format.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument(
            "--status",
            choices=["published", "draft"],
            default="published",
            help="of new cards; existing ones keep theirs",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        with closing(Report()) as report:
            self._run(report, options)

    def _run(self, report: Report, options: dict[str, Any]) -> None:
        as_json = options["format"] == "json"
        try:
            with Path(options["file"]).open("rb") as file:
                done = outcomes(
                    file,
                    publish=options["status"] == "published",
                    by=None,
                    write=not options["dry_run"],
                )
                for outcome in done:
                    report.add(outcome)
        except OSError as error:
            name, why = options["file"], error.strerror or str(error)
            reason = _("Le fichier « %(name)s » ne peut pas être lu : %(why)s.")
            self._refuse(reason % {"name": name, "why": why}, as_json)
        except NotReadable as error:
            self._refuse(str(FILE_MESSAGES[error.kind]), as_json)
        if as_json:
            report.write_json(sys.stdout)
        else:
            report.write_text(sys.stdout)

    def _refuse(self, reason: str, as_json: bool) -> None:
        """Exit 1, with the reason where the caller reads."""
        if as_json:
            empty: dict[str, Any] = {"created": 0, "updated": 0, "unchanged": 0}
            issue = {"line": 0, "field": "", "reason": reason}
            document = {**empty, "errors": [issue], "warnings": [], "reason": reason}
            sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
        else:
            sys.stderr.write(reason + "\n")
        sys.exit(1)
