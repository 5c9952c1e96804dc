"""A code by mail, for those who have neither password nor second factor to confirm with."""

from __future__ import annotations

import secrets

from django.core.cache import cache
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from essaim.common.counters import count
from essaim.common.errors import DomainError
from essaim.people import account_mail
from essaim.people.models import User

CODE_SECONDS = 15 * 60
TRIES = 5
SENT_PER_HOUR = 5
DIGITS = 6


def send_code(user: User) -> None:
    """Mail a code good for a quarter of an hour; it replaces the one before.

    Raises DomainError beyond five in an hour.
    """
    if count(f"code-sent:{user.pk}", 3600) > SENT_PER_HOUR:
        raise DomainError(_("Trop de codes demandés : réessayez dans une heure."))
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    cache.set(_key(user), [_digest(user, code), 0], CODE_SECONDS)
    account_mail.confirmation_code(user, code)


def use_code(user: User, given: str) -> None:
    """Raises DomainError unless it is the code last sent; a code serves once, and five tries."""
    with transaction.atomic():
        # One try at a time: many at once would be counted as one.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        flaw = _try(user, given)
    if flaw:  # after the transaction, which keeps the count
        raise DomainError(flaw, field="code")


def _try(user: User, given: str) -> str:
    """Why the code is refused, or nothing."""
    kept = cache.get(_key(user))
    if kept is None or kept[1] >= TRIES:
        cache.delete(_key(user))
        return _("Ce code n’est plus valable : demandez-en un autre.")
    digest, tries = kept
    if not constant_time_compare(digest, _digest(user, "".join(given.split()))):
        cache.set(_key(user), [digest, tries + 1], CODE_SECONDS)
        return _("Ce n’est pas le code du dernier message.")
    cache.delete(_key(user))
    return ""


def _key(user: User) -> str:
    return f"code:{user.pk}"


def _digest(user: User, code: str) -> str:
    return salted_hmac(f"essaim.people.code.{user.pk}", code, algorithm="sha256").hexdigest()
