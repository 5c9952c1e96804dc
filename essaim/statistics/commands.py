"""What the computing commands share: one JSON document, or words, and an exit status.

0: done; 1: refused, with the reason, or failed (a fault of ours: its trace is on standard error);
2: wrong usage. With ``--format json`` standard output is one JSON document and nothing else,
whatever happens; NaN and infinite are null.
"""

from __future__ import annotations

import json
import math
import sys
from abc import ABC, abstractmethod
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from essaim.statistics.notices import Refused

DONE, REFUSED, USAGE = 0, 1, 2


def plain(value: Any) -> Any:
    """Nothing JSON can't hold: numbers that aren't become None, numpy's become Python's."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return plain(value.item()) if hasattr(value, "item") else str(value)


class ComputingCommand(BaseCommand, ABC):
    """Subclasses write ``arguments(parser)`` and ``compute(options)`` → a dict fit for JSON, whose
    ``sentences`` are what people are shown.
    """

    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        usual = parser.error

        def error(message: str) -> NoReturn:
            if _asks_json(sys.argv):
                self._print({"status": "usage", "reason": message})
            usual(message)
            raise SystemExit(USAGE)

        parser.error = error  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        self.arguments(parser)
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--language", choices=["fr", "en"], default="fr")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                answer = self.compute(options)
            except Refused as refused:
                self._refuse(refused.to_dict(), options["format"], REFUSED)
            except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
                name = Path(str(error.filename)).name
                reason = _("Fichier introuvable ou illisible : %(name)s") % {"name": name}
                self._refuse({"status": "usage", "reason": reason}, options["format"], USAGE)
            except Exception:
                if options["format"] == "json":
                    reason = _("Le calcul a échoué : c’est une faute du programme, signalez-la.")
                    self._print({"status": "failed", "reason": reason})
                raise
            else:
                if options["format"] == "json":
                    self._print({"status": "done", **answer})
                else:
                    for line in answer["sentences"]:
                        self.stdout.write(line)

    @abstractmethod
    def arguments(self, parser: CommandParser) -> None: ...

    @abstractmethod
    def compute(self, options: dict[str, Any]) -> dict[str, Any]: ...

    def _print(self, answer: dict[str, Any]) -> None:
        text = json.dumps(plain(answer), ensure_ascii=False, allow_nan=False, indent=2)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def _refuse(self, answer: dict[str, Any], form: str, status: int) -> NoReturn:
        if form == "json":
            self._print(answer)
        self.stderr.write(str(answer["reason"]))
        for problem in answer.get("problems", [])[3:20] if form == "text" else []:
            self.stderr.write(f"  {problem['line']} {problem['column']} : {problem['reason']}")
        sys.exit(status)


def _asks_json(argv: list[str]) -> bool:
    return "--format=json" in argv or ("--format", "json") in pairwise(argv)
