from .economics import EconomicAssumptions, SharedLine
from .sheets import ModelSheet, SheetLine
from .workshops import Sorting, Workshop, WorkshopState

__all__ = [
    "EconomicAssumptions",
    "ModelSheet",
    "SharedLine",
    "SheetLine",
    "Sorting",
    "Workshop",
    "WorkshopState",
]
