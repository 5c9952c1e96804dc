"""Two invented readings by peers, for a trial on one's own machine."""

from __future__ import annotations

from typing import Any, TextIO


def load_rounds(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the same actions as people."""
