"""Whether there is anything, and how many, asked of many tables in one query.

A page made of what many rooms say asks each of them, and most have nothing to say: they are asked
together first, and only those that hold something are then read. Questions are asked beside the
row of an object of the page that is known to be there (``beside``); where it is gone, the answer
to each is « nothing ».
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, IntegerField, QuerySet, Subquery


def some(questions: Sequence[QuerySet[Any]], *, beside: Any) -> list[bool]:
    """Of each of these, whether it has a row. One query; none where nothing is asked."""
    return [bool(each) for each in _asked([Exists(each) for each in questions], beside)]


def how_many(questions: Sequence[QuerySet[Any]], *, beside: Any) -> list[int]:
    """Of each of these, none of them cut, how many rows. One query; none where nothing is asked."""
    counts = [_Number(each.order_by().values("pk")) for each in questions]
    return [each or 0 for each in _asked(counts, beside)]


class _Number(Subquery):
    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0  # type: ignore[assignment]


def _asked(questions: Sequence[Any], beside: Any) -> Sequence[Any]:
    if not questions:
        return []
    row = beside._meta.default_manager.filter(pk=beside.pk)
    return row.values_list(*questions).first() or [None] * len(questions)
