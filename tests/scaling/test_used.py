"""The schemes that helped a card, as its team says; who reads it, who takes it back."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from essaim.common.errors import DomainError
from essaim.scaling.actions import used
from essaim.scaling.models import SchemeUsed
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory
from tests.schemes.factories import SchemeFactory

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def test_the_team_names_a_scheme_once_and_the_card_shows_it() -> None:
    owner = UserFactory()
    card, scheme = InitiativeFactory(published=True, author=owner), SchemeFactory(title="Le DLA")
    address = f"{card.get_absolute_url()}/dispositifs"
    client = signed_in(owner)
    assert (
        "Dispositifs qui l’ont aidée" not in Client().get(card.get_absolute_url()).content.decode()
    )
    for year in ("", "2023"):
        assert client.post(address, {"scheme": scheme.slug, "year": year}).status_code == 302
    made = SchemeUsed.objects.get()
    assert made.year == 2023
    page = Client().get(card.get_absolute_url()).content.decode()
    assert "Dispositifs qui l’ont aidée" in page and "Le DLA" in page and "depuis 2023" in page
    english = Client()
    english.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "since 2023" in english.get(card.get_absolute_url()).content.decode()
    for _twice in range(2):
        used.forget_scheme_used(made)
    assert "Le DLA" not in Client().get(card.get_absolute_url()).content.decode()


def test_what_cannot_be_is_said() -> None:
    owner = UserFactory()
    card = InitiativeFactory(published=True, author=owner)
    address, client = f"{card.get_absolute_url()}/dispositifs", signed_in(owner)
    assert client.post(address, {"scheme": "", "year": ""}).status_code == 422
    proposed = SchemeFactory(proposed=True)
    assert client.post(address, {"scheme": proposed.slug}).status_code == 422
    late = client.post(address, {"scheme": SchemeFactory().slug, "year": "2199"})
    assert "pas encore là" in late.content.decode()
    assert not SchemeUsed.objects.exists()
    for _n in range(used.AT_MOST):
        used.say_scheme_used(card, SchemeFactory(), by=owner)
    with pytest.raises(DomainError, match="au plus"):
        used.say_scheme_used(card, SchemeFactory(), by=owner)
