"""Deciding: what is prepared, then published at one moment; withdrawals, meetings, appeals."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .application import Application
from .call import Call


class JurySees(models.TextChoices):
    """What members of the jury college read on the board, without ever changing anything."""

    NOTHING = "nothing", _("rien")
    SCORES = "scores", _("les rangs et les notes")
    DECISIONS = "decisions", _("les rangs, les notes et les décisions préparées")


@pghistory.track(
    model_name="DeliberationEvent",
    fields=[
        *("id", "call", "four_eyes", "uses_adjusted", "weights", "quotas", "published_by"),
        "jury_sees",
    ],
)
class Deliberation(models.Model):
    """How a call decides: settings of its board, and who published."""

    call = models.OneToOneField(Call, models.CASCADE, related_name="deliberation")
    four_eyes = models.BooleanField(
        _("chaque décision est vérifiée par une seconde personne"), default=False
    )
    uses_adjusted = models.BooleanField(
        _("classer sur les notes corrigées de la sévérité"), default=False
    )
    uses_scores = models.BooleanField(
        _("les rangs ou les notes pèsent dans la décision"), default=True
    )
    # {college: weight}; empty: the sum of the weights of its criteria.
    weights = models.JSONField(_("poids des collèges"), default=dict, blank=True)
    # [{"by": "region", "key": "84", "least": 2}]: imposed at publication; none, nothing is.
    quotas = models.JSONField(_("quotas"), default=list, blank=True)
    jury_sees = models.CharField(
        _("ce que les membres du jury voient du tableau"), max_length=10, choices=JurySees,
        default=JurySees.SCORES,
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)
    # What the stored scores were made of: how many readings, and the last one's instant.
    scored_readings = models.PositiveIntegerField(default=0)
    scored_until = models.DateTimeField(null=True, blank=True)
    scored_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("délibération")
        verbose_name_plural = _("délibérations")
        constraints = [
            models.CheckConstraint(
                condition=Q(jury_sees__in=JurySees.values), name="deliberation_jury_sees_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.call_id}"


class Outcome(models.TextChoices):
    LAUREATE = "laureate", _("lauréate")
    WAITING = "waiting", _("liste d’attente")
    NOT_SELECTED = "not_selected", pgettext_lazy("appel", "non retenue")


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing(self) -> DecisionQuerySet:
        """Published, or waiting to be: what was prepared of an application that was withdrawn since,
        or whose eligibility is looked at again, says nothing."""
        return self.filter(
            Q(published_at__isnull=False) | Q(application__state__in=["eligible", "in_reading"])
        )


# Reasons are addressed to a person: the history keeps who decided what, and when.
@pghistory.track(
    model_name="DecisionEvent",
    fields=[
        *("id", "application", "outcome", "rank", "amount_cents", "version", "prepared_by"),
        *("checked_by", "published_at"),
    ],
)
class Decision(models.Model):
    """Prepared by one, checked by another where the call asks, published with all the others."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="decision")
    call = models.ForeignKey(Call, models.CASCADE, related_name="decisions")
    outcome = models.CharField(_("décision"), max_length=12, choices=Outcome)
    rank = models.PositiveIntegerField(_("rang sur la liste d’attente"), null=True, blank=True)
    amount_cents = models.BigIntegerField(_("montant accordé (centimes)"), null=True, blank=True)
    reasons = models.TextField(_("motifs adressés au candidat"), max_length=5000, blank=True)
    votes_for = models.PositiveSmallIntegerField(_("voix pour"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("voix contre"), null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(_("abstentions"), null=True, blank=True)
    # Grows with each save: two officers at once never overwrite each other.
    version = models.PositiveIntegerField(default=1)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    prepared_at = models.DateTimeField(default=timezone.now)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    appeal_until = models.DateTimeField(_("recours possible jusqu’au"), null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("décision sur une candidature")
        verbose_name_plural = _("décisions sur les candidatures")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="decision_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", rank__gte=1)
                | (~Q(outcome="waiting") & Q(rank__isnull=True)),
                name="decision_waiting_has_rank",
                violation_error_message=_("Sur liste d’attente, donnez un rang."),
            ),
            models.UniqueConstraint(
                fields=["call", "rank"], name="decision_rank_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gte=0),
                name="decision_amount_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | (Q(appeal_until__isnull=False) & ~Q(reasons="")),
                name="decision_published_has_reasons",
                violation_error_message=_("Une décision est publiée avec ses motifs."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.application_id} {self.outcome}"

    @property
    def is_late(self) -> bool:
        """Published by itself after the results of its call, without a reading."""
        published = self.call.results_at
        return bool(self.published_at and published and self.published_at > published)


@pghistory.track(
    model_name="DecisionChangeEvent",
    fields=["id", "application", "cause", "before", "after", "by", "at"],
)
class DecisionChange(models.Model):
    """What changed after publication, and why: a published decision is never changed in silence."""

    class Cause(models.TextChoices):
        APPEAL = "appeal", _("recours")
        GAVE_UP = "gave_up", _("renonciation")
        MOVED_UP = "moved_up", _("liste d’attente")

    application = models.ForeignKey(Application, models.CASCADE, related_name="decision_changes")
    cause = models.CharField(max_length=10, choices=Cause)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    reasons = models.TextField(_("motifs"), max_length=5000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("changement d’une décision")
        verbose_name_plural = _("changements des décisions")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.application_id} {self.cause}"


@pghistory.track(model_name="CallRecusalEvent", fields=["id", "call", "application", "at"])
class Recusal(models.Model):
    """A person who keeps out of one application: it is shown to them no more, nor do they read,
    judge or decide on it. Never taken back: the minutes name it."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="recusals")
    application = models.ForeignKey(Application, models.CASCADE, related_name="recusals")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    reason = models.CharField(_("raison"), max_length=500, blank=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("déport")
        verbose_name_plural = _("déports")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "person"],
                condition=Q(person__isnull=False),
                name="callrecusal_once",
                violation_error_message=_("Ce déport est déjà noté."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}"


class Meeting(models.Model):
    """One meeting of the jury."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="meetings")
    at = models.DateTimeField(_("date et heure"))
    place = models.CharField(_("lieu"), max_length=200, blank=True)
    link = models.URLField(_("lien de la visioconférence"), max_length=500, blank=True)
    notes = models.TextField(_("ordre du jour et notes"), max_length=5000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("réunion du jury")
        verbose_name_plural = _("réunions du jury")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.call_id} {self.at:%Y-%m-%d}"


class Attendance(models.Model):
    class Part(models.TextChoices):
        PRESIDENT = "president", _("président ou présidente")
        MEMBER = "member", _("membre")
        GUEST = "guest", _("invité, sans voix")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    name = models.CharField(_("nom et qualité"), max_length=200)
    part = models.CharField(_("part"), max_length=10, choices=Part, default=Part.MEMBER)
    is_present = models.BooleanField(_("présent"), default=True)

    class Meta:
        verbose_name = _("présence à une réunion")
        verbose_name_plural = _("présences aux réunions")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "name"], name="attendance_once")]

    def __str__(self) -> str:
        return self.name


