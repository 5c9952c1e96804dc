"""``essaim power``: what a number of units can show, and how many are needed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from essaim.statistics import power, sentences
from essaim.statistics.commands import ComputingCommand


class Command(ComputingCommand):
    help = "Power, units needed per group and smallest detectable effect (two groups, 5 %%)."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--d", type=float, help="effect in standard deviations")
        parser.add_argument("--n", type=float, help="units per group")
        parser.add_argument("--cluster-size", type=float, default=1, metavar="M")
        parser.add_argument("--icc", type=float, default=0, metavar="R")
        parser.add_argument("--target", type=float, default=power.TARGET, help="power wanted")
        parser.add_argument("--r2", type=float, default=0, help="variance the pre-test explains")
        self.parser = parser

    def compute(self, options: dict[str, Any]) -> dict[str, Any]:
        if options["d"] is None and options["n"] is None:
            self.parser.error("give --d, --n or both")
        planned = power.plan(
            options["d"],
            options["n"],
            options["cluster_size"],
            options["icc"],
            target=options["target"],
            r2=options["r2"],
        )
        told = [sentence.text for sentence in sentences.of_plan(planned)]
        return {**planned.to_json(), "sentences": told}
