"""A creativity session (« hold-up »): challenges, ideas, votes, and what is kept."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation

from .event import Event


class Challenge(models.Model):
    """What a holder asks the others to take hold of for a few hours."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="challenges")
    title = models.CharField(_("défi"), max_length=150)
    text = models.TextField(_("le problème, en quelques lignes"), max_length=2000)
    known = models.TextField(_("ce qui a été essayé"), max_length=1000, blank=True)
    initiative = models.ForeignKey(
        Initiative, models.SET_NULL, verbose_name=_("fiche"), related_name="challenges",
        null=True, blank=True,
    )  # fmt: skip
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, verbose_name=_("porté par"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("défi")
        verbose_name_plural = _("défis")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class IdeaQuerySet(models.QuerySet["Idea"]):
    def for_list(self) -> IdeaQuerySet:
        return self.annotate(votes_count=Count("votes")).order_by("-votes_count", "pk")


class Idea(FSMModelMixin, models.Model):
    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposée")
        KEPT = "kept", _("retenue")

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="ideas")
    title = models.CharField(_("idée"), max_length=150)
    text = models.TextField(_("comment"), max_length=2000, blank=True)
    table = models.PositiveSmallIntegerField(_("table"), null=True, blank=True)
    state = FSMField(_("état"), choices=State.choices, default=State.PROPOSED, protected=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = IdeaQuerySet.as_manager()

    class Meta:
        verbose_name = _("idée")
        verbose_name_plural = _("idées")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "kept"]), name="idea_state_known"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @transition("state", source="proposed", target="kept")
    def keep(self) -> None: ...


class Vote(models.Model):
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["idea", "user"], name="vote_once")]

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.user_id}"


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> TaskQuerySet:
        return self.filter(state="open")

    def for_team(self, user: Any) -> TaskQuerySet:
        return self.filter(initiative__in=Initiative.objects.written_by(user))


class Task(FSMModelMixin, models.Model):
    """What was kept of a session, to be done by the card's team."""

    class State(models.TextChoices):
        OPEN = "open", _("à faire")
        DONE = "done", _("fait")
        DROPPED = "dropped", _("laissé")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="tasks")
    idea = models.OneToOneField(Idea, models.SET_NULL, null=True, related_name="task")
    event = models.ForeignKey(Event, models.PROTECT, related_name="tasks")
    title = models.CharField(_("à faire"), max_length=150)
    due_on = models.DateField(_("pour le"), null=True, blank=True)
    state = FSMField(_("état"), choices=State.choices, default=State.OPEN, protected=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("tâche d’une fiche")
        verbose_name_plural = _("tâches des fiches")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "done", "dropped"]), name="task_state_known"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @transition("state", source="open", target="done")
    def do(self) -> None: ...

    @transition("state", source="open", target="dropped")
    def drop(self) -> None: ...

    @transition("state", source=["done", "dropped"], target="open")
    def open_again(self) -> None: ...
