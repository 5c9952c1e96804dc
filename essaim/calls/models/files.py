"""Files that an applicant joins to a question of the form."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .application import Application


def stored_name(instance: ApplicationFile, filename: str) -> str:
    """A name of ours in a folder of its own: nothing there keeps a type that could run."""
    return f"calls/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"


class ApplicationFile(models.Model):
    """As it was when it was joined: a document of the organisation is copied, so that what was
    submitted does not change with it."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="files")
    block = models.CharField(_("bloc"), max_length=40)
    field = models.CharField(_("question"), max_length=40)
    file = models.FileField(_("fichier"), upload_to=stored_name)
    file_name = models.CharField(_("nom du fichier"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("taille"))  # bytes
    sha256 = models.CharField(_("empreinte"), max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("joint le"), auto_now_add=True)
    # Out of the version to come; versions submitted before keep it.
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("fichier d’une candidature")
        verbose_name_plural = _("fichiers des candidatures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "block", "field", "sha256"],
                condition=Q(removed_at=None),
                name="applicationfile_once",
                violation_error_message=_("Ce fichier est déjà joint à cette question."),
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class EditorInvitation(models.Model):
    """Someone is asked to write an application too. The address is of whom it is asked; whether
    an account uses it is told to nobody."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="editor_invitations")
    email = models.EmailField(_("adresse électronique"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("invitation à écrire une candidature")
        verbose_name_plural = _("invitations à écrire des candidatures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "email"], name="editorinvitation_once")
        ]

    def __str__(self) -> str:
        return f"{self.application_id}"
