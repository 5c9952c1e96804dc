"""What an organisation gives once for all its files: documents and statements; and what a funder
asks for beside the one form."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.dossiers.statements import TEXTS
from essaim.people.models import Organisation

from .applications import Application


class DocumentKind(models.TextChoices):
    STATUTES = "statutes", _("statuts")
    LEADERS = "leaders", _("liste des dirigeants")
    BANK = "bank", _("relevé d’identité bancaire")
    ACCOUNTS = "accounts", _("comptes approuvés du dernier exercice")
    AUDIT = "audit", _("rapport du commissaire aux comptes")
    ACTIVITY = "activity", _("rapport d’activité")
    POWER = "power", _("pouvoir donné au signataire")
    OTHER = "other", _("autre pièce")


# What the Cerfa asks to join; the others depend on the case.
EXPECTED = (DocumentKind.STATUTES, DocumentKind.BANK, DocumentKind.ACCOUNTS)


def stored_name(instance: OrganisationDocument, filename: str) -> str:
    """A name of ours in a folder of its own: nothing there keeps a type that could run."""
    return f"dossiers/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"


class DocumentQuerySet(models.QuerySet["OrganisationDocument"]):
    def visible_to(self, user: Any) -> DocumentQuerySet:
        """For the organisation's members; what is joined to a file, for who reads the file.
        Managers read no document of an organisation. Agrees with ``rules.can_read_document``."""
        if not user.is_authenticated:
            return self.none()
        from essaim.dossiers import targets

        own = Q(organisation__in=user.memberships.values("organisation"))
        read = Application.objects.filter(targets.read_by(user), last_number__gt=0)
        joined = Attachment.objects.filter(
            application__in=read.values("pk"), shown_from__isnull=False
        )
        return self.filter(own | Q(pk__in=joined.values("document")))

    def kept_by(self, user: Any) -> DocumentQuerySet:
        """Those of one's organisations. Agrees with ``rules.can_keep_documents``."""
        return self.filter(organisation__in=user.memberships.values("organisation"))

    def standing(self, day: dt.date | None = None) -> DocumentQuerySet:
        """Neither removed nor out of date."""
        day = day or timezone.localdate()
        return self.filter(removed_at=None).filter(Q(valid_until=None) | Q(valid_until__gte=day))


@pghistory.track(
    model_name="OrganisationDocumentEvent",
    fields=["id", "organisation", "kind", "sha256", "valid_until", "removed_at"],
)
class OrganisationDocument(models.Model):
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="documents", verbose_name=_("organisation")
    )
    kind = models.CharField(_("nature"), max_length=12, choices=DocumentKind)
    title = models.CharField(_("titre"), max_length=200)
    file = models.FileField(_("fichier"), upload_to=stored_name)
    file_name = models.CharField(_("nom du fichier"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("taille"))  # bytes
    sha256 = models.CharField(_("empreinte"), max_length=64)
    # Until when it says what is so; None: as long as it is not replaced.
    valid_until = models.DateField(_("valable jusqu’au"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("déposé le"), auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document d’une organisation")
        verbose_name_plural = _("documents des organisations")
        ordering = ["kind", "-at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_out_of_date(self) -> bool:
        return self.valid_until is not None and self.valid_until < timezone.localdate()


class DocumentRequest(models.Model):
    """A document that one funder must have, and why; never a form."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="requests")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="document_requests", verbose_name=_("financeur")
    )
    label = models.CharField(_("document demandé"), max_length=200)
    why = models.CharField(_("pourquoi"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("pièce demandée par un financeur")
        verbose_name_plural = _("pièces demandées par des financeurs")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(label="") & ~Q(why=""),
                name="documentrequest_says_why",
                violation_error_message=_("Dites quel document, et pourquoi."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Attachment(models.Model):
    """A document of the organisation joined to a file, at once or with its next version."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="attachments")
    document = models.ForeignKey(
        OrganisationDocument, models.PROTECT, related_name="attachments", verbose_name=_("document")
    )
    # What it answers, where a funder asked for it.
    request = models.ForeignKey(
        DocumentRequest, models.PROTECT, null=True, blank=True, related_name="attachments",
        verbose_name=_("pièce demandée"),
    )  # fmt: skip
    # When readers first saw it: with a version, or at once where it answers a request.
    shown_from = models.DateTimeField(null=True, blank=True)
    # Taken out of the versions to come; those that hold it keep it.
    left_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("pièce jointe")
        verbose_name_plural = _("pièces jointes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "document", "request"], nulls_distinct=False,
                condition=Q(left_at=None), name="attachment_once",
                violation_error_message=_("Ce document est déjà joint."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.document_id}"


class StatementQuerySet(models.QuerySet["Statement"]):
    def standing(self, day: dt.date | None = None) -> StatementQuerySet:
        """On today's words, and not too old."""
        day = day or timezone.localdate()
        current = Q(pk__in=[])
        for text in TEXTS.values():
            current |= Q(key=text.key, text_version=text.version)
        return self.filter(current, valid_until__gte=day)


@pghistory.track(model_name="StatementEvent")
class Statement(models.Model):
    """One thing stated on honour, by whom, when, in which version of the words."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="statements", verbose_name=_("organisation")
    )
    key = models.CharField(_("attestation"), max_length=40)
    text_version = models.CharField(_("version du texte"), max_length=20)
    amount_cents = models.BigIntegerField(_("montant (centimes)"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        verbose_name=_("donnée par"),
    )  # fmt: skip
    at = models.DateTimeField(_("donnée le"), auto_now_add=True)
    valid_until = models.DateField(_("valable jusqu’au"))

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("attestation")
        verbose_name_plural = _("attestations")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gte=0),
                name="statement_amount_not_negative",
                violation_error_message=_("Un montant n’est pas négatif."),
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def text(self) -> Any:
        return TEXTS[self.key]
