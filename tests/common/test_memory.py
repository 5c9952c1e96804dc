"""A web process sets apart what it loaded for good."""

from __future__ import annotations

import gc
import sys

from essaim.common.memory import load, settle


def test_the_addresses_are_loaded_and_what_is_loaded_is_set_apart() -> None:
    load()
    assert "config.urls" in sys.modules
    try:
        settle()
        frozen = gc.get_freeze_count()
        assert frozen > 10_000
        # What the collector still goes through is a small part of all that lives.
        assert len(gc.get_objects()) < frozen / 10
    finally:
        gc.unfreeze()
