"""Whom a change of a kit is told to: those who follow its card."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.following.actions import announce
from essaim.following.models import Announcement
from essaim.following.subjects import Shown
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.initiatives.following import ref
from essaim.initiatives.models import Initiative

CHANGED = "kit_changed"


def kit_changed(card: Initiative, *, by: Any) -> None:
    """At most once a day for each card."""
    announce(CHANGED, [ref(card)], by=by, once=timezone.localdate().isoformat())


def _kit(announcement: Announcement, shown: Shown) -> str:
    """The card's own address, then « /kit »."""
    return reverse("kits:kit", args=[shown.url.rstrip("/").rpartition("/")[2]])


def register() -> None:
    register_verb(
        Verb(CHANGED, _("Le kit de reprise de « %(title)s » a changé"), url=_kit),
    )
