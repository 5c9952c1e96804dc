"""A second Essaim as partners run it: its own server, workers and database. What happens there,
by its commands and its actions, is harvested here from its published API, night after night.

One story, hence one test: starting an instance is what costs."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from essaim.contributions.models import Proposal
from essaim.harvest.models import Item, Kind, Run, Source
from essaim.initiatives.actions.merging import merge_cards
from essaim.initiatives.models import Initiative, InitiativeEvent
from tests.common.product import PROJECT, Server, product
from tests.harvest.factories import SourceFactory
from tests.harvest.test_tables import edit, later
from tests.initiatives.factories import InitiativeFactory
from tests.territories.factories import TerritoryFactory

Passage = Callable[..., Run]
TITLES = [
    "Jardin des femmes", "Cuisine mobile", "Garage solidaire", "Épicerie du plateau",
    "Épicerie itinérante du plateau", "Café des aidants",
]  # fmt: skip

# A process there, which does one thing after another: what people do through commands and actions.
HANDS = """
import json, sys, django
django.setup()
from django.core.management import call_command
from essaim.initiatives.actions.cards import save_section
from essaim.initiatives.actions.merging import merge_cards
from essaim.initiatives.actions.publication import archive_card, restore_card
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import SECTIONS, digest, read_section
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory
by = UserFactory(manager=True)
TerritoryFactory(kind="commune", code="38185", name="Grenoble")

def card(n):
    return Initiative.objects.get(external_id=f"fiche-{n}")

def write(n, text):
    content = read_section(card(n), SECTIONS["dispositif"])
    save_section(card(n), "dispositif", content | {"description": text}, by=by,
                 version=card(n).version, seen=digest(content))

for line in sys.stdin:
    exec(json.loads(line))
    print("done", flush=True)
