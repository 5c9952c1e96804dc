"""``essaim export_cards``: the bank in the format it is imported from, on standard output."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from essaim.initiatives.interchange.writer import export
from essaim.initiatives.models import Initiative, Publication


class Command(BaseCommand):
    help = "Write cards to standard output, in the order of their identifiers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["jsonl", "csv"], default="jsonl")
        parser.add_argument(
            "--status",
            choices=["all", *Publication.values],
            default="all",
            help="only cards in this state of publication (all unless said otherwise)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        cards = Initiative.objects.all()
        if options["status"] != "all":
            cards = cards.filter(publication=options["status"])
        out = sys.stdout.buffer
        try:
            for piece in export(cards, options["format"]):
                out.write(piece.encode("utf-8"))
            out.flush()
        except BrokenPipeError:  # « | head »: not an error of ours
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
