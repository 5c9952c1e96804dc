"""Load a zoning (priority districts, parks, académies…) from a CSV file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from essaim.common.errors import DomainError
from essaim.territories.actions import import_zoning


class Command(BaseCommand):
    help = "Load a zoning from a CSV file code,name,communes; a zone of the same code is replaced."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--slug", required=True, help="kind of its zones: qpv, parc, academie")
        parser.add_argument("--name", required=True)
        parser.add_argument("--source", default="")
        parser.add_argument("--year", type=int)
        parser.add_argument(
            "--inside-communes",
            action="store_true",
            help="the zones are smaller than the communes they name (districts)",
        )
        parser.add_argument(
            "--complete",
            action="store_true",
            help="mark as gone the zones that the file does not list",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        as_json = options["format"] == "json"
        try:
            report = import_zoning(
                options["file"].read_bytes(),
                options["slug"],
                options["name"],
                by=None,
                source=options["source"],
                year=options["year"],
                inside_communes=options["inside_communes"],
                complete=options["complete"],
            )
        except (DomainError, OSError) as error:
            if as_json:
                self.stdout.write(json.dumps({"error": str(error)}, ensure_ascii=False))
                raise SystemExit(1) from None
            raise CommandError(str(error)) from None
        if as_json:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
            return
        self.stdout.write(
            f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged, "
            f"{report.gone} gone, {report.absent} absent from the file."
        )
        for word, issues in (("error", report.errors), ("warning", report.warnings)):
            for issue in issues:
                self.stderr.write(f"line {issue.line}, {issue.field}: {word}: {issue.reason}")
