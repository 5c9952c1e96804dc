"""What a process that serves pages keeps in memory."""

from __future__ import annotations

import gc


def settle() -> None:
    """Once everything is loaded: it lives as long as the process, and no collection walks through
    it again. A full one took a fifth of a second here, in the middle of one page in ten that reads
    thousands of rows; of what pages make alone, a few milliseconds."""
    gc.collect()
    gc.freeze()
