"""Load or refresh the official territories."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from essaim.territories.actions import load_territories, refresh_statistics


class Command(BaseCommand):
    help = (
        "Load the official territories shipped with Essaim. Idempotent; never deletes: what no "
        "longer exists is marked, with its successor where a file of movements says so."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--movements",
            type=Path,
            metavar="FILE",
            help="CSV kind,code,successor,gone_on,name: what became of territories that ended",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_territories(movements=options["movements"])
            if not report.up_to_date:
                refresh_statistics()
        except (OSError, UnicodeDecodeError, ValueError) as error:
            if options["format"] == "json":
                self.stdout.write(json.dumps({"error": str(error)}, ensure_ascii=False))
                raise SystemExit(1) from None
            raise CommandError(str(error)) from None
        if options["format"] == "json":
            self.stdout.write(json.dumps(report.as_dict()))
        elif report.up_to_date:
            self.stdout.write(f"{report.unchanged} territories, up to date.")
        else:
            self.stdout.write(
                f"{report.created} created, {report.updated} updated, "
                f"{report.unchanged} unchanged, {report.gone} gone."
            )
