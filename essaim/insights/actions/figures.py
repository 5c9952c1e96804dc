"""All figures at once, in one transaction: a page never mixes two computations."""

from __future__ import annotations

import datetime as dt
import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from essaim.insights.computing import everything
from essaim.insights.models import Figure, Snapshot


def recompute() -> Snapshot:
    """Compute and keep; forget old ones. The rows are read in one consistent state."""
    start = time.perf_counter()
    with transaction.atomic():
        snapshot = Snapshot.objects.create()
        Figure.objects.bulk_create(
            (
                Figure(
                    snapshot=snapshot, key=m.key, scope=m.scope, subject=m.subject,
                    dimension=m.dimension, code=m.code, value=m.value, low=m.low, high=m.high,
                    counted=m.counted, total=m.total,
                )
                for m in everything()
            ),
            batch_size=2_000,
        )  # fmt: skip
        snapshot.milliseconds = round(1000 * (time.perf_counter() - start))
        snapshot.save(update_fields=["milliseconds"])
    forget_old()
    return snapshot


@transaction.atomic
def forget_old() -> int:
    """Keep those of the last days, and the first of each month; returns how many went."""
    limit = timezone.now() - dt.timedelta(days=settings.INSIGHTS["days_kept"])
    kept: set[tuple[int, int]] = set()
    gone: list[Any] = []
    newest = Snapshot.objects.order_by("-computed_at").values_list("pk", flat=True).first()
    for pk, at in (
        Snapshot.objects.filter(computed_at__lt=limit)
        .order_by("computed_at")
        .values_list("pk", "computed_at")
    ):
        month = (at.year, at.month)
        if month in kept and pk != newest:
            gone.append(pk)
        kept.add(month)
    Figure.objects.filter(snapshot__in=gone).delete()
    Snapshot.objects.filter(pk__in=gone).delete()
    return len(gone)


def ask_recompute() -> None:
    """By a job; asked twice before it begins, it is done once."""
    from procrastinate.exceptions import AlreadyEnqueued

    from essaim.insights.tasks import recompute_now

    with suppress(AlreadyEnqueued), transaction.atomic():
        recompute_now.defer()
