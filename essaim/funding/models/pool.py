"""The pool of funders of one initiative (§ 7 of the domain): what it seeks, and each step."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative, Publication
from essaim.people.models import Organisation
from essaim.territories.models import Containment, Territory

# One amount, in cents: beyond, a unit was mistaken. Sums stay far below what a bigint holds.
MOST_CENTS = 10**12


class State(models.TextChoices):
    FORMING = "forming", _("en formation")
    OPEN = "open", _("ouverte aux options")
    PILOTING = "piloting", _("pilote en cours")
    REVIEWING = "reviewing", _("examen du pilote")
    ACTIVATING = "activating", _("confirmation des options")
    CLOSED = "closed", _("close")
    ABANDONED = "abandoned", _("abandonnée")


ALIVE = [s.value for s in State if s not in {State.CLOSED, State.ABANDONED}]
# While which a payment may be asked for: an act binds its funder though the pool is abandoned.
PAYING = (State.PILOTING, State.REVIEWING, State.ACTIVATING, State.CLOSED, State.ABANDONED)
# The date that each state leaves behind it.
DATED = {
    State.OPEN: "opened_on",
    State.PILOTING: "piloting_on",
    State.REVIEWING: "reviewing_on",
    State.ACTIVATING: "activating_on",
    State.CLOSED: "closed_on",
    State.ABANDONED: "abandoned_on",
}
# The date until which a step waits for the members: told before it comes, put off by the lead.
DUE: dict[str, str] = {
    State.OPEN: "pledges_until",
    State.REVIEWING: "vote_until",
    State.ACTIVATING: "confirm_until",
}


class PoolQuerySet(models.QuerySet["Pool"]):
    def visible_to(self, user: Any) -> PoolQuerySet:
        """Public ones from their opening, with their card; the others, and those being formed,
        for the lead, the funders who hold or held an option, those who take up a site that one
        pays, those invited, the card's team and managers. Agrees with ``rules.can_view``."""
        public = (
            Q(audience=Pool.Audience.PUBLIC, opened_on__isnull=False)
            & Q(initiative__publication=Publication.PUBLISHED)
        )  # fmt: skip
        if not user.is_authenticated:
            return self.filter(public)
        if user.is_manager or user.is_superuser:
            return self
        return self.filter(public | self.concerning_q(user))

    @staticmethod
    def concerning_q(user: Any) -> Q:
        from .forming import Invitation
        from .option import COUNTED, Option

        mine = user.memberships.values("organisation")
        places = Organisation.objects.filter(pk__in=mine, territory__isnull=False)
        groups = Containment.objects.filter(
            descendant__in=places.values("territory"), ancestor__kind="group"
        ).values("ancestor")
        asked = Invitation.objects.filter(pool=OuterRef("pk"), withdrawn_on=None).filter(
            Q(organisation__in=mine)
            | Q(territory__in=places.values("territory"))
            | Q(territory__in=groups)
        )
        # Who takes up: not by an option to be countersigned, which only its funder knows of.
        theirs = Q(funder__in=mine) | Q(adopter__in=mine, state__in=COUNTED)
        return (
            Q(lead__in=mine)
            | Q(initiative__in=Initiative.objects.written_by(user).values("pk"))
            | Exists(Option.objects.filter(pool=OuterRef("pk")).filter(theirs))
            | Exists(asked)
        )

    def concerning(self, user: Any) -> PoolQuerySet:
        """Those of this person's organisations: led, optioned, invited to, or of their card."""
        return self.filter(self.concerning_q(user)) if user.is_authenticated else self.none()

    def alive(self) -> PoolQuerySet:
        return self.filter(state__in=ALIVE)

    def for_list(self) -> PoolQuerySet:
        return self.select_related("initiative", "lead", "pilot_territory")

    def for_detail(self) -> PoolQuerySet:
        return self.select_related("initiative__holder", "lead", "pilot_territory")


