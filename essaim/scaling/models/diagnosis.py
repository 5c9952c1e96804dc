"""A diagnosis: six answers at a date, by someone, with their reasons (§ 3)."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative
from essaim.schemes.kinds import Point

REASON_LENGTH = 2000


class DiagnosisQuerySet(models.QuerySet["Diagnosis"]):
    def visible_to(self, user: Any) -> DiagnosisQuerySet:
        """Concluded ones: « fin prêt », while no later one says otherwise, for whoever reads
        the card; the others, like drafts, for the card's team and managers. Agrees with
        ``rules.can_view_diagnosis``."""
        readable = Initiative.objects.visible_to(user)
        ready = Q(ready=True, initiative__in=readable.values("pk")) & ~Exists(
            Diagnosis.objects.taking_back(
                OuterRef("initiative"), OuterRef("concluded_at"), OuterRef("pk")
            )
        )
        if not user.is_authenticated:
            return self.filter(ready)
        if user.is_manager or user.is_superuser:
            return self.filter(Q(concluded_at__isnull=False) | Q(author=user))
        written = Initiative.objects.written_by(user).filter(pk=OuterRef("initiative"))
        return self.filter(ready | Q(author=user) | Q(concluded_at__isnull=False) & Exists(written))

    def taking_back(self, initiative: Any, concluded_at: Any, pk: Any) -> DiagnosisQuerySet:
        """Those of the card that, concluded after that one, are not ready."""
        later = Q(concluded_at__gt=concluded_at) | Q(concluded_at=concluded_at, pk__gt=pk)
        return self.filter(later, initiative=initiative, ready=False)

    def concluded(self) -> DiagnosisQuerySet:
        return self.filter(concluded_at__isnull=False)

    def drafts(self) -> DiagnosisQuerySet:
        return self.filter(concluded_at__isnull=True)

    def for_detail(self) -> DiagnosisQuerySet:
        return self.select_related("author", "initiative").prefetch_related("answers")


@pghistory.track()
class Diagnosis(models.Model):
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="diagnoses")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    # The track decides how the second question is asked; a card without one is asked as social.
    track = models.CharField(max_length=10)
    started_at = models.DateTimeField(auto_now_add=True)
    concluded_at = models.DateTimeField(_("conclu le"), null=True, blank=True)
    ready = models.BooleanField(_("fin prêt"), null=True, blank=True)

    objects = DiagnosisQuerySet.as_manager()

    class Meta:
        verbose_name = _("diagnostic")
        verbose_name_plural = _("diagnostics")
        ordering = ["-concluded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "author"],
                condition=Q(concluded_at__isnull=True),
                name="diagnosis_one_draft_each",
            ),
            models.CheckConstraint(
                condition=Q(concluded_at__isnull=True, ready__isnull=True)
                | Q(concluded_at__isnull=False, ready__isnull=False),
                name="diagnosis_concluded_has_a_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id} {self.concluded_at or ''}".strip()

    def get_absolute_url(self) -> str:
        return reverse("scaling:diagnosis", args=[self.initiative.slug, self.pk])

    @property
    def is_taken_back(self) -> bool:
        """A later one of the same card is not ready."""
        later = Diagnosis.objects.taking_back(self.initiative_id, self.concluded_at, self.pk)
        return self.concluded_at is not None and later.exists()


# A reason may name a person: it stays erasable.
@pghistory.track(exclude=["reason", "facts", "missing"])
class Answer(models.Model):
    diagnosis = models.ForeignKey(Diagnosis, models.CASCADE, related_name="answers")
    question = models.CharField(_("question"), max_length=20, choices=Point)
    answer = models.BooleanField(_("réponse"))
    # What the facts suggested when it was given; None: they did not tell.
    proposed = models.BooleanField(_("réponse proposée"), null=True, blank=True)
    # Those facts and gaps, as they read that day (in French).
    facts = models.JSONField(default=list, blank=True)
    missing = models.JSONField(default=list, blank=True)
    reason = models.TextField(_("motif"), max_length=REASON_LENGTH, blank=True)
    answered_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("réponse au diagnostic")
        verbose_name_plural = _("réponses aux diagnostics")
        constraints = [
            models.UniqueConstraint(fields=["diagnosis", "question"], name="answer_once"),
            models.CheckConstraint(
                condition=Q(question__in=Point.values), name="answer_question_known"
            ),
            models.CheckConstraint(
                condition=Q(answer=models.F("proposed")) | ~Q(reason=""),
                name="answer_overruled_has_a_reason",
                violation_error_message=_("Dites pourquoi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} : {self.answer}"

    @property
    def overrules(self) -> bool:
        return self.proposed is not None and self.answer != self.proposed
