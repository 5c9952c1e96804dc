"""``essaim forecast``: how far and how fast something spreads."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from essaim.statistics import sentences, tables
from essaim.statistics.commands import ComputingCommand


class Command(ComputingCommand):
    help = (
        "Bass diffusion model fitted to a CSV or XLSX file with columns t and adoptions. Adoptions"
        " are those of each period (not running totals, unless --cumulative)."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="columns: t (number), adoptions (of that period)")
        parser.add_argument(
            "--market", type=float, metavar="M", help="all who may adopt; found from data if absent"
        )
        parser.add_argument("--form", choices=["interval", "density"], default="interval")
        parser.add_argument(
            "--cumulative", action="store_true", help="adoptions are running totals"
        )
        parser.add_argument(
            "--launch", type=float, metavar="T", help="when the first period began (before first t)"
        )
        parser.add_argument("--bootstrap", choices=["residual", "parametric"], default="residual")
        parser.add_argument("--draws", type=int, default=400, help="bootstrap draws (0 to 5000)")
        parser.add_argument("--seed", type=int, default=2015)
        parser.add_argument("--ahead", type=int, default=10, help="periods shown after the last")
        self.parser = parser

    def compute(self, options: dict[str, Any]) -> dict[str, Any]:
        if not 0 <= options["draws"] <= 5_000:
            self.parser.error("--draws is between 0 and 5000")
        if not 0 <= options["ahead"] <= 200:
            self.parser.error("--ahead is between 0 and 200")
        if options["seed"] < 0:
            self.parser.error("--seed is not negative")
        from essaim.statistics import diffusion

        counted = tables.read_series(options["file"])
        series = diffusion.of(
            counted.t,
            counted.adoptions,
            cumulative=options["cumulative"],
            launch=options["launch"],
        )
        found = diffusion.forecast(
            series,
            market=options["market"],
            form=options["form"],
            bootstrap=options["bootstrap"],
            draws=options["draws"],
            seed=options["seed"],
            ahead=options["ahead"],
        )
        told = [sentence.text for sentence in sentences.of_forecast(found)]
        return {**found.to_json(), "adoptions_are": "per_period", "sentences": told}
