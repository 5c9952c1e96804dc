"""After the results: a laureate's support plan, its news, its closing; what did not work."""

from __future__ import annotations

import datetime as dt
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

from .application import Application
from .call import RESULTS, Call


class Credit(models.Model):
    """Whether a person who is a laureate is named in public: their choice, no by default."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="credit")
    is_named = models.BooleanField(_("mon nom figure parmi les lauréats"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("mention d’une personne lauréate")
        verbose_name_plural = _("mentions des personnes lauréates")

    def __str__(self) -> str:
        return f"{self.application_id}"


class SupportState(models.TextChoices):
    PLANNED = "planned", _("en préparation")
    RUNNING = "running", _("en cours")
    CLOSED = "closed", _("terminé")


class SupportOutcome(models.TextChoices):
    REACHED = "reached", _("objectifs atteints")
    PARTLY = "partly", _("objectifs atteints en partie")
    STOPPED = "stopped", _("projet arrêté, sans conséquence pour son porteur")


class SupportQuerySet(models.QuerySet["Support"]):
    def visible_to(self, user: Any) -> SupportQuerySet:
        """For the application's side once announced, and for those who run the call and have no
        link with it. Agrees with ``support_rules.can_view_support``."""
        if not user.is_authenticated:
            return self.none()
        run = Q(application__call__in=Call.objects.run_by(user).values("pk")) & ~Q(
            application__in=Application.objects.linked_to(user).values("pk")
        )
        side = Q(
            application__in=Application.objects.of_side(user).values("pk"),
            application__call__state__in=RESULTS,
        ) & ~Q(state=SupportState.PLANNED)
        return self.filter(run | side)

    def for_list(self) -> SupportQuerySet:
        return self.select_related("application__call", "application__organisation", "adviser")

    def for_detail(self) -> SupportQuerySet:
        return self.select_related(
            "application__call__organiser", "application__organisation", "application__initiative",
            "adviser",
        ).prefetch_related("milestones", "follow_ups__indicators", "follow_ups__by")  # fmt: skip


@pghistory.track(
    model_name="CallSupportEvent",
    fields=[
        *("id", "application", "adviser", "days", "starts_on", "ends_on", "report_months"),
        *("next_report_on", "state", "outcome", "closed_on"),
    ],
)
class Support(FSMModelMixin, models.Model):
    """What a laureate receives besides money: who accompanies it, how many days, by when."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="support")
    # Public: a service or a role, never a person’s own name.
    who = models.CharField(
        _("qui accompagne"), max_length=200,
        help_text=_("Le service ou la fonction : ce texte est public. La personne se donne à part."),
    )  # fmt: skip
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("personne référente"),
    )  # fmt: skip
    days = models.PositiveSmallIntegerField(_("jours d’accompagnement"))
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"))
    content = models.TextField(_("contenu de l’accompagnement"), max_length=5000, blank=True)
    report_months = models.PositiveSmallIntegerField(
        _("un bilan d’étape tous les (mois)"), default=6
    )
    next_report_on = models.DateField(_("prochain bilan attendu le"), null=True, blank=True)
    state = FSMField(
        _("état"), choices=SupportState.choices, default=SupportState.PLANNED, protected=True
    )
    # The closing review.
    outcome = models.CharField(_("issue"), max_length=10, choices=SupportOutcome, blank=True)
    review = models.TextField(_("ce que l’accompagnement a permis"), max_length=5000, blank=True)
    advice = models.TextField(_("ce que l’on ferait autrement"), max_length=5000, blank=True)
    closed_on = models.DateField(_("terminé le"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # Grows with each save: two officers do not overwrite each other.
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(auto_now_add=True)

    objects = SupportQuerySet.as_manager()

    class Meta:
        verbose_name = _("accompagnement d’un lauréat")
        verbose_name_plural = _("accompagnements des lauréats")
        ordering = ["application"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SupportState.values), name="callsupport_state_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="callsupport_ends_after_start",
                violation_error_message=_("L’accompagnement finit après avoir commencé."),
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=1000),
                name="callsupport_days_range",
                violation_error_message=_("De 1 à 1 000 jours."),
            ),
            models.CheckConstraint(
                condition=Q(report_months__gte=1, report_months__lte=24),
                name="callsupport_report_months_range",
                violation_error_message=_("Un bilan tous les 1 à 24 mois."),
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_on__isnull=False) & ~Q(outcome="")),
                name="callsupport_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=SupportOutcome.values),
                name="callsupport_outcome_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}"

    def get_absolute_url(self) -> str:
        return reverse("calls:support", args=[self.application_id])

    @property
    def is_late(self) -> bool:
        return (
            self.state == SupportState.RUNNING
            and self.next_report_on is not None
            and self.next_report_on < timezone.localdate()
        )

    @transition("state", source="planned", target="running")
    def begin(self) -> None: ...

    @transition("state", source="running", target="closed")
    def close(self, *, on: dt.date) -> None:
        self.closed_on = on

    @transition("state", source="closed", target="running")
    def open_again(self) -> None:
        """Closed by mistake: what was written of it stays, to be amended."""
        self.closed_on = None


