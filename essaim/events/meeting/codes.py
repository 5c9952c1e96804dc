"""The code that a participant gives to who they meet: whoever has it was given it.

Derived from the registration and the site's secret key, kept nowhere: it says nothing of anyone to
who was not given it, and it is the same each time its owner reads it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.crypto import constant_time_compare, salted_hmac

# Without the letters and figures that are taken for one another.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 8


def code_of(registration: int) -> str:
    """Eight characters (5 bits each): « K7QP-2MWX »."""
    drawn = salted_hmac("essaim.events.code", str(registration), algorithm="sha256").digest()
    letters = "".join(ALPHABET[byte % 32] for byte in drawn[:LENGTH])
    return f"{letters[:4]}-{letters[4:]}"


def whose(code: str, registrations: Iterable[int]) -> int | None:
    """Of these registrations, the one of this code, however it was typed."""
    letters = "".join(each for each in code.upper() if each in ALPHABET)
    if len(letters) != LENGTH:
        return None
    typed = f"{letters[:4]}-{letters[4:]}"
    for key in registrations:
        if constant_time_compare(typed, code_of(key)):
            return key
    return None
