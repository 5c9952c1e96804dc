"""Who, among those who run a call, looked at whose application, and when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .application import Application
from .call import Call


class Access(models.Model):
    """A manager or an officer sees everything of a call: what they opened is kept."""

    append_only = True

    call = models.ForeignKey(Call, models.PROTECT, related_name="accesses")
    # Empty: a whole list or a file of it, ``what`` says which.
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="accesses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False,
        related_name="+",
    )  # fmt: skip
    what = models.CharField(_("ce qui est lu"), max_length=40)
    at = models.DateTimeField(_("le"), auto_now_add=True)

    class Meta:
        verbose_name = _("consultation d’une candidature")
        verbose_name_plural = _("consultations des candidatures")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["application", "-at"], name="callaccess_of_application")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.what}"
