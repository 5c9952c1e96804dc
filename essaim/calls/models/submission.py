"""What an application answers now, block by block, and what it submitted, frozen."""

from __future__ import annotations

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .application import Application


# Its content may hold names: the history keeps who saved which version of a block, and when.
@pghistory.track(
    model_name="CallAnswerEvent", fields=["id", "application", "block", "version", "by"]
)
class Answer(models.Model):
    """One block as it stands now: {name of a field: value}."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="answers")
    block = models.CharField(_("bloc"), max_length=40)
    content = models.JSONField(_("contenu"), default=dict)
    # Grows with each save: who opened the form on an older one is told, and overwrites nothing.
    version = models.PositiveIntegerField(default=1)
    # False while what was filled in for the applicant has been read again by nobody.
    is_checked = models.BooleanField(_("relu"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("réponse à un bloc d’appel")
        verbose_name_plural = _("réponses aux blocs d’appel")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "block"], name="callanswer_once_for_a_block"
            )
        ]

    def __str__(self) -> str:
        return self.block


class Submission(models.Model):
    """What was submitted, as it was: never changed. The receipt is made of it."""

    append_only = True

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    form_number = models.PositiveIntegerField(_("version du formulaire"))
    # {"blocks": {slug: content}, "partners": […], "files": [{…, "sha256"}]}; persons apart.
    content = models.JSONField(_("contenu"))
    sha256 = models.CharField(_("empreinte"), max_length=64)  # of the content, keys sorted
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(_("déposée le"))

    class Meta:
        verbose_name = _("version déposée d’une candidature")
        verbose_name_plural = _("versions déposées des candidatures")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="submission_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.number}"


class SubmittedPersons(models.Model):
    """Names and addresses in what was submitted: erased when their time is over."""

    version = models.OneToOneField(Submission, models.CASCADE, related_name="persons")
    content = models.JSONField(_("contenu"), default=dict)

    class Meta:
        verbose_name = _("personnes d’une candidature déposée")
        verbose_name_plural = _("personnes des candidatures déposées")

    def __str__(self) -> str:
        return f"{self.version_id}"
