"""Tokens: made, used, revoked."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.open_data.models import SCOPES, ApiToken
from essaim.people.actions.tokens import hash_token
from essaim.people.models import Organisation, User
from essaim.people.rules import is_representative

PREFIX = "essaim_"
SEEN_EVERY = dt.timedelta(minutes=5)


@transaction.atomic
def create_token(
    *,
    by: User,
    name: str,
    scopes: Sequence[str],
    days: int,
    organisation: Organisation | None = None,
) -> tuple[ApiToken, str]:
    """A new token and its text, which is kept nowhere: it is shown once.

    Raises DomainError beyond what the settings allow, and for an organisation that ``by`` does
    not represent.
    """
    limits = settings.OPEN_DATA
    # One person at a time: two forms sent at once count one another.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    name = " ".join(name.split())
    kept = [scope for scope in SCOPES if scope in scopes]
    if not name:
        raise DomainError(_("Donnez un nom à ce jeton."), field="name")
    if not kept or len(kept) != len(set(scopes)):
        raise DomainError(_("Choisissez au moins une permission."), field="scopes")
    if not 1 <= days <= limits["token_days"]:
        raise DomainError(
            _("Un jeton vit de 1 à %(days)s jours.") % {"days": limits["token_days"]}, field="days"
        )
    if organisation is not None and not is_representative(by, organisation):
        raise DomainError(
            _("Seuls ses représentants créent un jeton pour une organisation."),
            field="organisation",
        )
    if ApiToken.objects.filter(user=by).alive().count() >= limits["tokens_at_most"]:
        raise DomainError(
            _("Vous avez déjà %(n)s jetons : révoquez-en un.") % {"n": limits["tokens_at_most"]}
        )
    text = PREFIX + secrets.token_urlsafe(32)
    with pghistory.context(user=by.pk, action="create_token"):
        token = ApiToken.objects.create(
            user=by,
            organisation=organisation,
            name=name[:100],
            digest=hash_token(text),
            start=text[: len(PREFIX) + 4],
            scopes=kept,
            expires_at=timezone.now() + dt.timedelta(days=days),
        )
    return token, text


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Any) -> ApiToken:
    """It opens nothing any more, at once. Revoked twice is once."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is None:
        with pghistory.context(user=by.pk, action="revoke_token"):
            token.revoked_at = timezone.now()
            token.save(update_fields=["revoked_at"])
    return token


def find_token(text: str) -> ApiToken | None:
    """The token of these words, if it still opens something; an organisation's only while who
    made it represents it."""
    if not text.startswith(PREFIX) or len(text) > 100:
        return None
    known = ApiToken.objects.alive().select_related("user", "organisation")
    token = known.filter(digest=hash_token(text), user__is_active=True).first()
    if token is None:
        return None
    if token.organisation is not None and not is_representative(token.user, token.organisation):
        return None
    return token


def note_use(token: ApiToken) -> None:
    """An access record, at most every five minutes."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def forget_ended(days: int) -> int:
    limit = timezone.now() - dt.timedelta(days=days)
    ended = ApiToken.objects.filter(Q(revoked_at__lt=limit) | Q(expires_at__lt=limit))
    return ended.delete()[0]
