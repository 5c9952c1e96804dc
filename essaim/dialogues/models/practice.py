"""A practice proposed to a territory, what it chose, and how what it adopted is followed."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative, Publication
from essaim.people.models import Organisation
from essaim.replications.models import Replication, State

from .campaign import CampaignIndicator
from .dialogue import Dialogue


class ProposalState(models.TextChoices):
    PROPOSED = "proposed", _("proposée")
    ADOPTED = "adopted", _("adoptée")
    ADAPTED = "adapted", _("adoptée en l’adaptant")
    DECLINED = "declined", _("déclinée")
    WITHDRAWN = "withdrawn", _("retirée par le centre")


CHOSEN = ("adopted", "adapted")
ANSWERED = ("adopted", "adapted", "declined")


class ProposedQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: Any) -> ProposedQuerySet:
        return self.filter(dialogue__in=Dialogue.objects.visible_to(user).values("pk"))

    def chosen(self) -> ProposedQuerySet:
        return self.filter(state__in=CHOSEN)

    def standing(self) -> ProposedQuerySet:
        return self.exclude(state=ProposalState.WITHDRAWN)

    def for_list(self) -> ProposedQuerySet:
        return self.select_related("initiative__holder", "adopter", "replication")

    def for_detail(self) -> ProposedQuerySet:
        return self.select_related(
            "dialogue__campaign__centre", "dialogue__territory", "initiative__holder",
            "adopter", "replication",
        )  # fmt: skip


# Words stay out of the history: a reason is the territory's own, and must stay erasable.
@pghistory.track(
    model_name="DialogueProposalEvent",
    fields=[
        *("id", "dialogue", "initiative", "state", "proof_level", "is_objective"),
        *("objective_by", "adopter", "replication", "proposed_on", "answered_on"),
    ],
)
class Proposal(FSMModelMixin, models.Model):
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="proposals")
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, verbose_name=_("fiche"), related_name="dialogue_proposals"
    )
    state = FSMField(
        _("état"), choices=ProposalState.choices, default=ProposalState.PROPOSED, protected=True
    )
    # Why: what was true the day it was proposed, and the centre's words.
    proof_level = models.PositiveSmallIntegerField(_("niveau de preuve"), default=0)
    is_ready = models.BooleanField(_("fin prêt"), default=False)
    indicators = models.ManyToManyField(CampaignIndicator, related_name="+", blank=True)
    # Of similar territories where it runs: [{label, url, site, since}]; labels as of that day.
    similar = models.JSONField(default=list, blank=True)
    first_year_cost = models.DecimalField(
        _("coût de la première année"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    centre_words = models.TextField(_("pourquoi cette pratique"), max_length=3000, blank=True)
    proposed_on = models.DateField(_("proposée le"), default=timezone.localdate)

    answered_on = models.DateField(_("choix fait le"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # What is adapted, or why it is declined: the territory's words, which change nothing else.
    words = models.TextField(_("mot du territoire"), max_length=3000, blank=True)
    is_objective = models.BooleanField(_("objectif convenu"), default=False)
    objective_by = models.DateField(_("pour le"), null=True, blank=True)
    adopter = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("qui la reprend"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    replication = models.ForeignKey(
        Replication, models.SET_NULL, verbose_name=_("reprise"), related_name="dialogue_proposals",
        null=True, blank=True,
    )  # fmt: skip

    # Begun by this choice, rather than found there.
    began_replication = models.BooleanField(default=False)

    objects = ProposedQuerySet.as_manager()

    class Meta:
        verbose_name = _("pratique proposée")
        verbose_name_plural = _("pratiques proposées")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "initiative"],
                condition=~Q(state="withdrawn"),
                name="dialogue_proposal_once_per_dialogue",
                violation_error_message=_("Cette pratique est déjà proposée à ce territoire."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=ProposalState.values), name="dialogue_proposal_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["adopted", "adapted", "declined"])
                | Q(answered_on__isnull=False),
                name="dialogue_proposal_answer_has_date",
            ),
            models.CheckConstraint(
                condition=Q(is_objective=False) | Q(state__in=["adopted", "adapted"]),
                name="dialogue_proposal_objective_only_if_adopted",
                violation_error_message=_("Seule une pratique adoptée peut être un objectif."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return f"{reverse('dialogues:dialogue', args=[self.dialogue_id])}#pratique-{self.pk}"

    @property
    def is_chosen(self) -> bool:
        return self.state in CHOSEN

    @property
    def has_replication(self) -> bool:
        """One that was not stopped."""
        return self.replication is not None and self.replication.state != State.STOPPED

    @property
    def is_readable(self) -> bool:
        """Its card is still published: withdrawn since, it can no longer be taken up."""
        return self.initiative.publication == Publication.PUBLISHED

    def _answer(self, by: Any, words: str) -> None:
        self.answered_on, self.answered_by, self.words = timezone.localdate(), by, words

    @transition("state", source=["proposed", "adapted", "declined"], target="adopted")
    def adopt(self, by: Any, words: str) -> None:
        self._answer(by, words)

    @transition("state", source=["proposed", "adopted", "declined"], target="adapted")
    def adapt(self, by: Any, words: str) -> None:
        self._answer(by, words)

    @transition("state", source=["proposed", "adopted", "adapted"], target="declined")
    def decline(self, by: Any, words: str) -> None:
        self._answer(by, words)
        self.is_objective, self.objective_by = False, None

    @transition("state", source="proposed", target="withdrawn")
    def withdraw(self) -> None:
        pass


class Step(models.Model):
    """A step of an adopted practice's roadmap."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="steps")
    title = models.CharField(_("étape"), max_length=200)
    due_on = models.DateField(_("pour le"))
    done_on = models.DateField(_("faite le"), null=True, blank=True)
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("étape de la feuille de route")
        verbose_name_plural = _("étapes des feuilles de route")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        return self.done_on is None and self.due_on < timezone.localdate()


class Helper(models.Model):
    """Who answers on the helpline of an adopted practice, and when."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="helpers")
    name = models.CharField(_("personne ou service"), max_length=200)
    contact = models.CharField(_("téléphone ou e-mail"), max_length=200)
    hours = models.CharField(_("heures"), max_length=200)
    topics = models.CharField(_("pour quoi"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("appui d’une pratique adoptée")
        verbose_name_plural = _("appuis des pratiques adoptées")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Check(models.Model):
    """A visit in the field: planned, then what was seen there."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="checks")
    on = models.DateField(_("le"))
    seen = models.TextField(_("ce qui a été vu"), max_length=5000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("constat de terrain")
        verbose_name_plural = _("constats de terrain")
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.on}"

    @property
    def is_waiting(self) -> bool:
        """Its day has come and nobody has said what was seen."""
        return not self.seen and self.on <= timezone.localdate()
