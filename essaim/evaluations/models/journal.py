"""What happened to an evaluation, in order: nobody rewrites it, the application included."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .evaluation import Evaluation


class JournalEntry(models.Model):
    append_only = True

    class Kind(models.TextChoices):
        CREATED = "created", _("évaluation commencée")
        ALLOCATED = "allocated", _("répartition tirée")
        FROZEN = "frozen", _("plan figé")
        AMENDED = "amended", _("plan modifié après avoir été figé")
        STATED = "stated", _("protection des personnes décrite")
        MEMBER_ADDED = "member_added", _("personne ajoutée à l’équipe")
        MEMBER_REMOVED = "member_removed", _("personne retirée de l’équipe")
        DATA_ADDED = "data_added", _("données ajoutées")
        DATA_REMOVED = "data_removed", _("données effacées")
        ANALYSED = "analysed", _("analyse faite")
        CONCLUDED = "concluded", _("évaluation conclue")
        REOPENED = "reopened", _("évaluation rouverte pour correction")
        WITHDRAWN = "withdrawn", _("évaluation retirée")
        ABANDONED = "abandoned", _("évaluation arrêtée")

    # The row outlives what it tells of, as history does: the application may not delete it.
    evaluation = models.ForeignKey(
        Evaluation, models.DO_NOTHING, related_name="journal", db_constraint=False
    )
    kind = models.CharField(_("nature"), max_length=15, choices=Kind)
    at = models.DateTimeField(_("quand"), auto_now_add=True)
    # An account may go: the row, which nobody may change, keeps its number.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
    )
    # Of an amendment: the field of the plan, and its texts before and after.
    field = models.CharField(max_length=40, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField(_("raison"), blank=True)
    # Counts and digests: {"rows": 60, "sha256": …}.
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("ligne du journal d’une évaluation")
        verbose_name_plural = _("lignes du journal d’une évaluation")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.evaluation_id}: {self.kind}"
