"""One territory in a campaign: who speaks for it, what its figures say, when one meets."""

from __future__ import annotations

from typing import Any

import pghistory
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, FSMModelMixin, transition

from essaim.people.models import Membership, Organisation
from essaim.territories.models import Territory

from .campaign import Campaign, CampaignIndicator


class DialogueState(models.TextChoices):
    PREPARING = "preparing", _("en préparation")
    SENT = "sent", _("proposé au territoire")
    AGREED = "agreed", _("engagements pris, suivi en cours")
    CLOSED = "closed", _("terminé")


class DialogueQuerySet(models.QuerySet["Dialogue"]):
    def of_territory(self, user: Any) -> DialogueQuerySet:
        """Those whose territory this person manages, themselves or with their organisation, once
        they were sent."""
        if not user.is_authenticated:
            return self.none()
        mine = Membership.objects.filter(user=user).values("organisation")
        rows = Manager.objects.speaking(user, mine).values("dialogue")
        return self.filter(pk__in=rows, sent_on__isnull=False)

    def decided_by(self, user: Any) -> DialogueQuerySet:
        """… and for which they answer: named, or a representative of the organisation named."""
        if not user.is_authenticated:
            return self.none()
        mine = Membership.objects.filter(user=user, role=Membership.Role.REPRESENTATIVE).values(
            "organisation"
        )
        rows = Manager.objects.speaking(user, mine).values("dialogue")
        return self.filter(pk__in=rows, sent_on__isnull=False)

    def visible_to(self, user: Any) -> DialogueQuerySet:
        """The two parties, and administrators, whose access is kept. Agrees with
        ``rules.can_view``."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        run = Campaign.objects.run_by(user).values("pk")
        own = Dialogue.objects.of_territory(user).values("pk")
        return self.filter(Q(campaign__in=run) | Q(pk__in=own))

    def for_list(self) -> DialogueQuerySet:
        return self.select_related("campaign__centre", "territory").order_by(
            "territory__sort_name", "pk"
        )

    def for_detail(self) -> DialogueQuerySet:
        return self.select_related(
            "campaign__centre", "territory__successor", "moved_from", "previous__campaign",
            "continued_in__territory",
        )  # fmt: skip


# Notes and words stay out of the history: they must stay erasable.
@pghistory.track(
    model_name="DialogueEvent",
    fields=[
        *("id", "campaign", "territory", "state", "sent_on", "meeting_at", "held_on"),
        *("agreed_on", "closed_on", "moved_from", "previous", "continued_in"),
    ],
)
class Dialogue(FSMModelMixin, models.Model):
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="dialogues")
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("territoire"), related_name="dialogues"
    )
    state = FSMField(
        _("état"), choices=DialogueState.choices, default=DialogueState.PREPARING, protected=True
    )
    sent_on = models.DateField(_("proposé le"), null=True, blank=True)
    agreed_on = models.DateField(_("engagements pris le"), null=True, blank=True)
    closed_on = models.DateField(_("terminé le"), null=True, blank=True)

    meeting_at = models.DateTimeField(_("réunion le"), null=True, blank=True)
    meeting_place = models.CharField(_("lieu"), max_length=300, blank=True)
    meeting_link = models.URLField(_("lien"), max_length=500, blank=True)
    held_on = models.DateField(_("tenue le"), null=True, blank=True)
    notes = models.TextField(_("ce qui s’est dit"), max_length=10_000, blank=True)
    # The territory's own words, beside the centre's notes; nobody else writes there.
    territory_words = models.TextField(_("mot du territoire"), max_length=5000, blank=True)

    previous = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("dialogue de l’an dernier"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    # Of a territory that was merged in mid-campaign.
    moved_from = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("commencé avec"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    continued_in = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("se poursuit dans"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip

    objects = DialogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("dialogue de gestion")
        verbose_name_plural = _("dialogues de gestion")
        ordering = ["campaign", "territory"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "territory"],
                name="dialogue_once_per_territory",
                violation_error_message=_("Ce territoire est déjà dans la campagne."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=DialogueState.values), name="dialogue_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="preparing", sent_on__isnull=True)
                | Q(state__in=["sent", "agreed"], sent_on__isnull=False)
                | Q(state="closed"),
                name="dialogue_sent_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed") | Q(agreed_on__isnull=False),
                name="dialogue_agreed_has_date",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False)
                | ~Q(state="closed") & Q(closed_on__isnull=True),
                name="dialogue_closed_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("dialogues:dialogue", args=[self.pk])

    @property
    def title(self) -> str:
        return f"{self.campaign.title} – {self.territory.label}"

    @property
    def is_shared(self) -> bool:
        """The territory reads it. One that ended before it was sent stays the centre's draft."""
        return self.sent_on is not None

    @property
    def is_going(self) -> bool:
        return self.state in ("sent", "agreed")

    @property
    def is_closed(self) -> bool:
        return self.state == DialogueState.CLOSED

    @transition("state", source="preparing", target="sent")
    def send(self) -> None:
        self.sent_on = timezone.localdate()

    @transition("state", source="sent", target="agreed")
    def agree(self) -> None:
        self.agreed_on = timezone.localdate()

    # A practice proposed late, or a choice thought over: the talk goes on.
    @transition("state", source="agreed", target="sent")
    def reopen(self) -> None:
        self.agreed_on = None

    @transition("state", source=["preparing", "sent", "agreed"], target="closed")
    def close(self) -> None:
        self.closed_on = timezone.localdate()

    @transition("state", source="closed", target=RETURN_VALUE("preparing", "sent", "agreed"))
    def resume(self) -> str:
        """Ended by mistake: as it was."""
        self.closed_on = None
        if self.agreed_on is not None:
            return str(DialogueState.AGREED)
        return str(DialogueState.PREPARING if self.sent_on is None else DialogueState.SENT)


