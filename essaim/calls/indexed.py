"""Calls in the index of the search: those announced or open, so that a need finds them by words
and by meaning.

They are few at once (some hundreds): their passages are compared one by one and need no index of
meaning of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from essaim.initiatives.models import Publication
from essaim.search import actions, sources, tasks
from essaim.search.models import Document
from essaim.search.sources import Kind, Source

from .models import Call, State

KIND = "call"
FOUND = [State.ANNOUNCED.value, State.OPEN.value]


def _public() -> QuerySet[Call]:
    return Call.objects.filter(state__in=FOUND, is_template=False)


def _load(pks: Sequence[int]) -> Iterator[Source]:
    """In four queries whatever their number. Who to write to stays out: it may name a person."""
    calls = list(_public().filter(pk__in=pks).select_related("organiser").order_by("pk"))
    names: dict[int, list[str]] = defaultdict(list)
    for through, column in (
        (Call.themes.through, "theme__name"),
        (Call.territories.through, "territory__name"),
        (Call.initiatives.through, "initiative__title"),
    ):
        rows: Any = through.objects.filter(call__in=[call.pk for call in calls])
        if column == "initiative__title":
            # A card that is a draft again says its name to nobody, through no word of a search.
            rows = rows.filter(initiative__publication=Publication.PUBLISHED)
        for pk, name in rows.values_list("call", column):
            names[pk].append(name)
    for call in calls:
        texts = [*(str(part.get("text", "")) for part in call.sections), call.support]
        yield Source(
            object_id=call.pk,
            title=call.title,
            summary=call.summary,
            sections=[text for text in texts if text],
            labels=[*names[call.pk], str(call.get_kind_display()), call.organiser.name],
        )


def _themes(pks: Sequence[int]) -> dict[int, set[int]]:
    themes: dict[int, set[int]] = defaultdict(set)
    rows = Call.themes.through.objects.filter(call__in=pks)
    for call, theme in rows.values_list("call", "theme"):
        themes[call].add(theme)
    return themes


def index_calls(pks: Sequence[int]) -> None:
    """Words at once; meaning by a job that exists only if the transaction ends well. What is no
    longer announced nor open leaves the index."""
    if actions.index(KIND, pks):
        tasks.embed.defer(kind=KIND, object_ids=list(pks))


def on_saved(sender: Any, call: int, **kwargs: Any) -> None:
    index_calls([call])


def index_missing(sender: Any, **kwargs: Any) -> None:
    """Calls announced or open before calls were indexed."""
    known = Document.objects.filter(kind=KIND).values("object_id")
    if missing := list(_public().exclude(pk__in=known).values_list("pk", flat=True)):
        index_calls(missing)


def register() -> None:
    from essaim.calls.signals import call_saved
    from essaim.common.prepare import load_reference

    sources.register(Kind(KIND, _public, _load, _themes))
    call_saved.connect(on_saved, dispatch_uid="calls.indexed")
    load_reference.connect(index_missing, dispatch_uid="calls.index_missing")
