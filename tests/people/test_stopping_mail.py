"""Messages about organisations stop by one click, from the mail program or from their foot."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from essaim.following.models import MailSettings
from essaim.people import account_mail, notifications
from tests.following.factories import told_at_once
from tests.people.factories import (
    InvitationFactory,
    MembershipFactory,
    MembershipRequestFactory,
    NetworkMembershipFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def request_received(person: Any) -> None:
    organisation = MembershipFactory(user=person, role="representative").organisation
    notifications.request_received(MembershipRequestFactory(organisation=organisation))


def network_proposed(person: Any) -> None:
    organisation = MembershipFactory(user=person, role="representative").organisation
    notifications.network_proposed(
        NetworkMembershipFactory(organisation=organisation, proposed_by_network=True)
    )


def left_without_representative(person: Any) -> None:
    person.is_manager = True
    person.save()
    account_mail.left_without_representative([OrganisationFactory()])


@pytest.mark.parametrize("tell", [request_received, network_proposed, left_without_representative])
def test_one_click_stops_them(tell: Any, django_capture_on_commit_callbacks: Any) -> None:
    person = UserFactory()
    told_at_once(person)
    with django_capture_on_commit_callbacks(execute=True):
        tell(person)
    (message,) = mail.outbox
    headers = message.extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>")
    assert address in message.body and "Ne plus être prévenu tout de suite" in message.body
    # A mail program posts it, without session nor form.
    path = re.sub(r"^https?://[^/]+", "", address)
    answer = Client(enforce_csrf_checks=True).post(
        path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert not MailSettings.objects.get(user=person).waits_by_mail
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        tell(person)
    assert not mail.outbox


def test_what_was_asked_for_once_has_nothing_to_stop(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        notifications.invited(InvitationFactory(email="luc@exemple.fr"), "jeton")
    (message,) = mail.outbox
    assert "List-Unsubscribe" not in message.extra_headers
