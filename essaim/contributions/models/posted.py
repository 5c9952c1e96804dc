"""What everything that people bring to a card has in common."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation


class Posted(models.Model):
    """Words of a person, in their name and their organisation's.

    The account may go: the words stay, credited to the organisation or to nobody.
    """

    # Made by the form before it is sent: sending it twice brings one thing.
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("auteur"),
        related_name="+",
        null=True,
        blank=True,
    )
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        verbose_name=_("au nom de"),
        related_name="+",
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(_("écrit le"), auto_now_add=True)
    # Set by moderation; who reads hidden words is in each ``visible_to``.
    hidden_at = models.DateTimeField(_("masqué le"), null=True, blank=True)

    class Meta:
        abstract = True


def cards_read_by(user: Any) -> Any:
    return Initiative.objects.visible_to(user).values("pk")


def cards_written_by(user: Any) -> Any:
    return Initiative.objects.written_by(user).values("pk")


def is_manager(user: Any) -> bool:
    return bool(user.is_manager or user.is_superuser)
