"""What a practice teaches, and when: modules on its card, sessions with dates."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative
from essaim.kits.models import KitMaterial
from essaim.people.models import Organisation
from essaim.territories.models import Territory


class ModuleQuerySet(models.QuerySet["Module"]):
    def visible_to(self, user: Any) -> ModuleQuerySet:
        """Those of the cards one reads."""
        cards = Initiative.objects.visible_to(user).values("pk")
        return self.filter(initiative__in=cards, removed_at=None)


class Module(models.Model):
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="training_modules")
    title = models.CharField(_("titre"), max_length=200)
    hours = models.DecimalField(_("durée en heures"), max_digits=5, decimal_places=1)
    audience = models.CharField(_("pour qui"), max_length=300)
    link = models.URLField(_("lien vers le support"), max_length=500, blank=True)
    material = models.ForeignKey(
        KitMaterial, models.SET_NULL, verbose_name=_("ressource du kit"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    objects = ModuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("module de formation")
        verbose_name_plural = _("modules de formation")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=999),
                name="module_lasts",
                violation_error_message=_("Une durée va d’une demi-heure à 999 heures."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Setting(models.TextChoices):
    CONTINUING = "continuing", _("formation continue")
    JOB_START = "job_start", _("séminaire de prise de poste")


class Session(models.Model):
    """A module given on a date: its page says where, and whom to ask."""

    module = models.ForeignKey(Module, models.CASCADE, related_name="sessions")
    setting = models.CharField(_("cadre"), max_length=10, choices=Setting)
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("organisée par"), related_name="+"
    )
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("territoire"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    place = models.CharField(_("lieu"), max_length=300, blank=True)
    # An event of the platform, a catalogue of training, a form to enrol.
    link = models.URLField(_("lien pour s’inscrire"), max_length=500, blank=True)
    cancelled_on = models.DateField(_("annulée le"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("session de formation")
        verbose_name_plural = _("sessions de formation")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="training_session_dates_in_order",
                violation_error_message=_("La session finit après avoir commencé."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}"

    @property
    def is_past(self) -> bool:
        return self.ends_on < timezone.localdate()
