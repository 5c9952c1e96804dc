"""The file of an innovator, from the first word to the end (§ 9 of the domain).

How a file ended is not written here: the row says ``ended`` and no more, whatever the end, so
that neither its history nor any list or export of it can tell a success from an abandonment.
The kind of end is in ``Outcome``, which only the innovator and the case officer read.
"""

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

from essaim.people.models import Organisation


class State(models.TextChoices):
    ENTERED = "entered", _("idée déposée")
    INTERVIEWED = "interviewed", _("entretien tenu")
    OPENED = "opened", _("dossier ouvert")
    HIERARCHY_INFORMED = "hierarchy_informed", _("hiérarchie informée")
    SUPPORTED = "supported", _("soutien décidé")
    FUNDED = "funded", _("budget confié")
    PROTOTYPING = "prototyping", _("prototype en cours")
    ENDED = "ended", _("terminé")


ACTIVE = [state for state in State.values if state != State.ENDED]
# The date that each state leaves behind it; a file in this state or a later one has it.
DATED = {
    State.INTERVIEWED: "interviewed_on",
    State.OPENED: "opened_on",
    State.HIERARCHY_INFORMED: "informed_on",
    State.SUPPORTED: "supported_on",
    State.FUNDED: "funded_on",
    State.PROTOTYPING: "started_on",
}


def _from(state: State) -> list[str]:
    """This state and those after it, the end excepted: a file may end before any of them."""
    return ACTIVE[ACTIVE.index(state) :]


def _opinion_received(file: Any) -> bool:
    return file.non_objection_on is not None


