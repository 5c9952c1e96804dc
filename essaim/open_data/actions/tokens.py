"""Tokens: made, used, revoked."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.open_data import notifications
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
    token = _alive(text)
    return None if token is None or _is_orphan(token) else token


def why_closed(text: str) -> str:
    """What is said to who holds the words of a token that opens nothing."""
    token = _alive(text)
    if token is not None and token.organisation is not None and _is_orphan(token):
        return _(
            "Qui a créé ce jeton ne représente plus « %(name)s » : un représentant en crée un autre."
        ) % {"name": token.organisation.name}
    return _("Ce jeton est inconnu, expiré ou révoqué.")


def _alive(text: str) -> ApiToken | None:
    if not text.startswith(PREFIX) or len(text) > 100:
        return None
    known = ApiToken.objects.alive().select_related("user", "organisation")
    return known.filter(digest=hash_token(text), user__is_active=True).first()


def _is_orphan(token: ApiToken) -> bool:
    held = token.organisation
    return held is not None and not is_representative(token.user, held)


def warn_of_ending() -> int:
    """Each night: who answers for a token that will soon expire, or that opens nothing any more
    since who made it left, is told once. How many tokens."""
    notice = dt.timedelta(days=settings.OPEN_DATA["token_notice_days"])
    alive = ApiToken.objects.alive().select_related("organisation")
    # Made for less than the notice, it ends as its maker meant it to.
    soon = alive.filter(
        expires_at__lte=timezone.now() + notice, expires_at__gt=F("created_at") + notice
    )
    orphaned = set(alive.orphaned().values_list("pk", flat=True))
    count = len(orphaned)
    for token in alive.filter(pk__in=orphaned).order_by("pk"):
        notifications.token_orphaned(token)
    for token in soon.exclude(pk__in=orphaned).order_by("pk"):
        notifications.token_expires(token)
        count += 1
    return count


def note_use(token: ApiToken) -> None:
    """An access record, at most every five minutes."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def forget_ended(days: int) -> int:
    limit = timezone.now() - dt.timedelta(days=days)
    ended = ApiToken.objects.filter(Q(revoked_at__lt=limit) | Q(expires_at__lt=limit))
    return ended.delete()[0]
