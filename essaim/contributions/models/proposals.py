"""A change to a card, proposed by someone who does not write it."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import SECTIONS

from .posted import Posted, cards_written_by, is_manager


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: Any) -> ProposalQuerySet:
        """One's own; those sent, for who writes the card and for managers. What moderation hid
        stays with its author and managers. Agrees with ``rules.can_view_proposal``."""
        if not user.is_authenticated:
            return self.none()
        sent = Q(sent_at__isnull=False)
        mine = Q(sent_by=user) | sent & Q(author=user)
        if is_manager(user):
            return self.filter(mine | sent)
        return self.filter(mine | sent & Q(hidden_at=None) & Q(card__in=cards_written_by(user)))

    def waiting(self) -> ProposalQuerySet:
        """Those that the holder's team must answer."""
        return self.filter(state=Proposal.State.PROPOSED, hidden_at=None)

    def credited(self) -> ProposalQuerySet:
        """Those that became part of their card, latest first."""
        return self.filter(state__in=Proposal.TAKEN, hidden_at=None).order_by("-decided_at", "-pk")

    def for_list(self) -> ProposalQuerySet:
        return self.select_related("card", "author", "organisation", "decided_by").defer(
            "before", "content", "taken"
        )

    def for_detail(self) -> ProposalQuerySet:
        return self.select_related(
            "card__holder", "author", "organisation", "decided_by", "sent_by", "answer__question"
        )


@pghistory.track(
    model_name="ProposalEvent",
    fields=[
        *("id", "card", "section", "kind", "author", "organisation", "sent_by", "state"),
        *("decided_by", "decided_at", "hidden_at"),
    ],
)
class Proposal(FSMModelMixin, Posted):
    """One section of the card as its author would have it.

    ``before`` is the section as the author saw it and ``content`` as they would have it, so
    that what the card has become since can be told from what they meant to change.
    """

    class Kind(models.TextChoices):
        SECTION = "section", _("modification")
        VARIANT = "variant", _("nouvelle variante")
        MATERIAL = "material", _("matériel")
        FAILURE = "failure", _("échec dont on a appris")
        ANSWER = "answer", _("réponse à une question")

    class State(models.TextChoices):
        DRAFT = "draft", _("brouillon")
        PROPOSED = "proposed", _("proposée")
        ACCEPTED = "accepted", _("acceptée")
        AMENDED = "amended", _("acceptée avec des changements")
        DECLINED = "declined", _("déclinée")
        WITHDRAWN = "withdrawn", _("retirée")

    TAKEN = (State.ACCEPTED, State.AMENDED)

    card = models.ForeignKey(Initiative, models.CASCADE, related_name="proposals")
    kind = models.CharField(_("nature"), max_length=10, choices=Kind, default=Kind.SECTION)
    section = models.SlugField(_("section"), max_length=30)
    base_version = models.PositiveIntegerField(_("version de départ"))
    seen = models.CharField(_("empreinte de la section"), max_length=32)
    before = models.JSONField(encoder=DjangoJSONEncoder)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    reason = models.TextField(_("pourquoi"), max_length=5000, blank=True)
    # Who filled the form in: the author, except when someone else brought their answer.
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("envoyée par"),
        related_name="+",
        null=True,
    )
    answer = models.ForeignKey(
        "Answer",
        models.SET_NULL,
        verbose_name=_("tirée de la réponse"),
        related_name="proposals",
        null=True,
        blank=True,
    )
    state = FSMField(_("état"), choices=State.choices, default=State.DRAFT, protected=True)
    sent_at = models.DateTimeField(_("envoyée le"), null=True, blank=True)
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("décidée par"),
        related_name="+",
        null=True,
        blank=True,
    )
    decision = models.TextField(_("mot à l’auteur"), max_length=5000, blank=True)
    # What went into the card, where it is not ``content`` word for word.
    taken = models.JSONField(encoder=DjangoJSONEncoder, null=True, blank=True)

    # Words withdrawn from the card's history were taken out of this proposal too.
    words_withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposition")
        verbose_name_plural = _("propositions")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft", "proposed", "accepted", "amended", "declined", "withdrawn"
                    ]
                ),
                name="proposal_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(sent_at__isnull=False),
                name="proposal_sent_has_date",
                violation_error_message=_("Une proposition envoyée garde la date de son envoi."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "amended", "declined"])
                | Q(decided_at__isnull=False),
                name="proposal_decided_has_date",
                violation_error_message=_("Une décision garde sa date."),
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decision=""),
                name="proposal_declined_has_reason",
                violation_error_message=_("Dites à l’auteur pourquoi vous déclinez."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["card", "state", "-decided_at"], name="proposal_of_card"),
            models.Index(fields=["author", "-created_at"], name="proposal_of_author"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.pk})"

    def get_absolute_url(self) -> str:
        return reverse("contributions:proposal", args=[self.card.slug, self.pk])

    @property
    def section_title(self) -> Any:
        return SECTIONS[self.section].title

    # Who may is in rules.py; actions call these.
    @transition("state", source=["draft"], target="proposed")
    def send(self) -> None:
        self.sent_at = timezone.now()

    @transition("state", source=["proposed"], target="accepted")
    def accept(self, by: Any) -> None:
        self._decided(by)

    @transition("state", source=["proposed"], target="amended")
    def amend(self, by: Any) -> None:
        self._decided(by)

    @transition("state", source=["proposed"], target="declined")
    def decline(self, by: Any) -> None:
        self._decided(by)

    @transition("state", source=["draft", "proposed"], target="withdrawn")
    def withdraw(self) -> None:
        pass

    def _decided(self, by: Any) -> None:
        self.decided_by, self.decided_at = by, timezone.now()
