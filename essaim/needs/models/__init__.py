from .joining import Joining, JoiningQuerySet
from .need import SEARCH_LENGTH, SHARED, TEXT_LENGTH, Need, NeedQuerySet

__all__ = [
    "SEARCH_LENGTH",
    "SHARED",
    "TEXT_LENGTH",
    "Joining",
    "JoiningQuerySet",
    "Need",
    "NeedQuerySet",
]
