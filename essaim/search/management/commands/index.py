"""``essaim index --wait``: everything that can be found is findable, by words and by meaning."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from essaim.search import actions, encoder, lookups, sources, tasks
from essaim.search.models import Document, Passage

# Weights follow the exact mean length when someone asks for everything.
NO_DRIFT = 0.001


class Command(BaseCommand):
    help = "Index what is missing. With --wait, do all of it here; else leave it to the worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wait", action="store_true", help="no worker needed")
        parser.add_argument("--rebuild", action="store_true", help="read every object anew")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        done = {"documents": 0, "removed": 0, "passages": 0}
        for kind in sources.names():
            gone = lookups.orphans(kind)
            actions.remove(kind, gone)
            done["removed"] += len(gone)
            todo = (
                list(sources.get(kind).public().values_list("pk", flat=True))
                if options["rebuild"]
                else lookups.missing(kind)
            )
            for start in range(0, len(todo), actions.BATCH):
                done["documents"] += actions.index(kind, todo[start : start + actions.BATCH])
            if options["wait"]:
                done["passages"] += actions.embed(kind=kind)
                actions.compact_counts()
                actions.refresh_weights(kind, NO_DRIFT)
            elif todo:
                tasks.embed.defer(kind=kind, object_ids=todo)
        waiting = Passage.objects.filter(embedding__isnull=True).count()
        self.tell(done | {"waiting": waiting}, options["format"])
        if options["wait"] and waiting and encoder.get_encoder() is None:
            raise CommandError(
                _(
                    "L’encodeur n’a pas pu être chargé : la recherche répond par les mots seulement."
                ),
                returncode=1,
            )

    def tell(self, done: dict[str, int], form: str) -> None:
        if form == "json":
            self.stdout.write(json.dumps(done | {"total": Document.objects.count()}))
            return
        self.stdout.write(
            _(
                "%(documents)d documents indexés, %(removed)d retirés ; %(passages)d passages"
                " encodés, %(waiting)d en attente."
            )
            % done
        )
