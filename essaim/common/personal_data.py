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
LABELS = {
    "email": _("adresse e-mail"),
    "phone": _("numéro de téléphone"),
    "nir": _("numéro de sécurité sociale"),
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


def find_personal_data(text: str) -> list[Found]:
    """E-mail addresses, French telephone and social security numbers, each once, in order."""
    places = [(m.start(), Found("email", m.group())) for m in EMAIL.finditer(text)]
    places += [(m.start(), Found("phone", m.group())) for m in PHONE.finditer(text)]
    places += [
        (m.start(), Found("nir", m.group())) for m in NIR.finditer(text) if _key_is_right(m.group())
    ]
    return list(dict.fromkeys(found for _start, found in sorted(places, key=lambda p: p[0])))


def hide_contacts(text: str, instead: str) -> str:
    """The text as a public page may show it: without e-mail addresses and telephone numbers."""
    for pattern in (EMAIL, PHONE):
        text = pattern.sub(lambda _match: instead, text)
    return text
