"""``essaim evaluate_matching FILE``: how well judged needs are answered, under which weights."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.matching import judged as reading
from essaim.matching import weights
from essaim.matching.judged import Evaluation
from essaim.matching.weights import Weights

MEASURES = (("ndcg_at_10", "ndcg"), ("mrr", "reciprocal_rank"), ("recall_at_10", "recall"))


class Command(BaseCommand):
    help = (
        "Rank the cards of the bank for judged needs (JSON Lines: need, territory, external_id,"
        " relevance 0 to 3) and tell nDCG@10, MRR and recall@10; with --weights, beside those of"
        " other weights. Exit status 1 where a line cannot be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="judged pairs, one a line")
        parser.add_argument(
            "--weights", type=Path, help='JSON object of weights to compare: {"proof": 20}'
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        self.json = options["format"] == "json"
        judged = reading.read(self.text(options["file"]).split("\n"))
        used = [weights.current()]
        if options["weights"]:
            used.append(self.weights(options["weights"]))
        asked = reading.questions(judged)
        if judged.errors:
            self.refuse(
                [
                    f"{options['file'].name}, {_('ligne')} {line} : {why}" if line else why
                    for line, why in judged.errors
                ]
            )
        found = reading.evaluate(judged, asked, used)
        if not found:
            self.refuse([_("Aucune question n’a de réponse jugée pertinente (1 à 3).")])
        result: dict[str, Any] = {
            "questions": len(found[0].by_question),
            "pairs": judged.pairs,
            "unknown": reading.unknown(judged),
            "current": told(found[0]),
        }
        if len(found) > 1:
            result["compared"] = told(found[1])
            result["difference"] = {
                name: round(result["compared"][name] - result["current"][name], 6)
                for name, _attribute in MEASURES
            }
        if self.json:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
        else:
            self.tell(result)

    def text(self, path: Path) -> str:
        try:
            return path.read_text("utf-8-sig")
        except OSError as error:
            self.refuse([f"{path} : {error.strerror}"])
        except UnicodeDecodeError:
            self.refuse([_("%s n’est pas un texte en UTF-8.") % path])
        raise AssertionError  # refuse() always raises

    def weights(self, path: Path) -> Weights:
        try:
            given = json.loads(self.text(path))
            if not isinstance(given, dict):
                raise ValueError(_("un objet JSON est attendu"))
            return weights.read(given)
        except (ValueError, DomainError) as error:
            message = error.message if isinstance(error, DomainError) else error
            self.refuse([f"{path.name} : {message}"])
            raise

    def refuse(self, errors: list[str]) -> None:
        if self.json:
            refused = {"reason": " ".join(errors), "errors": errors}
            self.stdout.write(json.dumps(refused, ensure_ascii=False))
        raise CommandError("\n".join(errors), returncode=1)

    def tell(self, result: dict[str, Any]) -> None:
        self.stdout.write(
            _("%(questions)s questions, %(pairs)s couples jugés.")
            % {"questions": result["questions"], "pairs": result["pairs"]}
        )
        if result["unknown"]:
            self.stdout.write(
                _("Fiches jugées que la banque n’a pas : %s") % ", ".join(result["unknown"])
            )
        for name in ("current", "compared"):
            if name in result:
                figures = ", ".join(f"{key} {result[name][key]:.3f}" for key, _a in MEASURES)
                self.stdout.write(f"{name} ({result[name]['version']}): {figures}")
        if "difference" in result:
            figures = ", ".join(
                f"{key} {value:+.3f}" for key, value in result["difference"].items()
            )
            self.stdout.write(f"difference: {figures}")


def told(found: Evaluation) -> dict[str, Any]:
    return {
        "version": found.weights.version,
        "weights": dict(found.weights.values),
        **{name: round(getattr(found.mean, attribute), 6) for name, attribute in MEASURES},
    }
