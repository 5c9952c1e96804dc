"""Personal data left in a text that others will read: found, so that the author is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

EMAIL = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z]{2,24}")
# French numbers, national or international; never a part of a longer number (SIRET, amounts).
PHONE = re.compile(
    r"(?<![\d+])(?<!\d[ .\u00a0\u202f-])"
    r"(?:(?:\+|00)33[ .\u00a0\u202f-]?(?:\(0\)[ .\u00a0\u202f-]?)?|0)[1-9]"
    r"(?:[ .\u00a0\u202f-]?\d{2}){4}"
    r"(?![ .\u00a0\u202f-]?\d)"
)
# Numéro d’inscription au répertoire: sex, year, month, place, order, key.
NIR = re.compile(
    r"(?<!\d)[12378][ .-]?\d{2}[ .-]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .-]?(?:\d{2}|2[ABab])"
    r"[ .-]?\d{3}[ .-]?\d{3}[ .-]?\d{2}(?!\d)"
)
# Beyond the plain forms: addresses spelt out, numbers from abroad, toll-free numbers. Every part
# has a bound: a long text of one kind of letters is read in a time that grows with its length.
SPELT_EMAIL = re.compile(
    r"[\w.+'-]{1,64}(?:＠|%40|\s*[\[(]\s*(?:at|a|arobase|chez)\s*[\])]\s*)[\w-]{1,63}(?:\.[\w-]{1,63})+",
    re.IGNORECASE,
)
_SEP = r"[\s.\-\u2010-\u2015]{1,2}"
OTHER_PHONE = re.compile(
    r"(?<![\d/])(?:"
    rf"0[1-9](?:{_SEP}\d\d){{4}}"
    rf"|0(?:{_SEP})?[1-9]\d\d{_SEP}\d\d\d{_SEP}\d\d\d"
    rf"|(?:\+|00)\d{{1,3}}(?:{_SEP})?(?:\(0\))?(?:(?:{_SEP})?\d){{7,11}}"
    r")(?!\d)"
)
EMAILS, PHONES = (EMAIL, SPELT_EMAIL), (PHONE, OTHER_PHONE)
# A person named after their title: « Mme Durand », « M. Jean-Luc de La Tour », « le Dr Nguyen ».
# Offices are no persons: « M. le Maire », « Madame la directrice » are left alone.
_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’-]{1,40}"
PERSON = re.compile(
    r"(?<![\w.])(?:M\.|MM\.|Mr\.?|Mme\.?|Mmes|Mlle\.?|Monsieur|Madame|Mademoiselle|Dr\.?|Docteur"
    r"|Pr\.?|Me\.?|Maître)[ \u00a0\u202f]"
    rf"(?P<name>(?:[A-Z]\.[ -]?)?{_WORD}(?:[ \u00a0-](?:(?:de|du|des|d’|d'|la|le|von|van|ben|el)[ \u00a0])*{_WORD}){{0,3}})"
)
LABELS = {
    "email": _("adresse e-mail"),
    "phone": _("numéro de téléphone"),
    "nir": _("numéro de sécurité sociale"),
    "name": _("nom d’une personne"),
}


@dataclass(frozen=True)
class Found:
    kind: str  # a key of LABELS
    text: str

    @property
    def label(self) -> Any:
        return LABELS[self.kind]


def _key_is_right(text: str) -> bool:
    """The last two digits of a NIR are 97 minus the rest modulo 97 (Corsica: 2A → 19, 2B → 18)."""
    digits = re.sub(r"[ .-]", "", text).upper().replace("2A", "19").replace("2B", "18")
    return 97 - int(digits[:13]) % 97 == int(digits[13:])


def find_personal_data(text: str, *, names: bool = False) -> list[Found]:
    """E-mail addresses, telephone and social security numbers, each once, in order; ``names``:
    persons named after a title (« Mme Durand ») too."""
    found = [(start, end, Found(kind, text[start:end])) for start, end, kind in _spans(text, names)]
    return list(dict.fromkeys(each for _start, _end, each in found))


def mask_personal_data(text: str, instead: str) -> str:
    """The text without what ``find_personal_data`` finds, persons named after a title included."""
    parts, place = [], 0
    for start, end, _kind in _spans(text, names=True):
        parts += [text[place:start], instead]
        place = end
    return "".join([*parts, text[place:]])


def _spans(text: str, names: bool) -> list[tuple[int, int, str]]:
    """Where they stand, in order, none within another; the title of a person is left."""
    found = [(*m.span(), "nir") for m in NIR.finditer(text) if _key_is_right(m.group())]
    found += [(*m.span(), "email") for pattern in EMAILS for m in pattern.finditer(text)]
    found += [(*m.span(), "phone") for pattern in PHONES for m in pattern.finditer(text)]
    if names:
        found += [(*m.span("name"), "name") for m in PERSON.finditer(text)]
    kept: list[tuple[int, int, str]] = []
    for span in sorted(found, key=lambda each: (each[0], -each[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def hide_contacts(text: str, instead: str) -> str:
    """The text as a public page may show it: without e-mail addresses and telephone numbers."""
    for pattern in (EMAIL, PHONE):
        text = pattern.sub(lambda _match: instead, text)
    return text
