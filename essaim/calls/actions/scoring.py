"""What the readings say of each application, stored for the board.

A reading submitted by someone who is in conflict since counts for nothing: nobody judges what they
have a link with.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from statistics import fmean, stdev
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.calls.models import Call, CallRound, Deliberation, Score
from essaim.calls.models.links import ITEM
from essaim.common.errors import DomainError
from essaim.peers.conflicts import conflicts_between
from essaim.peers.models import Item, Reading
from essaim.peers.results import adjust, given_of, scores_of

from .deciding_common import lock_call, lock_deliberation


def latest(call: Call) -> tuple[int, dt.datetime | None]:
    """How many readings are submitted, and when the last one was, or was revised: one query."""
    found = Reading.objects.filter(item__round__in=_rounds(call)).submitted()
    told = found.aggregate(
        n=Count("pk"), at=Max(Greatest("submitted_at", Coalesce("revised_at", "submitted_at")))
    )
    return told["n"], told["at"]


def is_fresh(deliberation: Deliberation | None, seen: tuple[int, dt.datetime | None]) -> bool:
    if deliberation is None:
        return seen[0] == 0
    return (deliberation.scored_readings, deliberation.scored_until) == seen


def _rounds(call: Call) -> Any:
    return CallRound.objects.filter(call=call).values("round")


@transaction.atomic
def refresh_scores(call: Call) -> int:
    """Compute them again from the readings; returns how many lines were written."""
    call = lock_call(call)
    if call.results_at is not None:
        raise DomainError(
            _("Les résultats sont publiés : les notes restent celles qui les ont éclairés.")
        )
    deliberation = lock_deliberation(call)
    known = CallRound.objects.filter(call=call).select_related("round").first()
    seen = latest(call)
    rows = _rows(known.round) if known is not None else []
    Score.objects.filter(application__call=call).delete()
    Score.objects.bulk_create(rows, batch_size=2000)
    deliberation.scored_readings, deliberation.scored_until = seen
    deliberation.scored_at = timezone.now()
    deliberation.save(update_fields=["scored_readings", "scored_until", "scored_at"])
    return len(rows)


def agrees(call: Call) -> bool:
    """Whether the stored scores are made of the readings that count today: a reader may have come
    into conflict without any reading changing."""
    known = CallRound.objects.filter(call=call).select_related("round").first()
    told = Score.objects.filter(application__call=call)
    stored = {(row.application_id, row.college): row.readings for row in told}
    if known is None:
        return not stored
    scores, application_of, _colleges = _counted(known.round)
    today = Counter(
        (application_of[score.item], score.college)
        for score in scores
        if score.item in application_of
    )
    return stored == dict(today)


def _counted(found: Any) -> tuple[list[Any], dict[int, int], list[Any]]:
    """Scores of the readings that count, the application of each item, the colleges."""
    items = list(Item.objects.filter(round=found))
    application_of = {
        item.pk: int(item.reference.removeprefix(ITEM))
        for item in items
        if item.reference.startswith(ITEM)
    }
    readings = Reading.objects.filter(item__round=found).submitted()
    readers = dict(readings.order_by().values_list("seat", "seat__user").distinct())
    barred = conflicts_between(items, {pk for pk in readers.values() if pk})
    colleges = list(found.colleges.prefetch_related("criteria"))
    scores = [
        score
        for score in scores_of(given_of(readings, colleges), colleges)
        if (score.item, readers.get(score.reader) or 0) not in barred
    ]
    return scores, application_of, colleges


def _rows(found: Any) -> list[Score]:
    scores, application_of, colleges = _counted(found)
    rows = []
    for college in colleges:
        own = [score for score in scores if score.college == college.kind]
        adjusted = adjust(own).items
        values: dict[int, list[float]] = defaultdict(list)
        for score in own:
            values[score.item].append(score.value)
        for item, given in values.items():
            if item in application_of:
                rows.append(
                    Score(
                        application_id=application_of[item],
                        college=college.kind,
                        readings=len(given),
                        mean=fmean(given),
                        deviation=stdev(given) if len(given) > 1 else None,
                        adjusted=adjusted.get(item),
                    )
                )
    return rows
