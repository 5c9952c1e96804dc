"""A centre's yearly round: its calendar, who runs it, on which indicators, by which rules."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.people.models import Membership, Organisation
from essaim.territories.models import Indicator, Territory
from essaim.themes.models import Theme


class CampaignState(models.TextChoices):
    PREPARING = "preparing", _("en préparation")
    OPEN = "open", _("ouverte")
    CLOSED = "closed", _("close")


def centres_of(user: Any) -> models.QuerySet[Any]:
    """Keys of the organisations that this person represents: their campaigns are theirs to run."""
    return Membership.objects.filter(user=user, role=Membership.Role.REPRESENTATIVE).values(
        "organisation"
    )


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def run_by(self, user: Any) -> CampaignQuerySet:
        """Those that this person runs: the centre's representatives, and its members named."""
        if not user.is_authenticated:
            return self.none()
        members = Membership.objects.filter(user=user).values("organisation")
        named = Q(runners__user=user, centre__in=members)
        keys = Campaign.objects.filter(Q(centre__in=centres_of(user)) | named).values("pk")
        return self.filter(pk__in=keys)

    def visible_to(self, user: Any) -> CampaignQuerySet:
        """Who runs it, and administrators, whose access is kept. Agrees with
        ``rules.can_view_campaign``."""
        if user.is_authenticated and user.is_superuser:
            return self
        return self.run_by(user)

    def for_list(self) -> CampaignQuerySet:
        counted = models.Count("dialogues", distinct=True)
        found = self.select_related("centre").annotate(territories=counted)
        return found.order_by("-year", "-pk")

    def for_detail(self) -> CampaignQuerySet:
        return self.select_related("centre", "previous")


# What people wrote of why stays out of the history: it must stay erasable.
@pghistory.track(
    model_name="CampaignEvent",
    fields=[
        *("id", "centre", "year", "title", "state", "opens_on", "answers_by", "ends_on"),
        *("least_level", "needs_ready", "previous"),
    ],
)
class Campaign(FSMModelMixin, models.Model):
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    centre = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("centre"), related_name="campaigns"
    )
    year = models.PositiveSmallIntegerField(_("année"))
    title = models.CharField(_("titre"), max_length=200)
    purpose = models.TextField(_("ce que l’on en attend"), max_length=3000, blank=True)
    opens_on = models.DateField(_("ouverture"))
    answers_by = models.DateField(_("choix attendus le"))
    ends_on = models.DateField(_("fin du suivi"))
    # Which practices are « validated » here: said in words on every page that proposes one.
    least_level = models.PositiveSmallIntegerField(_("niveau de preuve au moins"), default=2)
    needs_ready = models.BooleanField(_("diagnostic « fin prêt » exigé"), default=False)
    state = FSMField(
        _("état"), choices=CampaignState.choices, default=CampaignState.PREPARING, protected=True
    )
    # Last year's, from which this one was copied.
    previous = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("fait suite à"), related_name="next_ones",
        null=True, blank=True,
    )  # fmt: skip
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    closed_on = models.DateField(_("close le"), null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campagne de dialogue de gestion")
        verbose_name_plural = _("campagnes de dialogue de gestion")
        ordering = ["-year", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CampaignState.values), name="campaign_state_known"
            ),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("answers_by")) & Q(answers_by__lte=F("ends_on")),
                name="campaign_dates_in_order",
                violation_error_message=_(
                    "Les dates se suivent : l’ouverture, puis les choix, puis la fin du suivi."
                ),
            ),
            models.CheckConstraint(
                condition=Q(least_level__gte=1, least_level__lte=5),
                name="campaign_level_in_range",
                violation_error_message=_("Un niveau de preuve va de 1 à 5."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100), name="campaign_year_in_range"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False)
                | ~Q(state="closed") & Q(closed_on__isnull=True),
                name="campaign_closed_has_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title if str(self.year) in self.title else f"{self.title} ({self.year})"

    def get_absolute_url(self) -> str:
        return reverse("dialogues:campaign", args=[self.pk])

    def was_sent(self) -> bool:
        """Whether a territory has read anything of it."""
        return self.dialogues.filter(sent_on__isnull=False).exists()

    @property
    def is_closed(self) -> bool:
        return self.state == CampaignState.CLOSED

    @property
    def validated(self) -> str:
        """The rule by which a practice counts as validated, in words."""
        rule = _("fiche publiée, niveau de preuve %(level)s au moins") % {"level": self.least_level}
        if self.needs_ready:
            rule = _("%(rule)s, diagnostic « fin prêt »") % {"rule": rule}
        return str(rule)

    # Who may is in rules.py; actions call these.
    @transition("state", source="preparing", target="open")
    def open(self) -> None:
        pass

    @transition("state", source="open", target="closed")
    def close(self) -> None:
        self.closed_on = timezone.localdate()

    @transition("state", source="closed", target="open")
    def reopen(self) -> None:
        """Closed by mistake, or too early."""
        self.closed_on = None


