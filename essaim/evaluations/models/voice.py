"""The voice of users: interviews and a short questionnaire, answered without an account (§ 6).

An answer keeps neither name, account nor address of the machine, and the day only: nobody can be
found again by it. Free texts may still name someone: the team alone reads them, and answers are
erased on the day that was announced; the counts stay.
"""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative, Publication

SMALLEST = 5  # answers below which no result is shown, even to the team: one could guess who


class SurveyState(models.TextChoices):
    DRAFT = "draft", _("en préparation")
    OPEN = "open", _("réponses ouvertes")
    CLOSED = "closed", _("réponses closes, à conclure")
    CONCLUDED = "concluded", _("conclue")
    WITHDRAWN = "withdrawn", _("retirée")
    ABANDONED = "abandoned", _("arrêtée")


def new_token() -> str:
    return secrets.token_urlsafe(12)


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, user: Any) -> SurveyQuerySet:
        """Concluded ones, with their card, for all; the others for those who answer for the card
        and managers. Agrees with ``rules.can_view_survey``."""
        public = Q(published_at__isnull=False, initiative__publication=Publication.PUBLISHED)
        if not user.is_authenticated:
            return self.filter(public)
        if user.is_manager or user.is_superuser:
            return self
        cards = Initiative.objects.written_by(user).values("pk")
        return self.filter(public | Q(initiative__in=cards))

    def answerable(self) -> SurveyQuerySet:
        return self.filter(state=SurveyState.OPEN, closes_on__gte=timezone.localdate())

    def for_detail(self) -> SurveyQuerySet:
        return self.select_related("initiative__holder").prefetch_related("questions")


class Survey(FSMModelMixin, models.Model):
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    initiative = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name=_("fiche"), related_name="surveys"
    )
    state = FSMField(
        _("étape"), choices=SurveyState.choices, default=SurveyState.DRAFT, protected=True
    )
    title = models.CharField(_("nom de l’enquête"), max_length=200)
    audience = models.CharField(_("qui est interrogé"), max_length=300)
    invited = models.PositiveIntegerField(
        _("personnes à qui l’on propose de répondre"), null=True, blank=True
    )
    controller = models.CharField(_("responsable du traitement"), max_length=200)
    introduction = models.TextField(_("ce que l’on dit aux personnes"), max_length=2000)
    guide = models.TextField(_("guide d’entretien"), max_length=10_000, blank=True)
    minimum = models.PositiveSmallIntegerField(
        _("réponses nécessaires pour montrer un résultat"), default=10
    )
    closes_on = models.DateField(_("dernier jour pour répondre"))
    deletion_on = models.DateField(_("date d’effacement des réponses"))
    # The link people answer by: known by those it is given to, made anew at will.
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    opened_at = models.DateTimeField(_("ouverte le"), null=True, blank=True)
    # Of the answers once closed: kept when they are erased.
    counts = models.JSONField(null=True, blank=True)
    erased_at = models.DateTimeField(_("réponses effacées le"), null=True, blank=True)
    interviews = models.PositiveIntegerField(_("entretiens menés"), default=0)
    heard = models.TextField(_("ce que les personnes ont dit"), max_length=5000, blank=True)
    limits = models.TextField(_("limites"), max_length=3000, blank=True)
    changes = models.TextField(_("ce que nous allons changer"), max_length=3000, blank=True)
    level = models.PositiveSmallIntegerField(_("niveau de preuve"), null=True, blank=True)
    concluded_at = models.DateTimeField(_("conclue le"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    public_note = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="surveys_made"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("enquête auprès des usagers")
        verbose_name_plural = _("enquêtes auprès des usagers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SurveyState.values), name="survey_state_known"),
            models.CheckConstraint(
                condition=Q(minimum__gte=SMALLEST),
                name="survey_minimum_protects",
                violation_error_message=_("Il faut au moins cinq réponses pour montrer un résultat."),
            ),
            models.CheckConstraint(
                condition=Q(deletion_on__gte=F("closes_on")),
                name="survey_erased_after_closing",
                violation_error_message=_("Les réponses s’effacent après la clôture."),
            ),
            models.CheckConstraint(
                condition=~Q(state=SurveyState.CONCLUDED)
                | Q(concluded_at__isnull=False, published_at__isnull=False) & ~Q(limits=""),
                name="survey_concluded_with_limits",
                violation_error_message=_("On conclut en disant les limites."),
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level=1),
                name="survey_level_at_most_one",
                violation_error_message=_("La voix des usagers n’établit pas plus que le niveau 1."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["initiative", "state"], name="survey_of_card")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("evaluations:survey", args=[self.pk])

    @property
    def answer_path(self) -> str:
        return reverse("evaluations:answer", args=[self.token])

    @property
    def is_answerable(self) -> bool:
        return self.state == SurveyState.OPEN and self.closes_on >= timezone.localdate()

    @transition("state", source=SurveyState.DRAFT, target=SurveyState.OPEN)
    def open(self) -> None:
        pass

    @transition("state", source=SurveyState.OPEN, target=SurveyState.CLOSED)
    def close(self) -> None:
        pass

    @transition("state", source=SurveyState.CLOSED, target=SurveyState.CONCLUDED)
    def conclude(self) -> None:
        pass

    @transition("state", source=SurveyState.CONCLUDED, target=SurveyState.WITHDRAWN)
    def withdraw(self) -> None:
        pass

    @transition(
        "state",
        source=[SurveyState.DRAFT, SurveyState.OPEN, SurveyState.CLOSED],
        target=SurveyState.ABANDONED,
    )
    def abandon(self) -> None:
        """Right to error: without consequence; its answers go."""


class Question(models.Model):
    class Kind(models.TextChoices):
        YES_NO = "yes_no", _("oui ou non")
        AGREE = "agree", _("d’accord ou pas, en cinq degrés")
        CHOICE = "choice", _("un choix dans une liste")
        TEXT = "text", _("en toutes lettres")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("forme de la réponse"), max_length=10, choices=Kind)
    text = models.CharField(_("question"), max_length=300)
    choices = ArrayField(
        models.CharField(max_length=100), verbose_name=_("réponses proposées"),
        default=list, blank=True,
    )  # fmt: skip

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "position"], name="question_position_once"),
            models.CheckConstraint(
                condition=~Q(kind="choice") | Q(choices__len__gte=2),
                name="question_choice_has_choices",
                violation_error_message=_("Proposez au moins deux réponses."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def name(self) -> str:
        """Of its field, and its key in the answers."""
        return f"q{self.pk}"


class Response(models.Model):
    """One person's answers. Neither who, nor from where, nor at what time."""

    class Channel(models.TextChoices):
        LINK = "link", _("par le lien")
        PAPER = "paper", _("sur papier")
        PHONE = "phone", _("au téléphone ou en face à face")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="responses")
    submission = models.UUIDField(unique=True)
    on = models.DateField(_("jour"))
    channel = models.CharField(_("voie"), max_length=5, choices=Channel)
    answers = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("réponse")
        verbose_name_plural = _("réponses")

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.on}"
