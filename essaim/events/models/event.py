"""An event: what, when, where, by whom, how many places. Registrations are in their own module."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.calls.models import Call
from essaim.funding.models import Pool
from essaim.initiatives.models import Initiative
from essaim.needs.models import Need
from essaim.people.models import Membership, Organisation
from essaim.territories.models import Territory
from essaim.themes.models import Theme

from .place import ThirdPlace

TITLE_LENGTH, SUMMARY_LENGTH, TEXT_LENGTH = 150, 600, 5000


class Kind(models.TextChoices):
    WEEK = "week", _("semaine de l’innovation")
    FORUM = "forum", _("forum")
    NETWORK_DAY = "network_day", _("journée de réseau")
    HOLDUP = "holdup", _("hold-up (séance de créativité)")
    VISIT = "visit", _("visite de site")
    TRAINING = "training", _("formation")
    WEBINAR = "webinar", _("webinaire")


class State(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    ANNOUNCED = "announced", _("annoncé")
    OPEN = "open", _("inscriptions ouvertes")
    DONE = "done", _("passé")
    CANCELLED = "cancelled", _("annulé")


PUBLIC = ["announced", "open", "done", "cancelled"]
COMING = ["announced", "open"]


def represented(user: Any) -> models.QuerySet[Any]:
    """Keys of the organisations that this person represents."""
    return Membership.objects.filter(user=user, role=Membership.Role.REPRESENTATIVE).values(
        "organisation"
    )


class EventQuerySet(models.QuerySet["Event"]):
    def run_by(self, user: Any) -> EventQuerySet:
        """Managers all; who represents an organiser, theirs. Agrees with ``rules.can_run``."""
        if not user.is_authenticated:
            return self.none()
        if user.is_manager or user.is_superuser:
            return self
        mine = Organiser.objects.filter(event=OuterRef("pk"), organisation__in=represented(user))
        return self.filter(Exists(mine))

    def visible_to(self, user: Any) -> EventQuerySet:
        """Public ones from their announcement; drafts for who runs them. Agrees with
        ``rules.can_view``."""
        public = Q(state__in=PUBLIC)
        if not user.is_authenticated:
            return self.filter(public)
        return self.filter(public | Q(pk__in=self.run_by(user).values("pk")))

    def coming(self) -> EventQuerySet:
        return self.filter(state__in=COMING, ends_at__gt=timezone.now())

    def past(self) -> EventQuerySet:
        return self.filter(state__in=["announced", "open", "done"], ends_at__lte=timezone.now())

    def near(self, territory: Territory) -> EventQuerySet:
        """In the territory, in what it contains, or in what contains or overlaps it."""
        return self.filter(territory__in=Territory.objects.keys_touching(territory))

    def for_list(self) -> EventQuerySet:
        return self.select_related("territory", "place").prefetch_related(
            "organisers__organisation", "themes"
        )

    def for_detail(self) -> EventQuerySet:
        return self.select_related("territory", "place__territory")


# What people write stays erasable; a link to a meeting room is nobody's history.
@pghistory.track(
    exclude=[
        *("summary", "description", "online_link", "address", "cancel_reason", "submission"),
        # Counted from registrations, which have their own history.
        *("registered_count", "waiting_count"),
    ]
)
class Event(FSMModelMixin, models.Model):
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("adresse"), max_length=100, unique=True)
    kind = models.CharField(_("nature"), max_length=12, choices=Kind)
    title = models.CharField(_("titre"), max_length=TITLE_LENGTH)
    summary = models.TextField(_("en deux phrases"), max_length=SUMMARY_LENGTH)
    description = models.TextField(_("présentation"), max_length=TEXT_LENGTH, blank=True)
    starts_at = models.DateTimeField(_("commence le"))
    ends_at = models.DateTimeField(_("finit le"))
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("territoire"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    address = models.CharField(_("lieu"), max_length=200, blank=True)
    place = models.ForeignKey(
        ThirdPlace, models.SET_NULL, verbose_name=_("tiers-lieu"), related_name="agenda",
        null=True, blank=True,
    )  # fmt: skip
    # Shown to the registered alone.
    online_link = models.URLField(_("lien pour suivre en ligne"), max_length=400, blank=True)
    state = FSMField(_("état"), choices=State.choices, default=State.DRAFT, protected=True)
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    # Counted under the event's lock: the database refuses one place too many.
    registered_count = models.PositiveIntegerField(default=0, editable=False)
    waiting_count = models.PositiveIntegerField(default=0, editable=False)
    closes_at = models.DateTimeField(_("inscriptions jusqu’au"), null=True, blank=True)
    meets = models.BooleanField(_("propose des rencontres"), default=False)
    themes = models.ManyToManyField(
        Theme, verbose_name=_("thèmes"), blank=True, related_name="agenda"
    )
    initiatives = models.ManyToManyField(
        Initiative, verbose_name=_("fiches"), blank=True, related_name="agenda"
    )
    calls = models.ManyToManyField(
        Call, verbose_name=_("appels"), blank=True, related_name="agenda"
    )
    pools = models.ManyToManyField(
        Pool, verbose_name=_("subventions d’essaimage"), blank=True, related_name="agenda"
    )
    needs = models.ManyToManyField(
        Need, verbose_name=_("besoins"), blank=True, related_name="agenda"
    )
    # How many times it moved: what people are told once of, and what calendars read.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    cancel_reason = models.TextField(_("pourquoi"), max_length=1000, blank=True)
    reminded_on = models.DateField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("événement")
        verbose_name_plural = _("événements")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "announced", "open", "done", "cancelled"]),
                name="event_state_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="event_ends_after_it_starts",
                violation_error_message=_("La fin vient après le début."),
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(registered_count__lte=F("capacity")),
                name="event_never_over_capacity",
                violation_error_message=_("Il n’y a plus de place."),
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gt=0),
                name="event_has_a_place",
                violation_error_message=_("Au moins une place, ou laissez vide."),
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="event_has_a_title",
                violation_error_message=_("Donnez un titre."),
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="event_state_starts")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:detail", args=[self.slug])

    @property
    def is_coming(self) -> bool:
        return self.state in COMING and self.ends_at > timezone.now()

    @property
    def has_begun(self) -> bool:
        """Its start has passed, whatever its state."""
        return self.starts_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        """Its end has passed; the night's job may not have said so yet."""
        return self.state == State.DONE or (self.state in COMING and self.ends_at <= timezone.now())

    @property
    def places_left(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - self.registered_count)

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.registered_count >= self.capacity

    @property
    def takes_registrations(self) -> bool:
        now = timezone.now()
        closed = self.closes_at is not None and self.closes_at <= now
        return self.state == State.OPEN and self.ends_at > now and not closed

    @transition("state", source="draft", target="announced")
    def announce(self) -> None: ...

    @transition("state", source=["draft", "announced"], target="open")
    def open(self) -> None: ...

    @transition("state", source="open", target="announced")
    def close(self) -> None:
        """Registrations are stopped; those made stay."""

    @transition("state", source=["announced", "open"], target="done")
    def finish(self) -> None: ...

    @transition("state", source=["announced", "open"], target="cancelled")
    def cancel(self, reason: str) -> None:
        """Stays public, with its reason: a draft, which nobody saw, is deleted instead."""
        self.cancel_reason = reason


class Organiser(models.Model):
    event = models.ForeignKey(Event, models.CASCADE, related_name="organisers")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="events_organised")

    class Meta:
        verbose_name = _("organisateur")
        verbose_name_plural = _("organisateurs")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "organisation"], name="event_organiser_once")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} – {self.organisation_id}"


class Session(models.Model):
    """One line of the programme."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="sessions")
    title = models.CharField(_("titre"), max_length=TITLE_LENGTH)
    starts_at = models.DateTimeField(_("commence le"))
    ends_at = models.DateTimeField(_("finit le"))
    room = models.CharField(_("salle"), max_length=80, blank=True)
    text = models.TextField(_("de quoi il s’agit"), max_length=2000, blank=True)
    # As the organisers credit them, who say that these persons agreed: [{"name", "role"}].
    speakers = models.JSONField(_("intervenants"), default=list, blank=True)

    class Meta:
        verbose_name = _("séance")
        verbose_name_plural = _("séances")
        ordering = ["starts_at", "room", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_it_starts",
                violation_error_message=_("La fin vient après le début."),
            )
        ]

    def __str__(self) -> str:
        return self.title
