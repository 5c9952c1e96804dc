"""``essaim neighbours epci:200000172``: the territories most like one."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from essaim.common.errors import DomainError
from essaim.territories.resolve import resolve_territory
from essaim.territories.similar import NEAREST, Likeness, neighbours


class Command(BaseCommand):
    help = "The nearest territories of the same kind, on standardised and weighted indicators."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("territory", metavar="KIND:CODE")
        parser.add_argument("--indicators", help="codes, apart by commas; all unless told")
        parser.add_argument("--weights", help="as many numbers; those of the indicators otherwise")
        parser.add_argument("--k", type=int, default=NEAREST, help="how many")
        parser.add_argument(
            "--in-common", type=float, metavar="PART",
            help="least part of the weight that both must have, from 0 to 1"
            " (any where --indicators are named, 0.5 otherwise)",
        )  # fmt: skip
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        codes = _split(options["indicators"])
        weights = _weights(codes, _split(options["weights"]))
        if options["k"] < 1:
            raise CommandError("--k is a number from 1.", returncode=2)
        if not 0 <= (options["in_common"] or 0) <= 1:
            raise CommandError("--in-common goes from 0 to 1.", returncode=2)
        try:
            resolution = resolve_territory(options["territory"])
            if resolution.territory is None:
                raise DomainError(resolution.note or options["territory"])
            found = neighbours(
                resolution.territory, codes, weights, k=options["k"], in_common=options["in_common"]
            )
        except DomainError as error:
            if options["format"] == "json":
                document = {"reason": str(error.message), "neighbours": []}
                self.stdout.write(json.dumps(document, ensure_ascii=False))
            else:
                self.stderr.write(str(error.message))
            sys.exit(1)
        if options["format"] == "json":
            self.stdout.write(json.dumps(_document(found), ensure_ascii=False))
        else:
            self._print(found)

    def _print(self, found: Likeness) -> None:
        self.stdout.write(f"{found.territory.address} {found.territory.label}")
        for each in found.neighbours:
            shares = ", ".join(f"{s.code} {s.share:.0%}" for s in each.shares[:4])
            self.stdout.write(
                f"{each.distance:8.4f}  {each.territory.address:18} {each.territory.label}"
                f"  ({each.common}/{len(found.compared)}: {shares})"
            )
        for name in ("lacking", "constant", "absent"):
            if codes := getattr(found, name):
                self.stdout.write(f"{name}: {', '.join(codes)}")


def _split(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",")]


def _weights(codes: list[str] | None, texts: list[str] | None) -> dict[str, float] | None:
    if texts is None:
        return None
    if codes is None or len(codes) != len(texts):
        raise CommandError("--weights goes with as many --indicators.", returncode=2)
    try:
        return {code: float(text) for code, text in zip(codes, texts, strict=True)}
    except ValueError:
        raise CommandError("--weights are numbers, apart by commas.", returncode=2) from None


def _document(found: Likeness) -> dict[str, Any]:
    return {
        "territory": found.territory.address,
        "name": found.territory.label,
        "indicators": [asdict(each) for each in found.compared],
        "lacking": found.lacking,
        "constant": found.constant,
        "absent": found.absent,
        "candidates": found.candidates,
        "neighbours": [
            {
                "territory": each.territory.address,
                "name": each.territory.label,
                "distance": each.distance,
                "common": each.common,
                "shares": {share.code: share.share for share in each.shares},
                "missing": each.missing,
            }
            for each in found.neighbours
        ],
    }
