"""A report by someone from outside, attached to a card; its level counts once confirmed (§ 6)."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.judges import open_as_peer
from essaim.initiatives.models import Initiative, Publication

MOST_BYTES = 20 * 1024 * 1024


def upload_name(instance: IndependentEvaluation, filename: str) -> str:
    """A name of ours: what people call their file says too much, or too little."""
    return f"independent/{timezone.now():%Y/%m}/{uuid.uuid4().hex}.pdf"


class IndependentState(models.TextChoices):
    PROPOSED = "proposed", _("niveau à confirmer")
    CONFIRMED = "confirmed", _("niveau confirmé")
    REFUSED = "refused", _("non retenue")
    WITHDRAWN = "withdrawn", _("retirée")


class DecidedAs(models.TextChoices):
    MANAGER = "manager", _("un animateur")
    PEER = "peer", _("un pair")


class IndependentEvaluationQuerySet(models.QuerySet["IndependentEvaluation"]):
    def visible_to(self, user: Any) -> IndependentEvaluationQuerySet:
        """Confirmed ones, with their card, for all; the others for those who answer for the card,
        who attached them, managers, peers who may confirm them, and whoever did not retain them. Agrees with
        ``rules.can_view_independent``."""
        public = Q(confirmed_at__isnull=False, initiative__publication=Publication.PUBLISHED)
        if not user.is_authenticated:
            return self.filter(public)
        if user.is_manager or user.is_superuser:
            return self
        cards = Initiative.objects.written_by(user).values("pk")
        open_to_them = Q(state=IndependentState.PROPOSED, initiative__in=self._as_peer(user))
        own = Q(attached_by=user) | Q(decided_by=user, state=IndependentState.REFUSED)
        return self.filter(public | own | Q(initiative__in=cards) | open_to_them)

    @staticmethod
    def _as_peer(user: Any) -> set[int]:
        waiting = IndependentEvaluation.objects.to_confirm().values("initiative")
        published = Initiative.objects.filter(publication=Publication.PUBLISHED, pk__in=waiting)
        return open_as_peer(user, published)

    def open_to_peer(self, user: Any) -> IndependentEvaluationQuerySet:
        """Those whose level this person may confirm as a peer. See
        ``rules.can_decide_independent``."""
        return (
            self.to_confirm().exclude(attached_by=user).filter(initiative__in=self._as_peer(user))
        )

    def to_confirm(self) -> IndependentEvaluationQuerySet:
        return self.filter(state=IndependentState.PROPOSED)

    def for_detail(self) -> IndependentEvaluationQuerySet:
        return self.select_related("initiative__holder", "attached_by", "decided_by")


class IndependentEvaluation(FSMModelMixin, models.Model):
    class Tie(models.TextChoices):
        """What binds the evaluator to those whose action is evaluated."""

        NONE = "none", _("aucun lien avec le porteur")
        FUNDER = "funder", _("mandaté par un financeur ou un tiers")
        PAID = "paid", _("payé par le porteur, libre de ses conclusions")
        NETWORK = "network", _("membre du même réseau que le porteur")
        OWN = "own", _("fait partie de l’organisation qui porte l’initiative")

    class Method(models.TextChoices):
        TESTIMONY = "testimony", _("observations, entretiens, documents")
        BEFORE_AFTER = "before_after", _("mesures avant et après, sans comparaison")
        COMPARISON = "comparison", _("comparaison avec un groupe qui n’a pas reçu l’action")
        RANDOM = "random", _("tirage au sort")
        SYNTHESIS = "synthesis", _("synthèse de plusieurs évaluations avec comparaison")

    class About(models.TextChoices):
        ORIGIN = "origin", _("l’initiative elle-même")
        REPLICATION = "replication", _("une reprise, sur un autre site")

    # Made by the form before it is sent: sending it twice attaches one report.
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    initiative = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name=_("fiche"), related_name="independent_evaluations"
    )
    state = FSMField(
        _("état"), choices=IndependentState.choices, default=IndependentState.PROPOSED,
        protected=True,
    )  # fmt: skip
    title = models.CharField(_("titre du rapport"), max_length=250)
    evaluator = models.CharField(_("qui a évalué"), max_length=250)
    tie = models.CharField(_("lien avec le porteur"), max_length=10, choices=Tie)
    independence = models.TextField(_("ce qui assure l’indépendance"), max_length=2000)
    about = models.CharField(
        _("ce qui a été évalué"), max_length=12, choices=About, default=About.ORIGIN
    )
    site = models.CharField(_("site évalué"), max_length=200, blank=True)
    method = models.CharField(_("méthode"), max_length=15, choices=Method)
    method_note = models.TextField(_("la méthode en quelques mots"), max_length=3000)
    year = models.PositiveSmallIntegerField(
        _("année"), validators=[MinValueValidator(1950), MaxValueValidator(2200)]
    )
    results = models.TextField(_("résultats"), max_length=5000)
    limits = models.TextField(_("limites"), max_length=3000, blank=True)
    level_claimed = models.PositiveSmallIntegerField(_("niveau revendiqué"))
    url = models.URLField(_("adresse du rapport"), max_length=500, blank=True)
    file = models.FileField(_("rapport (PDF)"), upload_to=upload_name, blank=True)
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="reports_attached",
        verbose_name=_("joint par"),
    )  # fmt: skip
    attached_at = models.DateTimeField(_("joint le"), auto_now_add=True)
    # Decided by someone who does not answer for the card.
    level = models.PositiveSmallIntegerField(_("niveau confirmé"), null=True, blank=True)
    reason = models.TextField(_("motifs de la décision"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True,
        related_name="reports_decided", verbose_name=_("décidé par"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    # Empty where those who answer for the card withdrew it.
    decided_as = models.CharField(
        _("décidé en tant que"), max_length=10, choices=DecidedAs, blank=True
    )
    # First confirmation: from then on its page exists for all, whatever becomes of it.
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = IndependentEvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("évaluation indépendante")
        verbose_name_plural = _("évaluations indépendantes")
        ordering = ["-year", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=IndependentState.values), name="independent_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(url="") | ~Q(file=""),
                name="independent_has_a_report",
                violation_error_message=_("Joignez le rapport : un fichier PDF ou une adresse."),
            ),
            models.CheckConstraint(
                condition=Q(level_claimed__gte=1, level_claimed__lte=5),
                name="independent_claim_range",
                violation_error_message=_("Le niveau de preuve va de 1 à 5."),
            ),
            models.CheckConstraint(
                condition=~Q(state=IndependentState.CONFIRMED)
                | Q(
                    level__gte=1, level__lte=5, decided_at__isnull=False, confirmed_at__isnull=False
                )
                & ~Q(reason=""),
                name="independent_confirmed_with_level_and_reason",
                violation_error_message=_("Un niveau se confirme avec ses motifs."),
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(state=IndependentState.CONFIRMED),
                name="independent_level_only_if_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(tie="own"),
                name="independent_is_independent",
                violation_error_message=_(
                    "Qui fait partie de l’organisation n’est pas indépendant : faites-en une"
                    " auto-évaluation."
                ),
            ),
        ]
        indexes = [models.Index(fields=["initiative", "state"], name="independent_of_card")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("evaluations:independent", args=[self.pk])

    @transition("state", source=IndependentState.PROPOSED, target=IndependentState.CONFIRMED)
    def confirm(self) -> None:
        pass

    @transition("state", source=IndependentState.PROPOSED, target=IndependentState.REFUSED)
    def refuse(self) -> None:
        pass

    @transition(
        "state",
        source=[IndependentState.PROPOSED, IndependentState.CONFIRMED],
        target=IndependentState.WITHDRAWN,
    )
    def withdraw(self) -> None:
        pass
