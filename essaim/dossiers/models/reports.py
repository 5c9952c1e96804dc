"""The account given of a grant once money was used (Cerfa 15059): the lines of the budget, planned
and realised, gaps explained."""

from __future__ import annotations

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from .applications import Application, SubmittedVersion


class ReportState(models.TextChoices):
    DRAFT = "draft", _("en cours de rédaction")
    SUBMITTED = "submitted", _("déposé")


@pghistory.track(
    model_name="FinancialReportEvent",
    fields=["id", "application", "planned", "starts_on", "ends_on", "state", "version"],
)
class FinancialReport(FSMModelMixin, models.Model):
    """``content``: {"lines": [line of the budget with planned, realised, why], and the texts}."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="reports")
    # The version whose budget is compared.
    planned = models.ForeignKey(SubmittedVersion, models.PROTECT, related_name="reports")
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"))
    state = FSMField(
        _("état"), choices=ReportState.choices, default=ReportState.DRAFT, protected=True
    )
    content = models.JSONField(_("contenu"), default=dict)
    version = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(_("déposé le"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("compte rendu financier")
        verbose_name_plural = _("comptes rendus financiers")
        ordering = ["-ends_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ReportState.values), name="report_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(submitted_at__isnull=False),
                name="report_submitted_has_date",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="report_period_ordered",
                violation_error_message=_("La fin de la période vient après son début."),
            ),
            models.UniqueConstraint(
                fields=["application", "ends_on"],
                name="report_once_for_a_period",
                violation_error_message=_("Cette période a déjà son compte rendu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.ends_on}"

    def get_absolute_url(self) -> str:
        return reverse("dossiers:report", args=[self.application_id, self.pk])

    @property
    def is_writable(self) -> bool:
        return self.state == ReportState.DRAFT

    @transition("state", source=["draft"], target="submitted")
    def submit(self) -> None: ...
