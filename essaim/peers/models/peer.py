"""Those who read: what they know, what they would rather not read, and their seats in rounds."""

from __future__ import annotations

from typing import Any

import pghistory
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation
from essaim.territories.models import Territory
from essaim.themes.models import Theme

from .round import College, Round, State


class PeerProfileQuerySet(models.QuerySet["PeerProfile"]):
    def consenting(self) -> PeerProfileQuerySet:
        """Those who said « je suis pair » and have not taken it back."""
        return self.filter(consented_at__isnull=False, user__is_active=True)

    def invitable(self) -> PeerProfileQuerySet:
        return self.consenting().filter(is_available=True)

    def for_list(self) -> PeerProfileQuerySet:
        return self.select_related("user").prefetch_related(
            "themes", "territories", "user__memberships__organisation"
        )


class PeerProfile(models.Model):
    """What a person lets managers know of them as a reader; theirs to withdraw."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="peer_profile"
    )
    # « Je suis pair »: without it nobody is invited from here, and nothing of it is shown.
    consented_at = models.DateTimeField(_("accepte d’être invité depuis"), null=True, blank=True)
    is_available = models.BooleanField(_("disponible"), default=True)
    max_load = models.PositiveSmallIntegerField(_("lectures en même temps, au plus"), default=3)
    profession = models.CharField(_("métier"), max_length=150, blank=True)
    presentation = models.TextField(_("ce que je connais bien"), max_length=3000, blank=True)
    themes = models.ManyToManyField(Theme, verbose_name=_("thèmes"), blank=True, related_name="+")
    territories = models.ManyToManyField(
        Territory, verbose_name=_("territoires"), blank=True, related_name="+"
    )
    practices = models.ManyToManyField(
        Initiative, verbose_name=_("pratiques partagées"), blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = PeerProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("profil de pair")
        verbose_name_plural = _("profils de pairs")
        ordering = ["user"]
        constraints = [
            models.CheckConstraint(
                condition=Q(max_load__gte=1, max_load__lte=100),
                name="peer_max_load_range",
                violation_error_message=_("De 1 à 100 lectures en même temps."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class Declaration(models.Model):
    """A peer's standing word: nothing carried by that organisation should be read by them."""

    class Kind(models.TextChoices):
        HIERARCHY = "hierarchy", _("lien hiérarchique ou de tutelle")
        FORMER = "former", _("j’y ai travaillé récemment")
        PARTNER = "partner", _("nous travaillons ensemble")
        INTEREST = "interest", _("intérêt personnel ou financier")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="peer_declarations"
    )
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kind = models.CharField(_("lien"), max_length=10, choices=Kind)
    reason = models.CharField(_("précisions"), max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("lien déclaré")
        verbose_name_plural = _("liens déclarés")
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                name="declaration_once",
                violation_error_message=_("Ce lien est déjà déclaré."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.organisation_id}"


class SeatState(models.TextChoices):
    INVITED = "invited", _("invité")
    ACCEPTED = "accepted", _("accepté")
    DECLINED = "declined", _("décliné")
    LEFT = "left", _("s’est retiré")
    CANCELLED = "cancelled", _("invitation annulée")


class SeatQuerySet(models.QuerySet["Seat"]):
    def taken(self) -> SeatQuerySet:
        return self.filter(state=SeatState.ACCEPTED)

    def with_a_part(self) -> SeatQuerySet:
        """Of those who read in the round, or did before they left it."""
        return self.filter(
            models.Q(state=SeatState.ACCEPTED) | models.Q(readings__state="submitted")
        )

    def of(self, user: Any) -> SeatQuerySet:
        """The person's own: by their account, or by an address they proved to be theirs."""
        if not user.is_authenticated:
            return self.none()
        proved = EmailAddress.objects.filter(user=user, verified=True)
        return self.filter(
            Q(user=user)
            | Q(user=None, email__in=proved.values(address=Lower("email"))) & ~Q(email="")
        )

    def to_answer(self, user: Any) -> SeatQuerySet:
        return self.of(user).filter(state=SeatState.INVITED, round__state=State.INVITING)

    def for_list(self) -> SeatQuerySet:
        return self.select_related("user", "college", "round")


@pghistory.track(
    model_name="SeatEvent",
    # Not who sits there: history cannot be erased, and a seat outlives its reader as « lecteur 7 ».
    fields=["id", "round", "college", "state", "invited_by", "answered_at", "reminders"],
)
class Seat(FSMModelMixin, models.Model):
    """A person in a college of a round, from the invitation on."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="seats")
    college = models.ForeignKey(College, models.CASCADE, related_name="seats")
    # None while an address has not answered, and once the account is deleted.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="seats"
    )
    email = models.EmailField(_("adresse e-mail"), blank=True)  # in lower case; invited by it
    # How others know the reader where names are hidden: drawn at random when the seat is taken.
    number = models.PositiveIntegerField(null=True, blank=True)
    state = FSMField(
        _("état"), choices=SeatState.choices, default=SeatState.INVITED, protected=True
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    invited_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("raison"), max_length=500, blank=True)
    max_load = models.PositiveSmallIntegerField(
        _("lectures dans ce tour, au plus"), null=True, blank=True
    )
    # At most two, whatever happens.
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair d’une lecture")
        verbose_name_plural = _("pairs d’une lecture")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SeatState.values), name="seat_state_known"
            ),
            models.UniqueConstraint(
                fields=["round", "user"], condition=Q(user__isnull=False), name="seat_once"
            ),
            models.UniqueConstraint(
                fields=["round", "email"],
                condition=Q(user__isnull=True) & ~Q(email=""),
                name="seat_email_once",
            ),
            models.UniqueConstraint(fields=["round", "number"], name="seat_number_once"),
            models.CheckConstraint(
                condition=Q(reminders__lte=2), name="seat_reminders_at_most_two"
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(number__isnull=False),
                name="seat_taken_has_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("peers:invitation", args=[self.pk])

    @transition("state", source=[SeatState.INVITED, SeatState.DECLINED], target=SeatState.ACCEPTED)
    def accept(self) -> None:
        pass

    @transition("state", source=[SeatState.INVITED], target=SeatState.DECLINED)
    def decline(self) -> None:
        pass

    @transition("state", source=[SeatState.INVITED], target=SeatState.CANCELLED)
    def cancel(self) -> None:
        pass

    @transition("state", source=[SeatState.ACCEPTED], target=SeatState.LEFT)
    def leave(self) -> None:
        pass

    @transition("state", source=[SeatState.CANCELLED, SeatState.LEFT], target=SeatState.INVITED)
    def invite_again(self) -> None:
        pass
