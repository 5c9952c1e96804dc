"""One initiative on one new site (§ 1, § 4 of the domain), and each step of its life."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative, Publication
from essaim.people.models import Organisation
from essaim.territories.models import Containment, Territory


class State(models.TextChoices):
    INTERESTED = "interested", _("envisagée")
    COMMITTED = "committed", _("engagée")
    PREPARING = "preparing", _("en préparation")
    LIVE = "live", _("en service")
    SUSTAINED = "sustained", _("pérennisée")
    STOPPED = "stopped", _("arrêtée")


# Beyond an intention, and not stopped: what the phase « replicate » counts (§ 2).
STANDING = (State.COMMITTED, State.PREPARING, State.LIVE, State.SUSTAINED)
# Where people are served.
RUNNING = (State.LIVE, State.SUSTAINED)
# The date that each state leaves behind it.
DATED = {
    State.PREPARING: "preparing_on",
    State.LIVE: "live_on",
    State.SUSTAINED: "sustained_on",
}


class Mode(models.TextChoices):
    """Control ↔ autonomy (§ 4), from the most to the least control."""

    CENTRALISED = "centralised", _("diffusion centralisée")
    FRANCHISE = "franchise", _("essaimage en franchise")
    SUPPLE = "supple", _("essaimage souple")
    DISSEMINATION = "dissemination", _("dissémination")


class Dimension(models.TextChoices):
    SITE = "site", _("le site")
    TRADE = "trade", _("le métier")
    ADMINISTRATION = "administration", _("l’administration")


class Origin(models.TextChoices):
    DIRECT = "direct", _("directement entre porteur et repreneur")
    POOL = "pool", _("d’une subvention d’essaimage")
    CALL = "call", _("d’un appel")


class Side(models.TextChoices):
    ADOPTER = "adopter", _("le repreneur")
    HOLDER = "holder", _("le porteur")


class ReplicationQuerySet(models.QuerySet["Replication"]):
    def visible_to(self, user: Any) -> ReplicationQuerySet:
        """Once committed, with its card, for all, stopped ones included; before, for the two
        sides and managers. Agrees with ``rules.can_view``."""
        public = Q(committed_on__isnull=False, initiative__publication=Publication.PUBLISHED)
        if not user.is_authenticated:
            return self.filter(public)
        if user.is_manager or user.is_superuser:
            return self
        mine = user.memberships.values("organisation")
        cards = Initiative.objects.written_by(user).values("pk")
        return self.filter(public | Q(adopter__in=mine) | Q(initiative__in=cards))

    def standing(self) -> ReplicationQuerySet:
        return self.filter(state__in=STANDING)

    def running(self) -> ReplicationQuerySet:
        return self.filter(state__in=RUNNING)

    def committed(self) -> ReplicationQuerySet:
        """Those that went beyond an intention, whatever became of them."""
        return self.filter(committed_on__isnull=False)

    def within(self, territory: Territory) -> ReplicationQuerySet:
        """On this territory or on what it contains."""
        inside = Containment.objects.filter(ancestor=territory).values("descendant")
        return self.filter(territory__in=inside)

    def for_list(self) -> ReplicationQuerySet:
        return self.select_related("adopter", "territory", "initiative")

    def for_line(self) -> ReplicationQuerySet:
        """What a line about a site of a known card shows, and no other column."""
        return self.select_related("adopter", "territory").only(
            *("site_name", "state", "mode", "dimensions", "committed_on"),
            *("adopter__name", "territory__label"),
        )

    def for_detail(self) -> ReplicationQuerySet:
        return self.select_related(
            *("adopter", "territory", "initiative__holder", "reporter"),
            *("learnt_from__adopter", "learnt_from__territory"),
        )


# Reasons, lessons and what people wrote stay out of the history: they must stay erasable.
@pghistory.track(
    model_name="ReplicationEvent",
    fields=[
        *("id", "initiative", "adopter", "territory", "site_name", "state", "origin"),
        *("origin_reference", "mode", "dimensions", "learnt_from", "contract_on", "charter_on"),
        *("adopter_agreed_at", "holder_agreed_at", "planned_on", "beneficiaries_target"),
        *("committed_on", "preparing_on", "live_on", "sustained_on", "stopped_on"),
    ],
)
class Replication(FSMModelMixin, models.Model):
    # Made by the form before it is sent: sending it twice declares one replication.
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, verbose_name=_("fiche"), related_name="replications"
    )
    adopter = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("repreneur"), related_name="replications"
    )
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("territoire"), related_name="replications"
    )
    # Where an adopter has several sites on one territory.
    site_name = models.CharField(_("nom du site"), max_length=120, blank=True)
    state = FSMField(_("état"), choices=State.choices, default=State.INTERESTED, protected=True)
    origin = models.CharField(_("née"), max_length=10, choices=Origin, default=Origin.DIRECT)
    # What made it, where it was not the two sides alone: "option:12". One replication for each.
    origin_reference = models.CharField(_("référence"), max_length=100, blank=True)
    mode = models.CharField(_("mode d’essaimage"), max_length=15, choices=Mode)
    dimensions = ArrayField(
        models.CharField(max_length=15, choices=Dimension), verbose_name=_("ce qui change")
    )
    changes = models.CharField(_("en quoi cela change"), max_length=500, blank=True)
    # Who learnt from whom; nothing: from the initiative itself.
    learnt_from = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("a appris de"), related_name="followers",
        null=True, blank=True,
    )  # fmt: skip
    planned_on = models.DateField(_("mise en service prévue le"), null=True, blank=True)
    beneficiaries_target = models.PositiveIntegerField(
        _("personnes à servir"), null=True, blank=True
    )

    # The agreement of both sides, and what the mode asks beside.
    declared_by_side = models.CharField(_("déclarée par"), max_length=10, choices=Side)
    adopter_agreed_at = models.DateTimeField(_("accord du repreneur"), null=True, blank=True)
    adopter_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    holder_agreed_at = models.DateTimeField(_("accord du porteur"), null=True, blank=True)
    holder_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    contract_reference = models.CharField(_("référence du contrat"), max_length=200, blank=True)
    contract_on = models.DateField(_("contrat signé le"), null=True, blank=True)
    brand_terms = models.CharField(_("usage de la marque"), max_length=500, blank=True)
    charter_on = models.DateField(_("charte acceptée le"), null=True, blank=True)

    interested_on = models.DateField(_("envisagée le"), default=timezone.localdate)
    committed_on = models.DateField(_("engagée le"), null=True, blank=True)
    preparing_on = models.DateField(_("préparation commencée le"), null=True, blank=True)
    live_on = models.DateField(_("en service le"), null=True, blank=True)
    sustained_on = models.DateField(_("pérennisée le"), null=True, blank=True)
    stopped_on = models.DateField(_("arrêtée le"), null=True, blank=True)
    stop_reason = models.TextField(_("pourquoi elle s’arrête"), max_length=3000, blank=True)
    stop_lesson = models.TextField(_("ce que l’on en a appris"), max_length=3000, blank=True)

    # Who gets the quarterly form; accepted by themselves or named by a representative.
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("chargé des nouvelles"),
        related_name="reported_replications", null=True, blank=True,
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reprise")
        verbose_name_plural = _("reprises")
        ordering = ["-interested_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                F("initiative"), F("adopter"), F("territory"), Lower("site_name"),
                condition=~Q(state="stopped"),
                name="replication_once_per_adopter_and_site",
                violation_error_message=_(
                    "Ce repreneur a déjà une reprise de cette initiative sur ce site."
                ),
            ),
            models.UniqueConstraint(
                fields=["origin", "origin_reference"],
                condition=~Q(origin_reference=""),
                name="replication_once_per_origin",
                violation_error_message=_("Cette confirmation a déjà créé sa reprise."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="replication_state_known"
            ),
            models.CheckConstraint(
                condition=Q(mode__in=Mode.values) & Q(origin__in=Origin.values),
                name="replication_mode_and_origin_known",
            ),
            models.CheckConstraint(
                condition=Q(dimensions__contained_by=Dimension.values)
                & Q(dimensions__len__gte=1),
                name="replication_changes_something",
                violation_error_message=_("Dites ce qui change : site, métier ou administration."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=STANDING)
                | Q(committed_on__isnull=False, adopter_agreed_at__isnull=False),
                name="replication_committed_with_agreement",
                violation_error_message=_("Une reprise s’engage avec l’accord du repreneur."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=STANDING)
                | Q(mode="dissemination")
                | Q(holder_agreed_at__isnull=False),
                name="replication_committed_with_holder",
                violation_error_message=_("Ce mode demande l’accord du porteur."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=STANDING, mode="franchise")
                | ~Q(contract_reference="") & ~Q(brand_terms=""),
                name="replication_franchise_has_contract_and_brand",
                violation_error_message=_("Une franchise a son contrat et sa marque."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=STANDING, mode="supple") | Q(charter_on__isnull=False),
                name="replication_supple_has_charter",
                violation_error_message=_("Un essaimage souple a sa charte acceptée."),
            ),
            *(
                models.CheckConstraint(
                    condition=~Q(state=state) | Q(**{f"{field}__isnull": False}),
                    name=f"replication_{state.value}_has_date",
                    violation_error_message=_("Cette étape demande sa date."),
                )
                for state, field in DATED.items()
            ),
            models.CheckConstraint(
                condition=Q(state="stopped", stopped_on__isnull=False)
                & ~Q(stop_reason="")
                & ~Q(stop_lesson="")
                | ~Q(state="stopped") & Q(stopped_on__isnull=True),
                name="replication_stopped_with_reason_and_lesson",
                violation_error_message=_(
                    "Une reprise arrêtée dit pourquoi, et ce que l’on en a appris."
                ),
            ),
            models.CheckConstraint(
                condition=Q(learnt_from__isnull=True) | ~Q(learnt_from=F("pk")),
                name="replication_not_its_own_teacher",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["initiative", "state"], name="replication_of_card"),
            models.Index(fields=["territory", "state"], name="replication_of_place"),
            models.Index(fields=["initiative", "committed_on"], name="replication_uptake"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("replications:replication", args=[self.pk])

    @property
    def place(self) -> str:
        return (
            f"{self.site_name}, {self.territory.label}" if self.site_name else self.territory.label
        )

    @property
    def title(self) -> str:
        """Who, where: what lists and messages call it."""
        return f"{self.adopter.name} – {self.place}"

    @property
    def state_label(self) -> Any:
        """As ``get_state_display``, which takes ten times as long in lists of hundreds."""
        return State(self.state).label

    @property
    def mode_label(self) -> Any:
        return Mode(self.mode).label

    @property
    def is_standing(self) -> bool:
        return self.state in STANDING

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_branch(self) -> bool:
        """A new site of the holder itself."""
        return self.adopter_id == self.initiative.holder_id

    @property
    def dimension_labels(self) -> list[Any]:
        return [each.label for each in Dimension if each in self.dimensions]

    @property
    def fact_source(self) -> str:
        return f"replication:{self.pk}"

    # Who may is in rules.py; actions call these.
    @transition("state", source=["interested"], target="committed")
    def commit(self) -> None:
        pass

    @transition("state", source=["committed"], target="preparing")
    def prepare(self) -> None:
        pass

    @transition("state", source=["committed", "preparing"], target="live")
    def go_live(self) -> None:
        pass

    @transition("state", source=["live"], target="sustained")
    def sustain(self) -> None:
        pass

    @transition(
        "state",
        source=["interested", "committed", "preparing", "live", "sustained"],
        target="stopped",
    )
    def stop(self) -> None:
        pass


class StateChange(models.Model):
    """One step of a replication; only ever added to."""

    append_only = True

    # The row outlives what it tells of: the application may neither change nor delete it.
    replication = models.ForeignKey(
        Replication, models.DO_NOTHING, related_name="changes_of_state", db_constraint=False
    )
    previous = models.CharField(_("d’avant"), max_length=12, choices=State, blank=True)
    state = models.CharField(_("état"), max_length=12, choices=State)
    on = models.DateField(_("le"))
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, blank=True, db_constraint=False,
        related_name="+",
    )  # fmt: skip

    class Meta:
        verbose_name = _("étape d’une reprise")
        verbose_name_plural = _("étapes des reprises")
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.previous} → {self.state}"
