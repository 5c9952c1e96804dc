"""A passage over a source: how far it is, what it did, record by record where it refused."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.harvest import failures
from essaim.initiatives.interchange.issues import Issue

from .sources import Source

COUNTS = ("created", "changed", "proposed", "unchanged", "refused", "withdrawn", "returned")


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: Any) -> RunQuerySet:
        """All for managers, none for others. Agrees with ``rules.can_harvest``."""
        manages = user.is_authenticated and (user.is_manager or user.is_superuser)
        return self if manages else self.none()

    def was_tried(self, source: Source) -> bool:
        """Whether a trial or a passage over it, begun since it is read as it is, went well."""
        done = self.filter(source=source, state=Run.State.DONE)
        if source.reading_changed_at is not None:
            done = done.filter(started_at__gte=source.reading_changed_at)
        return done.exists()

    def needs_trial(self, source: Source) -> bool:
        """Whether it must be tried again: what is read of it changed since one went well."""
        return source.has_other_reading and not self.was_tried(source)

    def for_list(self) -> RunQuerySet:
        return self.select_related("source").defer("sample")


class Run(FSMModelMixin, models.Model):
    """Counts grow in the transaction that writes the cards: they never say more than was done."""

    class State(models.TextChoices):
        RUNNING = "running", _("en cours")
        DONE = "done", _("terminé")
        FAILED = "failed", _("interrompu")

    source = models.ForeignKey(Source, models.CASCADE, related_name="runs")
    # Ten records are read and nothing is written.
    is_trial = models.BooleanField(default=False)
    # A person read the warning and says that what vanished has vanished.
    accepts_vanishing = models.BooleanField(default=False)
    state = FSMField(_("état"), choices=State.choices, default=State.RUNNING, protected=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("demandé par"),
        related_name="+",
        null=True,
        blank=True,
    )
    started_at = models.DateTimeField(_("commencé le"), auto_now_add=True)
    touched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("terminé le"), null=True, blank=True)
    read = models.PositiveIntegerField(_("lues"), default=0)
    created = models.PositiveIntegerField(_("créées"), default=0)
    changed = models.PositiveIntegerField(_("modifiées"), default=0)
    proposed = models.PositiveIntegerField(_("proposées"), default=0)
    unchanged = models.PositiveIntegerField(_("inchangées"), default=0)
    refused = models.PositiveIntegerField(_("refusées"), default=0)
    # Gone from the source, still within the delay.
    missing = models.PositiveIntegerField(_("absentes"), default=0)
    withdrawn = models.PositiveIntegerField(_("retirées"), default=0)
    returned = models.PositiveIntegerField(_("revenues"), default=0)
    # The server said that nothing changed.
    not_modified = models.BooleanField(default=False)
    # More vanished at once than is believed: nothing was withdrawn.
    doubted = models.BooleanField(default=False)
    # [{number, identifier, title, outcome, fields, reasons, link}]
    sample = models.JSONField(default=list)
    # Titles of what is no longer at the source, the first ones.
    gone = models.JSONField(default=list)
    # Fields of the source that were met: [name]; what the mapping may name.
    fields_met = models.JSONField(default=list)
    # A key of ``failures.REASONS``, and its words.
    reason = models.CharField(max_length=30, blank=True)
    reason_params = models.JSONField(default=dict, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["running", "done", "failed"]),
                name="harvest_run_state_known",
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(state="running"),
                name="harvest_one_run_at_a_time",
                violation_error_message=_("Un passage est déjà en cours."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("harvest:run", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def absent(self) -> int:
        """No longer at the source, whether or not the delay is over."""
        return self.missing + self.withdrawn

    @property
    def why(self) -> str:
        """What interrupted it, in the reader's language."""
        return failures.sentence(self.reason, self.reason_params)

    @property
    def what_to_do(self) -> str:
        return failures.advice(self.reason)

    @transition("state", source="running", target="done")
    def finish(self) -> None:
        self.touched_at = self.finished_at = timezone.now()

    @transition("state", source="running", target="failed")
    def fail(self, reason: str, params: dict[str, Any]) -> None:
        self.reason, self.reason_params = reason, params
        self.touched_at = self.finished_at = timezone.now()


class RunIssue(models.Model):
    """Why a record was refused, or what was mended in it."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="issues")
    number = models.PositiveIntegerField(_("rang"))
    identifier = models.CharField(_("identifiant"), max_length=500, blank=True)
    is_error = models.BooleanField(default=True)
    field = models.CharField(_("champ"), max_length=200, blank=True)
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("remarque")
        verbose_name_plural = _("remarques")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.number} {self.code}"

    @property
    def reason(self) -> str:
        found = failures.of_record(self.code, self.params)
        return found or Issue(self.number, self.field, self.code, self.params).reason