class Runner(models.Model):
    """A member of the centre who runs the campaign beside its representatives."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="runners")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("personne qui anime une campagne")
        verbose_name_plural = _("personnes qui animent une campagne")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "user"], name="campaign_runner_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class RuleKind(models.TextChoices):
    THRESHOLD = "threshold", _("seuil")
    RANK = "rank", _("rang parmi les territoires de la campagne")
    TREND = "trend", _("évolution")


class Worse(models.TextChoices):
    HIGH = "high", _("une valeur élevée est un signe de difficulté")
    LOW = "low", _("une valeur basse est un signe de difficulté")


class CampaignIndicator(models.Model):
    """A series of the territories, or one of the centre's own, and the rule that says who is in
    difficulty on it."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="indicators")
    # Nothing: the centre's own, whose figures are read in this campaign alone.
    series = models.ForeignKey(
        Indicator, models.PROTECT, verbose_name=_("série"), related_name="+", null=True, blank=True
    )
    own_name = models.CharField(_("nom"), max_length=200, blank=True)
    own_unit = models.CharField(_("unité"), max_length=40, blank=True)
    own_source = models.CharField(_("source"), max_length=200, blank=True)
    worse = models.CharField(_("sens"), max_length=4, choices=Worse, default=Worse.HIGH)
    rule = models.CharField(_("règle"), max_length=9, choices=RuleKind, default=RuleKind.THRESHOLD)
    # Of a threshold: the value; of a trend: the least change, in the indicator's unit.
    limit = models.FloatField(_("valeur"), null=True, blank=True)
    # Of a rank: how many; of a trend: over how many years at most.
    count = models.PositiveSmallIntegerField(_("nombre"), null=True, blank=True)
    # On these, practices are looked for.
    themes = models.ManyToManyField(Theme, verbose_name=_("thèmes"), related_name="+", blank=True)
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("indicateur de campagne")
        verbose_name_plural = _("indicateurs de campagne")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "series"],
                name="campaign_series_once",
                violation_error_message=_("Cet indicateur est déjà dans la campagne."),
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=False, own_name="")
                | Q(series__isnull=True) & ~Q(own_name=""),
                name="campaign_indicator_series_or_own",
                violation_error_message=_("Choisissez une série, ou nommez la vôtre."),
            ),
            models.CheckConstraint(
                condition=Q(rule="threshold", limit__isnull=False)
                | Q(rule="rank", count__gte=1)
                | Q(rule="trend", limit__gt=0, count__gte=1),
                name="campaign_rule_complete",
                violation_error_message=_("Cette règle demande sa valeur."),
            ),
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(limit__gte=-1e15, limit__lte=1e15),
                name="campaign_limit_finite",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.series.name if self.series else self.own_name

    @property
    def unit(self) -> str:
        return self.series.unit if self.series else self.own_unit

    @property
    def source(self) -> str:
        return self.series.source if self.series else self.own_source

    @property
    def words(self) -> str:
        """The rule, as it is read beside the figures."""
        from essaim.dialogues.wording import rule_in_words

        return rule_in_words(self)


class OwnFigure(models.Model):
    """A figure of one of the centre's own series: read by who reads the dialogue, published
    nowhere."""

    indicator = models.ForeignKey(CampaignIndicator, models.CASCADE, related_name="figures")
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("année"))
    value = models.FloatField(_("valeur"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("chiffre propre à une campagne")
        verbose_name_plural = _("chiffres propres aux campagnes")
        ordering = ["territory", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "territory", "year"], name="own_figure_once"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=-1e15, value__lte=1e15), name="own_figure_finite"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.territory_id}, {self.year}: {self.value}"


class Access(models.Model):
    """An administrator is no party to a dialogue: what they opened is kept, and shown to the
    parties."""

    append_only = True

    campaign = models.ForeignKey(
        Campaign, models.DO_NOTHING, db_constraint=False, related_name="accesses"
    )
    # Empty: the campaign's own page.
    dialogue = models.ForeignKey(
        "dialogues.Dialogue", models.DO_NOTHING, db_constraint=False, null=True,
        related_name="accesses",
    )  # fmt: skip
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, db_constraint=False, null=True,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(_("le"), auto_now_add=True)

    class Meta:
        verbose_name = _("consultation par l’administration")
        verbose_name_plural = _("consultations par l’administration")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["campaign", "-at"], name="dialogue_access_of_campaign")]

    def __str__(self) -> str:
        return f"{self.user_id}"
