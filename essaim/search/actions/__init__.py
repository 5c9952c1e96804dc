from .documents import BATCH, index, remove
from .synonyms import load_synonyms, save_synonym
from .upkeep import compact_counts, embed, forget_changes, refresh_weights

__all__ = [
    "BATCH",
    "compact_counts",
    "embed",
    "forget_changes",
    "index",
    "load_synonyms",
    "refresh_weights",
    "remove",
    "save_synonym",
]
