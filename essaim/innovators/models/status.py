"""The status of a public innovator: what the employer agreed to, and what the person did."""

from __future__ import annotations

from decimal import Decimal
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


class StatusCardQuerySet(models.QuerySet["StatusCard"]):
    def visible_to(self, user: Any) -> StatusCardQuerySet:
        """Public cards for all; one's own; those whose terms one's organisation is asked for or
        gave. Agrees with ``rules.can_view_status``."""
        if not user.is_authenticated:
            return self.filter(is_public=True)
        represented = Membership.objects.filter(
            user=user, role=Membership.Role.REPRESENTATIVE
        ).values("organisation")
        return self.filter(
            Q(is_public=True)
            | Q(user=user)
            | Q(employer__in=represented, agreement__in=StatusCard.EMPLOYER_SEES)
        )

    def awaiting(self, user: Any) -> StatusCardQuerySet:
        """What the person, as a representative, is asked to agree to."""
        return self.filter(
            agreement=StatusCard.Agreement.ASKED,
            employer__memberships__user=user,
            employer__memberships__role=Membership.Role.REPRESENTATIVE,
        ).exclude(user=user)

    def for_list(self) -> StatusCardQuerySet:
        return self.select_related("user", "employer")

    def for_detail(self) -> StatusCardQuerySet:
        return self.select_related("user", "employer", "agreed_by")


@pghistory.track(
    model_name="StatusCardEvent",
    fields=[
        *("id", "user", "employer", "innovation_days", "advice_days", "starts_on", "ends_on"),
        *("agreement", "agreed_on", "agreed_by", "recorded_at", "is_public"),
    ],
)
class StatusCard(FSMModelMixin, models.Model):
    class Agreement(models.TextChoices):
        DRAFT = "draft", _("pas encore demandé")
        ASKED = "asked", _("demandé à l’employeur")
        AGREED = "agreed", _("donné par l’employeur")
        DECLINED = "declined", _("refusé par l’employeur")
        DECLARED = "declared", _("déclaré par l’agent, sur document")

    EMPLOYER_SEES = ["asked", "agreed"]
    HOLDS = ["agreed", "declared"]

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="innovator_status"
    )
    slug = models.SlugField(max_length=80, unique=True, null=True, blank=True)
    employer = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("employeur"), null=True, blank=True
    )
    innovation_days = models.DecimalField(
        _("jours par semaine pour innover"), max_digits=3, decimal_places=1, default=Decimal(0)
    )
    advice_days = models.DecimalField(
        _("jours par semaine pour conseiller les repreneurs"),
        max_digits=3,
        decimal_places=1,
        default=Decimal(0),
    )
    starts_on = models.DateField(_("à partir du"), null=True, blank=True)
    ends_on = models.DateField(_("jusqu’au"), null=True, blank=True)
    recognition = models.TextField(_("reconnaissance"), blank=True, max_length=3000)
    mobility = models.TextField(_("mobilité"), blank=True, max_length=3000)

    agreement = FSMField(
        _("accord de l’employeur"),
        choices=Agreement.choices,
        default=Agreement.DRAFT,
        protected=True,
    )
    agreed_on = models.DateField(_("accord du"), null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    signatory = models.CharField(_("donné par"), max_length=200, blank=True)
    reference = models.CharField(_("référence du document"), max_length=200, blank=True)
    decline_reason = models.TextField(_("motifs du refus"), blank=True, max_length=3000)
    recorded_at = models.DateTimeField(null=True, blank=True)

    # What the person shows, part by part; nothing is public until they say so.
    is_public = models.BooleanField(_("page publique"), default=False)
    show_employer = models.BooleanField(_("mon employeur"), default=False)
    show_time = models.BooleanField(_("le temps convenu et sa période"), default=False)
    show_agreement = models.BooleanField(_("l’accord de mon employeur"), default=False)
    show_recognition = models.BooleanField(_("la reconnaissance reçue"), default=False)
    show_mobility = models.BooleanField(_("ma mobilité"), default=False)
    show_contributions = models.BooleanField(_("mes initiatives et leurs reprises"), default=False)

    objects = StatusCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("statut d’innovateur")
        verbose_name_plural = _("statuts d’innovateurs")
        constraints = [
            models.CheckConstraint(
                condition=Q(agreement__in=["draft", "asked", "agreed", "declined", "declared"]),
                name="statuscard_agreement_known",
            ),
            models.CheckConstraint(
                condition=Q(innovation_days__gte=0, advice_days__gte=0)
                & Q(innovation_days__lte=5 - F("advice_days")),
                name="statuscard_days_of_a_week",
                violation_error_message=_(
                    "Le temps convenu va de 0 à 5 jours par semaine, les deux parts ensemble."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="statuscard_period_in_order",
                violation_error_message=_("La période finit après avoir commencé."),
            ),
            models.CheckConstraint(
                condition=~Q(agreement__in=["agreed", "declared"])
                | Q(agreed_on__isnull=False, employer__isnull=False, starts_on__isnull=False)
                & ~Q(signatory=""),
                name="statuscard_agreement_has_terms",
                violation_error_message=_("Un accord a sa date, son signataire et sa période."),
            ),
            models.CheckConstraint(
                condition=~Q(agreement="declared") | ~Q(reference=""),
                name="statuscard_declared_on_document",
                violation_error_message=_("Donnez la référence du document qui porte l’accord."),
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(slug__isnull=False),
                name="statuscard_public_has_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"

    def get_absolute_url(self) -> str:
        return reverse("innovators:innovator", args=[self.slug])

    @property
    def days(self) -> Decimal:
        return self.innovation_days + self.advice_days

    @property
    def holds(self) -> bool:
        """Whether an agreement, given or declared, stands today."""
        today = timezone.localdate()
        return (
            self.agreement in self.HOLDS
            and self.starts_on is not None
            and self.starts_on <= today
            and (self.ends_on is None or today <= self.ends_on)
        )

    @transition("agreement", source=["draft", "declined"], target="asked")
    def ask(self) -> None:
        pass

    @transition("agreement", source="asked", target="agreed")
    def agree(self) -> None:
        pass

    @transition("agreement", source="asked", target="declined")
    def decline(self) -> None:
        pass

    @transition("agreement", source=["draft", "asked", "declined"], target="declared")
    def declare(self) -> None:
        pass

    @transition("agreement", source=["asked", "agreed", "declined", "declared"], target="draft")
    def revise(self) -> None:
        """The terms changed, or the agreement was taken back: it must be given again."""
