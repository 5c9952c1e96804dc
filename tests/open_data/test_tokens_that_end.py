"""A token that opens nothing any more, or soon: whoever can do something about it hears of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from essaim.common.typography import french
from essaim.following.models import Notification
from essaim.open_data import notifications
from essaim.open_data.actions import tokens
from essaim.open_data.models import ApiToken
from essaim.people.models import Membership
from tests.open_data.factories import bearer, make_token
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> tuple[ApiToken, str, Any]:
    """An organisation's token, its words, and another who represents the organisation."""
    organisation = OrganisationFactory(name="CCAS d’exemple")
    role = Membership.Role.REPRESENTATIVE
    maker, other = (MembershipFactory(organisation=organisation, role=role).user for _n in range(2))
    MembershipFactory(organisation=organisation)
    token, text = make_token(maker, organisation=organisation)
    return token, text, other


def told(verb: str) -> list[Any]:
    rows = Notification.objects.filter(announcement__verb=verb).order_by("user")
    return [each.user for each in rows]


def page_of(user: Any) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get("/compte/jetons").content.decode()


def test_its_maker_no_longer_represents_the_organisation(
    client: Client, held: tuple[ApiToken, str, Any]
) -> None:
    token, text, other = held
    assert client.get("/api/v1/me", headers=bearer(text)).status_code == 200
    assert "jusqu’au" in page_of(other) and "sans effet" not in page_of(other)
    assert tokens.warn_of_ending() == 0
    Membership.objects.filter(user=token.user).update(role=Membership.Role.MEMBER)
    answer = client.get("/api/v1/me", headers=bearer(text))
    assert answer.status_code == 401
    assert french("ne représente plus « CCAS d’exemple »") in answer.json()["detail"]
    assert token.user.name not in answer.content.decode()
    for user in (token.user, other):
        assert "sans effet" in page_of(user) and "jusqu’au" not in page_of(user)
    for _night in range(2):
        assert tokens.warn_of_ending() == 1
    assert told(notifications.ORPHANED) == [other]
    assert notifications._orphans([str(token.pk)], other) == {str(token.pk)}
    tokens.revoke_token(token, by=other)
    assert notifications._orphans([str(token.pk)], other) == set()
    assert tokens.warn_of_ending() == 0
    assert (
        "inconnu, expiré ou révoqué"
        in client.get("/api/v1/me", headers=bearer(text)).json()["detail"]
    )


def test_fourteen_days_before_it_expires(held: tuple[ApiToken, str, Any]) -> None:
    token, _text, other = held
    assert tokens.warn_of_ending() == 0
    ApiToken.objects.update(expires_at=timezone.now() + dt.timedelta(days=13))
    assert tokens.warn_of_ending() == 0  # it was made for less than the notice
    ApiToken.objects.update(created_at=timezone.now() - dt.timedelta(days=300))
    for _night in range(2):
        assert tokens.warn_of_ending() == 1
    assert told(notifications.EXPIRES) == [token.user, other]
    shown = notifications._tokens([str(token.pk)], other)[str(token.pk)]
    assert (shown.title, shown.url) == ("Mon programme", "/compte/jetons")
    assert notifications._tokens([str(token.pk)], UserFactory()) == {}
    with translation.override("fr"):
        assert notifications._until(str(token.pk), other).startswith("Il expire le ")
    ApiToken.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    assert notifications._expiring([str(token.pk)], other) == set()
    assert tokens.warn_of_ending() == 0
