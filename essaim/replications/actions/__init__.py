"""The writers of this room. ``commit_from`` and ``stop`` are what higher rooms call."""

from .declaring import agree, commit_from, declare
from .life import advance, stop

__all__ = ["advance", "agree", "commit_from", "declare", "stop"]