# Reasons and reports are people's words: they stay out of the history, and erasable.
@pghistory.track(
    model_name="PoolEvent",
    fields=[
        *("id", "initiative", "lead", "pilot_territory", "state", "period", "audience"),
        *("site_cents", "sites_sought", "minimum_options", "pledges_until", "vote_until"),
        "confirm_until",
        *("majority_percent", "quorum_percent", "initiated_by", "prescribed", "holder_agreed_at"),
        *("opened_on", "piloting_on", "reviewing_on", "activating_on", "closed_on"),
        "abandoned_on",
    ],
)
class Pool(FSMModelMixin, models.Model):
    class Audience(models.TextChoices):
        PUBLIC = "public", _("tout le monde")
        RESTRICTED = "restricted", _("les financeurs invités et le porteur")

    class Initiator(models.TextChoices):
        """Whose idea and design it is: a subsidy answers an initiative of its beneficiary (loi
        n° 2000-321, art. 9-1); a need that the administration defines is bought."""

        HOLDER = "holder", _("le porteur : il a conçu le projet et en a pris l’initiative")
        TOGETHER = "together", _("le porteur, avec les financeurs")
        FUNDER = "funder", _("un financeur : le besoin vient de lui")

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("adresse"), max_length=130, unique=True)
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, verbose_name=_("fiche"), related_name="pools"
    )
    lead = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("chef de file"), related_name="led_pools"
    )
    pilot_territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("territoire pilote"), related_name="piloted_pools"
    )
    state = FSMField(_("état"), choices=State.choices, default=State.FORMING, protected=True)
    # 1, then one more with each new pilot period that the review decides.
    period = models.PositiveSmallIntegerField(_("période du pilote"), default=1)
    audience = models.CharField(
        _("qui voit cette page"), max_length=10, choices=Audience, default=Audience.PUBLIC
    )
    site_cents = models.BigIntegerField(_("montant par site (centimes)"))  # sum of its lines
    sites_sought = models.PositiveSmallIntegerField(_("sites recherchés"))
    minimum_options = models.PositiveSmallIntegerField(_("options nécessaires pour commencer"))
    pledges_until = models.DateField(_("options attendues jusqu’au"))
    # Set with the review: until when opinions are given.
    vote_until = models.DateField(_("avis attendus jusqu’au"), null=True, blank=True)
    # Set with the finding: when confirmations stop being waited for.
    confirm_until = models.DateField(_("confirmations attendues jusqu’au"), null=True, blank=True)
    # The rule of the finding, as it was agreed on when the pool was formed.
    majority_percent = models.PositiveSmallIntegerField(_("majorité (plus de, en % des votants)"))
    quorum_percent = models.PositiveSmallIntegerField(_("quorum (au moins, en % des membres)"))
    report_months = models.PositiveSmallIntegerField(_("un rapport tous les (mois)"), default=3)
    next_report_on = models.DateField(_("prochain rapport attendu le"), null=True, blank=True)
    initiated_by = models.CharField(_("qui a conçu le projet"), max_length=10, choices=Initiator)
    prescribed = models.BooleanField(_("un financeur a prescrit la solution"), default=False)
    presentation = models.TextField(_("présentation"), max_length=5000, blank=True)

    holder_agreed_at = models.DateTimeField(_("accord du porteur"), null=True, blank=True)
    holder_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opened_on = models.DateField(_("ouverte le"), null=True, blank=True)
    piloting_on = models.DateField(_("pilote commencé le"), null=True, blank=True)
    reviewing_on = models.DateField(_("examen commencé le"), null=True, blank=True)
    activating_on = models.DateField(_("preuve constatée le"), null=True, blank=True)
    closed_on = models.DateField(_("close le"), null=True, blank=True)
    abandoned_on = models.DateField(_("abandonnée le"), null=True, blank=True)
    end_report = models.TextField(_("rapport de clôture"), max_length=10_000, blank=True)
    abandon_reason = models.TextField(_("pourquoi elle s’arrête"), max_length=3000, blank=True)
    lesson = models.TextField(_("ce que l’on en a appris"), max_length=5000, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("subvention d’essaimage")
        verbose_name_plural = _("subventions d’essaimage")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="pool_state_known"),
            *(
                models.CheckConstraint(
                    condition=~Q(state=state) | Q(**{f"{field}__isnull": False}),
                    name=f"pool_{state.value}_has_date",
                    violation_error_message=_("Cette étape demande sa date."),
                )
                for state, field in DATED.items()
            ),
            models.UniqueConstraint(
                fields=["initiative"],
                condition=Q(state__in=ALIVE),
                name="pool_one_alive_per_card",
                violation_error_message=_("Cette fiche a déjà un groupement de financeurs."),
            ),
            models.CheckConstraint(
                condition=Q(site_cents__gt=0, site_cents__lte=MOST_CENTS),
                name="pool_amount_positive",
                violation_error_message=_("Le montant par site est supérieur à zéro."),
            ),
            models.CheckConstraint(
                condition=Q(sites_sought__gte=1, sites_sought__lte=500, minimum_options__gte=1)
                & Q(minimum_options__lte=models.F("sites_sought")),
                name="pool_minimum_within_sought",
                violation_error_message=_("Le minimum d’options va de 1 au nombre de sites."),
            ),
            models.CheckConstraint(
                condition=Q(majority_percent__lte=99, quorum_percent__gte=1)
                & Q(quorum_percent__lte=100),
                name="pool_rule_percent",
                violation_error_message=_("La règle s’exprime en pourcentages."),
            ),
            models.CheckConstraint(
                condition=~Q(state="abandoned") | ~Q(abandon_reason="") & ~Q(lesson=""),
                name="pool_abandoned_with_reason_and_lesson",
                violation_error_message=_(
                    "Une subvention abandonnée dit pourquoi, et ce que l’on en a appris."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(end_report=""),
                name="pool_closed_with_report",
                violation_error_message=_("La clôture a son rapport."),
            ),
            models.CheckConstraint(
                condition=Q(state="forming")
                | Q(state="abandoned")
                | Q(holder_agreed_at__isnull=False),
                name="pool_open_with_holder",
                violation_error_message=_("Le porteur doit avoir donné son accord."),
            ),
            models.CheckConstraint(
                condition=Q(report_months__gte=1, report_months__lte=12),
                name="pool_report_rhythm",
                violation_error_message=_("Un rapport tous les 1 à 12 mois."),
            ),
        ]
        indexes = [models.Index(fields=["state", "-created_at"], name="pool_list")]
        triggers = [
            pgtrigger.Protect(name="pool_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="pool_activates_on_a_positive_finding",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.state IN ('activating', 'closed') AND NOT EXISTS (
                        SELECT 1 FROM funding_finding f
                        WHERE f.pool_id = NEW.id AND f.period = NEW.period AND f.is_positive
                    ) THEN
                        RAISE EXCEPTION 'no positive finding for this pool'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("funding:pool", args=[self.slug])

    @property
    def fact_source(self) -> str:
        return f"pool:{self.pk}"

    @property
    def is_alive(self) -> bool:
        return self.state in ALIVE

    @property
    def takes_options(self) -> bool:
        """While open; then, on the same finding, from territories that come late. Until the date
        that the step waits for, which the lead may put off."""
        return self.state in {State.OPEN, State.ACTIVATING} and not self.is_late

    @property
    def is_piloted(self) -> bool:
        """The pilot may be visited: it has begun, and the pool lives."""
        return self.state in {State.PILOTING, State.REVIEWING, State.ACTIVATING}

    @property
    def sought_cents(self) -> int:
        return self.site_cents * self.sites_sought

    @property
    def days_left(self) -> int:
        return max(0, ((self.due_on or self.pledges_until) - timezone.localdate()).days)

    @property
    def due_on(self) -> dt.date | None:
        """Until when this step waits for options, opinions or confirmations."""
        name = DUE.get(self.state)
        return getattr(self, name) if name else None

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def may_be_procurement(self) -> bool:
        """§ 7: a funder's need came first, and its solution is prescribed."""
        return self.initiated_by == self.Initiator.FUNDER and self.prescribed

    # Who may is in rules.py; actions call these.
    @transition("state", source=["forming"], target="open")
    def open(self, *, on: dt.date) -> None:
        self.opened_on = on

    @transition("state", source=["open"], target="piloting")
    def start_pilot(self, *, on: dt.date) -> None:
        self.piloting_on = on

    @transition("state", source=["piloting"], target="reviewing")
    def start_review(self, *, on: dt.date) -> None:
        self.reviewing_on = on

    @transition("state", source=["reviewing"], target="piloting")
    def pilot_again(self, *, on: dt.date) -> None:
        self.piloting_on = on
        self.period += 1

    @transition("state", source=["reviewing"], target="activating")
    def activate(self, *, on: dt.date) -> None:
        self.activating_on = on

    @transition("state", source=["activating"], target="closed")
    def close(self, *, on: dt.date) -> None:
        self.closed_on = on

    @transition(
        "state",
        source=["forming", "open", "piloting", "reviewing", "activating"],
        target="abandoned",
    )
    def abandon(self, *, on: dt.date) -> None:
        self.abandoned_on = on
