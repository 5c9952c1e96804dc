"""Following, and no longer following."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.following import subjects
from essaim.following.models import KEY_LENGTH, Announcement, Follow, Notification, Reach


@transaction.atomic
def follow(user: Any, kind: str, key: str) -> Follow:
    """Idempotent. Raises DomainError where there is nothing such that this person may see."""
    subject = subjects.get(kind)
    key = subject.normalise(key) if subject and subject.this else ""
    if len(key) > KEY_LENGTH:
        raise DomainError(_("Cette recherche est trop longue pour être suivie : raccourcissez-la."))
    if not key or not subjects.load([(kind, key)], user):
        raise DomainError(_("On ne peut pas suivre ceci, ou cela n’existe plus."))
    known = Follow.objects.filter(user=user)
    if known.count() >= settings.FOLLOWS_AT_MOST and not known.filter(kind=kind, key=key).exists():
        raise DomainError(
            _("Vous suivez déjà %(n)s choses : cessez d’en suivre une avant d’en ajouter.")
            % {"n": settings.FOLLOWS_AT_MOST}
        )
    followed, _created = known.get_or_create(user=user, kind=kind, key=key)
    return followed


@transaction.atomic
def unfollow(user: Any, kind: str, key: str) -> None:
    """Idempotent. What was announced because of it and not yet read goes too."""
    Follow.objects.filter(user=user, kind=kind, key=key).delete()
    Notification.objects.filter(user=user, because_kind=kind, because_key=key).unread().delete()


@transaction.atomic
def move_subject(kind: str, old: str, new: str) -> None:
    """What was followed or announced under the old key is so under the new one, once."""
    known = Follow.objects.filter(kind=kind, key=new)
    Follow.objects.filter(kind=kind, key=old, user__in=known.values("user")).delete()
    Follow.objects.filter(kind=kind, key=old).update(key=new)
    Notification.objects.filter(because_kind=kind, because_key=old).update(because_key=new)
    same = Reach.objects.filter(announcement=OuterRef("announcement"), kind=kind, key=new)
    Reach.objects.filter(Exists(same), kind=kind, key=old).delete()
    Reach.objects.filter(kind=kind, key=old).update(key=new)
    twice = Announcement.objects.filter(
        verb=OuterRef("verb"), kind=kind, key=new, once=OuterRef("once")
    )
    Announcement.objects.filter(Exists(twice), kind=kind, key=old).delete()
    Announcement.objects.filter(kind=kind, key=old).update(key=new)
