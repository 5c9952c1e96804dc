"""What the tests of the search share."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from essaim.initiatives.models import Initiative
from essaim.search import actions, engine
from essaim.search.models import DIMENSIONS
from essaim.search.text import words
from tests.initiatives.factories import InitiativeFactory


class WordEncoder:
    """A stand-in whose meaning is easy to foresee: texts are close when they share words.

    ``same`` names words that mean the same without sharing a letter.
    """

    def __init__(self, same: dict[str, str] | None = None) -> None:
        self.same = same or {}

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in words(text):
                name = self.same.get(word, word).encode()
                seed = int.from_bytes(hashlib.blake2b(name, digest_size=4).digest(), "big")
                vectors[row] += np.random.default_rng(seed).normal(size=DIMENSIONS)
            vectors[row] /= np.linalg.norm(vectors[row]) or 1
        return vectors


def card(title: str, summary: str = "", **fields: Any) -> Initiative:
    """A published card that the index holds by its words."""
    made: Initiative = InitiativeFactory(
        published=True, title=title, summary=summary or title, **fields
    )
    actions.index("initiative", [made.pk])
    return made


def found(text: str, **options: Any) -> list[int]:
    """Objects found, best first."""
    return [hit.object_id for hit in engine.search(text, **options).hits]
