"""The archive of a kit: built by a job, rebuilt when something changed, its downloads counted."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative
from essaim.kits.models.materials import MaterialVersion


class ArchiveState(models.TextChoices):
    BUILDING = "building", _("en préparation")
    READY = "ready", _("prête")
    FAILED = "failed", _("interrompue")


def stored_name(instance: KitArchive, filename: str) -> str:
    return f"kits/archives/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"


class KitArchive(FSMModelMixin, models.Model):
    """One attempt to build. ``fingerprint`` is of what it was built from: an archive whose
    fingerprint is no longer the kit's is out of date."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="kit_archives")
    state = FSMField(
        _("état"), choices=ArchiveState.choices, default=ArchiveState.BUILDING, protected=True
    )
    fingerprint = models.CharField(max_length=64)
    file = models.FileField(_("fichier"), upload_to=stored_name, blank=True)
    size = models.PositiveBigIntegerField(_("taille"), default=0)
    bytes_total = models.PositiveBigIntegerField(default=0)
    bytes_done = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField(_("demandée le"), auto_now_add=True)
    touched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("archive de kit")
        verbose_name_plural = _("archives de kit")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ArchiveState.values), name="kit_archive_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=ArchiveState.READY)
                | (~Q(file="") & Q(finished_at__isnull=False)),
                name="kit_archive_ready_has_file",
            ),
            # Two readers who ask at once get one archive.
            models.UniqueConstraint(
                fields=["initiative"],
                condition=Q(state="building"),
                name="kit_archive_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.state}"

    @property
    def percent(self) -> int:
        if self.state == ArchiveState.READY:
            return 100
        return min(99, 100 * self.bytes_done // self.bytes_total) if self.bytes_total else 0

    @property
    def waits(self) -> bool:
        """Whether nothing moved for a while: the page must not pretend."""
        seen = self.touched_at or self.asked_at
        after = dt.timedelta(seconds=settings.KITS["forgotten_seconds"])
        return self.state == ArchiveState.BUILDING and timezone.now() - seen > after

    @transition("state", source=ArchiveState.BUILDING, target=ArchiveState.READY)
    def finish(self) -> None:
        self.touched_at = self.finished_at = timezone.now()

    @transition("state", source=ArchiveState.BUILDING, target=ArchiveState.FAILED)
    def fail(self) -> None:
        self.touched_at = self.finished_at = timezone.now()


class KitDownload(models.Model):
    """An access record: what was taken and when, never by whom."""

    append_only = True

    # The row outlives its card: the application may not delete it.
    initiative = models.ForeignKey(
        Initiative, models.DO_NOTHING, related_name="kit_downloads", db_constraint=False
    )
    # None: the whole archive.
    version = models.ForeignKey(
        MaterialVersion,
        models.DO_NOTHING,
        related_name="downloads",
        null=True,
        blank=True,
        db_constraint=False,
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("téléchargement de kit")
        verbose_name_plural = _("téléchargements de kits")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["initiative", "version"], name="kit_download_of")]

    def __str__(self) -> str:
        return f"{self.initiative_id} {self.at:%Y-%m-%d}"
