"""Meetings of two, in slots without clashes; the database refuses to seat a person twice."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.introductions.models import Introduction

from .event import Event
from .registration import Registration


class Slot(models.Model):
    """A moment during which people meet by twos."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField(_("commence le"))
    ends_at = models.DateTimeField(_("finit le"))

    class Meta:
        verbose_name = _("créneau")
        verbose_name_plural = _("créneaux")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="slot_ends_after_it_starts",
                violation_error_message=_("La fin vient après le début."),
            ),
            models.UniqueConstraint(fields=["event", "starts_at"], name="slot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.starts_at:%H:%M}"


class Planning(FSMModelMixin, models.Model):
    """The last time that meetings were computed: what was asked, what came out."""

    class State(models.TextChoices):
        ASKED = "asked", _("calcul en cours")
        DONE = "done", _("rencontres proposées")
        REFUSED = "refused", _("impossible")

    event = models.OneToOneField(Event, models.CASCADE, related_name="planning")
    state = FSMField(_("état"), choices=State.choices, default=State.ASKED, protected=True)
    most = models.PositiveSmallIntegerField(_("rencontres par personne, au plus"), default=4)
    least = models.PositiveSmallIntegerField(_("rencontres par personne, au moins"), default=0)
    tables = models.PositiveSmallIntegerField(_("tables"), null=True, blank=True)
    # Codes and numbers, worded when read: {"code": …, "n": …}.
    causes = models.JSONField(default=list)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("calcul des rencontres")
        verbose_name_plural = _("calculs des rencontres")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "done", "refused"]), name="planning_state_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id}"

    @transition("state", source=["asked", "done", "refused"], target="asked")
    def ask(self) -> None:
        self.causes = []

    @transition("state", source="asked", target="done")
    def finish(self, causes: list[Any]) -> None:
        self.causes = causes

    @transition("state", source="asked", target="refused")
    def refuse(self, causes: list[Any]) -> None:
        self.causes = causes


class EncounterQuerySet(models.QuerySet["Encounter"]):
    def of(self, registration: Registration) -> EncounterQuerySet:
        return self.filter(seats__registration=registration)

    def for_list(self) -> EncounterQuerySet:
        return self.select_related("slot", "introduction__card").prefetch_related(
            "seats__registration__user", "seats__registration__organisation"
        )

    def planned(self) -> EncounterQuerySet:
        """Proposed in a slot; the others took place by chance."""
        return self.filter(pair="")

    def by_chance(self) -> EncounterQuerySet:
        return self.exclude(pair="")

    def took_place(self) -> EncounterQuerySet:
        """As one of the two says at least, or an introduction shows: these stay."""
        said = Seat.objects.filter(met=True).values("encounter")
        return self.filter(Q(pk__in=said) | Q(introduction__isnull=False))

    def kept(self) -> EncounterQuerySet:
        """What stays whatever is computed again or removed: those that took place, and those whose
        moment has come, unless both say that they did not meet. One alone says it unread: were
        theirs proposed again, the other would learn it."""
        missed = Seat.objects.filter(met=False).values("encounter")
        both = missed.annotate(n=models.Count("pk")).filter(n=2).values("encounter")
        begun = Q(slot__starts_at__lte=timezone.now()) & ~Q(pk__in=both)
        return self.filter(Q(pk__in=self.took_place().values("pk")) | begun)

    def to_come(self) -> EncounterQuerySet:
        return self.filter(slot__starts_at__gt=timezone.now())

    def happened(self) -> EncounterQuerySet:
        """Both say that they met."""
        return self.filter(seats__met=True).annotate(said=models.Count("seats")).filter(said=2)


class Encounter(models.Model):
    """Two people in a slot; or, without one, two who say that they met by chance."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="encounters")
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="encounters", null=True)
    table = models.PositiveSmallIntegerField(_("table"), null=True)
    # By chance: the keys of the two registrations, « 12-40 »; the same two once.
    pair = models.CharField(max_length=41, blank=True, default="", editable=False)
    # Why these two: [{"code": …, "about": …}], worded when read.
    reasons = models.JSONField(default=list)
    introduction = models.ForeignKey(
        Introduction, models.SET_NULL, null=True, blank=True, related_name="encounters"
    )

    objects = EncounterQuerySet.as_manager()

    class Meta:
        verbose_name = _("rencontre")
        verbose_name_plural = _("rencontres")
        ordering = ["slot__starts_at", "table", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["slot", "table"], name="encounter_table_once"),
            models.CheckConstraint(
                condition=Q(slot__isnull=False, table__isnull=False, pair="")
                | Q(slot=None, table=None) & ~Q(pair=""),
                name="encounter_planned_or_by_chance",
            ),
            models.UniqueConstraint(
                fields=["pair"], condition=~Q(pair=""), name="encounter_pair_once"
            ),
        ]

    def __str__(self) -> str:
        return self.pair or f"{self.slot_id}/{self.table}"


class MeetingSeatQuerySet(models.QuerySet["Seat"]):
    def to_say(self, user: Any) -> MeetingSeatQuerySet:
        """Of meetings by chance that the other says took place, and this person has not answered;
        while their page is there to answer on."""
        said = Encounter.objects.by_chance().filter(seats__met=True)
        return self.filter(
            registration__user=user, registration__state=Registration.State.REGISTERED, met=None,
            encounter__in=said.values("pk"),
        ).exclude(encounter__event__state="cancelled")  # fmt: skip


class Seat(models.Model):
    encounter = models.ForeignKey(Encounter, models.CASCADE, related_name="seats")
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="+", null=True)
    registration = models.ForeignKey(Registration, models.CASCADE, related_name="seats")
    # Said by this person alone; others read it once both have said so.
    met = models.BooleanField(_("nous nous sommes rencontrés"), null=True, blank=True)

    objects = MeetingSeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("place à une rencontre")
        verbose_name_plural = _("places aux rencontres")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "registration"],
                name="seat_once_in_a_slot",
                violation_error_message=_("Cette personne a déjà une rencontre à ce moment."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.encounter_id}: {self.registration_id}"
