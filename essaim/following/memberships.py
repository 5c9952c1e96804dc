"""What a person is told of their place in an organisation: it is decided a floor below."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.following.actions import tell
from essaim.following.models import Announcement
from essaim.following.subjects import Shown
from essaim.following.verbs import Verb, register
from essaim.people.models import Organisation, User
from essaim.people.signals import (
    MEMBERSHIP_ACCEPTED,
    MEMBERSHIP_DECLINED,
    MEMBERSHIP_ENDED,
    membership_told,
)


def _where_to_ask(announcement: Announcement, shown: Shown) -> str:
    """The page that gives the reason, and lets them ask again."""
    return reverse("people:join", args=[shown.url.rstrip("/").rpartition("/")[2]])


def on_membership_told(
    sender: Any, user: User, organisation: Organisation, what: str, **kwargs: Any
) -> None:
    """They asked, or lose something: a message leaves at once, if they accept those."""
    tell(user, what, "organisation", str(organisation.pk), waits=True)


def register_memberships() -> None:
    for verb in (
        Verb(
            MEMBERSHIP_ACCEPTED, _("Votre demande est acceptée : vous êtes membre de « %(title)s »")
        ),
        Verb(
            MEMBERSHIP_DECLINED,
            _("Votre demande de rejoindre « %(title)s » est déclinée ; lisez pourquoi"),
            url=_where_to_ask,
        ),
        Verb(
            MEMBERSHIP_ENDED,
            _("Vous n’êtes plus membre de « %(title)s » ; si c’est une erreur, demandez-le-lui"),
            url=_where_to_ask,
        ),
    ):
        register(verb)
    membership_told.connect(on_membership_told, dispatch_uid="following.memberships")
