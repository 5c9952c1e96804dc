"""The whole bank as files, made each night."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


def place(instance: Any, filename: str) -> str:
    return f"open_data/{filename}"


class Dump(models.Model):
    """The latest file of one table in one format; the one before is erased."""

    name = models.CharField(_("fichier"), max_length=60, unique=True)  # cards.jsonl.gz
    file = models.FileField(_("contenu"), upload_to=place)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField(_("taille"))
    rows = models.PositiveIntegerField(_("lignes"))
    made_at = models.DateTimeField(_("fait le"))

    class Meta:
        verbose_name = _("fichier à télécharger")
        verbose_name_plural = _("fichiers à télécharger")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