class Milestone(models.Model):
    support = models.ForeignKey(Support, models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("jalon"), max_length=200)
    due_on = models.DateField(_("prévu le"), null=True, blank=True)
    reached_on = models.DateField(_("atteint le"), null=True, blank=True)

    class Meta:
        verbose_name = _("jalon d’un accompagnement")
        verbose_name_plural = _("jalons des accompagnements")
        ordering = ["support", "position", "pk"]

    def __str__(self) -> str:
        return self.title


@pghistory.track(model_name="CallFollowUpEvent", fields=["id", "support", "on", "by"])
class FollowUp(models.Model):
    """The short form; read by those who run the call and by the application's side."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    support = models.ForeignKey(Support, models.PROTECT, related_name="follow_ups")
    on = models.DateField(_("au"))
    done = models.TextField(_("ce qui a été fait"), max_length=5000)
    learnt = models.TextField(_("ce que l’on a appris"), max_length=5000, blank=True)
    problems = models.TextField(_("difficultés"), max_length=5000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        verbose_name=_("écrit par"),
    )  # fmt: skip
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("bilan d’étape d’un lauréat")
        verbose_name_plural = _("bilans d’étape des lauréats")
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.on}"


class FollowUpIndicator(models.Model):
    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="indicators")
    name = models.CharField(_("indicateur"), max_length=200)
    value = models.CharField(_("valeur"), max_length=100)

    class Meta:
        verbose_name = _("indicateur d’un bilan d’étape")
        verbose_name_plural = _("indicateurs des bilans d’étape")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class LessonQuerySet(models.QuerySet["Lesson"]):
    def shown(self) -> LessonQuerySet:
        """In public: those whose author agreed, of calls whose results are."""
        return self.filter(is_public=True, application__call__state__in=RESULTS)


@pghistory.track(
    model_name="CallLessonEvent", fields=["id", "application", "is_public", "mentioned_at", "by"]
)
class Lesson(models.Model):
    """« Droit à l’erreur »: what was tried and failed, told by those who tried, laureates or not.
    The mention is given by those who run the call; shown in public only where they agreed."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="lesson")
    tried = models.TextField(_("ce que nous avons essayé"), max_length=3000)
    failed = models.TextField(_("ce qui n’a pas marché, et pourquoi"), max_length=3000)
    advice = models.TextField(_("ce que nous dirions à d’autres"), max_length=3000, blank=True)
    is_public = models.BooleanField(_("ce texte peut être montré à tous"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("écrit le"), auto_now=True)
    mentioned_at = models.DateTimeField(_("mention donnée le"), null=True, blank=True)
    mentioned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("droit à l’erreur : ce qui n’a pas marché")
        verbose_name_plural = _("droit à l’erreur : ce qui n’a pas marché")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.application_id}"
