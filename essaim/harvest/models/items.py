"""One record of a source, and the card that it became."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative

from .sources import Source


class ItemQuerySet(models.QuerySet["Item"]):
    def shown_on(self, card: Any) -> ItemQuerySet:
        """Where this card comes from."""
        return self.filter(card=card).select_related("source").order_by("pk")

    def vanished(self, run: Any) -> ItemQuerySet:
        """Not met by this passage, and not withdrawn yet."""
        return self.filter(source=run.source_id).exclude(state=Item.State.WITHDRAWN).exclude(
            seen_in=run.pk
        )  # fmt: skip

    def due(self, source: Source) -> ItemQuerySet:
        """Missing for as long as the source's delay: to be withdrawn."""
        limit = timezone.now() - dt.timedelta(days=source.withdraw_days)
        return self.filter(source=source, state=Item.State.MISSING, missing_since__lte=limit)


class Item(models.Model):
    class State(models.TextChoices):
        PRESENT = "present", _("à la source")
        MISSING = "missing", _("absente de la source")
        WITHDRAWN = "withdrawn", _("retirée à la source")

    source = models.ForeignKey(Source, models.CASCADE, related_name="items")
    identifier = models.CharField(_("identifiant à la source"), max_length=500)
    # Of the card that was erased here, nothing is made again.
    card = models.ForeignKey(
        Initiative, models.SET_NULL, related_name="harvested", null=True, blank=True
    )
    title = models.CharField(_("titre"), max_length=250)
    link = models.CharField(_("adresse à la source"), max_length=1000, blank=True)
    # What the source last said, field by field of the import format: what differs tomorrow is
    # what the source changed.
    record = models.JSONField(default=dict)
    # {section of the card: fingerprint of what we wrote}: where it differs, people changed it here.
    written = models.JSONField(default=dict)
    # {section: number of the proposal that waits}
    proposed = models.JSONField(default=dict)
    # Of the page that carries it, where it has one.
    etag = models.CharField(max_length=500, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    dated = models.CharField(max_length=50, blank=True)  # as the plan of the site says
    state = models.CharField(max_length=10, choices=State, default=State.PRESENT)
    first_seen_at = models.DateTimeField(auto_now_add=True)
    missing_since = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Whether its withdrawal took the card out of the bank (nobody here had changed it).
    archived_here = models.BooleanField(default=False)
    # The last passage that met it.
    seen_in = models.ForeignKey(
        "harvest.Run", models.SET_NULL, related_name="+", null=True, blank=True
    )

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("fiche moissonnée")
        verbose_name_plural = _("fiches moissonnées")
        constraints = [
            models.UniqueConstraint(fields=["source", "identifier"], name="harvest_item_once"),
            models.CheckConstraint(
                condition=Q(state__in=["present", "missing", "withdrawn"]),
                name="harvest_item_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="present", missing_since=None)
                | Q(state__in=["missing", "withdrawn"], missing_since__isnull=False),
                name="harvest_item_missing_since",
            ),
        ]
        indexes = [models.Index(fields=["source", "link"], name="harvest_item_link")]

    def __str__(self) -> str:
        return self.title
