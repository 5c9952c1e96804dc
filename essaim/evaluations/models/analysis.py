"""What the computing gave, with the version of the software and the digest of the data."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from .data import Dataset
from .evaluation import Evaluation


class AnalysisState(models.TextChoices):
    WAITING = "waiting", _("en file d’attente")
    RUNNING = "running", _("calcul en cours")
    DONE = "done", _("faite")
    FAILED = "failed", _("interrompue")


WORKING = [AnalysisState.WAITING, AnalysisState.RUNNING]


class Analysis(FSMModelMixin, models.Model):
    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="analyses")
    dataset = models.ForeignKey(Dataset, models.SET_NULL, null=True, related_name="analyses")
    state = FSMField(
        _("état"), choices=AnalysisState.choices, default=AnalysisState.WAITING, protected=True
    )
    method = models.CharField(max_length=20)
    percent = models.PositiveSmallIntegerField(default=0)
    # Of a failure, what to do about it.
    message = models.TextField(blank=True)
    results = models.JSONField(null=True, blank=True)
    data_sha256 = models.CharField(max_length=64)
    software = models.JSONField(default=dict)  # {"essaim": …, "numpy": …}
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("analyse")
        verbose_name_plural = _("analyses")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AnalysisState.values), name="analysis_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=AnalysisState.DONE)
                | Q(results__isnull=False, finished_at__isnull=False),
                name="analysis_done_has_results",
            ),
            models.UniqueConstraint(
                fields=["evaluation"],
                condition=Q(state__in=WORKING),
                name="analysis_one_at_a_time",
                violation_error_message=_("Un calcul est déjà en cours."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id}: {self.state}"

    @property
    def is_working(self) -> bool:
        return self.state in WORKING

    @transition("state", source=WORKING, target=AnalysisState.RUNNING)
    def start(self) -> None:
        self.touched_at = timezone.now()

    @transition("state", source=AnalysisState.RUNNING, target=AnalysisState.DONE)
    def finish(self) -> None:
        self.percent = 100
        self.touched_at = self.finished_at = timezone.now()

    @transition("state", source=WORKING, target=AnalysisState.FAILED)
    def fail(self, message: str) -> None:
        self.message = message
        self.touched_at = self.finished_at = timezone.now()
