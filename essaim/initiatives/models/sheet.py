"""The parts of the model sheet that are lists (§ 5 of the domain)."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .card import Initiative


class Part(models.Model):
    """One line of a list on the card, in the author's order."""

    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


@pghistory.track()
class Component(Part):
    class Kind(models.TextChoices):
        CORE = "core", _("cœur du concept")
        MARGIN = "margin", _("marge d’adaptation")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="components")
    name = models.CharField(_("composante"), max_length=250)
    kind = models.CharField(_("cœur ou marge"), max_length=6, choices=Kind)
    why = models.TextField(_("pourquoi"), blank=True)
    variants = models.TextField(_("variantes permises"), blank=True)  # one a line
    red_lines = models.TextField(_("lignes rouges"), blank=True)  # one a line

    class Meta(Part.Meta):
        verbose_name = _("composante")
        verbose_name_plural = _("composantes")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Partner(Part):
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="partners")
    name = models.CharField(_("partenaire"), max_length=250)
    nature = models.CharField(_("nature"), max_length=100, blank=True)
    contribution = models.TextField(_("contribution"), blank=True)
    phase = models.CharField(_("phase où il rejoint"), max_length=100, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("partenaire")
        verbose_name_plural = _("partenaires")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class EconomicLine(Part):
    """One line of the economic grid; the six kinds are those of proposition 4."""

    class Line(models.TextChoices):
        SETUP_STAFF = "setup_staff", _("temps de travail pour installer")
        RUNNING_STAFF = "running_staff", _("temps de travail pour faire vivre")
        INVESTMENT = "investment", _("investissements")
        RUNNING_COSTS = "running_costs", _("autres coûts de fonctionnement")
        EXCEPTIONAL_FUNDING = "exceptional_funding", _("financements exceptionnels")
        AVOIDED_COSTS = "avoided_costs", _("coûts évités")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="economics")
    line = models.CharField(_("ligne"), max_length=20, choices=Line)
    label = models.CharField(_("libellé"), max_length=250, blank=True)
    low = models.DecimalField(_("bas"), max_digits=16, decimal_places=2, null=True, blank=True)
    central = models.DecimalField(
        _("central"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    high = models.DecimalField(_("haut"), max_digits=16, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unité"), max_length=60, blank=True)
    period = models.CharField(_("période"), max_length=60, blank=True)
    payer = models.CharField(_("payeur"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("ligne économique")
        verbose_name_plural = _("lignes économiques")
        constraints = [
            models.CheckConstraint(
                condition=(Q(low__isnull=True) | Q(central__isnull=True) | Q(low__lte=F("central")))
                & (Q(central__isnull=True) | Q(high__isnull=True) | Q(central__lte=F("high")))
                & (Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=F("high"))),
                name="economic_line_range_ordered",
                violation_error_message=_(
                    "Le bas ne dépasse pas le central, ni le central le haut."
                ),
            ),
            models.CheckConstraint(
                condition=(Q(low__isnull=True) | Q(low__gte=0))
                & (Q(central__isnull=True) | Q(central__gte=0))
                & (Q(high__isnull=True) | Q(high__gte=0)),
                name="economic_line_not_negative",
                violation_error_message=_("Un montant ne peut pas être négatif."),
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.get_line_display()


@pghistory.track()
class Material(Part):
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="materials")
    title = models.CharField(_("titre"), max_length=250)
    url = models.URLField(_("adresse"), max_length=500, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("matériel réutilisable")
        verbose_name_plural = _("matériels réutilisables")

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Evidence(Part):
    """A proof that exists already; evaluations made on the platform come as facts."""

    class Kind(models.TextChoices):
        SELF = "self", _("auto-évaluation")
        PEER = "peer", _("évaluation par les pairs")
        INDEPENDENT = "independent", _("évaluation indépendante")
        USERS = "users", _("voix des usagers")
        OTHER = "other", _("autre")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="evidence")
    kind = models.CharField(_("source de la preuve"), max_length=12, choices=Kind)
    title = models.CharField(_("titre"), max_length=250, blank=True)
    url = models.URLField(_("adresse"), max_length=500, blank=True)
    year = models.PositiveSmallIntegerField(_("année"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(
        _("niveau de preuve"), choices=[(n, str(n)) for n in range(1, 6)], null=True, blank=True
    )

    class Meta(Part.Meta):
        verbose_name = _("preuve")
        verbose_name_plural = _("preuves")
        constraints = [
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__gte=1, level__lte=5),
                name="evidence_level_range",
                violation_error_message=_("Le niveau de preuve va de 1 à 5."),
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__gte=1900, year__lte=2200),
                name="evidence_year_range",
                violation_error_message=_("L’année est hors du calendrier attendu."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()
