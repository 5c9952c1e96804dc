"""Whether there is anything, and how many, asked of many tables in one query.

A page made of what many rooms say asks each of them, and most have nothing to say: they are asked
together first, and only those that hold something are then read. Questions are asked beside the
row of an object of the page that is known to be there (``beside``); where it is gone, the answer
to each is « nothing ».
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql import Query


def some(questions: Sequence[QuerySet[Any]], *, beside: Any) -> list[bool]:
    """Of each of these, whether it has a row. One query; none where nothing is asked."""
    asked = [each.query.exists() for each in questions]
    return [bool(each) for each in _asked("EXISTS(%s)", asked, beside)]


def how_many(questions: Sequence[QuerySet[Any]], *, beside: Any) -> list[int]:
    """Of each of these, none of them cut, how many rows. One query; none where nothing is asked."""
    asked = [each.order_by().values("pk").query for each in questions]
    return [each or 0 for each in _asked("(SELECT count(*) FROM (%s) AS counted)", asked, beside)]


def _asked(form: str, questions: Sequence[Query], beside: Any) -> Sequence[Any]:
    """Each is compiled as it stands, and the texts put side by side: made parts of one query by the
    library, each would be copied with all that it holds, and its aliases changed, which for a
    hundred of them takes longer than the answer."""
    if not questions:
        return []
    row = beside._meta.default_manager.filter(pk=beside.pk).values("pk")
    texts, values = [], []
    for question in questions:
        try:
            text, given = question.get_compiler(row.db).as_sql()
        except EmptyResultSet:  # known to have no row
            texts.append("NULL")
        else:
            texts.append(form % text)
            values += given
    text, given = row.query.get_compiler(row.db).as_sql()
    with connections[row.db].cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(texts)} FROM ({text}) AS known", [*values, *given])
        return cursor.fetchone() or [None] * len(questions)
