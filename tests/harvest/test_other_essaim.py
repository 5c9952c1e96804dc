"""Another Essaim, by the API that it publishes; and two that read each other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from essaim.harvest.models import Item, Kind, Run, Source
from essaim.initiatives.models import Initiative
from tests.common.servers import Server
from tests.harvest.conftest import gives
from tests.harvest.factories import SourceFactory
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import OrganisationFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
Passage = Callable[..., Run]
OTHER = "https://autre.example"


def published_at(partner: Server, settings: Any, site: str) -> None:
    """What this bank would publish if its address were ``site``, on the partner's server."""
    ours, settings.PUBLIC_URL = settings.PUBLIC_URL, site
    path = "/api/v1/initiatives?limit=100"
    while path:
        answer = Client().get(path)
        assert answer.status_code == 200
        gives(partner, path, answer.content, Content_Type="application/json")
        following = urlsplit(answer.json()["next"] or "")
        path = f"{following.path}?{following.query}" if following.query else ""
    settings.PUBLIC_URL = ours


def record(number: int, *, url: str, source: str = "") -> dict[str, Any]:
    title = f"Fiche numéro {number}"
    given = {"name": "Une banque", "url": source} if source else {}
    return {
        "external_id": f"n{number}", "title": title, "summary": f"{title}.", "source": given,
        "_meta": {"url": url},
    }  # fmt: skip


def lists(partner: Server, *records: dict[str, Any]) -> None:
    body = json.dumps({"items": records, "next": None})
    gives(partner, "/api/v1/initiatives?limit=100", body)


def essaim_at(partner: Server, name: str = "Autre Essaim") -> Source:
    return SourceFactory(kind=Kind.ESSAIM, url=partner.url("/"), name=name)


def test_another_instance_by_its_own_api(partner: Server, settings: Any, passage: Passage) -> None:
    place = TerritoryFactory(kind="commune", code="38185", name="Grenoble")
    theme = ThemeFactory(slug="alimentation")
    holder = OrganisationFactory(name="CCAS de Grenoble")
    for n in range(105):  # more than one page
        card = InitiativeFactory(published=True, title=f"Repas partagé {n}", holder=holder)
        card.territories.add(place)
        card.themes.add(theme)
    rich = InitiativeFactory(
        published=True, rich=True, title="Toute entière", contact="06 00 00 00 00"
    )
    known = Initiative.objects.count()
    published_at(partner, settings, OTHER)
    source = essaim_at(partner)
    run = passage(source)
    assert run.why == ""
    assert (run.created, run.refused) == (known, 0)
    copy = Initiative.objects.get(external_id=f"m{source.pk}:{rich.external_id}")
    for name in ("title", "summary", "need", "objectives", "description", "steps", "what_failed"):
        assert getattr(copy, name) == getattr(rich, name), name
    assert copy.components.count() == rich.components.count()
    assert copy.economics.count() == rich.economics.count()
    assert copy.contact == ""
    assert "Autre Essaim" in copy.source_name
    page = OTHER + rich.get_absolute_url()
    assert Item.objects.get(card=copy).link == page
    assert copy.source_url == (rich.source_url or page)
    again = passage(source)
    assert (again.created, again.changed, again.unchanged) == (0, 0, known)


def test_two_banks_that_read_each_other_multiply_nothing(
    partner: Server, settings: Any, passage: Passage
) -> None:
    """Their copy of our card, ours at their address, and one of theirs: only the last is new."""
    ours = InitiativeFactory(published=True)
    lists(
        partner,
        record(1, url=f"{OTHER}/initiatives/copie", source=settings.PUBLIC_URL + ours.get_absolute_url()),
        record(2, url=f"{settings.PUBLIC_URL}/initiatives/ailleurs"),
        record(3, url=f"{OTHER}/initiatives/la-leur"),
    )  # fmt: skip
    source = essaim_at(partner)
    for night in (1, 0):
        run = passage(source)
        assert (run.read, run.created, run.refused) == (3, night, 0)
    assert Initiative.objects.exclude(pk=ours.pk).get().title == "Fiche numéro 3"
    said = [issue.reason for issue in run.issues.filter(code="from_here")]
    assert len(said) == 2
    assert "de chez nous" in said[0]


def test_a_round_of_three_banks_is_caught(partner: Server, settings: Any, passage: Passage) -> None:
    """A → B → C → A: each keeps where the card was first given, beside the link to who gave it."""
    first = "https://a.example/initiatives/jardin"
    lists(partner, record(1, url="https://b.example/initiatives/jardin", source=first))
    passage(essaim_at(partner, "Banque B"))
    item = Item.objects.get()
    assert item.link == "https://b.example/initiatives/jardin"
    assert item.card is not None
    assert item.card.source_url == first
    # What this bank (C) now publishes, A reads: it knows its own address there.
    published_at(partner, settings, "https://c.example")
    settings.PUBLIC_URL = "https://a.example"
    before = Initiative.objects.count()
    Source.objects.all().delete()
    run = passage(essaim_at(partner, "Banque C"))
    assert (run.read, run.created, run.refused) == (1, 0, 0)
    assert Initiative.objects.count() == before


def test_what_its_first_source_gives_us_is_not_taken_from_another_bank(
    partner: Server, passage: Passage
) -> None:
    page = "https://exemple.fr/jardin"
    gives(partner, "/t.csv", f"external_id,title,summary,source_url\nj,Jardin,Un jardin.,{page}\n")
    passage(SourceFactory(url=partner.url("/t.csv")))
    lists(
        partner,
        record(1, url=f"{OTHER}/initiatives/jardin", source=page),
        # The address of a bank, on all of its cards, says nothing of one.
        record(2, url=f"{OTHER}/initiatives/autre", source="https://exemple.fr/"),
    )
    run = passage(essaim_at(partner))
    assert (run.read, run.created) == (2, 1)
    assert [issue.code for issue in run.issues.all()] == ["already_here"]
