"""E-mail domains of an organisation: asked for, verified, given up."""

from __future__ import annotations

import datetime as dt
import re

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.people import notifications
from essaim.people.actions.organisations import lock
from essaim.people.actions.tokens import hash_token, new_token
from essaim.people.generic_domains import GENERIC
from essaim.people.models import EmailDomain, Membership, Organisation, User

_DOMAIN = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$")


@transaction.atomic
def ask_domain(organisation: Organisation, *, domain: str, by: User) -> EmailDomain:
    """Put a domain on the organisation's list, to be verified; known already, it stays as it is.

    Takes ``ccas-lorient.fr`` as well as ``@ccas-lorient.fr``. Raises DomainError for what is no
    domain, and for those where anyone may open a mailbox.
    """
    organisation = lock(organisation)
    domain = domain.strip().lower().rpartition("@")[2].rstrip(".")
    if len(domain) > 253 or not _DOMAIN.match(domain):
        raise DomainError(
            _("Écrivez un domaine de messagerie, par exemple ccas-exemple.fr."), field="domain"
        )
    if domain in GENERIC:
        raise DomainError(
            _("« %(domain)s » est ouvert à tous : il ne dit pas qui est de votre organisation.")
            % {"domain": domain},
            field="domain",
        )
    found, created = EmailDomain.objects.get_or_create(
        organisation=organisation, domain=domain, defaults={"requested_by": by}
    )
    limit = settings.ORGANISATIONS["domains"]
    if created and organisation.email_domains.count() > limit:
        raise DomainError(
            _("Une organisation a %(n)s domaines au plus : retirez-en un.") % {"n": limit},
            field="domain",
        )
    return found


@transaction.atomic
def send_link(domain: EmailDomain, *, by: User) -> str:
    """Send, to a member's own confirmed address of this domain, the link that verifies it.

    Returns the address. Raises DomainError for someone who has no such address.
    """
    domain = _locked(domain)
    if domain.is_verified:
        raise DomainError(_("Ce domaine est déjà vérifié."))
    member = Membership.objects.filter(organisation=domain.organisation, user=by).exists()
    address = (
        EmailAddress.objects.filter(
            user=by, verified=True, email__iendswith=f"@{domain.domain}"
        ).order_by("-primary", "pk")
    ).first()
    if not member or address is None:
        raise DomainError(
            _("Il faut être membre et avoir confirmé une adresse de ce domaine dans son compte.")
        )
    now = timezone.now()
    soon = dt.timedelta(minutes=settings.ORGANISATIONS["resend_minutes"])
    if domain.asked_by_id == by.pk and domain.sent_at and now - domain.sent_at < soon:
        return address.email
    token, domain.token_hash = new_token()
    domain.asked_by, domain.sent_at = by, now
    domain.expires_at = now + dt.timedelta(hours=settings.ORGANISATIONS["domain_link_hours"])
    domain.save(update_fields=["token_hash", "asked_by", "sent_at", "expires_at"])
    notifications.domain_link(domain, address.email, token)
    return address.email


def find(token: str) -> EmailDomain | None:
    return (
        EmailDomain.objects.select_related("organisation")
        .filter(token_hash=hash_token(token))
        .first()
    )


@transaction.atomic
def confirm(token: str, *, by: User) -> EmailDomain:
    """The domain is verified by the member to whom the link was sent. Twice is once."""
    found = find(token)
    if found is None or found.asked_by_id != by.pk:
        raise DomainError(_("Ce lien n’est pas valable, ou n’est pas pour votre compte."))
    domain = _locked(found)
    if domain.is_verified:
        return domain
    if domain.expires_at is None or domain.expires_at <= timezone.now():
        raise DomainError(_("Ce lien a expiré : demandez-en un autre."))
    if not EmailDomain.objects.of(by).filter(pk=domain.pk).exists():
        raise DomainError(_("Votre compte n’a plus d’adresse confirmée de ce domaine."))
    if not Membership.objects.filter(organisation=domain.organisation, user=by).exists():
        raise DomainError(_("Vous n’êtes plus membre de cette organisation."))
    return _verify(domain, by)


@transaction.atomic
def verify(domain: EmailDomain, *, by: User) -> EmailDomain:
    """By a programme manager, on their own inquiry."""
    domain = _locked(domain)
    return domain if domain.is_verified else _verify(domain, by)


@transaction.atomic
def remove(domain: EmailDomain) -> None:
    """Those who joined by it stay members. Twice is once."""
    lock(domain.organisation)
    EmailDomain.objects.filter(pk=domain.pk).delete()


def _verify(domain: EmailDomain, by: User) -> EmailDomain:
    domain.verified_at, domain.verified_by = timezone.now(), by
    domain.save(update_fields=["verified_at", "verified_by"])
    return domain


def _locked(domain: EmailDomain) -> EmailDomain:
    lock(domain.organisation)
    try:
        return (
            EmailDomain.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .get(pk=domain.pk)
        )
    except EmailDomain.DoesNotExist:
        raise DomainError(_("Ce domaine a entre-temps été retiré.")) from None
