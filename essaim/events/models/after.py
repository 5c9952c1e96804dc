"""After an event: documents, partnerships, what came of it three and six months later."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative
from essaim.people.models import Membership, Organisation

from .event import Event
from .registration import Registration


def document_path(document: Document, name: str) -> str:
    """Never the name that the file came with: it is shown, not used."""
    return f"events/{document.event_id}/{uuid.uuid4().hex}"


class EventDocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: Any) -> EventDocumentQuerySet:
        """Those of the page for all who see it; the others for the registered and who runs it."""
        seen = self.filter(event__in=Event.objects.visible_to(user).values("pk"))
        page = Q(audience=Document.Audience.PAGE)
        if not user.is_authenticated:
            return seen.filter(page)
        came = Registration.objects.registered().filter(user=user).values("event")
        return seen.filter(
            page | Q(event__in=came) | Q(event__in=Event.objects.run_by(user).values("pk"))
        )


class Document(models.Model):
    class Audience(models.TextChoices):
        PAGE = "page", _("tous ceux qui voient la page")
        REGISTERED = "registered", _("les inscrits")

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="documents")
    title = models.CharField(_("titre"), max_length=150)
    audience = models.CharField(
        _("qui le lit"), max_length=10, choices=Audience, default=Audience.REGISTERED
    )
    file = models.FileField(_("fichier"), upload_to=document_path, max_length=120)
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("taille"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = EventDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document d’un événement")
        verbose_name_plural = _("documents des événements")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def confirmed(self) -> PartnershipQuerySet:
        return self.filter(state="confirmed")

    def to_confirm(self, user: Any) -> PartnershipQuerySet:
        """By who represents the other side."""
        mine = Membership.objects.filter(user=user, role=Membership.Role.REPRESENTATIVE).values(
            "organisation"
        )
        return self.filter(state="declared", other__in=mine)

    def for_list(self) -> PartnershipQuerySet:
        return self.select_related("one", "other", "initiative")


@pghistory.track(exclude=["what", "submission"])
class Partnership(FSMModelMixin, models.Model):
    """Two organisations do something together since an event; counted once both say so."""

    class State(models.TextChoices):
        DECLARED = "declared", _("déclaré, à confirmer par l’autre")
        CONFIRMED = "confirmed", _("confirmé")
        DECLINED = "declined", _("non confirmé")

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="partnerships")
    one = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    other = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("avec"), related_name="+"
    )
    what = models.TextField(_("ce que vous faites ensemble"), max_length=1000)
    initiative = models.ForeignKey(
        Initiative, models.SET_NULL, verbose_name=_("fiche"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    state = FSMField(_("état"), choices=State.choices, default=State.DECLARED, protected=True)
    since = models.DateField(_("depuis le"), default=timezone.localdate)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partenariat")
        verbose_name_plural = _("partenariats")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["declared", "confirmed", "declined"]),
                name="partnership_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(one=F("other")),
                name="partnership_of_two",
                violation_error_message=_("Un partenariat est entre deux organisations."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} – {self.other_id}"

    @transition("state", source="declared", target="confirmed")
    def confirm(self) -> None: ...

    @transition("state", source="declared", target="declined")
    def decline(self) -> None: ...


class FollowUp(models.Model):
    """Asked once of each who came, three and six months later."""

    class Came(models.TextChoices):
        NOTHING = "nothing", _("rien pour l’instant")
        TALKING = "talking", _("des échanges continuent")
        PARTNERSHIP = "partnership", _("un partenariat")
        REPLICATION = "replication", _("une reprise")
        FUNDING = "funding", _("un financement")

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="follow_ups")
    months = models.PositiveSmallIntegerField(_("mois après"))
    asked_on = models.DateField(default=timezone.localdate)
    came = models.CharField(
        _("ce qui en est sorti"), max_length=11, choices=Came, blank=True, default=""
    )
    note = models.TextField(_("en quelques mots"), max_length=1000, blank=True)
    answered_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("suivi d’un événement")
        verbose_name_plural = _("suivis des événements")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["registration", "months"], name="followup_once")
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.months}"


class PersonalFeed(models.Model):
    """The address of one's own calendar; made anew, the former one opens nothing any more."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    since = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("calendrier personnel")
        verbose_name_plural = _("calendriers personnels")

    def __str__(self) -> str:
        return f"{self.user_id}"
