"""What protects the people, the draw of who receives what, and the data themselves.

Pseudonymised data remain personal (§ 15 of the domain): they are kept in the upload area, read by
the team alone, and erased on the date that was announced. The results stay.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .evaluation import Evaluation


class DataStatement(models.Model):
    """Said before the upload opens."""

    class LegalBasis(models.TextChoices):
        PUBLIC_TASK = "public_task", _("mission d’intérêt public")
        LEGAL_OBLIGATION = "legal_obligation", _("obligation légale")
        CONSENT = "consent", _("consentement des personnes")
        LEGITIMATE_INTEREST = "legitimate_interest", _("intérêt légitime")

    class Impact(models.TextChoices):
        DONE = "done", _("elle est faite")
        NOT_NEEDED = "not_needed", _("elle n’est pas nécessaire, et voici pourquoi")

    evaluation = models.OneToOneField(Evaluation, models.CASCADE, related_name="statement")
    controller = models.CharField(_("responsable du traitement"), max_length=200)
    legal_basis = models.CharField(_("base légale"), max_length=20, choices=LegalBasis)
    legal_reference = models.CharField(_("texte ou décision"), max_length=300, blank=True)
    notice = models.TextField(_("comment les personnes sont informées"), max_length=2000)
    sensitive = models.BooleanField(
        _("public vulnérable ou données sensibles (mineurs, santé, justice, action sociale)"),
        default=False,
    )
    impact = models.CharField(_("analyse d’impact (AIPD)"), max_length=12, choices=Impact)
    impact_note = models.CharField(_("référence de l’analyse, ou raison"), max_length=500)
    deletion_on = models.DateField(_("date d’effacement des données"))
    # When the team was last told that the date comes near.
    notice_on = models.DateField(null=True, blank=True, editable=False)
    stated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("protection des personnes")
        verbose_name_plural = _("protections des personnes")
        constraints = [
            models.CheckConstraint(
                condition=~Q(controller="") & ~Q(notice="") & ~Q(impact_note=""),
                name="datastatement_nothing_left_unsaid",
            )
        ]

    def __str__(self) -> str:
        return self.controller

    @property
    def is_over(self) -> bool:
        """Whether the date of deletion has come: no data arrive any more."""
        return self.deletion_on <= timezone.localdate()


class Allocation(models.Model):
    """Who receives the action first, drawn by lot: the seed and the order of the units make it
    reproducible."""

    class Method(models.TextChoices):
        SIMPLE = "simple", _("tirage simple")
        PAIRS = "pairs", _("par paires d’unités proches")
        CLUSTERS = "clusters", _("par groupes entiers")
        STRATIFIED = "stratified", _("par strates")

    evaluation = models.OneToOneField(Evaluation, models.CASCADE, related_name="allocation")
    method = models.CharField(_("méthode du tirage"), max_length=12, choices=Method)
    seed = models.CharField(_("graine"), max_length=40)
    generator = models.CharField(max_length=20)
    # As pasted, one unit a line; erased with the data.
    units = models.TextField(blank=True)
    # [{"unit": …, "group": "treated" | "control", "block": …}]; erased with the data.
    assigned = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    counts = models.JSONField(default=dict)  # {"treated": 12, "control": 12}: kept
    sha256 = models.CharField(max_length=64)
    drawn_at = models.DateTimeField(_("tiré le"), auto_now_add=True)
    draws = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = _("répartition")
        verbose_name_plural = _("répartitions")

    def __str__(self) -> str:
        return f"{self.evaluation_id}: {self.method}"


UPLOADS = "evaluations"


def upload_name(instance: Dataset, filename: str) -> str:
    """A name of ours: what people call their file says too much."""
    return f"{UPLOADS}/{uuid.uuid4().hex}"


class DatasetQuerySet(models.QuerySet["Dataset"]):
    def kept(self) -> DatasetQuerySet:
        return self.filter(deleted_at__isnull=True)

    def current(self, evaluation: Any) -> Dataset | None:
        """The data that the analysis reads: the last ones whose columns were said."""
        return self.kept().filter(evaluation=evaluation, ready_at__isnull=False).last()

    def waiting(self, evaluation: Any) -> Dataset | None:
        """Deposited, whose columns are to be said."""
        return self.kept().filter(evaluation=evaluation, ready_at__isnull=True).last()


class Dataset(models.Model):
    """Rows of one deposit. The file holds the columns as deposited until their roles are said,
    then only those that serve."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="datasets")
    file = models.FileField(upload_to=upload_name, blank=True)
    origin = models.CharField(
        _("origine"),
        max_length=6,
        choices=[("paste", _("collées")), ("typed", _("saisies")), ("file", _("fichier"))],
    )
    columns = models.JSONField(default=list)  # as deposited
    # {"roles": {"pre": "Test de septembre", …}, "treated": "A", "missing": ["abs"], "yes": "oui"}
    mapping = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    # Lines that say something wrong: [{"line": 4, "column": …, "code": …, "text": …}], the first.
    issues = models.JSONField(default=list)
    issue_count = models.PositiveIntegerField(default=0)
    # How many cells are missing, by role: {"post": 3}.
    missing = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = DatasetQuerySet.as_manager()

    class Meta:
        verbose_name = _("données")
        verbose_name_plural = _("données")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(file="", issues=[], columns=[]),
                name="dataset_deleted_keeps_nothing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id}: {self.rows}"
