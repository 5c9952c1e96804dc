"""Needs on the pages of others, and in the back room."""

from typing import Any

import pytest
from django.test import Client

from tests.needs.factories import NeedFactory
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def test_a_territory_shows_the_needs_of_its_places(rf: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    from essaim.common.panels import render_panels

    region = TerritoryFactory(kind="region", code="T84", name="Région d’essai")
    town = TerritoryFactory(name="Ville d’essai", inside=[region])
    request = rf.get("/")
    request.user = AnonymousUser()
    assert "besoins" not in [panel.name for panel in render_panels("territory", request, region)]
    NeedFactory(public=True, territory=town, text="Du transport")
    NeedFactory(private=True, territory=town, text="Secret")
    (panel,) = [p for p in render_panels("territory", request, region) if p.name == "besoins"]
    assert "Du transport" in panel.html
    assert "Secret" not in panel.html
    assert f"/besoins?territory={region.address}" in panel.html


def test_the_administration_lists_needs(client: Client) -> None:
    client.force_login(UserFactory(administrator=True))
    need = NeedFactory(whole=True)
    assert client.get("/admin/needs/need/", {"q": "hameau"}).status_code == 200
    assert client.get(f"/admin/needs/need/{need.pk}/change/").status_code == 200
