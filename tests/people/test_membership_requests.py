"""Asking to join: told once, answered once, refused with a reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.following.actions.mailing import mail_what_waits
from essaim.following.models import Notification
from essaim.following.reading import lines
from essaim.people.actions import memberships
from essaim.people.actions.membership_requests import (
    accept_request,
    decline_request,
    forget_old,
    forget_person,
    request_to_join,
    withdraw_request,
)
from essaim.people.models import Membership, MembershipRequest
from tests.following.factories import told_at_once
from tests.people.factories import (
    MembershipFactory,
    MembershipRequestFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def head() -> Any:
    return MembershipFactory(role="representative", organisation__name="Les Potagers")


def test_a_request_is_told_once_and_accepted(
    client: Client, head: Any, django_capture_on_commit_callbacks: Any
) -> None:
    manager, luc = UserFactory(manager=True), told_at_once(UserFactory(name="Luc"))
    told_at_once(head.user)
    client.force_login(luc)
    join = f"{head.organisation.get_absolute_url()}/rejoindre"
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            client.post(join, {"message": "Je suis trésorier."})
    (message,) = mail.outbox
    assert message.to == [head.user.email]
    assert "Je suis trésorier" not in message.body, "what people wrote is read on the page"
    assert "attend une réponse" in client.get(join).content.decode()
    (waiting,) = waiting_for(head.user)
    assert waiting_for(manager) == []

    client.force_login(head.user)
    assert "Je suis trésorier." in client.get(waiting.url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            client.post(waiting.url, {"accept": "1"})
    (told,) = Notification.objects.filter(user=luc)
    assert told.announcement.verb == "membership_accepted" and told.waits
    assert mail_what_waits(timezone.now() + dt.timedelta(minutes=2)) == 1
    assert mail.outbox[1].to == [luc.email] and "acceptée" in mail.outbox[1].subject
    assert Membership.objects.get(user=luc).role == Membership.Role.MEMBER
    assert waiting_for(head.user) == []


def test_a_refusal_gives_its_reason_and_holds_for_a_while(client: Client, head: Any) -> None:
    luc = UserFactory()
    asked = request_to_join(head.organisation, luc, "Bonjour")
    client.force_login(head.user)
    address = asked.get_absolute_url()
    page = client.post(address, {"decline": "1", "reason": " "}).content.decode()
    assert "Un refus donne son motif" in page
    client.post(address, {"decline": "1", "reason": "Nous ne vous connaissons pas."})
    client.force_login(luc)
    join = f"{head.organisation.get_absolute_url()}/rejoindre"
    (line,) = lines(list(Notification.objects.filter(user=luc)), luc)
    assert "est déclinée" in line.text and line.url == join
    # They never accepted mail: their workspace tells them.
    assert mail_what_waits(timezone.now() + dt.timedelta(minutes=2)) == 0
    assert "est déclinée" in client.get("/mon-espace").content.decode()
    assert "Nous ne vous connaissons pas." in client.get(join).content.decode()
    page = client.post(join, {"message": "Encore moi"}).content.decode()
    assert "a décliné votre demande" in page and "Encore moi" in page
    long_ago = timezone.now() - dt.timedelta(days=31)
    MembershipRequest.objects.update(decided_at=long_ago)
    assert request_to_join(head.organisation, luc).is_pending
    with pytest.raises(DomainError, match="entre-temps reçu une réponse"):
        accept_request(asked, by=head.user)


def test_without_representative_the_managers_decide(
    django_capture_on_commit_callbacks: Any,
) -> None:
    manager = told_at_once(UserFactory(manager=True))
    UserFactory(manager=True)  # has not accepted: their workspace tells them
    organisation = OrganisationFactory()
    gone = MembershipFactory(
        organisation=organisation, role="representative", user__is_active=False
    )
    with django_capture_on_commit_callbacks(execute=True):
        asked = request_to_join(organisation, UserFactory())
    assert [m.to for m in mail.outbox] == [[manager.email]]
    assert len(waiting_for(manager)) == 1
    accept_request(asked, by=manager)
    assert organisation.memberships.exclude(pk=gone.pk).exists()


def test_a_manager_names_the_first_representative_and_sees_who_needs_one(client: Client) -> None:
    manager, organisation = UserFactory(manager=True), OrganisationFactory(name="Les Potagers")
    MembershipFactory(organisation=organisation)
    client.force_login(manager)
    asked = request_to_join(organisation, UserFactory(), "Je la dirige.")
    page = client.get("/gestion").content.decode()
    assert "Nommer un représentant" in page and asked.get_absolute_url() in page
    assert "Accepter comme représentant" in client.get(asked.get_absolute_url()).content.decode()
    client.post(asked.get_absolute_url(), {"accept": "representative"})
    assert organisation.memberships.representing().get().user == asked.user
    assert "Les Potagers" not in client.get("/gestion").content.decode()


def test_what_was_written_is_not_kept_for_ever(head: Any) -> None:
    luc = UserFactory()
    declined = request_to_join(head.organisation, luc, "Bonjour")
    decline_request(declined, by=head.user, reason="Non")
    waiting = request_to_join(OrganisationFactory(), luc)
    assert forget_old(365) == 0
    MembershipRequest.objects.filter(pk=declined.pk).update(
        decided_at=timezone.now() - dt.timedelta(days=366)
    )
    assert forget_old(365) == 1
    assert list(MembershipRequest.objects.all()) == [waiting]
    forget_person(luc)
    assert not MembershipRequest.objects.exists()


def test_nobody_answers_their_own_request() -> None:
    manager = UserFactory(manager=True)
    asked = request_to_join(OrganisationFactory(), manager)
    assert waiting_for(manager) == []
    with pytest.raises(DomainError, match="sa propre demande"):
        accept_request(asked, by=manager)


def test_a_request_is_taken_back(head: Any) -> None:
    luc = UserFactory()
    asked = request_to_join(head.organisation, luc, "Bonjour")
    withdraw_request(head.organisation, by=luc)
    withdraw_request(head.organisation, by=luc)
    asked.refresh_from_db()
    assert (asked.decision, asked.message) == ("withdrawn", "")
    with pytest.raises(DomainError, match="entre-temps"):
        decline_request(asked, by=head.user, reason="Non")


def test_a_member_has_nothing_to_ask_and_a_flood_is_stopped(head: Any, settings: Any) -> None:
    with pytest.raises(DomainError, match="déjà membre"):
        request_to_join(head.organisation, head.user)
    settings.ORGANISATIONS = {**settings.ORGANISATIONS, "requests_at_once": 1}
    luc = MembershipRequestFactory().user
    with pytest.raises(DomainError, match="Trop de vos demandes"):
        request_to_join(head.organisation, luc)


def test_asking_and_taking_back_again_and_again_is_stopped(head: Any, settings: Any) -> None:
    settings.ORGANISATIONS = {**settings.ORGANISATIONS, "requests_at_once": 2}
    luc = UserFactory()
    for _ in range(2):
        request_to_join(head.organisation, luc)
        withdraw_request(head.organisation, by=luc)
    with pytest.raises(DomainError, match="reprenez demain"):
        request_to_join(head.organisation, luc)


def test_joining_otherwise_answers_the_request(head: Any) -> None:
    from essaim.people.actions.organisations import add_member

    asked = request_to_join(head.organisation, UserFactory())
    add_member(head.organisation, asked.user)
    asked.refresh_from_db()
    assert asked.decision == "accepted"
    memberships.leave(head.organisation, by=asked.user)


def test_a_request_of_elsewhere_is_not_found(client: Client, head: Any) -> None:
    elsewhere = MembershipRequestFactory()
    client.force_login(head.user)
    address = f"{head.organisation.get_absolute_url()}/demandes/{elsewhere.pk}"
    assert client.get(address).status_code == 404
