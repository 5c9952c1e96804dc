"""``essaim agreement``: do readers say the same of the same items?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser

from essaim.statistics import agreement, tables
from essaim.statistics.commands import ComputingCommand


class Command(ComputingCommand):
    help = "Fleiss' kappa and Krippendorff's alpha: first column item, then one column a reader."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="first column: item; then one column a reader")

    def compute(self, options: dict[str, Any]) -> dict[str, Any]:
        readings = tables.read_readings(options["file"])
        return agreement.agreement(readings.rows).to_json()

    def words(self, answer: dict[str, Any]) -> Iterator[str]:
        yield f"Fleiss {answer['fleiss']}, Krippendorff {answer['krippendorff']}"
        yield from answer["warnings"]
