"""An application to a call: who applies, for what, where it stands, who may read it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative
from essaim.peers.models import Declaration
from essaim.people.models import Organisation
from essaim.territories.models import Territory

from .call import Call
from .links import cards_behind, noted_in_reading, recused
from .partners import Editor, Partner


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    SUBMITTED = "submitted", _("déposée")
    TO_COMPLETE = "to_complete", _("à compléter")
    ELIGIBLE = "eligible", _("recevable")
    INELIGIBLE = "ineligible", _("irrecevable")
    IN_READING = "in_reading", _("en lecture")
    LAUREATE = "laureate", _("lauréate")
    WAITING = "waiting", _("sur liste d’attente")
    NOT_SELECTED = "not_selected", pgettext_lazy("appel", "non retenue")
    WITHDRAWN = "withdrawn", _("retirée")


WRITABLE = [ApplicationState.DRAFT.value, ApplicationState.TO_COMPLETE.value]
DECIDED = [
    ApplicationState.LAUREATE.value, ApplicationState.WAITING.value,
    ApplicationState.NOT_SELECTED.value, ApplicationState.INELIGIBLE.value,
]  # fmt: skip
BEFORE_DECISION = [
    ApplicationState.DRAFT.value, ApplicationState.SUBMITTED.value,
    ApplicationState.TO_COMPLETE.value, ApplicationState.ELIGIBLE.value,
    ApplicationState.IN_READING.value,
]  # fmt: skip


class CallApplicationQuerySet(models.QuerySet["Application"]):
    def written_by(self, user: Any) -> CallApplicationQuerySet:
        """Those that this person may write: their own, those of their organisations, those they
        were invited to write. Agrees with ``rules.can_write``."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(self._own(user))

    def of_side(self, user: Any) -> CallApplicationQuerySet:
        """Written by them or signed by one of their organisations as a partner."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(self._own(user) | self._partner(user))

    def linked_to(self, user: Any) -> CallApplicationQuerySet:
        """Those that this person must neither read as an officer, nor judge, nor decide on: their
        side's (those that they began or wrote, or signed as a partner, and left since too, those of
        a card they answer for), those of another establishment of their administration (same SIREN)
        or of an organisation they declared a link with as a peer, those they keep out of
        (``Recusal``) or that were noted in the reading. Leaving gives nobody a say."""
        if not user.is_authenticated:
            return self.none()
        sirens = user.memberships.exclude(organisation__siren="").values("organisation__siren")
        declared = Declaration.objects.filter(user=user).values("organisation")
        mine = Q(organisation__in=user.memberships.values("organisation"))
        allied = Partner.objects.filter(
            mine | Q(organisation__siren__in=sirens) | Q(organisation__in=declared),
            application=OuterRef("pk"),
        ).exclude(state__in=Partner.GONE, signed_at=None)
        return self.filter(
            self._own(user)
            | Q(created_by=user)
            | Exists(Editor.objects.filter(application=OuterRef("pk"), user=user))
            | Q(organisation__siren__in=sirens)
            | Q(organisation__in=declared)
            | Exists(allied)
            | Q(initiative__in=cards_behind(user, sirens=sirens, declared=declared))
            | Q(pk__in=recused(user))
            | Q(pk__in=noted_in_reading(user))
        )

    def instructed_by(self, user: Any) -> CallApplicationQuerySet:
        """Submitted ones, for those who run the call and have no link with them. Agrees with
        ``rules.can_instruct``."""
        run = self.filter(call__in=Call.objects.run_by(user).values("pk"), last_number__gt=0)
        return run.exclude(pk__in=Application.objects.linked_to(user).values("pk"))

    def visible_to(self, user: Any) -> CallApplicationQuerySet:
        """For its own side; once submitted, for those who run the call and have no link with it.
        Drafts are read by nobody else. Agrees with ``rules.can_view_application``."""
        if not user.is_authenticated:
            return self.none()
        run = Q(call__in=Call.objects.run_by(user).values("pk"), last_number__gt=0)
        linked = Application.objects.linked_to(user).values("pk")
        return self.filter(Q(pk__in=self.of_side(user).values("pk")) | run & ~Q(pk__in=linked))

    @staticmethod
    def _own(user: Any) -> Q:
        return (
            Q(person=user)
            | Q(organisation__in=user.memberships.values("organisation"))
            | Q(Exists(Editor.objects.filter(application=OuterRef("pk"), user=user, left_at=None)))
        )

    @staticmethod
    def _partner(user: Any) -> Q:
        mine = user.memberships.values("organisation")
        living = Partner.objects.exclude(state__in=Partner.GONE)
        return Q(Exists(living.filter(application=OuterRef("pk"), organisation__in=mine)))

    def for_list(self) -> CallApplicationQuerySet:
        return self.select_related("call", "organisation", "person", "initiative", "territory")

    def for_instruction(self) -> CallApplicationQuerySet:
        """A line of the list of those who run the call: what it shows alone, the call being
        theirs already. Any other column is one query a line."""
        return self.select_related("organisation", "person", "territory").only(
            *("call", "number", "title", "state", "requested_cents", "complete_by"),
            *("organisation__name", "person__name", "territory__name"),
        )

    def for_detail(self) -> CallApplicationQuerySet:
        return self.select_related(
            "call__organiser", "organisation__territory", "person", "initiative", "adopts",
            "territory",
        ).prefetch_related("answers__by", "partners__organisation", "versions")  # fmt: skip


@pghistory.track(
    model_name="CallApplicationEvent",
    fields=[
        *("id", "call", "number", "organisation", "initiative", "adopts", "territory", "state"),
        *("form_number", "last_number", "complete_by", "extended_to"),
    ],
)
class Application(FSMModelMixin, models.Model):
    """One applicant, an organisation or a person; ``adopts``: the proven initiative that a site
    asks help to implement; ``initiative``: the card that it is about, the applicant’s own."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="applications")
    # Within the call, given at the first submission: what people say on the telephone.
    number = models.PositiveIntegerField(_("numéro"), null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="call_applications",
        verbose_name=_("organisation candidate"),
    )  # fmt: skip
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True,
        related_name="+", verbose_name=_("personne candidate"),
    )  # fmt: skip
    # Whether a person applied: their account may be gone since.
    by_person = models.BooleanField(default=False)
    title = models.CharField(_("titre du projet"), max_length=200)
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, null=True, blank=True, related_name="call_applications",
        verbose_name=_("fiche"),
    )  # fmt: skip
    adopts = models.ForeignKey(
        Initiative, models.PROTECT, null=True, blank=True, related_name="call_adoptions",
        verbose_name=_("initiative à reprendre"),
    )  # fmt: skip
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("territoire"),
    )  # fmt: skip
    requested_cents = models.BigIntegerField(_("montant demandé (centimes)"), null=True, blank=True)
    state = FSMField(
        _("état"), choices=ApplicationState.choices, default=ApplicationState.DRAFT, protected=True
    )
    form_number = models.PositiveIntegerField(_("version du formulaire"), default=1)
    last_number = models.PositiveIntegerField(_("dernière version déposée"), default=0)
    # By when what lacks is expected (« complétude »), and a later closing granted to it alone.
    complete_by = models.DateTimeField(_("à compléter avant le"), null=True, blank=True)
    extended_to = models.DateTimeField(_("délai accordé jusqu’au"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(_("déposée le"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("retirée le"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)  # that the closing is near

    objects = CallApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidature")
        verbose_name_plural = _("candidatures")
        ordering = ["call", "number", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values), name="callapplication_state_known"
            ),
            models.CheckConstraint(
                condition=Q(by_person=True, organisation__isnull=True)
                | Q(by_person=False, organisation__isnull=False, person__isnull=True),
                name="callapplication_one_applicant",
                violation_error_message=_("Une organisation ou une personne candidate."),
            ),
            models.UniqueConstraint(fields=["call", "number"], name="callapplication_number_once"),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(state="withdrawn")
                | Q(last_number__gt=0, number__isnull=False, submitted_at__isnull=False),
                name="callapplication_submitted_has_version",
            ),
            models.CheckConstraint(
                condition=~Q(state="to_complete") | Q(complete_by__isnull=False),
                name="callapplication_to_complete_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False),
                name="callapplication_withdrawn_has_date",
            ),
            models.CheckConstraint(
                condition=Q(requested_cents__isnull=True) | Q(requested_cents__gte=0),
                name="callapplication_amount_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["call", "state"], name="callapplication_by_state"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("calls:application", args=[self.pk])

    @property
    def is_writable(self) -> bool:
        return self.state in WRITABLE

    @property
    def closes_at(self) -> dt.datetime | None:
        """Until when it can be submitted: the call’s closing, later where that was granted."""
        ends: dt.datetime | None = self.call.closes_at
        return max(ends, self.extended_to) if ends and self.extended_to else ends

    # Who may is in rules.py; actions call these.
    @transition("state", source=["draft", "to_complete"], target="submitted")
    def submit(self) -> None:
        self.last_number += 1

    @transition("state", source=["submitted"], target="draft")
    def open_again(self) -> None:
        """Until the closing; the submitted version stands if nothing follows it."""

    @transition("state", source=["draft"], target="submitted")
    def keep_submitted(self) -> None:
        """At the closing, or when given up: the version last submitted stands."""

    @transition("state", source=["submitted"], target="to_complete")
    def ask_completion(self) -> None: ...

    @transition("state", source=["to_complete"], target="submitted")
    def end_completion(self) -> None: ...  # nothing came in time: people decide on what stands

    @transition("state", source=["submitted", "to_complete"], target="eligible")
    def accept(self) -> None: ...

    @transition("state", source=["submitted", "to_complete"], target="ineligible")
    def refuse(self) -> None: ...

    @transition("state", source=["eligible", "ineligible"], target="submitted")
    def look_again(self) -> None: ...

    @transition("state", source=["eligible"], target="in_reading")
    def read(self) -> None: ...

    @transition("state", source=["in_reading"], target="eligible")
    def stop_reading(self) -> None: ...

    @transition("state", source=["eligible", "in_reading", "waiting"], target="laureate")
    def choose(self) -> None: ...

    @transition("state", source=["eligible", "in_reading"], target="waiting")
    def put_on_waiting_list(self) -> None: ...

    @transition("state", source=["eligible", "in_reading", "waiting"], target="not_selected")
    def leave_out(self) -> None: ...

    @transition("state", source=["waiting", "not_selected"], target="laureate")
    def choose_on_appeal(self) -> None: ...

    @transition("state", source=["not_selected"], target="waiting")
    def wait_on_appeal(self) -> None: ...

    @transition("state", source=["laureate", "waiting"], target="withdrawn")
    def give_up(self) -> None:
        """After the results: the waiting list moves."""

    @transition("state", source=BEFORE_DECISION, target="withdrawn")
    def withdraw(self) -> None: ...
