"""Obvious identifiers of persons, which have no place in evaluation data (domain.md § 15).

Only what can hardly be anything else is refused: pseudonyms, codes, hashes and scores pass.
"""

from __future__ import annotations

import re

from essaim.common.text import fold

# Headings that announce a person's identity whatever the cells hold.
HEADINGS = frozenset(
    [
        "nom",
        "prenom",
        "nom prenom",
        "prenom nom",
        "nom de famille",
        "nom et prenom",
        "nom usuel",
        "name",
        "full name",
        "first name",
        "last name",
        "firstname",
        "lastname",
        "surname",
        "email",
        "e mail",
        "mail",
        "courriel",
        "adresse mail",
        "adresse email",
        "adresse electronique",
        "nir",
        "numero de securite sociale",
        "securite sociale",
        "telephone",
        "tel",
        "portable",
        "mobile",
        "phone",
        "adresse",
        "adresse postale",
        "address",
        "date de naissance",
        "date naissance",
        "birth date",
        "birthdate",
        "date of birth",
        "iban",
        "ine",
        "numero ine",
    ]
)

EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[a-z]{2,}", re.IGNORECASE)
# Sex, year, month (20, 30–42, 50–99: unknown), department (2A, 2B, overseas), commune, order.
NIR = re.compile(
    r"[12]\d{2}(?:0[1-9]|1[0-2]|20|3\d|4[0-2]|[5-9]\d)(?:0[1-9]|[1-8]\d|9\d|2[AB])\d{6}(\d{2})?",
    re.IGNORECASE,
)
PHONE = re.compile(r"(?:\+33|0033)\s?[1-9](?:[ .-]?\d\d){4}|0[1-9](?:[ .-]?\d\d){4}")
IBAN = re.compile(r"FR\d{2}(?:\s?[0-9A-Z]{4}){5}\s?[0-9A-Z]{3}", re.IGNORECASE)
INE = re.compile(r"\d{9}[A-HJK]{2}|\d{10}[A-HJK]")

SHORTEST = 10  # a telephone number; addresses announce themselves by their @


def in_heading(heading: str) -> bool:
    return fold(heading) in HEADINGS


def find(cell: str) -> str | None:
    """``email``, ``nir``, ``phone``, ``iban`` or ``ine`` if the cell holds one, else None."""
    if "@" in cell and EMAIL.search(cell):
        return "email"
    if len(cell) < SHORTEST or cell.count(".") + cell.count(",") == 1:  # a decimal number
        return None
    bare = cell.strip()
    if not bare[:1].isdigit() and bare[:1] not in "+Ff":
        return None
    if PHONE.fullmatch(bare):
        return "phone"
    packed = re.sub(r"[\s.\-]", "", bare)
    if len(packed) in (13, 15) and (match := NIR.fullmatch(packed)) and _key_holds(packed, match):
        return "nir"
    if IBAN.fullmatch(bare):
        return "iban"
    if INE.fullmatch(bare):
        return "ine"
    return None


def _key_holds(packed: str, match: re.Match[str]) -> bool:
    """With its two control digits a NIR proves itself; without, its form must do."""
    if match[1] is None:
        return 1 <= int(packed[3:5]) <= 12
    # Corsica counts as 19 and 18 in the key.
    digits = packed[:13].upper().replace("2A", "19").replace("2B", "18")
    return 97 - int(digits) % 97 == int(match[1])
