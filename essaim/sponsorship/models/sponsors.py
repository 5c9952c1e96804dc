"""Sponsors: public agents who know the local landscape and tell a holder whom to see (§ 8)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.people.models import Membership, Organisation
from essaim.territories.models import Territory
from essaim.themes.models import Theme


class Knowledge(models.TextChoices):
    PROCEDURES = "procedures", _("procédures et interlocuteurs")
    FUNDERS = "funders", _("financeurs et leurs calendriers")
    LAW = "law", _("droit")
    EVALUATION = "evaluation", _("évaluation")


class Language(models.TextChoices):
    FRENCH = "fr", _("français")
    ENGLISH = "en", _("anglais")
    GERMAN = "de", _("allemand")
    SPANISH = "es", _("espagnol")
    ITALIAN = "it", _("italien")
    PORTUGUESE = "pt", _("portugais")
    ARABIC = "ar", _("arabe")
    SIGNS = "lsf", _("langue des signes française")


class LegalFrame(models.TextChoices):
    """In which frame an employer lets the agent's time (the texts are in the settings)."""

    OWN = "own_administration", _("dans sa propre administration, sur son temps de service")
    COMPETENCE = "competence", _("mécénat de compétences, par convention")


class SponsorQuerySet(models.QuerySet["Sponsor"]):
    def visible_to(self, user: Any) -> SponsorQuerySet:
        """Listed ones whose agreement holds today; one's own; those whose agreement one's
        organisation is asked for or gave; all for managers. Agrees with ``rules.can_view``."""
        listed = self._listed(timezone.localdate())
        if not user.is_authenticated:
            return self.filter(listed)
        if user.is_manager or user.is_superuser:
            return self
        represented = Membership.objects.filter(
            user=user, role=Membership.Role.REPRESENTATIVE
        ).values("organisation")
        asked = Q(agreement__in=Sponsor.EMPLOYER_SEES, employer__in=represented)
        return self.filter(listed | asked | Q(user=user))

    def directory(self, today: dt.date | None = None) -> SponsorQuerySet:
        """Those who may be asked for help one day: listed, agreed, within dates, active, and
        still of the employer who agreed."""
        return self.filter(self._listed(today or timezone.localdate()))

    @classmethod
    def _listed(cls, today: dt.date) -> Any:
        return cls._agreed(today) & Q(starts_on__lte=today)

    @staticmethod
    def _agreed(today: dt.date) -> Any:
        """As ``directory``, whether the agreement has begun or not."""
        employed = Membership.objects.filter(
            user=OuterRef("user"), organisation=OuterRef("employer")
        )
        return Q(
            is_listed=True, user__is_active=True, agreement__in=Sponsor.HOLDS, ends_on__gte=today
        ) & Q(Exists(employed))

    @staticmethod
    def _away(today: dt.date) -> Any:
        return Q(away_from__lte=today) & (Q(away_until__gte=today) | Q(away_until=None))

    def present(self, today: dt.date | None = None) -> SponsorQuerySet:
        """Those of the directory who are not on leave."""
        today = today or timezone.localdate()
        return self.directory(today).exclude(self._away(today))

    def expected(self, today: dt.date | None = None) -> SponsorQuerySet:
        """Those who will be there later: the agreement begins, or the leave ends, another day."""
        today = today or timezone.localdate()
        return self.filter(self._agreed(today), Q(starts_on__gt=today) | self._away(today))

    def with_load(self) -> SponsorQuerySet:
        """Each with ``load``, the requests asked of them or taken up that still wait for their
        advice: their place is free once it is given, whenever the asker says what came of it."""
        from .requests import Proposal

        open_ones = (
            Proposal.objects.filter(
                sponsor=OuterRef("pk"), state__in=Proposal.CURRENT, request__advised_on=None
            )
            .order_by()
            .values("sponsor")
            .annotate(n=Count("pk"))
        )
        return self.annotate(load=Coalesce(Subquery(open_ones.values("n")), 0))

    def with_room(self) -> SponsorQuerySet:
        loaded: Any = self.with_load()
        found: SponsorQuerySet = loaded.filter(load__lt=F("capacity"))
        return found

    def awaiting(self, user: Any) -> SponsorQuerySet:
        """Those whose agreement this person, as a representative, is asked for."""
        return self.filter(
            agreement=Sponsor.Agreement.ASKED,
            employer__memberships__user=user,
            employer__memberships__role=Membership.Role.REPRESENTATIVE,
        ).exclude(user=user)

    def for_list(self) -> SponsorQuerySet:
        return self.select_related("user", "employer", "territory").prefetch_related("themes")

    def for_detail(self) -> SponsorQuerySet:
        return self.for_list()


