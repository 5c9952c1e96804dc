"""``essaim apply_retention``: erase what has been kept long enough."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from essaim.people import retention


class Command(BaseCommand):
    help = "Erase what has been kept long enough (settings.RETENTION); a job does it each night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        done = retention.apply_all()
        if options["format"] == "json":
            self.stdout.write(json.dumps(done))
            return
        for kind, count in done.items():
            self.stdout.write(f"{kind}: {count}")
