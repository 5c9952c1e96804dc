"""The letter of a theme: the last days, and each week again at the address it was mailed with."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from essaim.initiatives.models import Initiative
from essaim.themes.models import Theme
from tests.initiatives.factories import InitiativeFactory
from tests.replications.factories import committed, world
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
LETTER = "/flux/themes/logement/lettre"
PARIS = ZoneInfo("Europe/Paris")


def card(title: str, *when: int) -> Initiative:
    """Published at this hour of the clock in Paris."""
    made: Initiative = InitiativeFactory(
        published=True,
        title=title,
        published_at=dt.datetime(*when, tzinfo=PARIS),  # type: ignore[misc,arg-type]
    )
    made.themes.add(Theme.objects.get(slug="logement"))
    return made


def clock(monkeypatch: pytest.MonkeyPatch, *when: int) -> None:
    shown = dt.datetime(*when, tzinfo=PARIS)  # type: ignore[misc,arg-type]
    monkeypatch.setattr(timezone, "now", lambda: shown)


@pytest.fixture(autouse=True)
def here_and_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Wednesday of week 48."""
    clock(monkeypatch, 2026, 11, 25, 12)
    ThemeFactory(slug="logement", name="Logement")


def read(client: Client, week: str = "") -> str:
    answer = client.get(LETTER, {"semaine": week} if week else {})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_week_stays_at_its_address(client: Client) -> None:
    card("Avant minuit", 2026, 11, 15, 23, 59)
    card("Lundi matin", 2026, 11, 16, 0, 0)
    card("Dimanche soir", 2026, 11, 22, 23, 59)
    card("Lundi d’après", 2026, 11, 23, 0, 0)
    page = read(client, "2026-W47")
    assert "Lundi matin" in page and "Dimanche soir" in page
    assert "Avant minuit" not in page and "Lundi d’après" not in page
    assert "semaine 47 de 2026" in page
    assert "16 novembre 2026" in page and "22 novembre 2026" in page
    assert "?semaine=2026-W46" in page and "?semaine=2026-W48" in page
    assert "<script" not in page and "style=" not in page
    assert "Lundi d’après" in read(client, "2026-W48")
    assert "?semaine=2026-W49" not in read(client, "2026-W48")


def test_sites_are_of_the_week_too(client: Client) -> None:
    there = world()
    there.card.themes.add(Theme.objects.get(slug="logement"))
    site = committed(there, on=dt.date(2026, 11, 18))
    site.refresh_from_db()
    assert site.committed_on == dt.date(2026, 11, 18)
    assert site.adopter.name in read(client, "2026-W47")
    card("Une fiche d’avant", 2026, 11, 10, 9, 0)
    assert site.adopter.name not in read(client, "2026-W46")
    assert site.adopter.name not in read(client, "2026-W48")


def test_what_was_withdrawn_since_is_not_shown_again(client: Client) -> None:
    gone = card("Retirée depuis", 2026, 11, 17, 10, 0)
    assert "Retirée depuis" in read(client, "2026-W47")
    gone.archive()
    gone.save()
    assert "Retirée depuis" not in read(client, "2026-W47")


@pytest.mark.parametrize(
    "week",
    ["2026-W49", "2027-W01", "9999-W01", "2026-W54", "2026-W00", "2026-47", "2026-W4", "2014-W10",
     "hier", "", "2026-W47 ", "%00", "٢٠٢٦-W47"],
)  # fmt: skip
def test_there_is_no_such_week(client: Client, week: str) -> None:
    assert client.get(LETTER, {"semaine": week}).status_code == 404


def test_weeks_cross_years(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of January 2026 is of week 1, which begins in December."""
    clock(monkeypatch, 2026, 1, 2, 12)
    card("Entre deux années", 2025, 12, 30, 9, 0)
    card("D’avant", 2025, 12, 22, 9, 0)
    page = read(client, "2026-W01")
    assert "Entre deux années" in page
    assert "?semaine=2025-W52" in page


def test_the_letter_of_now_says_where_it_will_stay(client: Client) -> None:
    card("De ces jours-ci", 2026, 11, 20, 9, 0)
    card("Plus ancien", 2026, 11, 10, 9, 0)
    page = read(client)
    assert "De ces jours-ci" in page
    assert "Plus ancien" not in page
    assert "?semaine=2026-W48" in page and "?semaine=2026-W47" in page
    feed = client.get("/flux/themes/logement.atom").content.decode()
    assert "Plus ancien" in feed


def test_no_week_leads_before_the_first_card(client: Client) -> None:
    """Robots follow each week to the one before: the chain ends where the theme begins."""
    page = read(client)
    assert "?semaine=2026-W48" in page and 'rel="prev"' not in page
    assert 'rel="prev"' not in read(client, "2026-W48")
    first = card("La première", 2026, 11, 10, 9, 0)
    assert "?semaine=2026-W47" in read(client) and "?semaine=2026-W46" in read(client, "2026-W47")
    assert "La première" in read(client, "2026-W46")
    assert 'rel="prev"' not in read(client, "2026-W46")
    assert client.get(LETTER, {"semaine": "2026-W45"}).status_code == 404
    first.archive()
    first.save()
    assert "La première" not in read(client, "2026-W46")