class AppealQuerySet(models.QuerySet["Appeal"]):
    def open(self) -> AppealQuerySet:
        """Without an answer, and not refused yet by silence."""
        return self.filter(state="waiting", answer_by__gt=Now())


@pghistory.track(
    model_name="AppealEvent",
    fields=["id", "application", "state", "by", "at", "answered_by", "answered_at"],
)
class Appeal(models.Model):
    """Against a decision, or against ineligibility; answered by someone else than its author."""

    class State(models.TextChoices):
        WAITING = "waiting", _("à examiner")
        UPHELD = "upheld", _("accueilli")
        DISMISSED = "dismissed", _("rejeté")

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="appeals")
    text = models.TextField(_("ce que vous contestez, et pourquoi"), max_length=5000)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    # Silence of the administration is a refusal after two months (L. 231-4, R. 421-2).
    answer_by = models.DateTimeField(_("réponse attendue avant le"))
    answer = models.TextField(_("réponse motivée"), max_length=5000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("recours")
        verbose_name_plural = _("recours")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "upheld", "dismissed"]),
                name="callappeal_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="callappeal_answer_has_reasons",
                violation_error_message=_("Une réponse à un recours est motivée."),
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(state="waiting"), name="callappeal_one_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}"

    @property
    def is_silent(self) -> bool:
        """Its date went by without an answer: refused. One with reasons may still be given."""
        return self.state == Appeal.State.WAITING and self.answer_by <= timezone.now()

    @property
    def state_name(self) -> Any:
        return _("rejeté par silence") if self.is_silent else self.get_state_display()


def appeal_end(call: Call, at: dt.datetime) -> dt.datetime:
    return at + dt.timedelta(days=call.appeal_days)


def is_conflict_free(user: Any, call: Call) -> bool:
    """Whether this person has no link with any application submitted to the call: what is needed
    to publish them all, or to read the whole of a round."""
    return not Application.objects.linked_to(user).filter(call=call, last_number__gt=0).exists()
