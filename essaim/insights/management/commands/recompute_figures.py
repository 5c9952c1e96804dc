"""``essaim recompute_figures``: the figures of the dashboard and the forecasts, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from essaim.insights.actions import figures, forecasts


class Command(BaseCommand):
    help = "Compute the figures of the dashboard (the worker does it every night)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-forecasts", action="store_true", help="figures only")

    def handle(self, *args: Any, **options: Any) -> None:
        snapshot = figures.recompute()
        self.stdout.write(f"{snapshot.figures.count()} figures in {snapshot.milliseconds} ms")
        if not options["no_forecasts"]:
            self.stdout.write(f"{forecasts.recompute_all()} cards with a forecast, or a refusal")
