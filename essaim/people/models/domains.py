"""E-mail domains by which people join an organisation without being invited."""

from __future__ import annotations

from typing import Any

import pghistory
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from essaim.people.models.organisations import Organisation


def confirmed_domains(user: Any) -> Any:
    """The domains of the person's confirmed addresses, as a subquery."""
    # After the last @: a quoted name may hold others ("x@ccas-exemple.fr@x"@elsewhere.example).
    domain = Func(
        *(Lower("email"), Value("@"), Value(-1)),
        function="SPLIT_PART",
        output_field=models.CharField(),
    )
    return EmailAddress.objects.filter(user=user, verified=True).values(domain=domain)


class EmailDomainQuerySet(models.QuerySet["EmailDomain"]):
    def verified(self) -> EmailDomainQuerySet:
        return self.filter(verified_at__isnull=False)

    def of(self, user: Any) -> EmailDomainQuerySet:
        """Those of which the person has a confirmed address."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(domain__in=confirmed_domains(user))


@pghistory.track(
    model_name="EmailDomainEvent",
    fields=[
        *("id", "organisation", "domain", "requested_by", "requested_at"),
        *("verified_at", "verified_by", "asked_by", "expires_at"),
    ],
)
class EmailDomain(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="email_domains")
    domain = models.CharField(_("domaine"), max_length=253)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    requested_at = models.DateTimeField(_("demandé le"), auto_now_add=True)
    # The link last sent, to a member who has an address of this domain.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    token_hash = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(_("vérifié le"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = EmailDomainQuerySet.as_manager()

    class Meta:
        verbose_name = _("domaine de messagerie")
        verbose_name_plural = _("domaines de messagerie")
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "domain"],
                name="email_domain_once",
                violation_error_message=_("Ce domaine est déjà dans la liste."),
            ),
            models.UniqueConstraint(
                fields=["token_hash"],
                condition=~Q(token_hash=""),
                name="email_domain_link_once",
            ),
            models.CheckConstraint(
                condition=Q(domain=Lower(F("domain"))) & Q(domain__contains="."),
                name="email_domain_is_lower_case",
            ),
        ]
        indexes = [
            models.Index(
                fields=["domain"],
                condition=Q(verified_at__isnull=False),
                name="email_domain_verified",
            )
        ]

    def __str__(self) -> str:
        return self.domain

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None
