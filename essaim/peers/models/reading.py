"""One reader, one item: what they were given to read, and what they say of it."""

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

from .item import Item
from .peer import Seat
from .round import READ, State


class ReadingState(models.TextChoices):
    ASSIGNED = "assigned", _("à lire")
    SUBMITTED = "submitted", _("rendue")
    DECLINED = "declined", _("déclinée")
    REMOVED = "removed", _("retirée par l’animateur")


STANDING = [ReadingState.ASSIGNED, ReadingState.SUBMITTED]


class ReadingQuerySet(models.QuerySet["Reading"]):
    def of(self, user: Any) -> ReadingQuerySet:
        """The person's own, and no other. Agrees with ``rules.is_reader``."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(seat__user=user)

    def visible_to(self, user: Any) -> ReadingQuerySet:
        """Managers meet readings in their rounds' pages, not by their address."""
        return self.of(user)

    def standing(self) -> ReadingQuerySet:
        return self.filter(state__in=STANDING)

    def submitted(self) -> ReadingQuerySet:
        return self.filter(state=ReadingState.SUBMITTED)

    def to_do(self) -> ReadingQuerySet:
        return self.filter(state=ReadingState.ASSIGNED, item__round__state=State.READING)

    def beside(self, reading: Reading) -> ReadingQuerySet:
        """What the reader of this one may see of the others of the same item: nothing before
        having submitted, nothing before the discussion is open."""
        is_open = reading.state == ReadingState.SUBMITTED and reading.item.round.state in READ
        if not is_open:
            return self.none()
        return self.submitted().filter(item=reading.item_id).exclude(pk=reading.pk)

    def for_list(self) -> ReadingQuerySet:
        return self.select_related("item__round", "seat__college", "seat__user")

    def for_detail(self) -> ReadingQuerySet:
        return self.select_related(
            "item__round", "item__initiative__holder", "seat__college", "seat__user"
        ).prefetch_related("seat__college__criteria")


@pghistory.track(
    model_name="ReadingEvent",
    fields=["id", "item", "seat", "state", "origin", "assigned_by", "submitted_at", "extended_to"],
)
class Reading(FSMModelMixin, models.Model):
    class Origin(models.TextChoices):
        PLAN = "plan", _("par le calcul")
        REPLACEMENT = "replacement", _("en remplacement")
        HAND = "hand", _("par l’animateur")

    item = models.ForeignKey(Item, models.CASCADE, related_name="readings")
    seat = models.ForeignKey(Seat, models.CASCADE, related_name="readings")
    state = FSMField(
        _("état"), choices=ReadingState.choices, default=ReadingState.ASSIGNED, protected=True
    )
    origin = models.CharField(_("affectée"), max_length=12, choices=Origin)
    # Similarity when it was assigned, 0 to 1, and its parts: {"themes": 0.5, "text": 0.31, …}.
    similarity = models.FloatField(null=True)
    parts = models.JSONField(default=dict)
    assigned_at = models.DateTimeField(default=timezone.now)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    # {"<criterion>": {"level": 3, "why": "…"}}: a draft until it is submitted.
    answers = models.JSONField(default=dict)
    comment = models.TextField(_("pour le porteur"), blank=True, max_length=10_000)
    private_comment = models.TextField(
        _("pour l’animateur et les autres lecteurs"), blank=True, max_length=10_000
    )
    # Grows with each save: a form opened on an older one overwrites nothing.
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    revised_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(_("raison"), max_length=500, blank=True)
    # A later deadline for this reading alone.
    extended_to = models.DateTimeField(_("délai accordé jusqu’au"), null=True, blank=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("lecture")
        verbose_name_plural = _("lectures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "seat"], name="reading_once"),
            models.CheckConstraint(
                condition=Q(state__in=ReadingState.values), name="reading_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(submitted_at__isnull=False),
                name="reading_submitted_has_date",
            ),
        ]
        indexes = [models.Index(fields=["item", "state"], name="reading_of_item")]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("peers:reading", args=[self.pk])

    @property
    def due_at(self) -> dt.datetime | None:
        due: dt.datetime | None = self.item.round.read_by
        return max(due, self.extended_to) if due and self.extended_to else due

    @property
    def is_late(self) -> bool:
        due = self.due_at
        return due is not None and due < timezone.now()

    @property
    def is_writable(self) -> bool:
        """Whether a draft may be written (submitting also needs to be in time)."""
        return self.state == ReadingState.ASSIGNED and self.item.round.state == State.READING

    @property
    def is_revisable(self) -> bool:
        """Until the holder was told: nothing changes under a reply or a conclusion."""
        from essaim.peers.models import Conclusion

        return (
            self.state == ReadingState.SUBMITTED
            and self.item.round.state == State.DISCUSSING
            and not Conclusion.objects.filter(item=self.item_id, shared_at__isnull=False).exists()
        )

    @transition("state", source=ReadingState.ASSIGNED, target=ReadingState.SUBMITTED)
    def submit(self) -> None:
        self.submitted_at = timezone.now()

    @transition("state", source=ReadingState.ASSIGNED, target=ReadingState.DECLINED)
    def decline(self, reason: str) -> None:
        self.decline_reason = reason

    @transition("state", source=ReadingState.ASSIGNED, target=ReadingState.REMOVED)
    def remove(self) -> None:
        pass

    @transition("state", source=ReadingState.REMOVED, target=ReadingState.ASSIGNED)
    def assign_again(self) -> None:
        pass


class EarlierReading(models.Model):
    """What a reader had submitted before changing their mind in the discussion."""

    reading = models.ForeignKey(Reading, models.CASCADE, related_name="earlier")
    answers = models.JSONField()
    comment = models.TextField(blank=True)
    private_comment = models.TextField(blank=True)
    submitted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("lecture antérieure")
        verbose_name_plural = _("lectures antérieures")
        ordering = ["submitted_at", "pk"]

    def __str__(self) -> str:
        return f"{self.reading_id}"


class MessageQuerySet(models.QuerySet["Message"]):
    def for_list(self) -> MessageQuerySet:
        return self.select_related("author", "author_seat__college", "author_seat__user")


class Message(models.Model):
    """Either among the readers of an item (``item``), or between a reader and the managers
    (``seat``). Holders and applicants read neither."""

    # Made by the form before it is sent: sending it twice says it once.
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(Item, models.CASCADE, null=True, blank=True, related_name="messages")
    seat = models.ForeignKey(Seat, models.CASCADE, null=True, blank=True, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # The reader who speaks; None: a manager does.
    author_seat = models.ForeignKey(Seat, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(_("message"), max_length=5000)
    at = models.DateTimeField(auto_now_add=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=False, seat__isnull=True)
                | Q(item__isnull=True, seat__isnull=False),
                name="message_of_one_thread",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