"""
ONE_DAY = """
write(0, "Le jardin a déménagé.")
write(1, "Deux cuisines, désormais.")
archive_card(card(2), by=by)
merge_cards(card(3), card(4), by=by)
"""
ANOTHER_DAY = """
restore_card(card(2), by=by)
write(5, "Le café ouvre aussi le dimanche.")
"""


class Second:
    """The instance, and those who work there."""

    def __init__(self, server: Server, hands: subprocess.Popen[str]) -> None:
        self.url, self._hands = server.url, hands

    def does(self, program: str) -> None:
        assert self._hands.stdin is not None and self._hands.stdout is not None
        self._hands.stdin.write(json.dumps(program) + "\n")
        self._hands.stdin.flush()
        # What a command prints comes before; nothing, when the process died of an error.
        said = iter(self._hands.stdout.readline, "")
        assert any(line == "done\n" for line in said), "it failed there (see standard error)"


@pytest.fixture(scope="module")
def second(django_db_setup: None, django_db_blocker: Any) -> Iterator[Second]:
    """Running, on a copy of this process's database, in which nothing is ever left."""
    with django_db_blocker.unblock():
        name = connections["default"].settings_dict["NAME"]
        connections.close_all()  # nobody may be connected to what is copied
    named = {"ESSAIM_NAME": "Essaim d’ailleurs", "ESSAIM_PRIVATE_HOSTS": ""}
    with product("second", environment=named, template=name) as server:
        hands = subprocess.Popen(
            [sys.executable, "-c", HANDS],
            env=server.environment, cwd=PROJECT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        with hands:  # closed, its input ends it
            yield Second(server, hands)
    assert hands.returncode == 0


def line(n: int) -> str:
    record = {
        "external_id": f"fiche-{n}", "title": TITLES[n], "summary": f"{TITLES[n]} : une phrase.",
        "description": f"Texte de la fiche {n}.", "tags": ["lien social"], "started_on": "2015-06",
        "holder": {"name": f"Association {n}", "kind": "association"},
        "territories": ["commune:38185"],
    }  # fmt: skip
    return json.dumps(record, ensure_ascii=False)


def done(run: Run) -> tuple[int, ...]:
    assert run.state == Run.State.DONE, run.why
    return run.created, run.changed, run.proposed, run.unchanged, run.missing


def here(title: str) -> Initiative:
    return Initiative.objects.get(title=title)


@pytest.mark.django_db
def test_another_essaim_night_after_night(
    second: Second, settings: Any, passage: Passage, client: Client, tmp_path: Path
) -> None:
    settings.OUTBOUND = settings.OUTBOUND | {"private": [second.url.removeprefix("http://")]}
    TerritoryFactory(kind="commune", code="38185", name="Grenoble")
    file = tmp_path / "fiches.jsonl"
    file.write_text("\n".join(line(n) for n in range(len(TITLES))))
    second.does(f"call_command('import_cards', {str(file)!r})")

    # The first night brings them all, each with its credit, its licence and a link that leads there.
    source = SourceFactory(kind=Kind.ESSAIM, url=second.url, name="Essaim d’ailleurs")
    trial = passage(source, trial=True)
    assert done(trial) == (6, 0, 0, 0, 0)
    assert not Initiative.objects.exists()
    assert done(passage(source)) == (6, 0, 0, 0, 0)
    for n, title in enumerate(TITLES):
        card = here(title)
        assert (card.description, card.started_on) == (f"Texte de la fiche {n}.", "2015-06")
        assert card.holder is not None and card.holder.name == f"Association {n}"
        assert [place.code for place in card.territories.all()] == ["38185"]
        assert card.source_name == "Essaim d’ailleurs"
        assert card.source_licence
        item = Item.objects.get(card=card)
        assert item.link == card.source_url
    with urllib.request.urlopen(f"{second.url}/api/v1/initiatives?limit=100") as answer:
        there = {each["_meta"]["url"] for each in json.load(answer)["items"]}
    assert set(Item.objects.values_list("link", flat=True)) == there
    assert all(each.startswith(f"{second.url}/initiatives/") for each in there)
    assert done(passage(source)) == (0, 0, 0, 6, 0)

    # A day there: two changed (one of which people wrote again here), one archived, two made one.
    edit(here("Cuisine mobile"), "dispositif", source.manager, description="Notre cuisine à nous.")
    second.does(ONE_DAY)
    gone = ["Garage solidaire", "Épicerie itinérante du plateau"]
    would = passage(source, trial=True)
    assert (done(would), sorted(would.gone)) == ((0, 2, 1, 1, 2), gone)
    assert here("Jardin des femmes").description == "Texte de la fiche 0."
    run = passage(source)
    assert (done(run), sorted(run.gone), run.withdrawn) == ((0, 2, 1, 1, 2), gone, 0)
    assert here("Jardin des femmes").description == "Le jardin a déménagé."
    assert here("Cuisine mobile").description == "Notre cuisine à nous."
    proposal = Proposal.objects.get(state="proposed")
    assert proposal.content["description"] == "Deux cuisines, désormais."
    partners = here("Épicerie du plateau").partners.values_list("name", flat=True)
    assert list(partners) == ["Association 4"]
    withdrawn_after_the_delay(source, passage, client, gone)

    # Back there, it is back here. What is written of a card that was made one with ours meanwhile
    # is proposed to ours, and makes no other.
    ours = InitiativeFactory(published=True, title="Le café des aidants", description="Le nôtre.")
    merge_cards(ours, here("Café des aidants"), by=source.manager)
    second.does(ANOTHER_DAY)
    run = passage(source)
    assert (run.created, run.changed, run.proposed, run.returned) == (0, 0, 1, 1)
    assert here("Garage solidaire").publication == "published"
    latest = Proposal.objects.get(card=ours)
    assert latest.content["description"] == "Le café ouvre aussi le dimanche."


def withdrawn_after_the_delay(
    source: Source, passage: Passage, client: Client, gone: list[str]
) -> None:
    later(source, source.withdraw_days - 1)
    assert passage(source).withdrawn == 0
    later(source, source.withdraw_days)
    run = passage(source)
    assert (run.withdrawn, run.missing) == (2, 0)
    for title in gone:
        card = here(title)
        item = Item.objects.get(card=card)
        assert (item.state, item.archived_here) == ("withdrawn", True)
        states = InitiativeEvent.objects.filter(pgh_obj_id=card.pk).order_by("pgh_id")
        assert {"published", "archived"} <= set(states.values_list("publication", flat=True))
        page = client.get(card.get_absolute_url())
        assert page.status_code == 410
        assert "retirée à la source" in page.content.decode()
        assert item.link in page.content.decode()
    assert item.withdrawn_at is not None
    assert timezone.now() - item.withdrawn_at < dt.timedelta(minutes=5)
