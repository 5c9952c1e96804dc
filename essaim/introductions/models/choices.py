"""Who accepts that initiatives are proposed to them: nobody, until they say so."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from essaim.people.models import Function, Membership, Organisation, OrganisationKind


class OrganisationChoiceQuerySet(models.QuerySet["OrganisationChoice"]):
    def reachable(self) -> OrganisationChoiceQuerySet:
        """Those that accept, that somebody answers for, and whose territory is not closed."""
        closed = OrganisationChoice.objects.filter(
            answer=OrganisationChoice.Answer.CLOSED,
            organisation__territory=OuterRef("organisation__territory"),
        )
        answering = who_answers(OuterRef("organisation"))
        return self.filter(Exists(answering), answer=OrganisationChoice.Answer.ACCEPTS).exclude(
            Exists(closed)
        )


def who_answers(organisation: Any) -> models.QuerySet[Membership]:
    """Those who answer a holder in an organisation's name and did not leave such mail: who
    represents it, or takes projects up there."""
    answering = Membership.objects.filter(organisation=organisation, user__is_active=True).filter(
        Q(role=Membership.Role.REPRESENTATIVE) | Q(functions__contains=[Function.ADOPTER])
    )
    left = PersonChoice.objects.filter(user=OuterRef("user"))
    return answering.exclude(Exists(left))


@pghistory.track()
class OrganisationChoice(models.Model):
    """Said by who represents the organisation; without a row, nothing is proposed to it."""

    class Answer(models.TextChoices):
        ACCEPTS = "accepts", _("oui, des porteurs peuvent nous proposer leur initiative")
        REFUSES = "refuses", _("non, pas à notre organisation")
        CLOSED = "closed", _("non, à aucune organisation de notre territoire")

    # Only the local authority of a place speaks for the place.
    SPEAKS_FOR_TERRITORY = [OrganisationKind.LOCAL_AUTHORITY]

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, verbose_name=_("organisation"), related_name="+"
    )
    answer = models.CharField(_("réponse"), max_length=7, choices=Answer)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("dit par"),
        related_name="+", null=True,
    )  # fmt: skip
    at = models.DateTimeField(_("dit le"), auto_now=True)

    objects = OrganisationChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("accueil des propositions")
        verbose_name_plural = _("accueil des propositions")
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__in=["accepts", "refuses", "closed"]),
                name="organisationchoice_answer_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}"


class PersonChoice(models.Model):
    """A person who no longer wants to receive holders' proposals, whatever their organisations
    accept. The row is the refusal."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("refus des propositions")
        verbose_name_plural = _("refus des propositions")

    def __str__(self) -> str:
        return f"{self.user_id}"
