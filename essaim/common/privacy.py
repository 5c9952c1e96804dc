"""What visitors never read: e-mail addresses and telephone numbers, wherever they were typed.

A contact is meant for the members of the platform; but people also leave addresses in a
description or a partner's name. So pages are masked as a whole, not one of their fields.
"""

from __future__ import annotations

import re

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from essaim.common.personal_data import EMAILS, PHONES

_OF_EMAILS = re.compile(r"[@＠%\[(]")
_OF_PHONES = re.compile(r"\d\D{0,3}\d")
_TAG = re.compile(r"(<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>)")
_DIGEST = " data-digest"
_PERSONAL_LINK = re.compile(
    r"<a\b[^>]*\bhref=(\"[^\"]*\"|'[^']*')[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL
)


def has_personal(text: str) -> bool:
    return any(pattern.search(text) for pattern in (*EMAILS, *PHONES))


def mask_personal(text: str) -> str:
    """Plain text without its addresses and numbers; says what stood there."""
    # Most texts hold no sign that all of these need: they are not read five times over.
    if _OF_EMAILS.search(text):
        email = _("[adresse e-mail réservée aux membres]")
        for pattern in EMAILS:
            text = pattern.sub(email, text)
    if _OF_PHONES.search(text):
        phone = _("[téléphone réservé aux membres]")
        for pattern in PHONES:
            text = pattern.sub(phone, text)
    return text


def mask_html(html: str) -> SafeString:
    """The same for HTML that is already safe: texts are masked, links to a person unwrapped.

    Attributes other than links are left alone: nothing typed by a person goes there unless it
    is shown as text too. What a tag marked ``data-digest`` holds is a sum of ours, in which ten
    digits may follow one another; no text typed by a person keeps such a mark.
    """

    def unwrap(match: re.Match[str]) -> str:
        address = match[1].strip("\"'").strip().lower()
        if address.startswith(("mailto:", "tel:")) or has_personal(address):
            return match[2]
        return match[0]

    pieces = _TAG.split(_PERSONAL_LINK.sub(unwrap, html))
    for place in range(0, len(pieces), 2):
        if pieces[place].strip() and not (place and _DIGEST in pieces[place - 1]):
            pieces[place] = mask_personal(pieces[place])
    return mark_safe("".join(pieces))  # noqa: S308 - the input is safe, masking adds no tag
