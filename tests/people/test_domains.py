"""Joining by an address of the organisation's own domain."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.people.actions import domains, memberships
from essaim.people.models import EmailDomain, Membership
from tests.people.factories import (
    EmailDomainFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    confirmed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def head() -> Any:
    found = MembershipFactory(role="representative")
    confirmed(found.user, "claire@ccas-lorient.fr")
    return found


def test_a_domain_is_verified_from_inside_then_opens_the_door(
    client: Client, head: Any, django_capture_on_commit_callbacks: Any
) -> None:
    page = head.organisation.get_absolute_url()
    client.force_login(head.user)
    client.post(f"{page}/domaines/nouveau", {"domain": " @CCAS-Lorient.fr "})
    domain = EmailDomain.objects.get()
    assert (domain.domain, domain.is_verified) == ("ccas-lorient.fr", False)
    luc = confirmed(UserFactory(), "luc@ccas-lorient.fr")
    with pytest.raises(DomainError):
        memberships.join_by_domain(head.organisation, by=luc)

    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            client.post(f"{page}/domaines/{domain.pk}/lien")
    (message,) = mail.outbox
    assert message.to == ["claire@ccas-lorient.fr"]
    found = re.search(r"/domaines/lien/[\w-]+", str(message.body))
    assert found
    thief = Client()
    thief.force_login(luc)
    assert thief.post(found.group()).status_code == 410, "forwarded, it opens nothing"
    client.get(found.group())
    assert not EmailDomain.objects.verified().exists(), "reading verifies nothing"
    client.post(found.group())
    assert EmailDomain.objects.verified().get().verified_by == head.user

    assert "tout de suite" in thief.get(f"{page}/rejoindre").content.decode()
    thief.post(f"{page}/rejoindre/domaine")
    assert Membership.objects.get(user=luc).role == Membership.Role.MEMBER


@pytest.mark.parametrize("domain", ["gmail.com", "Orange.fr", "jean@laposte.net", "yopmail.com"])
def test_a_domain_open_to_all_is_refused(head: Any, domain: str) -> None:
    with pytest.raises(DomainError, match="ouvert à tous"):
        domains.ask_domain(head.organisation, domain=domain, by=head.user)


@pytest.mark.parametrize(
    "domain", ["", "fr", "pas un domaine", "a..fr", "-a.fr", "x" * 300 + ".fr"]
)
def test_what_is_no_domain_is_refused(head: Any, domain: str) -> None:
    with pytest.raises(DomainError) as caught:
        domains.ask_domain(head.organisation, domain=domain, by=head.user)
    assert caught.value.field == "domain"


def test_only_a_confirmed_address_of_exactly_that_domain_counts(head: Any) -> None:
    EmailDomainFactory(organisation=head.organisation, domain="lorient.fr", verified=True)
    unconfirmed = confirmed(UserFactory(), "luc@lorient.fr")
    unconfirmed.emailaddress_set.update(verified=False)
    for person in (
        unconfirmed,
        confirmed(UserFactory(), "luc@ailleurs-lorient.fr"),
        confirmed(UserFactory(), "luc@sous.lorient.fr"),
        confirmed(UserFactory(), "lorient.fr@ailleurs.fr"),
    ):
        with pytest.raises(DomainError):
            memberships.join_by_domain(head.organisation, by=person)
    assert memberships.join_by_domain(
        head.organisation, by=confirmed(UserFactory(), "Luc@LORIENT.fr")
    )


def test_a_link_expires_and_follows_the_persons_rights(
    head: Any, django_capture_on_commit_callbacks: Any
) -> None:
    domain = EmailDomainFactory(organisation=head.organisation, domain="ccas-lorient.fr")
    with django_capture_on_commit_callbacks(execute=True):
        domains.send_link(domain, by=head.user)
    token = re.search(r"/domaines/lien/([\w-]+)", str(mail.outbox[0].body))
    assert token
    EmailDomain.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    with pytest.raises(DomainError, match="a expiré"):
        domains.confirm(token.group(1), by=head.user)
    EmailDomain.objects.update(expires_at=timezone.now() + dt.timedelta(minutes=1))
    head.delete()
    with pytest.raises(DomainError, match="plus membre"):
        domains.confirm(token.group(1), by=head.user)
    with pytest.raises(DomainError, match="Il faut être membre"):
        domains.send_link(domain, by=head.user)


def test_a_manager_verifies_where_no_member_can(client: Client) -> None:
    domain = EmailDomainFactory()
    manager = UserFactory(manager=True)
    client.force_login(manager)
    page = domain.organisation.get_absolute_url()
    client.post(f"{page}/domaines/{domain.pk}/verification")
    domain.refresh_from_db()
    assert domain.verified_by == manager
    client.post(f"{page}/domaines/{domain.pk}/retrait")
    client.post(f"{page}/domaines/{domain.pk}/retrait")
    assert not EmailDomain.objects.exists()


def test_two_organisations_may_share_a_domain_and_each_has_it_once(head: Any) -> None:
    for organisation in (head.organisation, head.organisation, OrganisationFactory()):
        domains.ask_domain(organisation, domain="lorient.fr", by=head.user)
    assert EmailDomain.objects.count() == 2


def test_a_quoted_name_does_not_pass_for_a_domain(head: Any) -> None:
    """« "x@ccas-lorient.fr@x"@elsewhere.example » is a valid address, of elsewhere.example."""
    EmailDomainFactory(organisation=head.organisation, domain="ccas-lorient.fr", verified=True)
    thief = confirmed(UserFactory(), '"x@ccas-lorient.fr@x"@elsewhere.example')
    assert not EmailDomain.objects.of(thief).exists()
    with pytest.raises(DomainError):
        memberships.join_by_domain(head.organisation, by=thief)
