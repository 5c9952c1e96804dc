"""Reusable materials deposited on a card, each with all its versions."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative
from essaim.kits.formats import FORMATS, LICENCES, Format


class KitMaterialQuerySet(models.QuerySet["KitMaterial"]):
    def visible_to(self, user: Any) -> KitMaterialQuerySet:
        """Those of the cards one reads; removed ones for who writes the card."""
        if user.is_authenticated and (user.is_manager or user.is_superuser):
            return self
        read = self.filter(initiative__in=Initiative.objects.visible_to(user).values("pk"))
        if not user.is_authenticated:
            return read.filter(removed_at=None)
        written = Initiative.objects.written_by(user).values("pk")
        return read.filter(Q(removed_at=None) | Q(initiative__in=written))

    def offered(self) -> KitMaterialQuerySet:
        return self.filter(removed_at=None)

    def for_list(self) -> KitMaterialQuerySet:
        versions = MaterialVersion.objects.select_related("by").order_by("-number")
        return self.prefetch_related(Prefetch("versions", versions))


@pghistory.track(exclude=["credit", "removal_reason"])  # may name persons
class KitMaterial(models.Model):
    class Kind(models.TextChoices):
        METHOD = "method", _("méthode")
        TEMPLATE = "template", _("modèle")
        COMMUNICATION = "communication", _("communication")
        SPECIFICATION = "specification", _("cahier des charges")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="kit_materials")
    kind = models.CharField(_("nature"), max_length=14, choices=Kind)
    title = models.CharField(_("titre"), max_length=200)
    licence = models.CharField(_("licence"), max_length=100)  # a key of LICENCES, or its name
    credit = models.CharField(_("crédit"), max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removal_reason = models.CharField(_("motif du retrait"), max_length=500, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = KitMaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("matériel du kit")
        verbose_name_plural = _("matériels des kits")
        ordering = ["kind", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(licence="") & ~Q(credit=""),
                name="kit_material_licensed_and_credited",
                violation_error_message=_("Un matériel a un titre, une licence et un crédit."),
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | ~Q(removal_reason=""),
                name="kit_material_removed_with_reason",
                violation_error_message=_("Dites pourquoi ce matériel est retiré."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def current(self) -> MaterialVersion | None:
        """The latest version; read from those that ``for_list`` fetched."""
        return next(iter(sorted(self.versions.all(), key=lambda v: -v.number)), None)

    @property
    def older(self) -> list[MaterialVersion]:
        return sorted(self.versions.all(), key=lambda v: -v.number)[1:]

    @property
    def licence_name(self) -> str:
        return LICENCES[self.licence][0] if self.licence in LICENCES else self.licence

    @property
    def licence_url(self) -> str:
        return LICENCES[self.licence][1] if self.licence in LICENCES else ""


def stored_name(instance: MaterialVersion, filename: str) -> str:
    """A name of ours in a folder of its own: nothing there keeps a type that could run."""
    return f"kits/materials/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"


@pghistory.track(exclude=["original_name", "note", "file"])
class MaterialVersion(models.Model):
    material = models.ForeignKey(KitMaterial, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    file = models.FileField(_("fichier"), upload_to=stored_name, blank=True)
    original_name = models.CharField(_("nom du fichier"), max_length=200)
    extension = models.CharField(max_length=8)
    size = models.PositiveBigIntegerField(_("taille"))  # bytes
    sha256 = models.CharField(_("empreinte"), max_length=64)
    note = models.CharField(_("ce qui change"), max_length=300, blank=True)
    # The form's own: sent twice, it makes one version.
    submission = models.UUIDField(unique=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    # Erased some time after the material was removed; the row stays.
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("version d’un matériel")
        verbose_name_plural = _("versions des matériels")
        ordering = ["material", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["material", "number"], name="material_version_number_once"
            ),
            models.CheckConstraint(
                condition=Q(extension__in=list(FORMATS)), name="material_version_known_format"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.original_name} ({self.number})"

    def get_absolute_url(self) -> str:
        return reverse("kits:file", args=[self.material.initiative.slug, self.pk])

    @property
    def format(self) -> Format:
        return FORMATS[self.extension]
