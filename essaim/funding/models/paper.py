"""Documents of a pool: its rules, a draft convention, a report of the site."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative

from .option import COUNTED, Option
from .pool import Pool


def paper_path(paper: PoolDocument, name: str) -> str:
    """Never the name that the file came with: it is shown, not used."""
    return f"funding/pools/{paper.pool_id}/{uuid.uuid4().hex}"


class PoolDocumentQuerySet(models.QuerySet["PoolDocument"]):
    def visible_to(self, user: Any) -> PoolDocumentQuerySet:
        """Those of the page for all who see it; the pool's own for those who follow it. Agrees
        with ``rules.can_follow``."""
        return self.filter(pool__in=Pool.objects.visible_to(user).values("pk")).within(user)

    def within(self, user: Any) -> PoolDocumentQuerySet:
        """What ``visible_to`` says, of pools that this reader is known to see."""
        page = Q(audience=PoolDocument.Audience.PAGE)
        if not user.is_authenticated:
            return self.filter(page)
        if user.is_manager or user.is_superuser:
            return self
        mine = user.memberships.values("organisation")
        option = Option.objects.filter(pool=OuterRef("pool"), funder__in=mine, state__in=COUNTED)
        team = Initiative.objects.written_by(user).values("pk")
        return self.filter(
            page | Q(pool__lead__in=mine) | Q(pool__initiative__in=team) | Exists(option)
        )


@pghistory.track(
    model_name="PoolDocumentEvent", fields=["id", "pool", "audience", "size", "media_type", "by"]
)
class PoolDocument(models.Model):
    class Audience(models.TextChoices):
        PAGE = "page", _("tous ceux qui voient la page")
        POOL = "pool", _("le groupement et le porteur")

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="documents")
    title = models.CharField(_("titre"), max_length=150)
    audience = models.CharField(
        _("qui le lit"), max_length=5, choices=Audience, default=Audience.POOL
    )
    file = models.FileField(_("fichier"), upload_to=paper_path, max_length=120)
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("taille"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = PoolDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document d’une subvention d’essaimage")
        verbose_name_plural = _("documents des subventions d’essaimage")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="pooldocument_has_title",
                violation_error_message=_("Un document a un titre."),
            )
        ]

    def __str__(self) -> str:
        return self.title
