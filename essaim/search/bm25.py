"""The BM25 formula, in one place (Robertson and Zaragoza, 2009), and what it must know.

A document's score is the sum over the question's words of idf(word) × weight(word, document).
The weight is stored with the posting; the idf is known at the question only.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import log

from django.db import connection

from essaim.search.text import fingerprint

# Saturation and length; the usual 1.2 to 2 and 0.75, measured on four collections.
K1 = 1.5
B = 0.75


def weight(frequency: float, length: float, mean_length: float) -> float:
    """Between 0 and K1 + 1: grows with the frequency, less and less."""
    return frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length / mean_length))


def idf(documents: int, total: int) -> float:
    """How much a word tells; never negative, even of a word in every document."""
    return log(1 + (total - documents + 0.5) / (documents + 0.5))


def counts(kind: str, lexemes: Iterable[int]) -> tuple[int, dict[int, int]]:
    """How many documents there are, and how many hold each lexeme (of those that any holds)."""
    every = fingerprint(kind, "")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lexeme, sum(documents)::int FROM search_lexemecount"
            " WHERE lexeme = ANY(%s) GROUP BY lexeme HAVING sum(documents) > 0",
            [[every, *lexemes]],
        )
        known = dict(cursor.fetchall())
    return known.pop(every, 0), known


def totals(kind: str) -> tuple[int, float]:
    """Number of documents of a kind, and their mean length (0 where there is none)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(documents), 0)::int, coalesce(sum(length), 0)"
            " FROM search_lexemecount WHERE lexeme = %s",
            [fingerprint(kind, "")],
        )
        documents, length = cursor.fetchone()
    return documents, length / documents if documents else 0.0
