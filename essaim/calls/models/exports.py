"""What those who run a call take away: a job writes the file, which is kept for a while."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from .call import Call


class ColumnTemplateQuerySet(models.QuerySet["ColumnTemplate"]):
    def for_call(self, call: Call) -> ColumnTemplateQuerySet:
        """Kept for it, or for another wave of the same permanent call."""
        same = Q(call=call)
        if call.series_id:
            same |= Q(call__series=call.series_id)
        return self.filter(same).select_related("by")


class ColumnTemplate(models.Model):
    """Columns chosen once, offered to all who run the call."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="column_templates")
    name = models.CharField(_("nom du modèle"), max_length=80)
    columns = ArrayField(models.CharField(max_length=100), verbose_name=_("colonnes"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    objects = ColumnTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("modèle de colonnes")
        verbose_name_plural = _("modèles de colonnes")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "name"],
                name="columntemplate_name_once",
                violation_error_message=_("Un modèle porte déjà ce nom."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ExportState(models.TextChoices):
    MAKING = "making", _("en préparation")
    READY = "ready", _("prêt")
    FAILED = "failed", _("interrompu")
    GONE = "gone", _("effacé")


class ExportFormat(models.TextChoices):
    CSV = "csv", _("CSV")
    XLSX = "xlsx", _("XLSX (tableur)")
    ZIP = "zip", _("ZIP de tous les fichiers, avec leur liste")


def stored_name(instance: CallExport, filename: str) -> str:
    return f"calls/exports/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"


class CallExportQuerySet(models.QuerySet["CallExport"]):
    def visible_to(self, user: Any) -> CallExportQuerySet:
        """By who asked for it alone, as long as they run the call: what another left out for a
        link of theirs is not what this one may read."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(by=user, call__in=Call.objects.run_by(user).values("pk"))


class CallExport(FSMModelMixin, models.Model):
    """The row outlives its file: it says who took what away, and when."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="exports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    format = models.CharField(_("format"), max_length=4, choices=ExportFormat)
    columns = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    query = models.CharField(_("filtres"), max_length=2000, blank=True)  # of the list's address
    language = models.CharField(max_length=5, default="fr")
    state = FSMField(
        _("état"), choices=ExportState.choices, default=ExportState.MAKING, protected=True
    )
    file = models.FileField(_("fichier"), upload_to=stored_name, blank=True)
    size = models.PositiveBigIntegerField(_("taille"), default=0)
    rows_total = models.PositiveIntegerField(_("candidatures"), default=0)
    rows_done = models.PositiveIntegerField(default=0)
    # Left out because who asked has a link with them: said on the page and in the archive.
    left_out = models.PositiveIntegerField(_("laissées de côté"), default=0)
    # Keys of what it holds, and no relation: a link declared since closes the file.
    contents = ArrayField(models.BigIntegerField(), default=list, editable=False)
    asked_at = models.DateTimeField(_("demandé le"), auto_now_add=True)
    touched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Access records: when it was last taken, and how often.
    taken_at = models.DateTimeField(null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)

    objects = CallExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export d’un appel")
        verbose_name_plural = _("exports des appels")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ExportState.values), name="callexport_state_known"
            ),
            models.CheckConstraint(
                condition=Q(format__in=ExportFormat.values), name="callexport_format_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(file="") & Q(finished_at__isnull=False)),
                name="callexport_ready_has_file",
            ),
            models.CheckConstraint(
                condition=Q(rows_done__lte=F("rows_total")), name="callexport_done_of_total"
            ),
            # A second press while the first is being made gives the same export.
            models.UniqueConstraint(
                fields=["call", "by", "format"],
                condition=Q(state="making"),
                name="callexport_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.format}"

    def get_absolute_url(self) -> str:
        return reverse("calls:export", args=[self.call.slug, self.key])

    @property
    def percent(self) -> int:
        return 100 * self.rows_done // self.rows_total if self.rows_total else 0

    @property
    def name(self) -> str:
        return f"{self.call.slug[:60]}-{timezone.localtime(self.asked_at):%Y-%m-%d-%Hh%M}.{self.format}"

    @transition("state", source="making", target="ready")
    def finish(self) -> None:
        self.finished_at = timezone.now()

    @transition("state", source="making", target="failed")
    def fail(self) -> None:
        self.finished_at = timezone.now()

    @transition("state", source=["ready", "failed"], target="gone")
    def forget(self) -> None:
        """Its time is over, or who asked may no longer read what it holds."""
