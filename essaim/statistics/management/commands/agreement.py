"""``essaim agreement``: do readers say the same of the same items?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from essaim.statistics import agreement, sentences, tables
from essaim.statistics.commands import ComputingCommand


class Command(ComputingCommand):
    help = "Fleiss' kappa and Krippendorff's alpha: first column item, then one column a reader."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="first column: item; then one column a reader")

    def compute(self, options: dict[str, Any]) -> dict[str, Any]:
        readings = tables.read_readings(options["file"])
        found = agreement.agreement(readings.rows)
        told = [sentence.text for sentence in sentences.of_agreement(found)]
        return {**found.to_json(), "sentences": told}
