"""Who stands beside an applicant: those invited to write, the organisations that sign along."""

from __future__ import annotations

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.people.models import Organisation
from essaim.territories.models import Territory


class Editor(models.Model):
    """Who else writes an application, invited by its side."""

    application = models.ForeignKey("calls.Application", models.CASCADE, related_name="editors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("coéditeur d’une candidature")
        verbose_name_plural = _("coéditeurs des candidatures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="editor_of_call_once")
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.user_id}"


@pghistory.track(
    model_name="PartnerEvent",
    fields=["id", "application", "organisation", "role", "territory", "state", "signed_by"],
)
class Partner(FSMModelMixin, models.Model):
    """An organisation that applies along: it reads, and signs by its representative."""

    class Role(models.TextChoices):
        PARTNER = "partner", _("partenaire")
        SITE = "site", _("site")
        FOLLOWER = "follower", _("site suiveur")
        EVALUATOR = "evaluator", _("évaluateur indépendant")

    class State(models.TextChoices):
        INVITED = "invited", _("invité")
        SIGNED = "signed", _("a signé")
        DECLINED = "declined", _("a décliné")
        LEFT = "left", _("s’est retiré")

    GONE = ("declined", "left")

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey("calls.Application", models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    role = models.CharField(_("rôle"), max_length=10, choices=Role, default=Role.PARTNER)
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("territoire"),
    )  # fmt: skip
    part = models.TextField(_("ce qu’il apporte ou fera"), max_length=2000, blank=True)
    amount_cents = models.BigIntegerField(_("sa part (centimes)"), null=True, blank=True)
    state = FSMField(_("état"), choices=State.choices, default=State.INVITED, protected=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("pourquoi"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("partenaire d’une candidature")
        verbose_name_plural = _("partenaires des candidatures")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["invited", "signed", "declined", "left"]),
                name="partner_state_known",
            ),
            models.UniqueConstraint(
                fields=["application", "organisation"],
                condition=Q(state__in=["invited", "signed"]),
                name="partner_once",
                violation_error_message=_("Cette organisation est déjà partenaire."),
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gte=0),
                name="partner_amount_not_negative",
                violation_error_message=_("Un montant n’est pas négatif."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.organisation_id}"

    @transition("state", source=["invited"], target="signed")
    def sign(self) -> None: ...

    @transition("state", source=["invited"], target="declined")
    def decline(self) -> None: ...

    @transition("state", source=["invited", "signed"], target="left")
    def leave(self) -> None: ...

    @transition("state", source=["signed"], target="invited")
    def ask_again(self) -> None:
        """What was signed has changed in what concerns the partner."""
