"""What applicants ask of those who run a call; an answer serves all, save where it is private."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from .application import Application
from .call import Call


class CallQuestionQuerySet(models.QuerySet["CallQuestion"]):
    def public(self) -> CallQuestionQuerySet:
        """Answered for all."""
        return self.filter(answered_at__isnull=False, is_private=False)

    def visible_to(self, user: Any) -> CallQuestionQuerySet:
        """Public ones for all; one's own; all for those who run the call, but the private ones of
        an application that they have a link with. Agrees with ``rules.can_read_question``."""
        public = Q(answered_at__isnull=False, is_private=False)
        if not user.is_authenticated:
            return self.filter(public)
        run = Q(call__in=Call.objects.run_by(user).values("pk"))
        asker = Q(created_by=OuterRef("by")) | Q(person=OuterRef("by"))
        asker |= Q(organisation__memberships__user=OuterRef("by"))
        linked = Application.objects.linked_to(user).filter(asker, call=OuterRef("call"))
        return self.filter(public | Q(by=user) | run & (Q(is_private=False) | ~Q(Exists(linked))))


class CallQuestion(models.Model):
    """Who asks is never shown to other applicants."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="questions")
    text = models.TextField(_("question"), max_length=2000)
    # As asked; who answers may publish what serves all, and keep to the asker what must be.
    is_private = models.BooleanField(_("réponse privée"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(_("réponse"), max_length=4000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question sur un appel")
        verbose_name_plural = _("questions sur les appels")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(answer=""),
                name="callquestion_answer_has_text",
                violation_error_message=_("Une réponse a un texte."),
            )
        ]
        indexes = [models.Index(fields=["call", "answered_at"], name="callquestion_by_answer")]

    def __str__(self) -> str:
        return f"{self.call_id}/{self.pk}"
