"""The schemes that helped a card, as its team says; who reads it, who takes it back."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.scaling.actions import used
from essaim.scaling.models import SchemeUsed
from tests.dossiers.helpers import signed_in
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory
from tests.schemes.factories import SchemeFactory

pytestmark = pytest.mark.django_db


def test_the_team_names_a_scheme_once_and_the_card_shows_it() -> None:
    owner = UserFactory()
    card, scheme = InitiativeFactory(published=True, author=owner), SchemeFactory(title="Le DLA")
    address = f"{card.get_absolute_url()}/dispositifs"
    client = signed_in(owner)
    assert (
        "Dispositifs qui l’ont aidée" not in Client().get(card.get_absolute_url()).content.decode()
    )
    page = f"https://essaim.example{scheme.get_absolute_url()}"
    for named, year in (("le dla", ""), (page, "2023")):
        assert client.post(address, {"scheme": named, "year": year}).status_code == 302
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
    for typed in (
        proposed.title,
        proposed.get_absolute_url(),
        "…",
        "<script>",
        "http://[",
        "x" * 500,
    ):
        refused = client.post(address, {"scheme": typed, "year": "2020"})
        assert refused.status_code == 422 and 'value="2020"' in refused.content.decode()
    late = client.post(address, {"scheme": SchemeFactory().title, "year": "2199"})
    assert "pas encore venue" in late.content.decode()
    for title in ("Prêt d’honneur", "Prêt d’honneur solidaire"):
        SchemeFactory(title=title)
    several = client.post(address, {"scheme": "pret d'h"}).content.decode()
    assert french("« Prêt d’honneur » ; « Prêt d’honneur solidaire »") in several
    assert not SchemeUsed.objects.exists()
    # A title whole before a part of others.
    assert client.post(address, {"scheme": "Prêt d’honneur"}).status_code == 302
    for _n in range(used.AT_MOST - 1):
        used.say_scheme_used(card, SchemeFactory(), by=owner)
    with pytest.raises(DomainError, match="au plus"):
        used.say_scheme_used(card, SchemeFactory(), by=owner)
