"""The opinion of non-objection, and the personal link by which it may be given."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .file import InnovationFile

MAX_REMINDERS = 2


class OpinionRequestQuerySet(models.QuerySet["OpinionRequest"]):
    def pending(self) -> OpinionRequestQuerySet:
        return self.filter(answer="", withdrawn_at__isnull=True)

    def visible_to(self, user: Any) -> OpinionRequestQuerySet:
        """Those addressed to one of the person's verified addresses; never one's own file.
        Agrees with ``rules.can_answer``."""
        if not user.is_authenticated:
            return self.none()
        addresses = EmailAddress.objects.filter(user=user, verified=True).values(
            address=Lower("email")
        )
        return (
            self.annotate(address=Lower("email"))
            .filter(address__in=addresses, withdrawn_at__isnull=True)
            .exclude(file__innovator=user)
        )

    def for_list(self) -> OpinionRequestQuerySet:
        return self.select_related("file__innovator", "file__organisation")


# Name, address and reasons are personal or confidential: they stay out of the history.
@pghistory.track(
    model_name="OpinionRequestEvent",
    fields=[
        *("id", "file", "level", "requested_by", "requested_at", "due_on", "reminders"),
        *("answer", "answered_at", "answered_by", "channel", "withdrawn_at"),
    ],
)
class OpinionRequest(models.Model):
    class Level(models.TextChoices):
        CHIEF_OF_STAFF = "chief_of_staff", _("chef d’état-major")
        HEAD_OF_SERVICE = "head_of_service", _("chef de service")

    class Answer(models.TextChoices):
        NO_OBJECTION = "no_objection", _("non-objection")
        OBJECTION = "objection", _("objection")

    class Channel(models.TextChoices):
        SIGNED_IN = "signed_in", _("connecté à son compte")
        LINK = "link", _("par lien personnel confirmé d’un code")

    file = models.ForeignKey(InnovationFile, models.CASCADE, related_name="opinions")
    level = models.CharField(_("niveau"), max_length=20, choices=Level)
    name = models.CharField(_("nom et prénom"), max_length=150)
    function = models.CharField(_("fonction"), max_length=200)
    email = models.EmailField(_("adresse e-mail professionnelle"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    requested_at = models.DateTimeField(_("demandé le"), auto_now_add=True)
    due_on = models.DateField(_("attendu pour le"))
    reminders = models.PositiveSmallIntegerField(_("relances"), default=0)
    last_sent_at = models.DateTimeField(_("dernier envoi"), default=timezone.now)
    silence_told_at = models.DateTimeField(null=True, blank=True, editable=False)
    answer = models.CharField(_("avis"), max_length=15, choices=Answer, blank=True, default="")
    reasons = models.TextField(_("motifs"), blank=True)
    answered_at = models.DateTimeField(_("reçu le"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(_("donné"), max_length=10, choices=Channel, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OpinionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande d’avis")
        verbose_name_plural = _("demandes d’avis")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__in=["", "no_objection", "objection"]),
                name="opinion_answer_known",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, channel="")
                | (~Q(answer="") & Q(answered_at__isnull=False) & ~Q(channel="")),
                name="opinion_answer_has_date_and_channel",
            ),
            models.CheckConstraint(
                condition=~Q(answer="objection") | ~Q(reasons=""),
                name="opinion_objection_has_reasons",
                violation_error_message=_("Une objection donne ses motifs."),
            ),
            models.CheckConstraint(
                condition=Q(reminders__lte=MAX_REMINDERS), name="opinion_reminded_at_most_twice"
            ),
            models.UniqueConstraint(
                fields=["file"],
                condition=Q(answer="", withdrawn_at__isnull=True),
                name="opinion_one_pending_per_file",
                violation_error_message=_("Une demande d’avis attend déjà sa réponse."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["last_sent_at"],
                condition=Q(answer="", withdrawn_at__isnull=True),
                name="opinion_pending",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.answer or '…'}"

    @property
    def is_pending(self) -> bool:
        return not self.answer and self.withdrawn_at is None

    @property
    def is_silent(self) -> bool:
        """Past its date without an answer: shown as silence, and never as a yes."""
        return self.is_pending and self.due_on < timezone.localdate()

    @property
    def days_of_silence(self) -> int:
        return max(0, (timezone.localdate() - self.due_on).days) if self.is_pending else 0


class OpinionLink(models.Model):
    """A personal link: one request, one use, a short life. Only hashes are kept."""

    class Flaw(models.TextChoices):
        NONE = "", ""
        USED = "used", _("Ce lien a déjà servi : votre avis est enregistré.")
        REPLACED = (
            "replaced",
            _("Ce lien a été remplacé : ouvrez le message le plus récent que vous avez reçu."),
        )
        EXPIRED = (
            "expired",
            _("Ce lien a expiré : demandez-en un nouveau à la personne qui vous l’a fait envoyer."),
        )
        DEAD = "dead", _("Ce lien n’est pas valable, ou ne l’est plus.")

    request = models.ForeignKey(OpinionRequest, models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    code_hash = models.CharField(max_length=64, blank=True)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("lien personnel")
        verbose_name_plural = _("liens personnels")

    def __str__(self) -> str:
        return f"{self.pk}"

    def flaw(self, now: dt.datetime | None = None) -> Flaw:
        """Why this link no longer serves, or ``Flaw.NONE``."""
        if self.used_at:
            return self.Flaw.USED
        if not self.request.is_pending:
            return self.Flaw.DEAD
        if self.replaced_at:
            return self.Flaw.REPLACED
        if self.expires_at <= (now or timezone.now()):
            return self.Flaw.EXPIRED
        return self.Flaw.NONE
