"""Organisations, and who belongs where."""

from __future__ import annotations

from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
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
        """Those whose name holds every word (accents put aside), or whose SIREN or SIRET is that one."""
        found = self.filter(kind=kind) if kind else self
        digits = "".join(words.split())
        if digits.isdigit() and len(digits) == 9:
            return found.filter(siren=digits)
        if digits.isdigit() and len(digits) == 14:
            # The establishment, or the whole it belongs to.
            return found.filter(Q(siret=digits) | Q(siren=digits[:9], siret=""))
        for word in words.split()[:10]:
            found = found.filter(name__unaccent__icontains=word)
        return found

    def without_representative(self) -> OrganisationQuerySet:
        """Those that have active members, of whom nobody represents the others."""
        active = Membership.objects.filter(organisation=OuterRef("pk"), user__is_active=True)
        return self.filter(Exists(active)).exclude(Exists(active.representing()))

    def proposable_by(self, user: Any, there: Organisation) -> OrganisationQuerySet:
        """Those this person represents that could join the network ``there``, or the networks
        that ``there`` could join."""
        represented = Membership.objects.filter(user=user, role=Membership.Role.REPRESENTATIVE)
        found = self.filter(memberships__in=represented).exclude(pk=there.pk)
        return found if there.is_network else found.filter(kind=OrganisationKind.NETWORK)

    def for_list(self) -> OrganisationQuerySet:
        return self.select_related("territory")

    def for_detail(self) -> OrganisationQuerySet:
        return self.select_related("territory")


# Names of organisations are no personal text: a change of name or number can be answered for.
@pghistory.track(
    model_name="OrganisationEvent",
    fields=["id", "name", "slug", "kind", "siren", "siret", "territory"],
)
class Organisation(models.Model):
    name = models.CharField(_("nom"), max_length=200)
    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    kind = models.CharField(
        _("nature"), max_length=20, choices=OrganisationKind, blank=True, default=""
    )
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    # Of one establishment, where the organisation is not its whole legal unit.
    siret = models.CharField(_("SIRET"), max_length=14, blank=True, default="")
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("territoire"), null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # Who asked for it here: how many one person creates in a day is limited.
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["siren"],
                condition=~Q(siren="") & Q(siret=""),
                name="organisation_siren_once",
                violation_error_message=_("Une organisation porte déjà ce SIREN."),
            ),
            models.UniqueConstraint(
                fields=["siret"],
                condition=~Q(siret=""),
                name="organisation_siret_once",
                violation_error_message=_("Une organisation porte déjà ce SIRET."),
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__startswith=F("siren"), siren__gt=""),
                name="organisation_siret_of_its_siren",
                violation_error_message=_("Les neuf premiers chiffres du SIRET sont le SIREN."),
            ),
            models.UniqueConstraint(
                Lower("name"), "kind", condition=Q(siren=""), name="organisation_name_once"
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

    @property
    def is_network(self) -> bool:
        return self.kind == OrganisationKind.NETWORK


class MembershipQuerySet(models.QuerySet["Membership"]):
    def for_list(self) -> MembershipQuerySet:
        return self.select_related("organisation", "user").order_by(
            "organisation__name", "user__name", "pk"
        )

    def representing(self) -> MembershipQuerySet:
        """Those who can act for their organisation: an inactive account cannot."""
        return self.filter(role=Membership.Role.REPRESENTATIVE, user__is_active=True)


class Function(models.TextChoices):
    """What a person does in the name of their organisation (§ 14 of the domain)."""

    HOLDER = "holder", _("porteur")
    ADOPTER = "adopter", _("repreneur")
    FUNDER = "funder", _("financeur")
    SPONSOR = "sponsor", _("parrain")
    PEER = "peer", _("pair évaluateur")


@pghistory.track(
    model_name="MembershipEvent",
    fields=["id", "user", "organisation", "role", "functions", "since"],
)
class Membership(models.Model):
    class Role(models.TextChoices):
        MEMBER = "member", _("membre")
        REPRESENTATIVE = "representative", _("représentant")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField(_("rôle"), max_length=20, choices=Role, default=Role.MEMBER)
    functions = ArrayField(
        models.CharField(max_length=10, choices=Function),
        verbose_name=_("fonctions"),
        default=list,
        blank=True,
    )
    since = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("appartenance")
        verbose_name_plural = _("appartenances")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(role__in=["member", "representative"]), name="membership_role_known"
            ),
            models.CheckConstraint(
                condition=Q(functions__contained_by=Function.values),
                name="membership_functions_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"

    @property
    def is_representative(self) -> bool:
        return self.role == self.Role.REPRESENTATIVE

    @property
    def function_labels(self) -> list[str]:
        """In the order of the domain, whatever the order kept."""
        return [str(each.label) for each in Function if each in self.functions]
