"""``essaim messages``: keep the English catalogues in step with the sources."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from essaim.common import catalogues


class Command(BaseCommand):
    help = "Extract new texts into the English catalogues and compile them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("apps", nargs="*", help="applications (all unless said otherwise)")
        parser.add_argument(
            "--check", action="store_true", help="change nothing, exit 1 if incomplete"
        )
        parser.add_argument("--compile", action="store_true", help="only compile")

    def handle(self, *args: Any, **options: Any) -> None:
        names = options["apps"] or catalogues.apps()
        wrong = 0
        for app in names:
            if not options["check"] and not options["compile"]:
                catalogues.update(app)
            if not options["compile"]:
                for problem in catalogues.problems(app):
                    wrong += 1
                    self.stdout.write(f"{problem.app}: {problem.why}: {problem.message!r}")
            if not options["check"]:
                catalogues.compile_catalogue(app)
        if options["check"] and wrong:
            sys.exit(1)
