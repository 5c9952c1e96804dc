"""Synonyms change, and the documents that hold either side are read anew."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from django.db import transaction

from essaim.search import lookups, sources, tasks
from essaim.search.actions.documents import BATCH, parts
from essaim.search.models import Synonym
from essaim.search.synonyms import stemmed

FILE = Path(__file__).parent.parent / "data" / "synonyms.json"


@transaction.atomic
def load_synonyms() -> int:
    """Add the pairs that ship with Essaim and are missing; those switched off stay off."""
    shipped = [(row["term"], row["expansion"]) for row in json.loads(FILE.read_text("utf-8"))]
    known = set(Synonym.objects.values_list("term", "expansion"))
    missing = [pair for pair in shipped if pair not in known]
    Synonym.objects.bulk_create(
        [Synonym(term=term, expansion=expansion) for term, expansion in missing],
        ignore_conflicts=True,
    )
    _read_anew(text for pair in missing for text in pair)
    return len(missing)


@transaction.atomic
def save_synonym(synonym: Synonym) -> Synonym:
    """Keep a new or changed synonym; a job reads anew the documents that hold one of its sides,
    old or new."""
    sides = {synonym.term, synonym.expansion}
    if synonym.pk:
        before = Synonym.objects.select_for_update().get(pk=synonym.pk)
        sides |= {before.term, before.expansion}
    synonym.full_clean()
    synonym.save()
    _read_anew(sides)
    return synonym


def _read_anew(texts: Iterable[str]) -> None:
    sequences = {tuple(stemmed(text)) for text in texts} - {()}
    for kind in sources.names():
        objects: set[int] = set()
        for sequence in sequences:
            objects.update(lookups.holding_all(kind, sequence))
        for part in parts(sorted(objects), BATCH):
            tasks.reindex.defer(kind=kind, object_ids=list(part))