@pghistory.track(
    model_name="SponsorEvent",
    fields=[
        *("id", "user", "employer", "territory", "capacity", "is_listed"),
        *("agreement", "legal_frame", "starts_on", "ends_on", "agreed_by", "recorded_at"),
    ],
)
class Sponsor(FSMModelMixin, models.Model):
    class Agreement(models.TextChoices):
        DRAFT = "draft", _("pas encore demandé")
        ASKED = "asked", _("demandé à l’employeur")
        AGREED = "agreed", _("donné par l’employeur")
        DECLINED = "declined", _("refusé par l’employeur")
        DECLARED = "declared", _("déclaré par l’agent, sur document")

    EMPLOYER_SEES = ["asked", "agreed"]
    HOLDS = ["agreed", "declared"]

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="sponsor_profile"
    )
    employer = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("employeur"), related_name="+"
    )
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("territoire que je connais"), related_name="+"
    )
    themes = models.ManyToManyField(Theme, verbose_name=_("thèmes"), related_name="+", blank=True)
    knowledge = ArrayField(
        models.CharField(max_length=12, choices=Knowledge), verbose_name=_("ce que je connais")
    )
    languages = ArrayField(
        models.CharField(max_length=3, choices=Language), verbose_name=_("langues"), default=list
    )
    presentation = models.TextField(_("présentation"), blank=True, max_length=3000)
    capacity = models.PositiveSmallIntegerField(_("demandes à la fois, au plus"), default=3)
    is_listed = models.BooleanField(_("dans l’annuaire"), default=True)
    away_from = models.DateField(_("absent du"), null=True, blank=True)
    away_until = models.DateField(_("absent jusqu’au"), null=True, blank=True)

    agreement = FSMField(
        _("accord de l’employeur"),
        choices=Agreement.choices,
        default=Agreement.DRAFT,
        protected=True,
    )
    legal_frame = models.CharField(
        _("cadre juridique"), max_length=20, choices=LegalFrame, default=LegalFrame.OWN
    )
    starts_on = models.DateField(_("valable du"), null=True, blank=True)
    ends_on = models.DateField(_("valable jusqu’au"), null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    signatory = models.CharField(_("donné par"), max_length=200, blank=True)
    reference = models.CharField(_("référence du document"), max_length=200, blank=True)
    decline_reason = models.TextField(_("motifs du refus"), blank=True, max_length=3000)
    recorded_at = models.DateTimeField(null=True, blank=True)
    # When a request was last put to them: among equals, who has waited longest comes first.
    last_asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SponsorQuerySet.as_manager()

    class Meta:
        verbose_name = _("parrain")
        verbose_name_plural = _("parrains")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreement__in=["draft", "asked", "agreed", "declined", "declared"]),
                name="sponsor_agreement_known",
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=20),
                name="sponsor_capacity_in_bounds",
                violation_error_message=_("Une capacité va de 1 à 20 demandes à la fois."),
            ),
            models.CheckConstraint(
                condition=Q(knowledge__len__gte=1),
                name="sponsor_knows_something",
                violation_error_message=_("Dites au moins une chose que vous connaissez."),
            ),
            models.CheckConstraint(
                condition=Q(legal_frame__in=LegalFrame.values), name="sponsor_legal_frame_known"
            ),
            models.CheckConstraint(
                condition=~Q(agreement__in=["agreed", "declared"])
                | Q(starts_on__isnull=False, ends_on__isnull=False) & ~Q(signatory=""),
                name="sponsor_agreement_has_dates",
                violation_error_message=_("Un accord a ses dates et son signataire."),
            ),
            models.CheckConstraint(
                condition=~Q(agreement="declared") | ~Q(reference=""),
                name="sponsor_declared_on_document",
                violation_error_message=_("Donnez la référence du document qui porte l’accord."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="sponsor_agreement_in_order",
                violation_error_message=_("L’accord finit après avoir commencé."),
            ),
            models.CheckConstraint(
                condition=Q(away_until=None)
                | Q(away_from__isnull=False) & Q(away_until__gte=F("away_from")),
                name="sponsor_leave_in_order",
                violation_error_message=_("Une absence finit après avoir commencé."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"

    def get_absolute_url(self) -> str:
        return reverse("sponsorship:sponsor", args=[self.pk])

    @property
    def is_away(self) -> bool:
        today = timezone.localdate()
        return (
            self.away_from is not None
            and self.away_from <= today
            and (self.away_until is None or self.away_until >= today)
        )

    @property
    def agreement_holds(self) -> bool:
        """Given, of today, and by who still employs the agent."""
        today = timezone.localdate()
        return (
            self.agreement in self.HOLDS
            and self.starts_on is not None
            and self.ends_on is not None
            and self.starts_on <= today <= self.ends_on
            and self.is_employed
        )

    @property
    def is_employed(self) -> bool:
        """Still of the organisation that agreed; one query."""
        return Membership.objects.filter(user=self.user_id, organisation=self.employer_id).exists()

    @property
    def knowledge_names(self) -> list[str]:
        return [str(Knowledge(each).label) for each in self.knowledge]

    @property
    def language_names(self) -> list[str]:
        return [str(Language(each).label) for each in self.languages]

    @transition("agreement", source=["draft", "declined", "agreed", "declared"], target="asked")
    def ask(self) -> None: ...

    @transition("agreement", source="asked", target="agreed")
    def agree(self) -> None: ...

    @transition("agreement", source="asked", target="declined")
    def decline(self) -> None: ...

    @transition("agreement", source="agreed", target="declined")
    def end_agreement(self) -> None:
        """By the employer, before its date."""

    @transition(
        "agreement", source=["draft", "asked", "declined", "agreed", "declared"], target="declared"
    )
    def declare(self) -> None: ...

    @transition("agreement", source=["asked", "agreed", "declared"], target="draft")
    def undo(self) -> None: ...
