"""One self-evaluation of a card: its plan, and how far it has come (§ 6 of the domain).

The plan is frozen with its date before any data arrive; what changes in it afterwards is written
in the journal, which nobody can rewrite.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative, Publication


class State(models.TextChoices):
    DRAFT = "draft", _("plan en cours d’écriture")
    PLANNED = "planned", _("plan figé")
    COLLECTING = "collecting", _("recueil des données")
    ANALYSED = "analysed", _("analysée, à conclure")
    CONCLUDED = "concluded", _("conclue")
    WITHDRAWN = "withdrawn", _("retirée")
    ABANDONED = "abandoned", _("arrêtée")


class Design(models.TextChoices):
    """How one compares, from the weakest to the strongest claim it allows."""

    BEFORE_AFTER = "before_after", _("avant / après, sans groupe de comparaison")
    COMPARISON = "comparison", _("avec un groupe de comparaison")
    MATCHED = "matched", _("avec un groupe apparié")
    STEPPED = "stepped", _("démarrage échelonné")
    RANDOM = "random", _("tirage au sort")


class Outcome(models.TextChoices):
    NUMBER = "number", _("un nombre (note, score, durée, quantité)")
    YES_NO = "yes_no", _("oui ou non (a obtenu, a trouvé, est revenu)")


ALIVE = [State.DRAFT, State.PLANNED, State.COLLECTING, State.ANALYSED]
FROZEN = [State.PLANNED, State.COLLECTING, State.ANALYSED, State.CONCLUDED, State.WITHDRAWN]
OPEN = [State.COLLECTING, State.ANALYSED]  # data may arrive


def _frozen(evaluation: Any) -> bool:
    return evaluation.frozen_at is not None


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, user: Any) -> EvaluationQuerySet:
        """Those once concluded, with their card, for all; the others for those who answer for
        the card, and managers. Agrees with ``rules.can_view``."""
        public = Q(published_at__isnull=False, initiative__publication=Publication.PUBLISHED) & ~Q(
            state=State.ABANDONED
        )
        if not user.is_authenticated:
            return self.filter(public)
        if user.is_manager or user.is_superuser:
            return self
        return self.filter(public | Q(initiative__in=Initiative.objects.written_by(user)))

    def of_team(self, user: Any) -> EvaluationQuerySet:
        """Those one works on. Agrees with ``rules.is_member``."""
        cards = Initiative.objects.written_by(user)
        return self.filter(members__user=user, initiative__in=cards)

    def public(self) -> EvaluationQuerySet:
        return self.filter(published_at__isnull=False).exclude(state=State.ABANDONED)

    def alive(self) -> EvaluationQuerySet:
        return self.filter(state__in=ALIVE)

    def for_list(self) -> EvaluationQuerySet:
        return self.select_related("initiative")

    def for_detail(self) -> EvaluationQuerySet:
        return self.select_related("initiative__holder", "statement", "allocation")


class Evaluation(FSMModelMixin, models.Model):
    # Made by the form before it is sent: sending it twice creates one evaluation.
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    initiative = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name=_("fiche"), related_name="evaluations"
    )
    title = models.CharField(_("nom de l’évaluation"), max_length=200)
    state = FSMField(_("étape"), choices=State.choices, default=State.DRAFT, protected=True)
    # Grows with each save of the plan: a form opened on an older one overwrites nothing.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    # Plan: the question.
    who = models.CharField(_("qui"), max_length=300, blank=True)
    what = models.CharField(_("quoi"), max_length=300, blank=True)
    compared_with = models.CharField(_("comparé à quoi"), max_length=300, blank=True)
    outcome = models.CharField(_("sur quelle mesure"), max_length=300, blank=True)
    period = models.CharField(_("quand"), max_length=300, blank=True)
    # Plan: the measure.
    indicator = models.CharField(_("indicateur"), max_length=200, blank=True)
    outcome_kind = models.CharField(
        _("nature de la mesure"), max_length=10, choices=Outcome, default=Outcome.NUMBER
    )
    unit = models.CharField(_("unité ou échelle"), max_length=100, blank=True)
    higher_is_better = models.BooleanField(_("plus c’est haut, mieux c’est"), default=True)
    collected_by = models.CharField(_("qui recueille"), max_length=300, blank=True)
    baseline = models.CharField(_("situation de départ"), max_length=300, blank=True)
    # The EEF's months of progress have a meaning for pupils' tests only.
    education = models.BooleanField(_("résultats scolaires d’élèves"), default=False)
    # Plan: the design.
    design = models.CharField(_("méthode"), max_length=15, choices=Design, blank=True)
    analysis = models.CharField(_("calcul principal"), max_length=20, blank=True)
    clustered = models.BooleanField(
        _("par groupes entiers (classes, équipes, sites)"), default=False
    )
    why_comparable = models.TextField(
        _("pourquoi les groupes sont comparables"), max_length=2000, blank=True
    )
    # Plan: the size. What the power calculation gave is kept with its inputs.
    per_group = models.PositiveIntegerField(_("personnes par groupe"), null=True, blank=True)
    cluster_size = models.PositiveIntegerField(
        _("personnes par classe ou équipe"), null=True, blank=True
    )
    icc = models.DecimalField(
        _("ressemblance à l’intérieur d’un groupe (ICC)"),
        max_digits=4, decimal_places=3, null=True, blank=True,
    )  # fmt: skip
    expected_effect = models.DecimalField(
        _("effet espéré, en écarts-types"), max_digits=5, decimal_places=3, null=True, blank=True
    )
    size_result = models.JSONField(null=True, blank=True)
    subgroups = ArrayField(
        models.CharField(max_length=100), verbose_name=_("sous-groupes prévus"),
        default=list, blank=True,
    )  # fmt: skip
    pretest_on = models.DateField(_("mesure de départ"), null=True, blank=True)
    starts_on = models.DateField(_("début de l’action"), null=True, blank=True)
    posttest_on = models.DateField(_("mesure finale"), null=True, blank=True)
    report_on = models.DateField(_("conclusion prévue"), null=True, blank=True)

    frozen_at = models.DateTimeField(_("plan figé le"), null=True, blank=True)
    frozen_plan = models.JSONField(null=True, blank=True)
    opened_at = models.DateTimeField(_("recueil ouvert le"), null=True, blank=True)
    # Said at the conclusion.
    learnt = models.TextField(_("ce que nous avons appris"), blank=True)
    limits = models.TextField(_("limites"), blank=True)
    next_steps = models.TextField(_("ce que nous allons faire"), blank=True)
    # People helped for the cost that the card's grid says: gives the cost of a unit of effect.
    beneficiaries = models.PositiveIntegerField(
        _("personnes aidées pour le coût de la fiche"), null=True, blank=True
    )
    level = models.PositiveSmallIntegerField(_("niveau de preuve"), null=True, blank=True)
    level_reason = models.JSONField(default=list, blank=True)
    concluded_at = models.DateTimeField(_("conclue le"), null=True, blank=True)
    # First conclusion: from then on its page exists for all, whatever becomes of it.
    published_at = models.DateTimeField(null=True, blank=True)
    # Told to readers while a concluded evaluation is corrected, or once it is withdrawn.
    public_note = models.TextField(blank=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("auto-évaluation")
        verbose_name_plural = _("auto-évaluations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="evaluation_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=FROZEN) | Q(frozen_at__isnull=False, frozen_plan__isnull=False),
                name="evaluation_frozen_has_plan_and_date",
                violation_error_message=_("Le plan se fige avec sa date, avant les données."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.COLLECTING, State.ANALYSED, State.CONCLUDED])
                | Q(opened_at__isnull=False),
                name="evaluation_collects_after_statement",
                violation_error_message=_(
                    "Le recueil s’ouvre une fois dit ce qui protège les personnes."
                ),
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(opened_at__gte=F("frozen_at")),
                name="evaluation_frozen_before_data",
                violation_error_message=_("Le plan se fige avant l’arrivée des données."),
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CONCLUDED)
                | Q(concluded_at__isnull=False, published_at__isnull=False),
                name="evaluation_concluded_has_date",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__gte=1, level__lte=3),
                name="evaluation_self_level_at_most_three",
                violation_error_message=_(
                    "Une auto-évaluation n’établit pas plus que le niveau 3."
                ),
            ),
            models.CheckConstraint(
                condition=Q(icc__isnull=True) | Q(icc__gte=0, icc__lt=1),
                name="evaluation_icc_is_a_share",
                violation_error_message=_("L’ICC est compris entre 0 et 1."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["initiative", "state"], name="evaluation_of_card")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("evaluations:evaluation", args=[self.pk])

    @property
    def is_alive(self) -> bool:
        return self.state in ALIVE

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def is_open(self) -> bool:
        """Whether data may arrive."""
        return self.state in OPEN

    # Transitions: whether now. Who may is in rules.py; actions call them and save.
    @transition("state", source=State.DRAFT, target=State.PLANNED)
    def freeze(self) -> None:
        pass

    @transition("state", source=State.PLANNED, target=State.COLLECTING, conditions=[_frozen])
    def open_collection(self) -> None:
        pass

    @transition("state", source=State.ANALYSED, target=State.COLLECTING)
    def collect_again(self) -> None:
        """Other data arrived, or data went, after an analysis: it must be made again."""

    @transition("state", source=[State.COLLECTING, State.ANALYSED], target=State.ANALYSED)
    def analyse(self) -> None:
        pass

    @transition("state", source=State.ANALYSED, target=State.CONCLUDED)
    def conclude(self) -> None:
        pass

    @transition("state", source=State.CONCLUDED, target=State.ANALYSED)
    def reopen(self) -> None:
        """To correct it; the page says so meanwhile."""

    @transition("state", source=[State.CONCLUDED, State.ANALYSED], target=State.WITHDRAWN)
    def withdraw(self) -> None:
        pass

    @transition("state", source=ALIVE, target=State.ABANDONED)
    def abandon(self) -> None:
        """Right to error: at any moment before the conclusion, without consequence."""
