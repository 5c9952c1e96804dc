"""Needs put together by meaning: the same needs always make the same clusters.

Two needs are neighbours where the cosine of their texts reaches ``MATCHING["cluster"]``. The
need with most neighbours (the oldest of equals) makes a cluster with them; then the next among
those left (Taylor 1995, Butina 1999: clustering by exclusion spheres).
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings

from essaim.matching.question import bare
from essaim.search.text import words_as_written

NAMED_BY = 3  # words
BLOCK = 500


@dataclass(frozen=True)
class Cluster:
    members: list[int]  # places in what was given, the centre first
    name: str


def clusters(vectors: Any, texts: Sequence[str]) -> list[Cluster]:
    """The largest first. ``vectors``: unit vectors, one row a text, in a settled order."""
    return [Cluster(members, name([texts[at] for at in members])) for members in together(vectors)]


def together(vectors: Any) -> list[list[int]]:
    """Places in ``vectors`` of each cluster, the centre first; the largest cluster first.

    Counts of neighbours that are left only fall: the heap's first is right, or is put back with
    its count of now. Each pair that is close is looked at once.
    """
    near = _neighbours(vectors, len(vectors))
    left = [True] * len(near)
    counts = [len(each) for each in near]
    heap = [(-count, at) for at, count in enumerate(counts)]
    heapq.heapify(heap)
    found = []
    while heap:
        count, best = heapq.heappop(heap)
        if not left[best]:
            continue
        if -count != counts[best]:
            heapq.heappush(heap, (-counts[best], best))
            continue
        members = [best, *sorted(at for at in near[best] if left[at] and at != best)]
        for member in members:
            left[member] = False
            for at in near[member]:
                counts[at] -= 1
        found.append(members)
    return sorted(found, key=lambda members: (-len(members), members[0]))


def _neighbours(vectors: Any, size: int) -> list[set[int]]:
    """Block by block: memory stays that of a block and of the pairs that are close."""
    near: list[set[int]] = [set() for _ in range(size)]
    for start in range(0, size, BLOCK):
        block = vectors[start : start + BLOCK] @ vectors.T
        for row, column in zip(
            *(axis.tolist() for axis in np.nonzero(block >= settings.MATCHING["cluster"])),
            strict=True,
        ):
            # Both ways: of one pair, the two products may differ by their last digit.
            near[start + row].add(column)
            near[column].add(start + row)
    for at in range(size):
        near[at].add(at)
    return near


def name(texts: Sequence[str]) -> str:
    """The words that most of these texts hold, in the order in which the texts say them (of
    equals, the first of the alphabet are kept). Of one text alone, its first words."""
    counts: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    for text in texts:
        pairs = words_as_written(bare(text))
        for word, _as in pairs:
            written.setdefault(word, Counter())
        for word, shown in pairs:
            written[word][shown.lower()] += 1
        counts.update({word for word, _as in pairs if len(word) > 2 and not word.isdigit()})
    if len(texts) == 1:
        first = list(dict.fromkeys(shown for _word, shown in words_as_written(bare(texts[0]))))
        return " ".join(first[:5])
    common = sorted(counts, key=lambda word: (-counts[word], word))[:NAMED_BY]
    said = [word for word in written if word in common]  # as met, the central text first
    return ", ".join(
        min(written[word].items(), key=lambda pair: (-pair[1], pair[0]))[0] for word in said
    )
