from .joining import Joining, JoiningQuerySet
from .need import SEARCH_LENGTH, TEXT_LENGTH, Need, NeedQuerySet

__all__ = ["SEARCH_LENGTH", "TEXT_LENGTH", "Joining", "JoiningQuerySet", "Need", "NeedQuerySet"]
