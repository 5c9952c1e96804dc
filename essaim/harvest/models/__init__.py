"""Sources, what each of them holds, what each passage did, and cards that look the same."""

from .duplicates import Duplicate
from .items import Item
from .runs import Run, RunIssue
from .sources import Kind, Source

__all__ = ["Duplicate", "Item", "Kind", "Run", "RunIssue", "Source"]
