"""Organisations, and who belongs where."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.people.models.accounts import User
from essaim.territories.models import Territory


class OrganisationKind(models.TextChoices):
    CENTRAL_SERVICE = "central_service", _("service central de l’État")
    TERRITORIAL_SERVICE = "territorial_service", _("service territorial de l’État")
    OPERATOR = "operator", _("opérateur public")
    LOCAL_AUTHORITY = "local_authority", _("collectivité")
    CCAS = "ccas", _("CCAS ou CIAS")
    HOSPITAL = "hospital", _("établissement de santé")
    ASSOCIATION = "association", _("association")
    SOCIAL_ENTERPRISE = "social_enterprise", _("entreprise sociale")
    COMPANY = "company", _("entreprise")
    FOUNDATION = "foundation", _("fondation")
    NETWORK = "network", _("réseau ou fédération")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations are public: there is no ``visible_to``."""

    def matching(self, words: str, kind: str) -> OrganisationQuerySet:
        """Those whose name holds every word (accents put aside), or whose SIREN is that one."""
        found = self.filter(kind=kind) if kind else self
        digits = "".join(words.split())
        if digits.isdigit() and len(digits) == 9:
            return found.filter(siren=digits)
        for word in words.split()[:10]:
            found = found.filter(name__unaccent__icontains=word)
        return found

    def for_list(self) -> OrganisationQuerySet:
        return self.select_related("territory")

    def for_detail(self) -> OrganisationQuerySet:
        return self.select_related("territory")


class Organisation(models.Model):
    name = models.CharField(_("nom"), max_length=200)
    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    kind = models.CharField(
        _("nature"), max_length=20, choices=OrganisationKind, blank=True, default=""
    )
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("territoire"), null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["siren"],
                condition=~models.Q(siren=""),
                name="organisation_siren_once",
                violation_error_message=_("Une organisation porte déjà ce SIREN."),
            ),
            models.UniqueConstraint(
                Lower("name"), "kind", condition=models.Q(siren=""), name="organisation_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("people:organisation", args=[self.slug])

    def members_visible_to(self, user: Any) -> MembershipQuerySet:
        """Names are for signed-in people, and for all where the person chose so; never addresses."""
        named = self.memberships.for_list().exclude(user__name="").filter(user__is_active=True)
        return named if user.is_authenticated else named.filter(user__name_is_public=True)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def for_list(self) -> MembershipQuerySet:
        return self.select_related("organisation", "user").order_by(
            "organisation__name", "user__name"
        )


class Membership(models.Model):
    class Role(models.TextChoices):
        MEMBER = "member", _("membre")
        REPRESENTATIVE = "representative", _("représentant")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField(_("rôle"), max_length=20, choices=Role, default=Role.MEMBER)
    since = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("appartenance")
        verbose_name_plural = _("appartenances")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"
