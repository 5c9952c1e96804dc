from .documents import BATCH, index, remove
from .synonyms import load_synonyms, save_synonym
from .upkeep import compact_counts, embed, refresh_weights

__all__ = [
    "BATCH",
    "compact_counts",
    "embed",
    "index",
    "load_synonyms",
    "refresh_weights",
    "remove",
    "save_synonym",
]
