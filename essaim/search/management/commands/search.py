"""``essaim search``: one question, or a file of them."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from essaim.initiatives.models import Initiative
from essaim.search import engine
from essaim.search.filters import Criteria
from essaim.search.reasons import relations
from essaim.search.why import reasons
from essaim.territories.models import Territory

RUN_DEPTH = 100  # results a question in a run file
RUN_NAME = "essaim"


class Command(BaseCommand):
    help = "Search the published cards, with the reasons of each result."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text", nargs="?", help="the need, in one's own words")
        parser.add_argument("--near", metavar="KIND:CODE", help="for instance department:38")
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument(
            "--queries-file", type=Path, help="JSON Lines with id and text: one question a line"
        )
        parser.add_argument("--output", type=Path, help="TREC run file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["queries_file"]:
            if options["text"] or not options["output"]:
                raise CommandError(
                    _("Avec --queries-file, donnez --output et aucun texte."), returncode=2
                )
            self.write_run(options["queries_file"], options["output"])
            return
        if options["text"] is None or options["limit"] < 1:
            raise CommandError(
                _("Donnez un texte à chercher et une limite d’au moins 1."), returncode=2
            )
        criteria = Criteria(options["text"], self.territory(options["near"], options["format"]))
        found, results = find(criteria, options["limit"])
        if options["format"] == "json":
            self.stdout.write(json.dumps(results, ensure_ascii=False, indent=2))
        else:
            self.tell(found, results)

    def territory(self, address: str | None, form: str) -> Territory | None:
        if not address:
            return None
        territory = Territory.objects.by_code(address).first()
        if territory is None:
            message = _("Aucun territoire « %s » : écrivez par exemple department:38.") % address
            if form == "json":
                self.stdout.write(json.dumps({"error": message}, ensure_ascii=False))
            raise CommandError(message, returncode=1)
        return territory

    def tell(self, found: engine.Found, results: list[dict[str, Any]]) -> None:
        if found.corrected:
            self.stdout.write(_("Cherché aussi : %s") % found.corrected)
        self.stdout.write(
            _("%(count)d fiches avec ces mots, %(meaning)d proches par le sens seulement.")
            % {"count": found.count, "meaning": found.by_meaning}
        )
        for rank, result in enumerate(results, 1):
            self.stdout.write(f"\n{rank}. {result['title']} [{result['external_id']}]")
            for reason in result["reasons"]:
                self.stdout.write(f"   {reason}")

    def write_run(self, queries: Path, output: Path) -> None:
        try:
            asked = list(read_queries(queries))
        except OSError as error:
            raise CommandError(f"{queries}: {error.strerror}", returncode=1) from error
        with output.open("w", encoding="utf-8") as run:
            for query, text in asked:
                for rank, (external_id, score) in enumerate(ranking(text), 1):
                    run.write(f"{query} Q0 {external_id} {rank} {score:.6f} {RUN_NAME}\n")
        self.stderr.write(_("%(count)d questions, %(path)s écrit.") % {
            "count": len(asked), "path": output,
        })  # fmt: skip


def find(criteria: Criteria, limit: int) -> tuple[engine.Found, list[dict[str, Any]]]:
    allowed = criteria.cards() if criteria.is_filtered else None
    found = engine.search(criteria.text, allowed=allowed, limit=limit)
    cards = Initiative.objects.prefetch_related("territories").in_bulk(
        [hit.object_id for hit in found.hits]
    )
    places = {pk: list(card.territories.all()) for pk, card in cards.items()}
    related = relations(criteria.territory, places) if criteria.territory else {}
    results = []
    for hit in found.hits:
        card, relation = cards[hit.object_id], related.get(hit.object_id)
        results.append(
            {
                "external_id": card.external_id,
                "title": card.title,
                "score": hit.score,
                "reasons": reasons(hit, relation.text if relation else ""),
            }
        )
    return found, results


def read_queries(path: Path) -> Iterator[tuple[str, str]]:
    """(id, text) of each line. Raises CommandError with the number of a bad line."""
    for number, line in enumerate(path.read_text("utf-8-sig").split("\n"), 1):
        if not line.strip():
            continue
        try:
            query = json.loads(line)
            yield "_".join(str(query["id"]).split()), str(query["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError(
                _("Ligne %d : il faut un objet JSON avec « id » et « text ».") % number,
                returncode=1,
            ) from error


def ranking(text: str) -> list[tuple[str, float]]:
    """External identifiers and scores, strictly falling: readers of runs sort by score."""
    hits = engine.search(text, limit=RUN_DEPTH).hits
    names = dict(
        Initiative.objects.filter(pk__in=[hit.object_id for hit in hits]).values_list(
            "pk", "external_id"
        )
    )
    return [
        (names[hit.object_id], hit.score - rank * 1e-6)
        for rank, hit in enumerate(hits)
        if hit.object_id in names
    ]
