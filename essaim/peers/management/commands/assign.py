"""``essaim assign``: who reads what, from a table of similarities. No database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from essaim.peers.assignment import Assignment, Change, Impossible, solve
from essaim.peers.assignment.table import NotUsable, Table, read_conflicts, read_similarity
from essaim.peers.assignment.words import cause_text, change_text, remedy_text

OPTIONS = {"max_load": "--max-load", "min_load": "--min-load", "per_item_all": "--per-item"}


def positive(text: str) -> int:
    number = not_negative(text)
    if not number:
        raise ArgumentTypeError("at least 1")
    return number


def not_negative(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise ArgumentTypeError(f"a whole number, not {text!r}") from None
    if not 0 <= number <= 1_000_000:
        raise ArgumentTypeError("from 0 to 1,000,000")
    return number


class Command(BaseCommand):
    help = (
        "Assign readers to items: the greatest total similarity, exact numbers, loads within"
        " bounds, conflicts never. Exit 1 with the reason, and the smallest change that would"
        " do, where it is impossible."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        self.parser = parser
        parser.add_argument(
            "--similarity", type=Path, required=True, help="CSV: rows items, columns reviewers"
        )
        parser.add_argument("--per-item", type=positive, required=True, help="readings an item")
        parser.add_argument("--max-load", type=positive, required=True, help="of a reviewer")
        parser.add_argument("--min-load", type=not_negative, default=0, help="of a reviewer")
        parser.add_argument("--conflicts", type=Path, help="CSV: item,reviewer")
        parser.add_argument(
            "--fairness",
            choices=["total", "worst"],
            default="total",
            help="worst: no item left with poor readers, then the greatest total",
        )
        parser.add_argument("--format", choices=["text", "json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["min_load"] > options["max_load"]:
            self.parser.error("--min-load exceeds --max-load")
        as_json = options["format"] == "json"
        try:
            table, conflicts = self._read(options)
        except NotUsable as error:
            errors = [{**issue.as_dict(), "file": self.reading} for issue in error.issues]
            reason = f"{self.reading} : " + " ; ".join(map(str, error.issues[:3]))
            self._refuse(as_json, "invalid", [reason], {"errors": errors, "more": error.more})
        except OSError as error:
            reason = _("Le fichier « %(name)s » ne peut pas être lu : %(why)s.") % {
                "name": self.reading,
                "why": error.strerror or str(error),
            }
            self._refuse(as_json, "invalid", [reason], {"errors": []})
        try:
            found = solve(
                table.similarity,
                per_item=options["per_item"],
                max_load=options["max_load"],
                min_load=options["min_load"],
                conflicts=conflicts,
                fairness=options["fairness"],
            )
        except Impossible as error:
            self._impossible(error, table, as_json)
        else:
            self._tell(found, table, as_json)

    def _read(self, options: dict[str, Any]) -> tuple[Table, Any]:
        self.reading = str(options["similarity"])
        table = read_similarity(options["similarity"])
        if not options["conflicts"]:
            return table, None
        self.reading = str(options["conflicts"])
        return table, read_conflicts(options["conflicts"], table)

    def _tell(self, found: Assignment, table: Table, as_json: bool) -> None:
        pairs = [[table.items[item], table.readers[reader]] for item, reader in found.pairs]
        if as_json:
            document = {
                "status": found.status,
                "objective": found.objective,
                "assignment": pairs,
                "bound": found.bound,
                "gap": found.gap,
                "worst_item_mean": found.worst,
                "loads": dict(zip(table.readers, found.loads.tolist(), strict=True)),
            }
            sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
            return
        for item, reader in pairs:
            sys.stdout.write(f"{item}\t{reader}\n")
        sys.stderr.write(f"{found.status}, {found.objective:.6g}\n")

    def _impossible(self, error: Impossible, table: Table, as_json: bool) -> None:
        causes = [cause_text(cause, table.items, table.readers) for cause in error.causes]
        remedies = [
            {
                "text": remedy_text(remedy, table.items),
                "size": remedy.size,
                "changes": [_change(change, table) for change in remedy.changes],
            }
            for remedy in error.remedies
        ]
        told = {
            "assignment": [],
            "objective": None,
            "causes": [
                {
                    "constraint": cause.kind,
                    "text": text,
                    "needed": cause.needed,
                    "available": cause.available,
                    "items": [table.items[item] for item in cause.items],
                    "reviewers": [table.readers[reader] for reader in cause.readers],
                }
                for cause, text in zip(error.causes, causes, strict=True)
            ],
            "smallest_change": remedies[0] if remedies else None,
            "changes": remedies,
        }
        if remedies:
            causes.append(_("Il suffirait de : %(text)s.") % {"text": remedies[0]["text"]})
        self._refuse(as_json, "infeasible", causes, told)

    def _refuse(self, as_json: bool, status: str, reasons: list[str], told: dict[str, Any]) -> None:
        if as_json:
            document = {"status": status, "reason": " ".join(reasons), **told}
            sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
        else:
            sys.stderr.write("\n".join(reasons) + "\n")
        sys.exit(1)


def _change(change: Change, table: Table) -> dict[str, Any]:
    """A change as a reader of the JSON applies it."""
    told: dict[str, Any] = {"kind": change.kind, "text": change_text(change, table.items)}
    if change.kind in OPTIONS:
        return told | {"option": OPTIONS[change.kind], "value": change.value}
    if change.kind == "readers":
        return told | {"value": change.value, "load": change.load}
    return told | {"items": {table.items[item]: n for item, n in change.items.items()}}
