"""Putting a holder in touch with who may take the initiative up, until something comes of it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.contributions.models import Interest
from essaim.contributions.models.interest import without_a_team
from essaim.contributions.models.posted import cards_written_by, is_manager
from essaim.initiatives.models import Initiative
from essaim.people.models import Membership, Organisation
from essaim.territories.models import Territory


class Side(models.TextChoices):
    HOLDER = "holder", _("porteur")
    ADOPTER = "adopter", _("repreneur")


class Outcome(models.TextChoices):
    REPLICATION = "replication", _("une reprise commence")
    NOT_NOW = "not_now", _("pas maintenant")
    NO = "no", _("non")


class IntroductionQuerySet(models.QuerySet["Introduction"]):
    def visible_to(self, user: Any) -> IntroductionQuerySet:
        """Both sides; managers those of cards that nobody carries here yet. Agrees with
        ``rules.can_view``."""
        if not user.is_authenticated:
            return self.none()
        mine = Membership.objects.filter(user=user).values("organisation")
        found = (
            Q(organisation__in=mine)
            | Q(organisation=None, adopter=user)
            | Q(card__in=cards_written_by(user))
        )
        if is_manager(user):
            found |= without_a_team("card")
        return self.filter(found)

    def for_holder(self, user: Any) -> IntroductionQuerySet:
        return self.filter(card__in=cards_written_by(user))

    def for_adopter(self, user: Any) -> IntroductionQuerySet:
        mine = Membership.objects.filter(user=user).values("organisation")
        return self.filter(Q(organisation__in=mine) | Q(organisation=None, adopter=user))

    def open(self) -> IntroductionQuerySet:
        return self.filter(state__in=Introduction.OPEN)

    def for_list(self) -> IntroductionQuerySet:
        return self.select_related("card__holder", "organisation", "territory", "adopter")

    def for_detail(self) -> IntroductionQuerySet:
        return self.select_related(
            "card__holder", "organisation", "territory", "adopter", "interest", "asked_by",
            "answered_by",
        )  # fmt: skip


# History keeps identifiers, states and dates: what people wrote must stay erasable.
@pghistory.track(exclude=["reason", "decline_reason", "outcome_note", "submission"])
class Introduction(FSMModelMixin, models.Model):
    """One initiative, one who may take it up. An organisation's is its members'; without an
    organisation it is that of the person who asked."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("demandée")
        ACCEPTED = "accepted", _("acceptée")
        DECLINED = "declined", _("déclinée")
        EXCHANGED = "exchanged", _("échange fait")
        VISITED = "visited", _("visite faite")
        CLOSED = "closed", _("conclue")
        WITHDRAWN = "withdrawn", _("retirée")

    OPEN = ["requested", "accepted", "exchanged", "visited"]
    GOING = ["accepted", "exchanged", "visited"]

    card = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name=_("fiche"), related_name="introductions"
    )
    # Who asked for it: a would-be adopter from the card, or the holder from its territories.
    side = models.CharField(_("demandée par"), max_length=7, choices=Side)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("personne"),
        related_name="+", null=True,
    )  # fmt: skip
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("repreneur"), related_name="introductions",
        null=True, blank=True,
    )  # fmt: skip
    # The person on the adopter's side: who asked, or who accepted the holder's proposal.
    adopter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("interlocuteur"),
        related_name="+", null=True, blank=True,
    )  # fmt: skip
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("territoire"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    # Said on the card (« je suis intéressé »): nothing is asked twice.
    interest = models.OneToOneField(
        Interest, models.SET_NULL, verbose_name=_("intérêt"), related_name="introduction",
        null=True, blank=True,
    )  # fmt: skip
    reason = models.TextField(_("pourquoi"), max_length=3000, blank=True)
    state = FSMField(_("état"), choices=State.choices, default=State.REQUESTED, protected=True)
    created_at = models.DateTimeField(_("demandée le"), auto_now_add=True)
    answered_at = models.DateTimeField(_("répondue le"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("répondue par"),
        related_name="+", null=True, blank=True,
    )  # fmt: skip
    decline_reason = models.TextField(_("motif du refus"), max_length=2000, blank=True)
    # Agreed, then done once the state says so.
    exchange_on = models.DateField(_("date de l’échange"), null=True, blank=True)
    visit_on = models.DateField(_("date de la visite"), null=True, blank=True)
    ended_on = models.DateField(_("close le"), null=True, blank=True)
    outcome = models.CharField(_("issue"), max_length=11, choices=Outcome, blank=True, default="")
    outcome_note = models.TextField(_("ce qu’il en a été"), max_length=3000, blank=True)
    ask_again_on = models.DateField(_("en reparler le"), null=True, blank=True)
    # When it last moved: reminders count from there.
    moved_on = models.DateField(default=timezone.localdate)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_on = models.DateField(null=True, blank=True)
    submission = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mise en relation")
        verbose_name_plural = _("mises en relation")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        *("requested", "accepted", "declined", "exchanged"),
                        *("visited", "closed", "withdrawn"),
                    ]
                ),
                name="introduction_state_known",
            ),
            models.CheckConstraint(
                condition=Q(side__in=["holder", "adopter"]), name="introduction_side_known"
            ),
            models.CheckConstraint(
                condition=~Q(side="holder") | Q(organisation__isnull=False),
                name="introduction_proposed_to_an_organisation",
            ),
            models.UniqueConstraint(
                fields=["card", "organisation"],
                condition=Q(
                    state__in=["requested", "accepted", "exchanged", "visited"],
                    organisation__isnull=False,
                ),
                name="introduction_once_for_an_organisation",
                violation_error_message=_(
                    "Une mise en relation est déjà en cours avec cette organisation."
                ),
            ),
            models.UniqueConstraint(
                fields=["card", "adopter"],
                condition=Q(
                    state__in=["requested", "accepted", "exchanged", "visited"],
                    organisation__isnull=True,
                ),
                name="introduction_once_for_a_person",
                violation_error_message=_(
                    "Une mise en relation est déjà en cours avec cette personne."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "withdrawn"]) | Q(answered_at__isnull=False),
                name="introduction_answer_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="exchanged") | Q(exchange_on__isnull=False),
                name="introduction_exchange_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="visited") | Q(visit_on__isnull=False),
                name="introduction_visit_has_date",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["declined", "closed", "withdrawn"], ended_on__isnull=False)
                | Q(
                    state__in=["requested", "accepted", "exchanged", "visited"],
                    ended_on__isnull=True,
                ),
                name="introduction_end_has_date",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", outcome__in=["replication", "not_now", "no"])
                | (~Q(state="closed") & Q(outcome="")),
                name="introduction_closed_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="not_now") | Q(ask_again_on__isnull=False),
                name="introduction_not_now_has_a_date",
                violation_error_message=_("Dites quand en reparler."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["moved_on"],
                name="introduction_open_moved",
                condition=Q(state__in=["requested", "accepted", "exchanged", "visited"]),
            ),
            models.Index(
                fields=["ask_again_on"],
                name="introduction_ask_again",
                condition=Q(ask_again_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("introductions:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_going(self) -> bool:
        """Accepted, and not ended."""
        return self.state in self.GOING

    @property
    def asked(self) -> str:
        """The side that answers the request."""
        return Side.HOLDER if self.side == Side.ADOPTER else Side.ADOPTER

    def _moved(self) -> None:
        self.moved_on, self.reminders, self.reminded_on = timezone.localdate(), 0, None

    def _answered(self, by: Any) -> None:
        self.answered_at, self.answered_by = timezone.now(), by
        self._moved()

    @transition("state", source="requested", target="accepted")
    def accept(self, by: Any) -> None:
        self._answered(by)
        if self.side == Side.HOLDER:
            self.adopter = by

    @transition("state", source="requested", target="declined")
    def decline(self, by: Any, reason: str) -> None:
        self._answered(by)
        self.decline_reason, self.ended_on = reason, timezone.localdate()

    @transition("state", source="accepted", target="exchanged")
    def exchange(self, on: dt.date) -> None:
        self.exchange_on = on
        self._moved()

    @transition("state", source=["accepted", "exchanged"], target="visited")
    def visit(self, on: dt.date) -> None:
        self.visit_on = on
        self._moved()

    @transition("state", source=["accepted", "exchanged", "visited"], target="closed")
    def close(self, outcome: str, note: str, ask_again_on: dt.date | None) -> None:
        self.outcome, self.outcome_note = outcome, note
        self.ask_again_on = ask_again_on if outcome == Outcome.NOT_NOW else None
        self.ended_on = timezone.localdate()
        self._moved()

    @transition(
        "state", source=["requested", "accepted", "exchanged", "visited"], target="withdrawn"
    )
    def withdraw(self) -> None:
        self.ended_on = timezone.localdate()
