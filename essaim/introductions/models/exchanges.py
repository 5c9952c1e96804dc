"""What the two sides say to each other, and what each keeps to itself."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .introductions import Introduction, Side


class Written(models.Model):
    """A text of one side. Its author may leave; what was said to others stays said."""

    side = models.CharField(_("côté"), max_length=7, choices=Side)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("auteur"),
        related_name="+", null=True,
    )  # fmt: skip
    text = models.TextField(_("texte"), max_length=5000)
    submission = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Message(Written):
    """Read by both sides and nobody else."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="messages")

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=["holder", "adopter"]), name="message_side_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="message_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class NoteQuerySet(models.QuerySet["Note"]):
    def of_side(self, side: str) -> NoteQuerySet:
        return self.filter(side=side)

    def for_list(self) -> NoteQuerySet:
        return self.select_related("author")


class Note(Written):
    """Read by the side that wrote it alone: neither by the other nor by managers."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="notes")

    objects: Any = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note privée")
        verbose_name_plural = _("notes privées")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=["holder", "adopter"]), name="note_side_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
