"""Tables of units that people upload or paste: read, checked line by line, never kept.

CSV (comma, semicolon or tab; decimal comma or point; UTF-8, UTF-16 or Windows-1252) and XLSX
(first sheet). A row is a unit. Numbers are stored as they are read, so that memory grows by some
40 bytes a row up to the limit (``MAX_ROWS``); columns that no role asks for are dropped.
"""

from essaim.statistics.tables.opening import (
    MAX_ROWS,
    MAX_XLSX_ROWS,
    Opened,
    Source,
    opened,
    refuse_lines,
)
from essaim.statistics.tables.others import Effects, Readings, read_effects, read_readings
from essaim.statistics.tables.reading import ROLES, Preview, Table, look, needed, read
from essaim.statistics.tables.series import Counted, read_series

__all__ = [
    "MAX_ROWS",
    "MAX_XLSX_ROWS",
    "ROLES",
    "Counted",
    "Effects",
    "Opened",
    "Preview",
    "Readings",
    "Source",
    "Table",
    "look",
    "needed",
    "opened",
    "read",
    "read_effects",
    "read_readings",
    "read_series",
    "refuse_lines",
]
