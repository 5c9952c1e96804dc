"""An import of schemes: the file, how far it is, what it did line by line."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition


def upload_name(instance: SchemeImport, filename: str) -> str:
    """A name of ours: what people call their file says too much, or too little."""
    return f"schemes/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"


class ImportState(models.TextChoices):
    RUNNING = "running", _("en cours")
    DONE = "done", _("terminé")
    FAILED = "failed", _("interrompu")


class SchemeImportQuerySet(models.QuerySet["SchemeImport"]):
    def visible_to(self, user: Any) -> SchemeImportQuerySet:
        """All for managers, none for others. Agrees with ``rules.can_import``."""
        manages = user.is_authenticated and (user.is_manager or user.is_superuser)
        return self if manages else self.none()

    def for_list(self) -> SchemeImportQuerySet:
        return self.select_related("by")


class SchemeImport(FSMModelMixin, models.Model):
    """The counts grow in the transaction that writes the schemes: never more than was done."""

    file = models.FileField(_("fichier"), upload_to=upload_name)
    original_name = models.CharField(_("nom du fichier"), max_length=255)
    # Read and reported, nothing written.
    trial = models.BooleanField(_("essai, sans rien écrire"), default=False)
    state = FSMField(
        _("état"), choices=ImportState.choices, default=ImportState.RUNNING, protected=True
    )
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    # Of whoever deposited it: the job writes what it met for them.
    language = models.CharField(_("langue"), max_length=10, default=settings.LANGUAGE_CODE)
    message = models.CharField(_("ce qui l’a interrompu"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    started_at = models.DateTimeField(_("déposé le"), auto_now_add=True)
    touched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = SchemeImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import de dispositifs")
        verbose_name_plural = _("imports de dispositifs")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="scheme_import_state_known"
            )
        ]

    def __str__(self) -> str:
        return self.original_name

    def get_absolute_url(self) -> str:
        return reverse("schemes:import", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.state == ImportState.RUNNING

    @property
    def percent(self) -> int:
        if not self.rows_total:
            return 0
        return min(99 if self.is_running else 100, 100 * self.rows_done // self.rows_total)

    @transition("state", source=ImportState.RUNNING, target=ImportState.DONE)
    def finish(self) -> None:
        self.finished_at = timezone.now()

    @transition("state", source=ImportState.RUNNING, target=ImportState.FAILED)
    def fail(self, message: str) -> None:
        self.message = message[:300]
        self.finished_at = timezone.now()


class SchemeImportIssue(models.Model):
    """What one line met; ``refused``: it was not taken. In the language of the import."""

    scheme_import = models.ForeignKey(SchemeImport, models.CASCADE, related_name="issues")
    line = models.PositiveIntegerField(_("ligne"))
    field = models.CharField(_("champ"), max_length=50, blank=True)
    reason = models.TextField(_("raison"))
    refused = models.BooleanField(_("refusée"), default=False)

    class Meta:
        verbose_name = _("remarque sur une ligne")
        verbose_name_plural = _("remarques sur les lignes")
        ordering = ["-refused", "line", "pk"]

    def __str__(self) -> str:
        return f"{self.line}: {self.field}"
