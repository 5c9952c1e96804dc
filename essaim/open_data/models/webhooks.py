"""What happened that others asked to be told of, and whether they were."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.outbound import PROBLEMS
from essaim.people.models import Membership, Organisation

# Why a delivery did not leave: what it tells of has left the public pages since.
HIDDEN = "hidden"


class Kind(models.TextChoices):
    """Those of this version; a room that registers another (``open_data.happenings``) needs no
    migration: the database does not list them."""

    CARD_PUBLISHED = "card.published", _("une fiche est publiée")
    CALL_OPENED = "call.opened", _("un appel s’ouvre")
    CALL_RESULTS = "call.results", _("les résultats d’un appel sont publiés")
    FINDING_PUBLISHED = "finding.published", _("un constat est publié")
    REPLICATION_BEGUN = "replication.begun", _("une reprise s’engage")
    REPLICATION_STOPPED = "replication.stopped", _("une reprise s’arrête")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def visible_to(self, user: Any) -> SubscriptionQuerySet:
        """As for tokens. Agrees with ``rules.can_view``."""
        if not user.is_authenticated:
            return self.none()
        represented = Membership.objects.filter(
            user=user, organisation=OuterRef("organisation"), role=Membership.Role.REPRESENTATIVE
        )
        return self.filter(Q(user=user) | Exists(represented))

    def alive(self) -> SubscriptionQuerySet:
        return self.filter(paused_at=None)

    def for_list(self) -> SubscriptionQuerySet:
        return self.select_related("organisation", "user")


# The address may name a person: it stays out.
@pghistory.track(
    model_name="SubscriptionEvent", fields=["id", "user", "organisation", "kinds", "paused_at"]
)
class Subscription(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("créé par"),
        related_name="webhook_subscriptions",
    )  # fmt: skip
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, verbose_name=_("au nom de"),
        related_name="webhook_subscriptions", null=True, blank=True,
    )  # fmt: skip
    url = models.URLField(_("adresse"), max_length=500)
    kinds = ArrayField(models.CharField(max_length=40), verbose_name=_("événements"))
    # The secret is computed from it and the site's own key: neither alone signs anything.
    salt = models.UUIDField(default=uuid.uuid4, editable=False)
    failures = models.PositiveIntegerField(_("échecs de suite"), default=0)
    paused_at = models.DateTimeField(_("suspendu le"), null=True, blank=True)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("abonnement")
        verbose_name_plural = _("abonnements")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kinds__len__gte=1),
                name="subscription_to_something",
                violation_error_message=_("Choisissez au moins un événement."),
            )
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def server(self) -> str:
        """Its name, without the rest of the address."""
        return urlsplit(self.url).hostname or ""


class Event(models.Model):
    """Something happened to a public object; ``data`` is written when it is told, from what all
    may read."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    object_id = models.PositiveBigIntegerField()
    data = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("événement")
        verbose_name_plural = _("événements")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["at"], name="openevent_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Delivery(models.Model):
    class State(models.TextChoices):
        PENDING = "pending", _("en attente")
        DONE = "done", _("reçu")
        FAILED = "failed", _("abandonné")

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.PENDING)
    tries = models.PositiveSmallIntegerField(_("essais"), default=0)
    status = models.PositiveSmallIntegerField(_("réponse"), null=True, blank=True)
    # Why it did not arrive: one of the codes of ``common.outbound``, or HIDDEN.
    problem = models.CharField(max_length=40, blank=True)
    milliseconds = models.PositiveIntegerField(null=True, blank=True)
    tried_at = models.DateTimeField(_("dernier essai"), null=True, blank=True)
    # When it is to be tried next, while it is pending.
    due_at = models.DateTimeField(default=timezone.now, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("envoi")
        verbose_name_plural = _("envois")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="pending"), name="delivery_due")
        ]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "done", "failed"]), name="delivery_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.subscription_id}"

    @property
    def problem_label(self) -> str:
        if self.problem == HIDDEN:
            return str(_("Ce dont il parle n’est plus public."))
        return str(PROBLEMS.get(self.problem, ""))
