"""``essaim combine_effects``: several sites' effects pooled."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from essaim.statistics import pooling, sentences, tables
from essaim.statistics.commands import ComputingCommand


class Command(ComputingCommand):
    help = "Pool the effects (yi) and variances (vi) of several sites."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="columns: yi, vi, and optionally site")
        parser.add_argument("--method", choices=pooling.METHODS, default="reml")

    def compute(self, options: dict[str, Any]) -> dict[str, Any]:
        sites = tables.read_effects(options["file"])
        pooled = pooling.combine(sites.yi, sites.vi, options["method"], names=sites.names)
        told = [sentence.text for sentence in sentences.of_pooled(pooled)]
        return {**pooled.to_json(), "sentences": told}
