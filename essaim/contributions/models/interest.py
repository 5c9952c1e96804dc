"""« Je suis intéressé »: someone who may take the initiative up."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import CoEditor, Initiative
from essaim.people.models import Membership, Organisation
from essaim.territories.models import Territory

from .posted import cards_written_by, is_manager


class InterestQuerySet(models.QuerySet["Interest"]):
    def visible_to(self, user: Any) -> InterestQuerySet:
        """One's own, and for who carries the card, those it received. Managers read those of
        cards that nobody carries here yet. Agrees with ``rules.can_view_interest``."""
        if not user.is_authenticated:
            return self.none()
        mine = Q(user=user) | Q(card__in=cards_written_by(user))
        if is_manager(user):
            mine |= without_a_team("card")
        return self.filter(mine)

    def open_for(self, card: Initiative) -> InterestQuerySet:
        """Who is interested in the card now, first come first: for readiness and matching."""
        return self.filter(card=card, state__in=Interest.OPEN).order_by("created_at", "pk")

    def waiting(self) -> InterestQuerySet:
        """Those whom the team has not called yet."""
        return self.filter(state=Interest.State.INTERESTED)

    def for_list(self) -> InterestQuerySet:
        return self.select_related("user", "organisation", "territory", "contacted_by")


def without_a_team(card: str = "") -> Any:
    """Rows whose card (``card`` leads to it; "": the card itself) has no active account that
    answers for it: nobody would read what is written there."""
    path = f"{card}__" if card else ""
    author = Q(**{f"{path}author": None}) | Q(**{f"{path}author__is_active": False})
    coeditors = CoEditor.objects.filter(card=OuterRef(card or "pk"), user__is_active=True)
    members = Membership.objects.filter(
        organisation=OuterRef(f"{path}holder"), user__is_active=True
    ).order_by()
    return author & ~Exists(coeditors) & ~Exists(members)


class Interest(FSMModelMixin, models.Model):
    """One for each person and organisation, until it is closed. Goes with its account."""

    class State(models.TextChoices):
        INTERESTED = "interested", _("intéressé")
        IN_CONTACT = "in_contact", _("en contact")
        CLOSED = "closed", _("retiré")

    OPEN = (State.INTERESTED, State.IN_CONTACT)

    card = models.ForeignKey(Initiative, models.CASCADE, related_name="interests")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("personne"),
        related_name="interests",
    )
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        verbose_name=_("au nom de"),
        related_name="interests",
        null=True,
        blank=True,
    )
    territory = models.ForeignKey(
        Territory,
        models.PROTECT,
        verbose_name=_("territoire"),
        related_name="+",
        null=True,
        blank=True,
    )
    message = models.TextField(_("message"), max_length=3000)
    state = FSMField(_("état"), choices=State.choices, default=State.INTERESTED, protected=True)
    created_at = models.DateTimeField(_("depuis"), auto_now_add=True)
    contacted_at = models.DateTimeField(_("en contact depuis"), null=True, blank=True)
    contacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("mis en contact par"),
        related_name="+",
        null=True,
        blank=True,
    )
    closed_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("intérêt")
        verbose_name_plural = _("intérêts")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "user", "organisation"],
                condition=Q(state__in=["interested", "in_contact"]),
                nulls_distinct=False,
                name="interest_once",
                violation_error_message=_("Vous avez déjà dit votre intérêt pour cette fiche."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["interested", "in_contact", "closed"]),
                name="interest_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_contact") | Q(contacted_at__isnull=False),
                name="interest_in_contact_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
                name="interest_closed_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @transition("state", source=["interested"], target="in_contact")
    def make_contact(self, by: Any) -> None:
        self.contacted_by, self.contacted_at = by, timezone.now()

    @transition("state", source=["interested", "in_contact"], target="closed")
    def close(self) -> None:
        self.closed_at = timezone.now()
