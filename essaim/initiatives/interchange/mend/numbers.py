"""Numbers as people and spreadsheets write them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

CENT = Decimal("0.01")
# 13 digits before the comma: JSON readers keep such numbers exact to the cent.
LARGEST = Decimal(10) ** 13

# What people type where there is nothing to say.
PLACEHOLDERS = {
    *(
        "-",
        "--",
        "–",
        "—",
        "/",
        ".",
        "?",
        "n/a",
        "na",
        "n.a.",
        "nan",
        "null",
        "none",
        "néant",
        "neant",
    ),
    *("nc", "n.c.", "n/c", "nr", "n.r.", "sans objet", "non renseigné", "non renseigne", "inconnu"),
}

_SPACE = r"[ \u00a0\u202f\u2009]"
_FRENCH = re.compile(rf"^([+-]?)([0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+|[0-9]+)(?:,([0-9]+))?$")
_DOTTED = re.compile(
    r"^([+-]?)([0-9]{1,3}(?:\.[0-9]{3})+),([0-9]+)$|^([+-]?)([0-9]{1,3}(?:\.[0-9]{3}){2,})$"
)
_ENGLISH = re.compile(
    r"^([+-]?)([0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]+)$|^([+-]?)([0-9]{1,3}(?:,[0-9]{3}){2,})$"
)
_POINT = re.compile(rf"^([+-]?)([0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+|[0-9]+)\.([0-9]+)$")
_EUROS = re.compile(rf"{_SPACE}*(k€|keuros?|m€|€|eur|euros?)$", re.IGNORECASE)
_TIMES = {"k": 1000, "m": 1_000_000}


class NotANumber(ValueError):
    """``code`` tells why: "number" or "number_ambiguous"."""

    def __init__(self, code: str = "number") -> None:
        super().__init__(code)
        self.code = code


def is_placeholder(value: str) -> bool:
    return value.strip().lower() in PLACEHOLDERS


def parse_number(text: str) -> Decimal:
    """« 21 667,00 » → 21667.00. Raises NotANumber.

    « 12,000 » and « 12.000 » may be twelve or twelve thousand: nobody can tell.
    """
    value = text.strip()
    if re.fullmatch(r"[+-]?[0-9]{1,3}[.,][0-9]{3}", value) and not re.match(r"[+-]?0[.,]", value):
        raise NotANumber("number_ambiguous")
    for pattern in (_FRENCH, _DOTTED, _ENGLISH, _POINT):
        if match := pattern.match(value):
            sign, whole, *rest = [group for group in match.groups() if group is not None]
            digits = re.sub(r"\D", "", whole)
            if len(digits) > 40 or any(len(r) > 40 for r in rest):
                raise NotANumber
            return Decimal(f"{sign}{digits}" + (f".{rest[0]}" if rest else ""))
    raise NotANumber


def parse_amount(text: str) -> tuple[Decimal, bool]:
    """An amount, and whether euros were written with it: « 12 k€ » → (12000, True)."""
    value = text.strip()
    if match := _EUROS.search(value):
        times = _TIMES.get(match[1][0].lower(), 1) if len(match[1]) > 1 else 1
        if match[1].lower() in {"eur", "euro", "euros"}:
            times = 1
        return parse_number(value[: match.start()]) * times, True
    return parse_number(value), False


def parse_percent(text: str) -> Decimal:
    """« 30 % » → 30."""
    return parse_number(re.sub(rf"{_SPACE}*(%|pour{_SPACE}?cents?)$", "", text.strip()))


def rounded(value: Decimal) -> Decimal:
    """To cents; an integer stays one, so that 21667.00 is given back as 21667."""
    kept = value.quantize(CENT, ROUND_HALF_EVEN)
    return kept.quantize(Decimal(1)) if kept == kept.to_integral_value() else kept
