"""Reports of abuse, what managers decide of them, and one appeal."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative

from .posted import is_manager


class Kind(models.TextChoices):
    """What may be reported; with its number, what a case is about."""

    CARD = "card", _("fiche")
    QUESTION = "question", _("question")
    ANSWER = "answer", _("réponse")
    PROPOSAL = "proposal", _("proposition")


class Reason(models.TextChoices):
    PERSONAL = "personal", _("données personnelles, vie privée")
    HATEFUL = "hateful", _("injure, haine, menace")
    FALSE = "false", _("information fausse ou trompeuse")
    ADVERTISING = "advertising", _("publicité, contenu sans rapport")
    RIGHTS = "rights", _("droits d’auteur ou autres droits")
    OTHER = "other", _("autre raison")


class ModerationCaseQuerySet(models.QuerySet["ModerationCase"]):
    def visible_to(self, user: Any) -> ModerationCaseQuerySet:
        """All for managers; for an author, what was decided of their words."""
        if not user.is_authenticated:
            return self.none()
        if is_manager(user):
            return self
        return self.filter(subject_author=user, state__in=ModerationCase.TOLD)

    def to_decide(self) -> ModerationCaseQuerySet:
        return self.filter(state__in=[ModerationCase.State.OPEN, ModerationCase.State.APPEALED])

    def to_contest(self) -> ModerationCaseQuerySet:
        return self.filter(state=ModerationCase.State.HIDDEN)

    def for_list(self) -> ModerationCaseQuerySet:
        return self.select_related("card", "decided_by", "subject_author").annotate(
            reported=models.Count("reports")
        )


class ModerationCase(FSMModelMixin, models.Model):
    """All reports of one content, and what became of it.

    Reasons in words stand here, where they can be erased; ``ModerationDecision`` keeps what
    must not change.
    """

    class State(models.TextChoices):
        OPEN = "open", _("à examiner")
        DISMISSED = "dismissed", _("classé, contenu laissé")
        HIDDEN = "hidden", _("contenu masqué")
        APPEALED = "appealed", _("recours à examiner")
        UPHELD = "upheld", _("masquage confirmé")
        RESTORED = "restored", _("contenu rétabli")

    # States that the author of the content reads.
    TOLD = (State.HIDDEN, State.APPEALED, State.UPHELD, State.RESTORED)
    STANDING = (State.OPEN, State.HIDDEN, State.APPEALED)

    kind = models.CharField(_("contenu"), max_length=10, choices=Kind)
    target = models.BigIntegerField(_("numéro"))
    card = models.ForeignKey(Initiative, models.CASCADE, related_name="moderation_cases")
    subject_author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("auteur du contenu"),
        related_name="+",
        null=True,
        blank=True,
    )
    state = FSMField(_("état"), choices=State.choices, default=State.OPEN, protected=True)
    opened_at = models.DateTimeField(_("ouvert le"), auto_now_add=True)
    reason_code = models.CharField(_("motif"), max_length=12, choices=Reason, blank=True)
    reason = models.TextField(_("explication"), max_length=3000, blank=True)
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("décidé par"),
        related_name="+",
        null=True,
        blank=True,
    )
    appeal = models.TextField(_("recours"), max_length=3000, blank=True)
    appealed_at = models.DateTimeField(_("recours du"), null=True, blank=True)
    appeal_answer = models.TextField(_("réponse au recours"), max_length=3000, blank=True)
    appeal_decided_at = models.DateTimeField(null=True, blank=True)
    appeal_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("recours décidé par"),
        related_name="+",
        null=True,
        blank=True,
    )

    objects = ModerationCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("signalement")
        verbose_name_plural = _("signalements")
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "target"],
                condition=Q(state__in=["open", "hidden", "appealed"]),
                name="moderation_one_standing_case",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["open", "dismissed", "hidden", "appealed", "upheld", "restored"]
                ),
                name="moderation_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False),
                name="moderation_decided_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["appealed", "upheld", "restored"])
                | Q(appealed_at__isnull=False),
                name="moderation_appeal_has_date",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(appeal_decided_by__isnull=True)
                | ~Q(decided_by=models.F("appeal_decided_by")),
                name="moderation_appeal_by_another",
                violation_error_message=_("Le recours est décidé par une autre personne."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.target}"

    def get_absolute_url(self) -> str:
        """What managers open; authors have ``contributions:moderated``."""
        return reverse("contributions:case", args=[self.pk])

    @transition("state", source=["open"], target="dismissed")
    def dismiss(self, by: Any) -> None:
        self._decided(by)

    @transition("state", source=["open"], target="hidden")
    def hide(self, by: Any) -> None:
        self._decided(by)

    @transition("state", source=["hidden"], target="appealed")
    def make_appeal(self) -> None:
        self.appealed_at = timezone.now()

    @transition("state", source=["appealed"], target="upheld")
    def uphold(self, by: Any) -> None:
        self._appeal_decided(by)

    @transition("state", source=["appealed"], target="restored")
    def restore(self, by: Any) -> None:
        self._appeal_decided(by)

    def _decided(self, by: Any) -> None:
        self.decided_by, self.decided_at = by, timezone.now()

    def _appeal_decided(self, by: Any) -> None:
        self.appeal_decided_by, self.appeal_decided_at = by, timezone.now()


class Report(models.Model):
    """What one person says is wrong. Known to managers only."""

    case = models.ForeignKey(ModerationCase, models.CASCADE, related_name="reports")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("signalé par"),
        related_name="+",
        null=True,
    )
    reason_code = models.CharField(_("motif"), max_length=12, choices=Reason)
    text = models.TextField(_("explication"), max_length=3000, blank=True)
    at = models.DateTimeField(_("le"), auto_now_add=True)

    class Meta:
        verbose_name = _("signalement d’une personne")
        verbose_name_plural = _("signalements des personnes")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "by"],
                name="report_once",
                violation_error_message=_("Vous avez déjà signalé ce contenu."),
            )
        ]
        indexes = [models.Index(fields=["by", "-at"], name="report_of_person")]

    def __str__(self) -> str:
        return f"{self.pk}"


class ModerationDecision(models.Model):
    """What was decided, of what, by whom, when: identifiers and codes, kept as they are."""

    append_only = True

    class Outcome(models.TextChoices):
        DISMISSED = "dismissed", _("classé")
        HIDDEN = "hidden", _("masqué")
        UPHELD = "upheld", _("masquage confirmé")
        RESTORED = "restored", _("rétabli")

    # The row outlives what it is about, and may not be changed when that goes.
    case = models.ForeignKey(
        ModerationCase, models.DO_NOTHING, related_name="decisions", db_constraint=False
    )
    card = models.ForeignKey(Initiative, models.DO_NOTHING, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=10, choices=Kind)
    target = models.BigIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason_code = models.CharField(max_length=12, choices=Reason, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        related_name="+",
        null=True,
        db_constraint=False,
    )

    class Meta:
        verbose_name = _("décision de modération")
        verbose_name_plural = _("décisions de modération")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"
