"""Keys to the API: personal, or of an organisation; what each may do, and until when."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.people.models import Membership, Organisation

NAME_LENGTH = 100


class Scope(models.TextChoices):
    READ = "read", _("lire ce que vous lisez")
    WRITE_CARDS = "write:cards", _("écrire des fiches")
    WRITE_NEEDS = "write:needs", _("exprimer des besoins")


SCOPES: list[str] = list(Scope.values)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: Any) -> ApiTokenQuerySet:
        """One's own, and those of organisations one represents. Agrees with ``rules.can_view``."""
        if not user.is_authenticated:
            return self.none()
        represented = Membership.objects.filter(
            user=user, organisation=OuterRef("organisation"), role=Membership.Role.REPRESENTATIVE
        )
        return self.filter(Q(user=user) | Exists(represented))

    def alive(self) -> ApiTokenQuerySet:
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def orphaned(self) -> ApiTokenQuerySet:
        """Of an organisation that who made them does not represent any more: they open nothing."""
        return self.filter(~_represented(), organisation__isnull=False)

    def for_list(self) -> ApiTokenQuerySet:
        return self.select_related("user", "organisation").annotate(represented=_represented())


def _represented() -> Exists:
    """Whether who made it represents its organisation. Agrees with ``people.is_representative``."""
    held = Membership.objects.filter(
        user=OuterRef("user"), organisation=OuterRef("organisation"),
        role=Membership.Role.REPRESENTATIVE,
    )  # fmt: skip
    return Exists(held)


# The name is typed by a person and stays out; the digest serves nobody there.
@pghistory.track(
    model_name="ApiTokenEvent",
    fields=["id", "user", "organisation", "scopes", "expires_at", "revoked_at"],
)
class ApiToken(models.Model):
    """Kept as a digest: whoever reads the database cannot use it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("créé par"),
        related_name="api_tokens",
    )  # fmt: skip
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, verbose_name=_("au nom de"), related_name="api_tokens",
        null=True, blank=True,
    )  # fmt: skip
    name = models.CharField(_("nom"), max_length=NAME_LENGTH)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    # The first characters, by which its owner knows it again.
    start = models.CharField(max_length=16, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope), verbose_name=_("ce qu’il permet")
    )
    expires_at = models.DateTimeField(_("expire le"))
    last_used_at = models.DateTimeField(_("dernière utilisation"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("révoqué le"), null=True, blank=True)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("jeton")
        verbose_name_plural = _("jetons")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values) & Q(scopes__len__gte=1),
                name="apitoken_scopes_known",
                violation_error_message=_("Choisissez au moins une permission."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="apitoken_named"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_alive(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def scope_labels(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes if scope in Scope.values]
