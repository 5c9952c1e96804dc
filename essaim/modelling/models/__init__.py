from .economics import YEARS, EconomicAssumptions, SharedLine
from .sheets import ModelSheet, SheetLine
from .workshops import Sorting, Workshop, WorkshopState

__all__ = [
    "YEARS",
    "EconomicAssumptions",
    "ModelSheet",
    "SharedLine",
    "SheetLine",
    "Sorting",
    "Workshop",
    "WorkshopState",
]
