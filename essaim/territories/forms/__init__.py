from .places import (
    LINES_AT_MOST,
    EntryForm,
    TerritoriesField,
    TerritoryField,
    ZoningForm,
)

__all__ = ["LINES_AT_MOST", "EntryForm", "TerritoriesField", "TerritoryField", "ZoningForm"]
