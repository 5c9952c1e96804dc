"""``essaim bench``: how fast, how well, on which machine."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from essaim.common import bench
from essaim.common.memory import load, settle
from essaim.search.bench import database, parts, relevance, report


class Command(BaseCommand):
    help = (
        "Measure the search and the import on made-up banks, in databases of their own, the"
        " relevance on judged collections, and what other apps bring; print the figures and keep"
        " them in docs/performance.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = ["search", "import", "relevance", *bench.parts()]
        parser.add_argument("--part", choices=names, help="only this")
        parser.add_argument("--size", type=int, default=100_000, help="cards of the larger bank")
        parser.add_argument(
            "--relevance",
            type=Path,
            action="append",
            default=[],
            metavar="FOLDER",
            help="a judged collection: docs.jsonl, queries.jsonl, qrels.tsv (may be repeated)",
        )
        parser.add_argument("--drop", action="store_true", help="only drop the bench's databases")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["drop"]:
            for name in database.drop_all():
                self.stdout.write(name)
            return
        part, known = options["part"], {}
        if options["relevance"] and part in (None, "relevance"):
            found = {
                folder.name: relevance.measure(folder, self.say) for folder in options["relevance"]
            }
            known = report.keep("relevance", found)
            self.stdout.write(report.table(report.relevance_rows(found)))
        if part in (None, "import"):
            result = parts.importing(self.say)
            known = report.keep("import", result)
            self.stdout.write(report.table(report.import_rows(result)))
        if part in (None, "search"):
            result = parts.search(options["size"], self.say)
            known = report.keep("search", result)
            self.stdout.write(report.table(report.search_rows(result)))
        for name, registered in bench.parts().items():
            if part in (None, name):
                load()  # as the web server does
                settle()
                result = registered.measure(self.say)
                known = report.keep(name, result)
                self.stdout.write(report.table(registered.rows(result)))
        if known:
            report.write(known)

    def say(self, text: str) -> None:
        self.stderr.write(text)
