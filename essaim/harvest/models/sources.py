"""A partner's bank: where it is, how it is read, who answers for it."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.common import outbound
from essaim.people.rules import can_manage


class Kind(models.TextChoices):
    FEED = "feed", _("flux RSS ou Atom")
    JSON_FEED = "json_feed", _("flux JSON Feed")
    SITEMAP = "sitemap", _("plan de site, dont les pages portent du JSON-LD schema.org")
    TABLE = "table", _("fichier CSV ou JSON Lines")
    ESSAIM = "essaim", _("autre instance d’Essaim, par son API")


class SourceQuerySet(models.QuerySet["Source"]):
    def visible_to(self, user: Any) -> SourceQuerySet:
        """All for managers, none for others. Agrees with ``rules.can_harvest``."""
        manages = user.is_authenticated and (user.is_manager or user.is_superuser)
        return self if manages else self.none()

    def for_list(self) -> SourceQuerySet:
        """With the last passage that was not a trial."""
        from .runs import Run

        real = Run.objects.filter(source=OuterRef("pk"), is_trial=False).order_by("-pk")
        return self.select_related("manager").annotate(
            last_state=Subquery(real.values("state")[:1]),
            last_at=Subquery(real.values("started_at")[:1]),
        )

    def due(self) -> SourceQuerySet:
        return self.filter(state=Source.State.SCHEDULED)

    def to_mend(self, user: Any) -> SourceQuerySet:
        """Read each night in vain: for all managers those that nobody follows, for one theirs that
        broke as often as they are told of it."""
        manages = Q(manager__is_manager=True) | Q(manager__is_superuser=True)
        unfollowed = Q(manager=None) | Q(manager__is_active=False) | ~manages
        broken = Q(manager=user, failures__gte=settings.HARVEST["failures"])
        return self.visible_to(user).due().filter(unfollowed | broken).select_related("manager")


@pghistory.track(
    fields=[
        *("id", "kind", "url", "licence", "publish", "is_complete", "withdraw_days"),
        *("state", "manager"),
    ]
)
class Source(FSMModelMixin, models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("à essayer")
        SCHEDULED = "scheduled", _("programmée chaque nuit")
        PAUSED = "paused", _("suspendue")

    submission = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("nom"), max_length=200)
    kind = models.CharField(_("nature"), max_length=10, choices=Kind)
    url = models.URLField(_("adresse"), max_length=1000)
    licence = models.CharField(_("licence"), max_length=100)
    # Names of servers that may be asked beside that of the address.
    other_hosts = models.JSONField(_("autres serveurs"), default=list, blank=True)
    # {field of a card: field of the source}; empty: those of the kind.
    mapping = models.JSONField(_("correspondance"), default=dict, blank=True)
    # Fields seen at the last passage that went well, of those the mapping names.
    fields_seen = models.JSONField(default=list, blank=True)
    publish = models.BooleanField(_("publier les fiches nouvelles"), default=False)
    # Whether the answer lists all that the source holds.
    is_complete = models.BooleanField(_("liste complète"), default=True)
    withdraw_days = models.PositiveSmallIntegerField(_("délai avant retrait (jours)"))
    delay_seconds = models.DecimalField(
        _("délai entre deux requêtes (secondes)"), max_digits=5, decimal_places=1
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("suivie par"),
        related_name="+",
        null=True,
    )
    state = FSMField(_("état"), choices=State.choices, default=State.DRAFT, protected=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Of the last answer that was read to its end, so that one that did not change is not sent again.
    etag = models.CharField(max_length=500, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    # When what is read, or how, last changed: a trial from before says nothing of it.
    reading_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Passages that broke, in a row; and why the last one did (a key of ``failures.REASONS``).
    failures = models.PositiveSmallIntegerField(default=0)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source moissonnée")
        verbose_name_plural = _("sources moissonnées")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="harvest_source_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "scheduled", "paused"]),
                name="harvest_source_state_known",
            ),
            models.CheckConstraint(
                condition=Q(withdraw_days__gte=1, withdraw_days__lte=365),
                name="harvest_source_delay",
                violation_error_message=_("Le délai avant retrait va de 1 à 365 jours."),
            ),
            models.UniqueConstraint(
                fields=["kind", "url"],
                name="harvest_source_once",
                violation_error_message=_("Cette adresse est déjà moissonnée."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("harvest:source", args=[self.pk])

    @property
    def hosts(self) -> frozenset[str]:
        """The only servers that are asked for this source."""
        try:
            own = outbound.host_of(self.url)
        except outbound.Refused:
            own = ""
        return frozenset({own, *self.other_hosts})

    @property
    def is_followed(self) -> bool:
        """Whether who answers for it is still here, and a manager."""
        manager = self.manager
        return manager is not None and manager.is_active and bool(can_manage(manager))

    @property
    def is_scheduled(self) -> bool:
        return self.state == self.State.SCHEDULED

    @property
    def has_other_reading(self) -> bool:
        """Whether what is read, or how, changed since it was added."""
        return self.reading_changed_at is not None

    @transition("state", source=["draft", "paused"], target="scheduled")
    def schedule(self) -> None:
        self.failures = 0

    @transition("state", source="scheduled", target="paused")
    def pause(self) -> None:
        pass
