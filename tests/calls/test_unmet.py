"""Needs that call for a call: counted by theme and place, by the rule of the board of unmet needs."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from essaim.matching.models import Match, Standing
from tests.calls.factories import CallFactory
from tests.initiatives.factories import InitiativeFactory
from tests.needs.factories import NeedFactory
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def test_needs_without_a_good_answer_are_counted_by_theme_and_place() -> None:
    isere = TerritoryFactory(kind="department", code="T38", name="Isère d’essai")
    theme, place = ThemeFactory(name="Logement"), TerritoryFactory(inside=[isere])
    without, answered, private = (
        NeedFactory(theme=theme, territory=place, found=found, visibility=who)
        for found, who in ((7, "public"), (0, "members"), (0, "private"))
    )
    for need in (without, answered, private):
        Standing.objects.create(need=need, version=1)
    Match.objects.create(need=answered, initiative=InitiativeFactory(), closeness=0.8)
    CallFactory().themes.add(theme)
    client = Client()
    assert client.get(reverse("calls:unmet")).status_code == 302
    # Their own private need is not counted for its author either: the same figure for everyone.
    for reader in (UserFactory(), private.author):
        client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
        response = client.get(reverse("calls:unmet"))
        found, text = response.context["unmet"], response.content.decode()
        assert found.total == 1 and "1 besoin ouvert" in text
        assert [(line.label, line.count) for line in found.themes] == [("Logement", 1)]
        assert [line.count for line in found.territories] == [1]
        assert f"/besoins?unmet=on&amp;theme={theme.slug}" in text