class ManagerQuerySet(models.QuerySet["Manager"]):
    def speaking(self, user: Any, organisations: Any) -> ManagerQuerySet:
        """Rows of these organisations, and those that name this person: their account, or an
        address they proved to be theirs."""
        return self.filter(
            Q(user=user) | Q(email__in=proven_addresses(user)) | Q(organisation__in=organisations)
        )


def proven_addresses(user: Any) -> Any:
    """In small letters, as ``Manager.email`` is kept."""
    proven = EmailAddress.objects.filter(user=user, verified=True)
    return proven.annotate(small=Lower("email")).values("small")


class Manager(models.Model):
    """Who speaks for the territory: an organisation (its members read, its representatives
    choose) or a person, named by an address: whoever proves it to be theirs, today or later. The
    centre reads the address it typed and nothing else, so that naming somebody never tells
    whether they have an account, nor under which name."""

    dialogue = models.ForeignKey(Dialogue, models.CASCADE, related_name="managers")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("organisation"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("personne"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    email = models.EmailField(_("adresse"), blank=True)

    objects = ManagerQuerySet.as_manager()

    class Meta:
        verbose_name = _("responsable d’un territoire")
        verbose_name_plural = _("responsables des territoires")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "organisation"], name="dialogue_manager_organisation_once"
            ),
            models.UniqueConstraint(
                fields=["dialogue", "user"], name="dialogue_manager_person_once"
            ),
            models.UniqueConstraint(
                fields=["dialogue", "email"],
                condition=~Q(email=""),
                name="dialogue_manager_address_once",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, user__isnull=True, email="")
                | Q(organisation__isnull=True, user__isnull=False, email="")
                | Q(organisation__isnull=True, user__isnull=True) & ~Q(email=""),
                name="dialogue_manager_one_of_three",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class FindingStatus(models.TextChoices):
    DIFFICULTY = "difficulty", _("en difficulté")
    FINE = "fine", _("hors de la règle")
    MISSING = "missing", _("valeur manquante")
    SINGLE = "single", _("une seule valeur : pas d’évolution")


class Finding(models.Model):
    """What the rule of an indicator says of a territory, the day it was read; never imputed."""

    dialogue = models.ForeignKey(Dialogue, models.CASCADE, related_name="findings")
    indicator = models.ForeignKey(CampaignIndicator, models.CASCADE, related_name="findings")
    status = models.CharField(_("constat"), max_length=10, choices=FindingStatus)
    value = models.FloatField(_("valeur"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("année"), null=True, blank=True)
    # Of a rank: place and of how many known; of a trend: the earlier value and its year.
    place = models.PositiveIntegerField(null=True, blank=True)
    known = models.PositiveIntegerField(null=True, blank=True)
    earlier = models.FloatField(null=True, blank=True)
    earlier_year = models.PositiveSmallIntegerField(null=True, blank=True)
    on = models.DateField(_("relevé le"), default=timezone.localdate)

    class Meta:
        verbose_name = _("constat sur un indicateur")
        verbose_name_plural = _("constats sur les indicateurs")
        ordering = ["indicator"]
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "indicator"], name="finding_once"),
            models.CheckConstraint(
                condition=Q(status="missing", value__isnull=True)
                | ~Q(status="missing") & Q(value__isnull=False),
                name="finding_missing_has_no_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue_id}, {self.indicator_id}: {self.status}"

    @property
    def words(self) -> str:
        from essaim.dialogues.wording import finding_in_words

        return finding_in_words(self)
