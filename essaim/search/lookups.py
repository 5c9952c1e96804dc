"""What the index holds, asked by jobs and commands."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from essaim.search import sources
from essaim.search.models import Document
from essaim.search.text import fingerprint


def holding_all(kind: str, stems: Sequence[str]) -> list[int]:
    """Objects that hold every one of these words."""
    lexemes = {fingerprint(kind, stem) for stem in stems}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT object_id FROM search_posting WHERE lexeme = ANY(%s)"
            " GROUP BY object_id HAVING count(*) = %s ORDER BY object_id",
            [list(lexemes), len(lexemes)],
        )
        return [object_id for (object_id,) in cursor.fetchall()]


def missing(kind: str) -> list[int]:
    """Public objects without a document: loaded by another way than the actions."""
    indexed = Document.objects.filter(kind=kind).values("object_id")
    return list(sources.get(kind).public().exclude(pk__in=indexed).values_list("pk", flat=True))


def orphans(kind: str) -> list[int]:
    """Documents whose object is no longer public, or gone."""
    public = sources.get(kind).public().values("pk")
    return list(
        Document.objects.filter(kind=kind)
        .exclude(object_id__in=public)
        .values_list("object_id", flat=True)
    )
