"""A long catalogue as a PDF: made by a job, kept for a while."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition


class EditionState(models.TextChoices):
    MAKING = "making", _("en préparation")
    READY = "ready", _("prêt")
    FAILED = "failed", _("interrompu")
    WITHDRAWN = "withdrawn", _("retiré : une de ses fiches n’y est plus")


def stored_name(instance: Edition, filename: str) -> str:
    return f"catalogue/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"


class Edition(FSMModelMixin, models.Model):
    """Found by its key alone: it holds public cards, and says nothing of who asked."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    query = models.CharField(_("filtres"), max_length=2000, blank=True)  # of the page's address
    language = models.CharField(max_length=5)
    state = FSMField(
        _("état"), choices=EditionState.choices, default=EditionState.MAKING, protected=True
    )
    file = models.FileField(upload_to=stored_name, blank=True)
    cards = models.PositiveIntegerField(_("initiatives"), default=0)
    # Primary keys of what it holds, so that it goes with the first of them that leaves. Keys and
    # no relation: an edition must never keep a card from being deleted.
    contents = ArrayField(models.BigIntegerField(), default=list, editable=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("édition du catalogue")
        verbose_name_plural = _("éditions du catalogue")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=EditionState.values), name="edition_state_known"
            ),
            models.UniqueConstraint(
                fields=["query", "language"],
                condition=Q(state="making"),
                name="edition_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.query

    def get_absolute_url(self) -> str:
        return reverse("catalogue:edition", args=[self.key])

    @transition("state", source=EditionState.MAKING, target=EditionState.READY)
    def finish(self) -> None:
        self.finished_at = timezone.now()

    @transition("state", source=EditionState.MAKING, target=EditionState.FAILED)
    def fail(self) -> None:
        self.finished_at = timezone.now()

    @transition(
        "state",
        source=[EditionState.MAKING, EditionState.READY],
        target=EditionState.WITHDRAWN,
    )
    def withdraw(self) -> None:
        self.finished_at = timezone.now()
