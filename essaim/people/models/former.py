"""Organisations that were put together with another: what led to them leads to it."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from essaim.people.models.organisations import Organisation


# Why is written by a person: it stays out of the history.
@pghistory.track(
    model_name="FormerOrganisationEvent",
    fields=["id", "number", "slug", "name", "siren", "siret", "into", "by", "at"],
)
class FormerOrganisation(models.Model):
    number = models.BigIntegerField(unique=True)  # its key, which history goes on naming
    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    name = models.CharField(_("nom"), max_length=200)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    into = models.ForeignKey(
        Organisation, models.CASCADE, verbose_name=_("réunie à"), related_name="former"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("le"), auto_now_add=True)
    reason = models.CharField(_("motif"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("organisation réunie à une autre")
        verbose_name_plural = _("organisations réunies à une autre")

    def __str__(self) -> str:
        return self.name
