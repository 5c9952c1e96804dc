"""Sites that help each other: who may be called, who accompanies whom, advice given."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative

from .replication import Replication


class PeerQuerySet(models.QuerySet["Peer"]):
    def listed(self) -> PeerQuerySet:
        """Those who still belong to a site that committed itself."""
        return self.filter(
            replication__committed_on__isnull=False,
            user__is_active=True,
            replication__adopter__memberships__user=F("user"),
        )

    def for_list(self) -> PeerQuerySet:
        return self.select_related("user", "replication__adopter", "replication__territory")


class Peer(models.Model):
    """« On peut m’appeler »: written by the person, gone with their account."""

    replication = models.ForeignKey(Replication, models.CASCADE, related_name="peers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    topics = models.CharField(_("sur quoi"), max_length=300)
    contact = models.CharField(_("comment vous joindre"), max_length=200)
    since = models.DateTimeField(auto_now_add=True)

    objects = PeerQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair que l’on peut appeler")
        verbose_name_plural = _("pairs que l’on peut appeler")
        ordering = ["since"]
        constraints = [models.UniqueConstraint(fields=["replication", "user"], name="peer_once")]

    def __str__(self) -> str:
        return f"{self.pk}"


@pghistory.track(
    model_name="MentorshipEvent", fields=["id", "replication", "mentor", "state", "asked_at"]
)
class Mentorship(FSMModelMixin, models.Model):
    """An experienced site accompanies a new one; asked by the new one, accepted by the other."""

    class State(models.TextChoices):
        ASKED = "asked", _("demandé")
        ACCEPTED = "accepted", _("accepté")
        DECLINED = "declined", _("décliné")
        ENDED = "ended", _("terminé")

    replication = models.ForeignKey(Replication, models.CASCADE, related_name="mentorships")
    mentor = models.ForeignKey(Replication, models.CASCADE, related_name="mentored")
    state = FSMField(_("état"), choices=State.choices, default=State.ASKED, protected=True)
    message = models.TextField(_("ce que vous attendez"), max_length=1000, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("accompagnement d’un site")
        verbose_name_plural = _("accompagnements des sites")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["replication"],
                condition=Q(state__in=["asked", "accepted"]),
                name="mentorship_one_at_a_time",
                violation_error_message=_("Ce site a déjà un mentor, ou en attend la réponse."),
            ),
            models.CheckConstraint(
                condition=~Q(replication=F("mentor")), name="mentorship_between_two"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "accepted", "declined", "ended"]),
                name="mentorship_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor_id} → {self.replication_id}"

    @transition("state", source=["asked"], target="accepted")
    def accept(self) -> None:
        self.answered_at = timezone.now()

    @transition("state", source=["asked"], target="declined")
    def decline(self) -> None:
        self.answered_at = timezone.now()

    @transition("state", source=["asked", "accepted"], target="ended")
    def end(self) -> None:
        pass


class AdviceQuerySet(models.QuerySet["AdviceTime"]):
    def for_list(self) -> AdviceQuerySet:
        return self.select_related("by", "replication__adopter")

    def minutes(self) -> int:
        return int(self.aggregate(total=models.Sum("minutes"))["total"] or 0)

    def given_by(self, user: Any) -> AdviceQuerySet:
        """For the credit of an innovator: their own hours."""
        return self.filter(by=user)


class AdviceTime(models.Model):
    """Time given to a site by those who know; a line is added, a mistake is set right by another
    line."""

    class Kind(models.TextChoices):
        VISIT = "visit", _("visite")
        CALL = "call", _("entretien")
        TRAINING = "training", _("formation")
        DOCUMENTS = "documents", _("documents")

    append_only = True

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    initiative = models.ForeignKey(
        Initiative, models.DO_NOTHING, related_name="advice_times", db_constraint=False
    )
    replication = models.ForeignKey(
        Replication, models.DO_NOTHING, related_name="advice_times", db_constraint=False
    )
    # An account may go: the row, which nobody may change, keeps its number.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False,
        related_name="+",
    )  # fmt: skip
    # By its name of that day: organisations are merged, and this row does not change.
    organisation_name = models.CharField(_("au nom de"), max_length=200, blank=True)
    on = models.DateField(_("le"))
    # Negative: takes back a line that was wrong.
    minutes = models.IntegerField(_("durée (minutes)"))
    kind = models.CharField(_("comment"), max_length=10, choices=Kind)
    at = models.DateTimeField(auto_now_add=True)

    objects = AdviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("temps de conseil")
        verbose_name_plural = _("temps de conseil")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(minutes=0) & Q(minutes__gte=-60000, minutes__lte=60000),
                name="advicetime_minutes_range",
            )
        ]
        indexes = [models.Index(fields=["initiative", "by"], name="advicetime_of_card")]

    def __str__(self) -> str:
        return f"{self.minutes}"