class CaseOfficer(models.Model):
    """A person who may take files up (« chargé de dossier »), named by a programme manager."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("personne"),
        related_name="case_officer",
    )
    since = models.DateTimeField(_("depuis"), auto_now_add=True)

    class Meta:
        verbose_name = _("chargé de dossier")
        verbose_name_plural = _("chargés de dossier")

    def __str__(self) -> str:
        return f"{self.user_id}"


class InnovationFileQuerySet(models.QuerySet["InnovationFile"]):
    def visible_to(self, user: Any) -> InnovationFileQuerySet:
        """One's own, those one follows, those still to be taken up for case officers, all for
        managers (who see no more of them than their step). Agrees with ``rules.can_view``."""
        if not user.is_authenticated:
            return self.none()
        if user.is_manager or user.is_superuser:
            return self
        mine = Q(innovator=user) | Q(case_officer=user)
        if CaseOfficer.objects.filter(user=user).exists():
            mine |= Q(case_officer__isnull=True, state__in=ACTIVE)
        return self.filter(mine)

    def active(self) -> InnovationFileQuerySet:
        return self.filter(state__in=ACTIVE)

    def late(self, today: dt.date) -> InnovationFileQuerySet:
        return self.active().filter(due_on__lt=today)

    def for_list(self) -> InnovationFileQuerySet:
        return self.select_related("innovator", "case_officer", "organisation")

    def for_detail(self) -> InnovationFileQuerySet:
        return self.select_related(
            "innovator", "case_officer", "organisation", "budget", "rights", "outcome__card"
        ).prefetch_related("milestones", "opinions", "budget__lines", "rights__gains", "follow_ups")


@pghistory.track(
    model_name="InnovationFileEvent",
    fields=[
        *("id", "innovator", "case_officer", "organisation", "state", "due_on", "created_at"),
        *("reported_on", "interviewed_on", "opened_on", "informed_on", "non_objection_on"),
        *("supported_on", "funded_on", "started_on", "planned_end_on", "ended_on"),
    ],
)
class InnovationFile(FSMModelMixin, models.Model):
    # Made by the form before it is sent: sending it twice enters one file.
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("nom de l’idée"), max_length=150)
    summary = models.TextField(_("l’idée en quelques lignes"), max_length=5000)
    innovator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("innovateur"),
        related_name="innovation_files",
        null=True,
    )
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, verbose_name=_("administration"), null=True, blank=True
    )
    unit = models.CharField(_("service ou unité"), max_length=150, blank=True)
    case_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("chargé de dossier"),
        related_name="followed_files",
        null=True,
        blank=True,
    )
    state = FSMField(_("étape"), choices=State.choices, default=State.ENTERED, protected=True)
    # By when the next act is expected; kept as it was set, whatever the settings become.
    due_on = models.DateField(_("échéance"), null=True, blank=True)
    late_notice_on = models.DateField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("déposé"), auto_now_add=True)

    # Entering needs no permission, on condition of reporting to one's hierarchy.
    reported_on = models.DateField(_("compte rendu à la hiérarchie le"), null=True, blank=True)
    reported_to = models.CharField(_("compte rendu à"), max_length=150, blank=True)

    interviewed_on = models.DateField(_("entretien le"), null=True, blank=True)
    interview_notes = models.TextField(_("notes de l’entretien"), blank=True)
    relevant = models.BooleanField(_("le projet est pertinent"), null=True, blank=True)
    relevant_why = models.TextField(_("en quoi il est pertinent"), blank=True)
    determined = models.BooleanField(_("l’innovateur est déterminé"), null=True, blank=True)
    determined_why = models.TextField(_("ce qui le montre"), blank=True)
    opened_on = models.DateField(_("ouvert le"), null=True, blank=True)
    informed_on = models.DateField(_("hiérarchie informée le"), null=True, blank=True)
    # Set by a received opinion and by nothing else: time passing never fills it.
    non_objection_on = models.DateField(_("non-objection reçue le"), null=True, blank=True)
    supported_on = models.DateField(_("soutien décidé le"), null=True, blank=True)
    support_reason = models.TextField(_("motifs du soutien"), blank=True)
    funded_on = models.DateField(_("budget confié le"), null=True, blank=True)
    started_on = models.DateField(_("prototype commencé le"), null=True, blank=True)
    planned_end_on = models.DateField(_("fin prévue du prototype"), null=True, blank=True)
    ended_on = models.DateField(_("terminé le"), null=True, blank=True)

    objects = InnovationFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier d’innovation")
        verbose_name_plural = _("dossiers d’innovation")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="innovationfile_state_known"
            ),
            *(
                models.CheckConstraint(
                    condition=~Q(state__in=_from(state)) | Q(**{f"{field}__isnull": False}),
                    name=f"innovationfile_{state.value}_has_date",
                    violation_error_message=_("Cette étape demande sa date."),
                )
                for state, field in DATED.items()
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_from(State.OPENED)) | Q(relevant=True, determined=True),
                name="innovationfile_opened_on_both_criteria",
                violation_error_message=_(
                    "Un dossier s’ouvre quand le projet est pertinent et l’innovateur déterminé."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_from(State.OPENED)) | Q(reported_on__isnull=False),
                name="innovationfile_opened_once_reported",
                violation_error_message=_(
                    "L’innovateur doit avoir rendu compte de sa démarche à sa hiérarchie."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_from(State.SUPPORTED)) | Q(non_objection_on__isnull=False),
                name="innovationfile_silence_is_never_a_yes",
                violation_error_message=_(
                    "L’avis de non-objection doit être reçu : le silence n’est pas un accord."
                ),
            ),
            models.CheckConstraint(
                condition=Q(planned_end_on__isnull=True)
                | Q(planned_end_on__gt=models.F("started_on")),
                name="innovationfile_prototype_ends_after_it_starts",
                violation_error_message=_("La fin du prototype vient après son début."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.ENDED, ended_on__isnull=False, due_on__isnull=True)
                | (~Q(state=State.ENDED) & Q(ended_on__isnull=True)),
                name="innovationfile_end_has_date",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="innovationfile_due")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("innovators:file", args=[self.pk])

    @property
    def is_active(self) -> bool:
        return self.state != State.ENDED

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < timezone.localdate()

    # Transitions: whether now. Who may is in rules.py; actions call them and save.
    @transition("state", source="entered", target="interviewed")
    def interview(self) -> None:
        pass

    @transition("state", source="interviewed", target="opened")
    def open(self) -> None:
        pass

    @transition("state", source="opened", target="hierarchy_informed")
    def inform_hierarchy(self) -> None:
        pass

    @transition("state", source="hierarchy_informed", target="opened")
    def take_objection(self) -> None:
        """An objection was received: revise the project and ask again, or close the file."""

    @transition(
        "state",
        source="hierarchy_informed",
        target="supported",
        conditions=[_opinion_received],
    )
    def support(self) -> None:
        pass

    @transition("state", source="supported", target="funded")
    def entrust_budget(self) -> None:
        pass

    @transition("state", source="funded", target="prototyping")
    def start_prototype(self) -> None:
        pass

    @transition("state", source="prototyping", target="ended")
    def succeed(self) -> None:
        pass

    @transition("state", source=ACTIVE, target="ended")
    def close(self) -> None:
        """The case officer ends it: not followed up, objection kept, moved elsewhere."""

    @transition("state", source=ACTIVE, target="ended")
    def abandon(self) -> None:
        """Right to error: at any moment, without consequence."""
