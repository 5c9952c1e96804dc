"""One cell of a table: a number, a missing value, or a reason why it is neither."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

from essaim.common.text import fold
from essaim.statistics.samples import LARGEST

MISSING = frozenset(
    [
        "",
        "na",
        "n/a",
        "nan",
        "null",
        "none",
        "nd",
        "nr",
        "abs",
        "absent",
        "absente",
        "manquant",
        "missing",
        ".",
        "-",
        "–",
        "—",
        "?",
        "#n/a",
    ]
)
YES = frozenset(("1", "oui", "vrai", "yes", "true", "o", "y"))
NO = frozenset(("0", "non", "faux", "no", "false", "n"))
TREATED_LABELS = frozenset(
    [
        "treated",
        "treatment",
        "intervention",
        "traite",
        "traitee",
        "traites",
        "traitees",
        "traitement",
        "beneficiaire",
        "beneficiaires",
    ]
)
CONTROL_LABELS = frozenset(
    ["control", "controls", "temoin", "temoins", "controle", "comparaison", "comparison"]
)

_SPACES = re.compile("[ \u00a0\u202f\u2009']")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
_DATE = re.compile(
    r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}.*|\d{4}[/-]\d{1,2}[/-]\d{1,2}.*"
    r"|\d{1,2}[ -](?:jan|f[eé]v|mar|avr|apr|mai|may|jui|jun|jul|ao[uû]|aug|sep|oct|nov|d[eé]c)\w*\.?.*",
    re.IGNORECASE,
)
SHOWN = 24  # characters of a bad cell that are repeated in its message


class BadCell(ValueError):
    """``code`` is one of ``wording.PROBLEMS``; ``value`` the cell, shortened."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.value = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"


def is_missing(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in MISSING)


def number(cell: Any) -> float | None:
    """The number a person meant: decimal comma or point, spaces between thousands; None: missing.

    Raises BadCell (text, date, infinite, …).
    """
    if cell is None:
        return None
    if isinstance(cell, str):
        # Most cells are plain numbers; what float() takes beyond them (1_000, nan) is excluded.
        try:
            value = float(cell)
        except ValueError:
            value = _typed(cell)
        if "_" in cell:
            raise BadCell("text", cell)
        if math.isnan(value):
            return None
    elif isinstance(cell, bool):
        raise BadCell("boolean", str(cell))
    elif isinstance(cell, (int, float)):
        value = float(cell)
    elif isinstance(cell, (dt.date, dt.time, dt.timedelta)):
        raise BadCell("date", str(cell))
    else:
        raise BadCell("text", str(cell))
    if math.isinf(value):
        raise BadCell("infinite")
    if abs(value) > LARGEST:
        raise BadCell("huge")
    return value


def _typed(cell: str) -> float:
    """What float() does not read."""
    bare = cell.strip().replace("−", "-")
    if bare.lower() in MISSING:
        return float("nan")
    if bare.startswith("#"):
        raise BadCell("formula", bare)
    if "%" in bare:
        raise BadCell("percent", bare)
    if _DATE.fullmatch(bare):
        raise BadCell("date", bare)
    if "∞" in bare:
        raise BadCell("infinite")
    spaced = _SPACES.sub(" ", bare)
    if " " in spaced and _GROUPED.fullmatch(spaced):
        spaced = spaced.replace(" ", "")
    if "," in spaced and "." in spaced and re.fullmatch(r"[+-]?[\d.,]+", spaced):
        raise BadCell("thousands", bare)
    if spaced.count(",") > 1 and re.fullmatch(r"[+-]?[\d,]+", spaced):
        raise BadCell("thousands", bare)
    pointed = spaced.replace(",", ".")
    if not _NUMBER.fullmatch(pointed):
        raise BadCell("text", bare)
    return float(pointed)


def binary(cell: Any) -> float | None:
    """0.0 or 1.0, also written oui/non, vrai/faux; None: missing. Raises BadCell."""
    if isinstance(cell, bool):
        return float(cell)
    if isinstance(cell, str) and (word := fold(cell)) in YES | NO:
        return 1.0 if word in YES else 0.0
    try:
        value = number(cell)
    except BadCell as bad:
        raise BadCell("not_binary" if bad.code == "text" else bad.code, bad.value) from bad
    if value is None:
        return None
    if value not in (0.0, 1.0):
        raise BadCell("not_binary", str(cell))
    return value


def group(cell: Any) -> bool | None:
    """True: treated; False: control; None: missing. Raises BadCell on any other name."""
    if is_missing(cell):
        return None
    word = fold(str(cell))
    if word in TREATED_LABELS:
        return True
    if word in CONTROL_LABELS:
        return False
    raise BadCell("group", str(cell).strip())


def label(cell: Any) -> str | None:
    """The name of a cluster, stratum or unit as it stands; None: missing."""
    if is_missing(cell):
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
