"""Questions on a card, and what is answered to them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative

from .posted import Posted, cards_read_by, cards_written_by, is_manager

TEXT_LENGTH = 5000
SHOWN = Q(answers__hidden_at=None, answers__withdrawn_at=None)


class Said(Posted):
    """A text in a conversation: corrected or taken back for a while, by its author."""

    text = models.TextField(_("texte"), max_length=TEXT_LENGTH, blank=True)
    edited_at = models.DateTimeField(_("corrigé le"), null=True, blank=True)
    # Taken back by its author: the text is gone, what was answered to it stays.
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_fresh(self) -> bool:
        """Whether its author may still correct it: others may have relied on it since."""
        limit = dt.timedelta(minutes=settings.CONTRIBUTIONS["edit_minutes"])
        return self.created_at > timezone.now() - limit

    @property
    def is_shown(self) -> bool:
        return self.hidden_at is None and self.withdrawn_at is None


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: Any) -> QuestionQuerySet:
        """Public ones, for those who read the card; private ones, for who writes the card and
        managers; one's own, whatever became of the card. Agrees with
        ``rules.can_view_question``."""
        if user.is_authenticated and is_manager(user):
            return self
        shown = Q(card__in=cards_read_by(user), hidden_at=None)
        if not user.is_authenticated:
            return self.filter(shown, is_private=False)
        team = Q(card__in=cards_written_by(user))
        return self.filter(Q(author=user) | shown & (Q(is_private=False) | team))

    def listed(self) -> QuestionQuerySet:
        """With the number of their answers, latest first. A question taken back before anyone
        answered is not worth a line."""
        counted = self.annotate(answered=Count("answers", filter=SHOWN))
        listed = counted.exclude(withdrawn_at__isnull=False, answered=0)
        return listed.order_by("-created_at", "-pk")

    def unanswered(self) -> QuestionQuerySet:
        """Nobody but who asked has said anything to them."""
        another = (
            Q(author=None) | Q(question__author=None) | ~Q(author=models.F("question__author"))
        )
        answered = Answer.objects.shown().filter(another, question=models.OuterRef("pk"))
        return self.filter(~models.Exists(answered), hidden_at=None, withdrawn_at=None)

    def for_list(self) -> QuestionQuerySet:
        """With the answer found useful, if there is one."""
        useful = Answer.objects.shown().filter(useful_at__isnull=False).for_list()
        return self.select_related("author", "organisation").prefetch_related(
            Prefetch("answers", useful, to_attr="useful_answers")
        )

    def for_detail(self) -> QuestionQuerySet:
        return self.select_related("author", "organisation", "card__holder")


class Question(Said):
    card = models.ForeignKey(Initiative, models.CASCADE, related_name="questions")
    is_private = models.BooleanField(_("pour l’équipe du porteur seulement"), default=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False) | ~Q(text=""),
                name="question_has_text",
                violation_error_message=_("Écrivez votre question."),
            )
        ]
        indexes = [
            models.Index(fields=["card", "-created_at"], name="question_of_card"),
            models.Index(fields=["author", "-created_at"], name="question_of_author"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("contributions:question", args=[self.card.slug, self.pk])


class AnswerQuerySet(models.QuerySet["Answer"]):
    def shown(self) -> AnswerQuerySet:
        return self.filter(hidden_at=None, withdrawn_at=None)

    def for_list(self) -> AnswerQuerySet:
        return self.select_related("author", "organisation")


class Answer(Said):
    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    useful_at = models.DateTimeField(_("jugée utile le"), null=True, blank=True)
    useful_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("jugée utile par"),
        related_name="+",
        null=True,
        blank=True,
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("réponse")
        verbose_name_plural = _("réponses")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False) | ~Q(text=""),
                name="answer_has_text",
                violation_error_message=_("Écrivez votre réponse."),
            )
        ]
        indexes = [models.Index(fields=["author", "-created_at"], name="answer_of_author")]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return f"{self.question.get_absolute_url()}#answer-{self.pk}"
