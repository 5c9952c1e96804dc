"""A request for help: to whom it was put, who took it up, what came of it."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative
from essaim.needs.models import Need
from essaim.people.models import Organisation
from essaim.territories.models import Territory
from essaim.themes.models import Theme

from .coordinators import Coordinator
from .sponsors import Knowledge, Language, Sponsor


class HelpRequestQuerySet(models.QuerySet["HelpRequest"]):
    def visible_to(self, user: Any) -> HelpRequestQuerySet:
        """One's own; those put to one as a sponsor or that one took up; those one coordinates;
        all for managers. Agrees with ``rules.can_view_request``."""
        if not user.is_authenticated:
            return self.none()
        if user.is_manager or user.is_superuser:
            return self
        return self.filter(
            Q(asker=user)
            | Q(
                pk__in=Proposal.objects.filter(sponsor__user=user, state__in=Proposal.SEES).values(
                    "request"
                )
            )
            | self._coordinated(user)
        )

    def coordinated_by(self, user: Any) -> HelpRequestQuerySet:
        """Those this person follows and puts to others: all for managers. Agrees with
        ``rules.can_reassign``."""
        if user.is_manager or user.is_superuser:
            return self
        return self.of_coordinator(user)

    def of_coordinator(self, user: Any) -> HelpRequestQuerySet:
        """Those of the territories that this person was named for, manager or not."""
        return self.filter(self._coordinated(user))

    @staticmethod
    def _coordinated(user: Any) -> Q:
        """Of the territories they coordinate; without a territory, that of the organisation that
        asks, or of its sponsor, decides."""
        inside = Coordinator.objects.inside(user)
        asked_by = Q(organisation__territory__in=inside) | Q(sponsor__territory__in=inside)
        return Q(territory__in=inside) | Q(territory=None) & asked_by

    def open(self) -> HelpRequestQuerySet:
        return self.filter(state__in=HelpRequest.OPEN)

    def without_sponsor(self) -> HelpRequestQuerySet:
        """Waiting, and put to nobody: a coordinator finds someone."""
        return self.filter(state=HelpRequest.State.WAITING, due_on=None)

    def late(self) -> HelpRequestQuerySet:
        """Past the day they were expected for; advised, they have none any more."""
        return self.open().filter(due_on__lt=timezone.localdate())

    def for_list(self) -> HelpRequestQuerySet:
        return self.select_related("asker", "sponsor__user", "territory", "theme", "card")

    def for_detail(self) -> HelpRequestQuerySet:
        return self.select_related(
            "asker", "organisation", "sponsor__user", "sponsor__employer", "territory", "theme",
            "card", "need",
        )  # fmt: skip


@pghistory.track(exclude=["question", "outcome_note", "submission"])
class HelpRequest(FSMModelMixin, models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("en attente d’un parrain")
        TAKEN_UP = "taken_up", _("prise en charge")
        HELPED = "helped", _("aidé")
        HELPED_IN_PART = "helped_in_part", _("aidé en partie")
        NOT_REACHABLE = "not_reachable", _("parrain injoignable")
        NOT_FOR_ME = "not_for_me", _("hors du champ du parrain")
        WITHDRAWN = "withdrawn", _("retirée")

    OPEN = ["waiting", "taken_up"]
    OUTCOMES = ["helped", "helped_in_part", "not_reachable", "not_for_me"]

    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("demandeur"),
        related_name="+",
        null=True,
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("au nom de"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    card = models.ForeignKey(
        Initiative, models.SET_NULL, verbose_name=_("fiche"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    need = models.ForeignKey(
        Need, models.SET_NULL, verbose_name=_("besoin"), related_name="+", null=True, blank=True
    )
    question = models.TextField(_("ce que vous cherchez"), max_length=5000)
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("territoire"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    theme = models.ForeignKey(
        Theme, models.SET_NULL, verbose_name=_("thème"), related_name="+", null=True, blank=True
    )
    knowledge = models.CharField(
        _("sur quoi"), max_length=12, choices=Knowledge, blank=True, default=""
    )
    language = models.CharField(
        _("langue"), max_length=3, choices=Language, default=Language.FRENCH
    )
    state = FSMField(_("état"), choices=State.choices, default=State.WAITING, protected=True)
    # The one it is put to now, or who took it up.
    sponsor = models.ForeignKey(
        Sponsor, models.SET_NULL, verbose_name=_("parrain"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    # By when it is to be taken up, then by when advice is expected; nothing while put to nobody,
    # nor once advice is given: its sponsor owes nothing more, the asker says what came of it.
    due_on = models.DateField(_("attendu pour le"), null=True, blank=True)
    late_notice_on = models.DateField(null=True, blank=True)
    taken_on = models.DateField(_("prise en charge le"), null=True, blank=True)
    advised_on = models.DateField(_("conseil donné le"), null=True, blank=True)
    # To the asker, to say what came of the advice.
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(_("close le"), null=True, blank=True)
    outcome_note = models.TextField(_("ce qu’il en a été"), blank=True, max_length=3000)
    minutes = models.PositiveIntegerField(_("temps donné, en minutes"), default=0)
    submission = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande à un parrain")
        verbose_name_plural = _("demandes aux parrains")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        *("waiting", "taken_up", "helped", "helped_in_part"),
                        *("not_reachable", "not_for_me", "withdrawn"),
                    ]
                ),
                name="helprequest_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="taken_up") | Q(taken_on__isnull=False),
                name="helprequest_taken_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(advised_on=None),
                name="helprequest_advised_was_taken",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "taken_up"], ended_on=None)
                | Q(ended_on__isnull=False),
                name="helprequest_end_has_date",
            ),
            models.CheckConstraint(
                condition=Q(minutes__lte=60_000),
                name="helprequest_minutes_in_bounds",
                violation_error_message=_("Le temps donné ne dépasse pas mille heures."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                name="helprequest_open_due",
                condition=Q(state__in=["waiting", "taken_up"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("sponsorship:request", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def late_days(self) -> int:
        if not self.is_open or self.due_on is None:
            return 0
        return max(0, (timezone.localdate() - self.due_on).days)

    @property
    def title(self) -> str:
        """What it is about, for lists: the card, or the first words."""
        if self.card_id and self.card is not None:
            return self.card.title
        return Truncator(" ".join(self.question.split())).words(12, truncate=" …")

    @transition("state", source="waiting", target="taken_up")
    def take_up(self) -> None:
        self.taken_on = timezone.localdate()

    @transition("state", source="taken_up", target="waiting")
    def hand_back(self) -> None:
        """To be put to someone else, by a coordinator or because its sponsor left."""
        self.taken_on = self.advised_on = None

    @transition("state", source="taken_up", target="helped")
    def end_helped(self) -> None:
        self.ended_on = timezone.localdate()

    @transition("state", source="taken_up", target="helped_in_part")
    def end_helped_in_part(self) -> None:
        self.ended_on = timezone.localdate()

    @transition("state", source=["waiting", "taken_up"], target="not_reachable")
    def end_not_reachable(self) -> None:
        self.ended_on = timezone.localdate()

    @transition("state", source="taken_up", target="not_for_me")
    def end_not_for_me(self) -> None:
        self.ended_on = timezone.localdate()

    @transition("state", source=["waiting", "taken_up"], target="withdrawn")
    def withdraw(self) -> None:
        self.ended_on = timezone.localdate()


class Proposal(models.Model):
    """A sponsor found for a request: why, and whether it was put to them."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposé")
        ASKED = "asked", _("sollicité")
        TAKEN = "taken", _("a pris en charge")
        DECLINED = "declined", _("ce n’est pas pour lui")
        SILENT = "silent", _("n’a pas répondu dans le délai")
        RELEASED = "released", _("remplacé")
        ABSENT = "absent", _("n’était plus disponible")
        ENDED = "ended", _("a fini")

    CURRENT = ["asked", "taken"]
    SEES = ["asked", "taken", "ended"]
    PASSED = ["declined", "silent", "released", "absent"]
    # Back with room, they may be proposed again: nobody said no.
    AGAIN = ["proposed", "absent"]

    request = models.ForeignKey(HelpRequest, models.CASCADE, related_name="proposals")
    sponsor = models.ForeignKey(Sponsor, models.CASCADE, related_name="proposals")
    rank = models.PositiveSmallIntegerField()
    fit = models.PositiveSmallIntegerField()
    load = models.PositiveSmallIntegerField()
    # Codes of `matching.REASONS`, with the points each brought: enough to explain it again.
    reasons = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    asked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("parrain proposé")
        verbose_name_plural = _("parrains proposés")
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "sponsor"], name="proposal_sponsor_once"),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(state__in=["asked", "taken"]),
                name="proposal_one_current",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        *("proposed", "asked", "taken", "declined"),
                        *("silent", "released", "absent", "ended"),
                    ]
                ),
                name="sponsor_proposal_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sponsor"],
                name="proposal_current_sponsor",
                condition=Q(state__in=["asked", "taken"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.sponsor_id}"

    @property
    def reason_texts(self) -> list[str]:
        from essaim.sponsorship.matching import told

        return told(self.reasons)


class Advice(models.Model):
    """What a sponsor tells: the right contact, the right procedure; its calendar is the steps."""

    request = models.OneToOneField(HelpRequest, models.CASCADE, related_name="advice")
    contact = models.TextField(_("le bon interlocuteur"), blank=True, max_length=2000)
    procedure = models.TextField(_("la bonne procédure"), blank=True, max_length=5000)
    # Kept for others, without names: what this territory or this theme teaches.
    shared_title = models.CharField(_("titre"), blank=True, max_length=150)
    shared = models.TextField(_("ce qui peut resservir à d’autres"), blank=True, max_length=5000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("conseil d’un parrain")
        verbose_name_plural = _("conseils de parrains")
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(contact="") | ~Q(procedure=""),
                name="advice_says_something",
                violation_error_message=_("Dites au moins l’interlocuteur ou la procédure."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id}"


class Step(models.Model):
    """A date of the calendar: what the holder does by then."""

    request = models.ForeignKey(HelpRequest, models.CASCADE, related_name="steps")
    title = models.CharField(_("quoi faire"), max_length=200)
    due_on = models.DateField(_("pour le"))
    done_on = models.DateField(_("fait le"), null=True, blank=True)
    submission = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

    class Meta:
        verbose_name = _("étape du calendrier")
        verbose_name_plural = _("étapes du calendrier")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.title
