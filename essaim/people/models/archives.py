"""The archive of what is held about a person, made by a job and kept a few days."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A job that has not ended by then was killed: asking again starts another.
FORGOTTEN_AFTER = dt.timedelta(minutes=10)


def archive_name(instance: DataArchive, filename: str) -> str:
    """A name that tells nothing of whose it is."""
    return f"archives/{timezone.now():%Y/%m}/{uuid.uuid4().hex}.json"


class DataArchiveQuerySet(models.QuerySet["DataArchive"]):
    def visible_to(self, user: Any) -> DataArchiveQuerySet:
        """One's own, whoever asks; managers and administrators included."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def working(self) -> DataArchiveQuerySet:
        return self.filter(ready_at=None, failed_at=None)

    def available(self) -> DataArchiveQuerySet:
        return self.filter(ready_at__isnull=False, expires_at__gt=timezone.now())


class DataArchive(models.Model):
    """Asked, then ready until it expires, or failed; one at a time for each person."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="data_archive"
    )
    asked_at = models.DateTimeField(_("demandée le"), default=timezone.now)
    parts_total = models.PositiveSmallIntegerField(default=0)
    parts_done = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(_("fichier"), upload_to=archive_name, blank=True)
    ready_at = models.DateTimeField(_("prête le"), null=True, blank=True)
    expires_at = models.DateTimeField(_("disponible jusqu’au"), null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    objects = DataArchiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("archive de données")
        verbose_name_plural = _("archives de données")
        constraints = [
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True)
                | (Q(expires_at__gt=models.F("ready_at"), failed_at__isnull=True) & ~Q(file="")),
                name="data_archive_ready_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_working(self) -> bool:
        return self.ready_at is None and self.failed_at is None

    @property
    def is_forgotten(self) -> bool:
        """Its job was killed: it may be asked again."""
        return self.is_working and self.asked_at <= timezone.now() - FORGOTTEN_AFTER

    @property
    def is_available(self) -> bool:
        return self.expires_at is not None and self.expires_at > timezone.now()

    @property
    def percent(self) -> int:
        return 100 * self.parts_done // self.parts_total if self.parts_total else 0
