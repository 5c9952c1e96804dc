"""``essaim worker``: run background jobs until stopped."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from procrastinate.contrib.django import app


def known_queues() -> set[str]:
    return {task.queue for task in app.tasks.values()}


class Command(BaseCommand):
    help = "Run background jobs (imports, indexing, mail) until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--queues", default="", help="only these, separated by commas (all unless said)"
        )
        parser.add_argument(
            "--except", dest="left", default="", help="all but these, separated by commas"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted, left = _names(options["queues"]), _names(options["left"])
        if wanted and left:
            raise CommandError("--queues or --except, not both.")
        unknown = (wanted | left) - known_queues()
        if unknown:
            raise CommandError(
                f"No such queue: {min(unknown)}. Those known: {', '.join(sorted(known_queues()))}."
            )
        chosen = wanted or (known_queues() - left if left else set())
        more = ["--queues", ",".join(sorted(chosen))] if chosen else []
        call_command("procrastinate", "worker", "--concurrency", "1", *more)


def _names(given: str) -> set[str]:
    return {name.strip() for name in given.split(",") if name.strip()}
