"""Support schemes in the index: what it reads of them, and how the directory asks it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from essaim.schemes.kinds import Applicant, Help, labels
from essaim.schemes.models import Scheme
from essaim.search import actions, engine, sources, tasks
from essaim.search.sources import Kind, Source

KIND = "scheme"


# --- what is read of them ---------------------------------------------------------------
def _public() -> QuerySet[Scheme]:
    """Those of the directory; it hides those that have ended, and shows them to who asks."""
    return Scheme.objects.published()


def _load(pks: Sequence[int]) -> Iterator[Source]:
    """In three queries whatever their number. The contact stays out: it may name a person."""
    schemes = list(_public().filter(pk__in=pks).order_by("pk"))
    names: dict[int, list[str]] = defaultdict(list)
    for through, column in (
        (Scheme.themes.through, "theme__name"),
        (Scheme.territories.through, "territory__name"),
    ):
        rows = through.objects.filter(scheme__in=[scheme.pk for scheme in schemes])
        for pk, name in rows.values_list("scheme", column):
            names[pk].append(name)
    for scheme in schemes:
        sections = [scheme.description, *scheme.stage_notes.values(), scheme.amount]
        yield Source(
            object_id=scheme.pk,
            title=scheme.title,
            sections=[text for text in sections if text],
            labels=[
                *names[scheme.pk],
                *scheme.funders,
                *labels(Help, scheme.helps),
                *labels(Applicant, scheme.applicants),
            ],
        )


def _themes(pks: Sequence[int]) -> dict[int, set[int]]:
    themes: dict[int, set[int]] = defaultdict(set)
    rows = Scheme.themes.through.objects.filter(scheme__in=pks)
    for scheme, theme in rows.values_list("scheme", "theme"):
        themes[scheme].add(theme)
    return themes


sources.register(Kind(KIND, _public, _load, _themes))


# --- what the index hears, and answers --------------------------------------------------
def index_schemes(sender: Any, schemes: Iterable[int], **kwargs: Any) -> None:
    """Words at once; meaning by a job that exists only if the transaction ends well."""
    pks = list(schemes)
    if actions.index(KIND, pks):
        tasks.embed.defer(kind=KIND, object_ids=pks)


def answer(
    sender: Any, text: str, allowed: QuerySet[Scheme], limit: int | None, offset: int, **kwargs: Any
) -> tuple[list[int], int, int]:
    """The keys of one page, the best first; how many contain a word, how many more are near."""
    found = engine.search(text, kind=KIND, allowed=allowed, limit=limit, offset=offset, why=False)
    return [hit.object_id for hit in found.hits], found.count, found.by_meaning
