"""Documents of a call: its rules, a model of convention, a note for applicants."""

from __future__ import annotations

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .call import Call


def document_path(document: CallDocument, name: str) -> str:
    """Never the name that the file came with: it is shown, not used."""
    return f"calls/{document.call_id}/{uuid.uuid4().hex}"


@pghistory.track(
    model_name="CallDocumentEvent", fields=["id", "call", "size", "media_type", "sha256", "by"]
)
class CallDocument(models.Model):
    """Read by all who see the call."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="documents")
    title = models.CharField(_("titre"), max_length=150)
    file = models.FileField(_("fichier"), upload_to=document_path, max_length=120)
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("taille"))
    sha256 = models.CharField(_("empreinte"), max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("document d’un appel")
        verbose_name_plural = _("documents des appels")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="calldocument_has_title",
                violation_error_message=_("Un document a un titre."),
            )
        ]

    def __str__(self) -> str:
        return self.title
