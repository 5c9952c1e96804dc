"""How good a ranking is, against judged answers. No database here.

Järvelin and Kekäläinen 2002: DCG@k = Σ (2^rel - 1) / log2(rank + 1), divided by that of the
ideal order. Reciprocal rank: of the first relevant answer (relevance 1 or more), 0 where none is
found. Recall@k: relevant answers among the first k, of all that were judged relevant.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DEPTH = 10


@dataclass(frozen=True)
class Measured:
    ndcg: float
    reciprocal_rank: float
    recall: float


def measure(ranking: Sequence[str], judged: Mapping[str, int], depth: int = DEPTH) -> Measured:
    """Of one question that has at least one relevant answer. What was not judged gains nothing."""
    gains = [_gain(judged.get(name, 0)) for name in ranking[:depth]]
    ideal = sorted((_gain(relevance) for relevance in judged.values()), reverse=True)[:depth]
    relevant = {name for name, relevance in judged.items() if relevance >= 1}
    first = next((at for at, name in enumerate(ranking, 1) if name in relevant), 0)
    return Measured(
        ndcg=_discounted(gains) / _discounted(ideal),
        reciprocal_rank=1 / first if first else 0.0,
        recall=len(relevant & set(ranking[:depth])) / len(relevant),
    )


def mean(measured: Sequence[Measured]) -> Measured:
    count = len(measured)
    return Measured(
        sum(each.ndcg for each in measured) / count,
        sum(each.reciprocal_rank for each in measured) / count,
        sum(each.recall for each in measured) / count,
    )


def _gain(relevance: int) -> float:
    return float(2**relevance - 1)


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(at + 1) for at, gain in enumerate(gains, 1))
