"""One initiative carried through the whole, by pages only: from a need to the need covered.

Nothing is there before the first page but accounts, their organisations and territories. The
stages are in ``tests/browser/path``, one module for each part of the way; with ``ESSAIM_TOUR``
the same run takes the pictures of ``docs/tour`` (``make tour``).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.path import (
    card,
    cast,
    covered,
    innovator,
    need,
    pool,
    prize,
    proof,
    ready,
)
from tests.browser.path.journey import Journey
from tests.browser.path.tour import Tour

pytestmark = pytest.mark.browser

STAGES: list[Callable[[Journey], None]] = [
    cast.build,
    need.stated, need.nothing_fits,
    innovator.entered, innovator.opened, innovator.not_objected, innovator.prototyped,
    innovator.succeeded,
    card.shared, card.written, card.modelled, card.published,
    proof.planned, proof.frozen, proof.stated, proof.analysed, proof.concluded,
    proof.peers_called, proof.peers_convened, proof.peers_read, proof.peers_concluded,
    ready.diagnosed, ready.strategy_chosen, ready.kit_shared,
    prize.prepared, prize.opened, prize.begun, prize.written, prize.submitted, prize.closed,
    prize.read, prize.decided, prize.announced,
    pool.matched, pool.formed, pool.pledged, pool.piloted, pool.found, pool.confirmed,
    covered.estimated, covered.prepared, covered.adapted, covered.returned, covered.told,
    covered.met, covered.shown,
]  # fmt: skip


def test_from_a_need_to_the_need_covered(visit: Callable[..., Any], server: Any) -> None:
    folder = os.environ.get("ESSAIM_TOUR")
    tour = Tour(Path(folder)) if folder else None
    tale = Journey(visit, server, tour)
    for stage in STAGES:
        stage(tale)
    # Each of the cast comes in once by the home page, one more person by the link of a mail.
    assert len(tale.typed) <= len(cast.PEOPLE) + 2, tale.typed
    if tour is not None:
        tour.write()
