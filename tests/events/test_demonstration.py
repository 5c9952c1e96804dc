"""What a trial begins with: a week whose meetings led to three introductions, a session to come."""

from __future__ import annotations

import io
from typing import Any

import pytest

from essaim.events.demonstration import ADOPTERS, CARD, HOLDUP, PLACES, WEEK, load_events
from essaim.events.models import Event, ThirdPlace
from essaim.events.reading import numbers
from essaim.introductions.models import Introduction
from tests.events.factories import representative
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import OrganisationFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def test_three_introductions_begun_and_nothing_invented_in_silence(settings: Any) -> None:
    settings.LOCAL = True
    isere = TerritoryFactory(kind="department", code="38")
    for _name, code, _services in PLACES:
        TerritoryFactory(kind="commune", code=code.partition(":")[2], inside=[isere])
    people = {}
    for name in ("porteur", "animateur", *ADOPTERS):
        people[name] = representative(OrganisationFactory(territory=TerritoryFactory()))
        type(people[name]).objects.filter(pk=people[name].pk).update(
            email=f"{name}@essaim.example", is_manager=name == "animateur"
        )
    InitiativeFactory(
        external_id=CARD, published=True, themes=[ThemeFactory()], author=people["porteur"],
        holder=people["porteur"].memberships.get().organisation,
    )  # fmt: skip
    out = io.StringIO()
    for _time in range(2):
        load_events(out=out)
    assert out.getvalue() == ""
    week = Event.objects.get(submission=WEEK)
    came = numbers(week)
    assert week.state == "done" and came.attended == came.registered == 4
    assert came.introductions == Introduction.objects.count() == 3
    assert came.encounters >= 3
    session = Event.objects.get(submission=HOLDUP)
    assert session.takes_registrations and session.challenges.count() == 1
    for text in (
        *Event.objects.values_list("title", flat=True),
        *ThirdPlace.objects.values_list("name", flat=True),
        *session.challenges.values_list("text", flat=True),
        *week.registrations.exclude(seeks="").values_list("seeks", flat=True),
        *week.registrations.exclude(brings="").values_list("brings", flat=True),
    ):
        assert "fictif" in text, text
