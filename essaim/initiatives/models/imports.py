"""An import of cards: the file, how far it is, what it did line by line."""

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

from essaim.initiatives.interchange.issues import FILE_MESSAGES, Issue


def upload_name(instance: CardImport, filename: str) -> str:
    """A name of ours: what people call their file says too much, or too little."""
    return f"imports/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"


class ImportState(models.TextChoices):
    CHECKING = "checking", _("vérification en cours")
    READY = "ready", _("vérifié, à confirmer")
    IMPORTING = "importing", _("import en cours")
    DONE = "done", _("terminé")
    FAILED = "failed", _("interrompu")
    CANCELLED = "cancelled", _("abandonné")


WORKING = [ImportState.CHECKING, ImportState.IMPORTING]


class CardImportQuerySet(models.QuerySet["CardImport"]):
    def visible_to(self, user: Any) -> CardImportQuerySet:
        """All for managers, none for others. Agrees with ``rules.can_import``."""
        manages = user.is_authenticated and (user.is_manager or user.is_superuser)
        return self if manages else self.none()

    def for_list(self) -> CardImportQuerySet:
        return self.select_related("by")


class CardImport(FSMModelMixin, models.Model):
    """The counts are those of what is under way or over: the check, then the import itself.

    They grow in the transaction that writes the cards, so they never say more than was done.
    """

    file = models.FileField(_("fichier"), upload_to=upload_name)
    original_name = models.CharField(_("nom du fichier"), max_length=255)
    publish = models.BooleanField(_("publier les fiches nouvelles"), default=True)
    state = FSMField(
        _("état"), choices=ImportState.choices, default=ImportState.CHECKING, protected=True
    )
    lines_total = models.PositiveIntegerField(default=0)
    lines_done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)
    warning_count = models.PositiveIntegerField(default=0)
    # Lines refused: a line may have several errors.
    refused = models.PositiveIntegerField(default=0)
    # The first cards created or changed, for the preview: [{line, title, fields}].
    sample = models.JSONField(default=list)
    message = models.CharField(_("ce qui a interrompu l’import"), max_length=20, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("demandé par"), null=True
    )
    started_at = models.DateTimeField(_("déposé le"), auto_now_add=True)
    # When a job last took a step: a page that waits for nobody must be able to say so.
    touched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = CardImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import de fiches")
        verbose_name_plural = _("imports de fiches")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="card_import_state_known"
            )
        ]

    def __str__(self) -> str:
        return self.original_name

    def get_absolute_url(self) -> str:
        return reverse("initiatives:import", args=[self.pk])

    @property
    def is_working(self) -> bool:
        return self.state in WORKING

    @property
    def percent(self) -> int:
        """Of the lines; 100 only when the last one is done."""
        if not self.lines_total:
            return 0
        return min(99 if self.is_working else 100, 100 * self.lines_done // self.lines_total)

    @property
    def reason(self) -> str:
        """What interrupted the import, in the reader's language."""
        return str(FILE_MESSAGES.get(self.message, ""))

    @property
    def found(self) -> int:
        """Cards that the file holds and that could be read."""
        return self.created + self.updated + self.unchanged

    def _start_over(self) -> None:
        self.lines_done = self.created = self.updated = self.unchanged = 0
        self.error_count = self.warning_count = self.refused = 0
        self.touched_at = self.finished_at = None
        self.message = ""
        self.sample = []

    @transition("state", source=ImportState.CHECKING, target=ImportState.READY)
    def finish_check(self) -> None:
        self.touched_at = timezone.now()

    @transition("state", source=ImportState.READY, target=ImportState.IMPORTING)
    def confirm(self) -> None:
        self._start_over()

    @transition("state", source=ImportState.IMPORTING, target=ImportState.DONE)
    def finish_import(self) -> None:
        self.touched_at = self.finished_at = timezone.now()

    @transition("state", source=WORKING, target=ImportState.FAILED)
    def fail(self, code: str) -> None:
        self.message = code
        self.touched_at = self.finished_at = timezone.now()

    @transition("state", source=ImportState.FAILED, target=ImportState.CHECKING)
    def check_again(self) -> None:
        self._start_over()

    @transition(
        "state",
        source=[*WORKING, ImportState.READY, ImportState.FAILED],
        target=ImportState.CANCELLED,
    )
    def cancel(self) -> None:
        self.finished_at = timezone.now()


class ImportIssueQuerySet(models.QuerySet["ImportIssue"]):
    def errors(self) -> ImportIssueQuerySet:
        return self.filter(is_error=True)

    def warnings(self) -> ImportIssueQuerySet:
        return self.filter(is_error=False)


class ImportIssue(models.Model):
    """What one line met: an error (the line was skipped) or a warning (something was mended)."""

    card_import = models.ForeignKey(CardImport, models.CASCADE, related_name="issues")
    line = models.PositiveIntegerField(_("ligne"))
    is_error = models.BooleanField(_("erreur"))
    field = models.CharField(_("champ"), max_length=200, blank=True)
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)

    objects = ImportIssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("remarque sur une ligne")
        verbose_name_plural = _("remarques sur les lignes")
        ordering = ["line", "pk"]
        indexes = [
            models.Index(fields=["card_import", "is_error", "line"], name="import_issue_by_line")
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.field} {self.code}"

    @property
    def reason(self) -> str:
        """The sentence, in the reader's language."""
        return Issue(self.line, self.field, self.code, self.params).reason
