"""``essaim evaluate``: the effect of an action from a file of units."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from essaim.statistics import checks, effects, sentences, tables
from essaim.statistics.commands import ComputingCommand
from essaim.statistics.results import DESIGNS


class Command(ComputingCommand):
    help = "Effect of an action, with its interval, from a CSV or XLSX file (one row per unit)."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="columns: group (treated/control), pre, post")
        parser.add_argument("--design", required=True, choices=DESIGNS)
        parser.add_argument("--cluster", metavar="COL", help="column of clusters (classes, sites)")
        parser.add_argument("--stratum", metavar="COL", help="column of strata")
        parser.add_argument("--measure", default="", help="what is measured, for the sentences")
        parser.add_argument("--unit", default="", help="its unit, for the sentences")
        parser.add_argument("--better", choices=["higher", "lower"], default="")
        parser.add_argument("--randomised", action="store_true", help="groups were drawn by lot")

    def compute(self, options: dict[str, Any]) -> dict[str, Any]:
        design = options["design"]
        named = {role: options[role] for role in ("cluster", "stratum") if options[role]}
        table = tables.read(
            options["file"],
            required=tables.needed(design),
            columns=named,
            binary=design == "binary",
        )
        sample = table.sample(design, clustered="cluster" in named)
        review = checks.reviewed(effects.analyse(design, sample), table)
        result = review.result
        words = sentences.Words(
            measure=options["measure"],
            unit=options["unit"],
            better=options["better"],
            randomised=options["randomised"],
        )
        return {
            **result.to_json(),
            "rows": {"read": len(table), "used": len(sample.post)},
            "attrition": [asdict(row) for row in review.attrition.rows],
            "balance": asdict(review.balance) if review.balance else None,
            "sentences": [sentence.text for sentence in sentences.of_result(result, words)],
        }
