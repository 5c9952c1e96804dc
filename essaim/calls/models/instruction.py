"""Eligibility: what was asked to complete, what was decided and why; the round that reads."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.peers.models import Round

from .application import Application, ApplicationState
from .call import Call

# What is asked then is answered in words: being read; eligible where that reading was abandoned.
ANSWERED_IN_WORDS = [ApplicationState.IN_READING.value, ApplicationState.ELIGIBLE.value]


class CompletionQuerySet(models.QuerySet["Completion"]):
    def waiting(self) -> CompletionQuerySet:
        return self.filter(answered_at=None, closed_at=None)


class Completion(models.Model):
    """What an application lacks, asked once with a date (« complétude »). Nothing is judged
    meanwhile; past its date it closes by itself, and people decide. Asked while it is read, it
    stops nothing: its side answers in words, and what was submitted does not change."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="completions")
    asked = models.TextField(_("ce qui manque"), max_length=3000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(_("à compléter avant le"))
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(_("complétée le"), null=True, blank=True)
    answer = models.TextField(_("réponse du candidat"), max_length=3000, blank=True)
    closed_at = models.DateTimeField(_("close sans réponse le"), null=True, blank=True)

    objects = CompletionQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande de complément")
        verbose_name_plural = _("demandes de complément")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at=None, closed_at=None),
                name="completion_one_at_a_time",
                violation_error_message=_("Un complément est déjà demandé."),
            ),
            models.CheckConstraint(condition=~Q(asked=""), name="completion_says_what"),
        ]
        indexes = [models.Index(fields=["due_at"], name="completion_by_date")]

    def __str__(self) -> str:
        return f"{self.application_id}"


# Reasons may name persons: the history keeps who decided, and when.
@pghistory.track(
    model_name="EligibilityEvent", fields=["id", "application", "is_eligible", "number", "by"]
)
class EligibilityDecision(models.Model):
    """One decision on eligibility; the last one is in force."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="eligibility_decisions"
    )
    is_eligible = models.BooleanField(_("recevable"))
    reasons = models.TextField(_("motifs"), max_length=3000, blank=True)
    # The version that was read, and what the rules said of it: [{"says", "holds", "words"}].
    number = models.PositiveIntegerField(_("version lue"))
    checks = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("décision de recevabilité")
        verbose_name_plural = _("décisions de recevabilité")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_eligible=True) | ~Q(reasons=""),
                name="eligibility_refusal_has_reasons",
                violation_error_message=_("Dites pourquoi elle est irrecevable."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}"


class CallRound(models.Model):
    """The round of peers that reads the applications of a call."""

    call = models.OneToOneField(Call, models.CASCADE, related_name="reading_round")
    round = models.OneToOneField(Round, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("lecture d’un appel")
        verbose_name_plural = _("lectures des appels")

    def __str__(self) -> str:
        return f"{self.call_id}"


class Score(models.Model):
    """What one college's readings say of one application: stored, since a board compares
    thousands. From 0 to 100; ``actions.scoring`` writes it from the readings, and the board says
    when readings changed since."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="scores")
    college = models.CharField(max_length=10)
    readings = models.PositiveIntegerField()
    mean = models.FloatField()
    # Standard deviation of the sample; None below two readings.
    deviation = models.FloatField(null=True)
    # Freed of readers' severity where it can be told.
    adjusted = models.FloatField(null=True)

    class Meta:
        verbose_name = _("note d’un collège")
        verbose_name_plural = _("notes des collèges")
        constraints = [
            models.UniqueConstraint(fields=["application", "college"], name="score_once"),
            models.CheckConstraint(
                condition=Q(readings__gte=1, mean__gte=0, mean__lte=100), name="score_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.college}"
