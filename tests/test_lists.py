"""Every list says what it hides, and can be taken away: exactly its rows, as its reader sees them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest
from django.test import Client

from essaim.common.typography import french
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Fact
from essaim.territories.models import Territory
from tests.calls.factories import CallFactory
from tests.events.factories import EventFactory, ThirdPlaceFactory
from tests.funding.factories import opened
from tests.groups.factories import GroupFactory
from tests.initiatives.factories import InitiativeFactory
from tests.needs.factories import NeedFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.replications import factories as sites
from tests.sponsorship.factories import SponsorFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class List:
    """``make(word)``: a row that anyone reads, found by this word; ``query``: asks for it;
    ``hides``: what the chip of that filter says; ``column``: where the file names the row."""

    path: str
    make: Callable[[str, Territory], Any]
    column: str
    query: str = "q=Quimper"
    hides: str = "« Quimper »"


def _ready(word: str, place: Territory) -> Any:
    card = InitiativeFactory(published=True, title=word, territories=[place])
    record_fact(card, Fact.Kind.READINESS, "diagnosis:1", {"ready": True}, "2015-10")
    return card


def _pool(word: str, place: Territory) -> Any:
    holder = UserFactory()
    card = InitiativeFactory(published=True, author=holder, holder=None, title=word)
    return opened(card=card, holder=holder)


LISTS = [
    List("/appels", lambda word, place: CallFactory(title=word), "titre"),
    List("/evenements", lambda word, place: EventFactory(title=word), "titre"),
    List("/lieux", lambda word, place: ThirdPlaceFactory(name=word), "nom"),
    List("/besoins", lambda word, place: NeedFactory(public=True, text=word), "besoin"),
    List("/organisations", lambda word, place: OrganisationFactory(name=word), "nom"),
    List("/groupes", lambda word, place: GroupFactory(name=word), "nom"),
    List("/subventions", _pool, "Initiative"),
    List("/reprises", lambda word, place: sites.committed(sites.world(title=word)), "initiative"),
    List("/catalogue", _ready, "titre", query="territory={place}", hides="territoire : {label}"),
]
every_list = pytest.mark.parametrize("each", LISTS, ids=[each.path for each in LISTS])


def asked(each: List, place: Territory) -> str:
    return each.query.replace("{place}", place.address)


def rows(client: Client, path: str, query: str) -> list[dict[str, str]]:
    answer = client.get(f"{path}/export?format=csv&{query}")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/csv")
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


@every_list
def test_the_file_of_a_list_holds_exactly_its_filtered_rows(client: Client, each: List) -> None:
    here, elsewhere = TerritoryFactory(), TerritoryFactory()
    each.make("Cantine de Quimper", here)
    each.make("Verger de Lorient", elsewhere)
    query = asked(each, here)
    page = client.get(f"{each.path}?{query}").content.decode()
    assert "Cantine de Quimper" in page and "Verger de Lorient" not in page
    assert f"{each.path}/export?" in page, "the list leads to its file"

    choice = client.get(f"{each.path}/export?{query}&page=2")
    assert choice.context["listed"].total == 1
    form = choice.context["form"]
    chosen = "&".join(f"columns={name}" for name, _label in form.fields["columns"].choices)
    (row,) = rows(client, each.path, f"{query}&{chosen}")
    assert row[each.column] == "Cantine de Quimper"
    assert list(row) == [str(label) for _name, label in form.fields["columns"].choices]
    address = next(
        value for name, value in row.items() if "adresse" in name.lower() and value[:4] == "http"
    )
    assert client.get(address.removeprefix("http://testserver")).status_code == 200


# The catalogue says its selection in a sentence, and relaxes its standard too.
@pytest.mark.parametrize("each", LISTS[:-1], ids=[each.path for each in LISTS[:-1]])
def test_filters_in_place_are_chips_and_an_empty_list_says_which_one_to_give_up(
    client: Client, each: List
) -> None:
    each.make("Verger de Lorient", TerritoryFactory())
    answer = client.get(f"{each.path}?{each.query}")
    page = answer.content.decode()
    (chip,) = answer.context["chips"]
    assert chip.label == french(each.hides)
    assert f'aria-label="Retirer le filtre {chip.label}"' in page
    (relaxed,) = answer.context["relaxed"]
    assert relaxed.count >= 1 and "Rien ne passe ce filtre" in page
    assert "Verger de Lorient" in client.get(relaxed.url).content.decode()


def test_sponsors_are_narrowed_alike_and_never_taken_away(client: Client) -> None:
    sponsor = SponsorFactory()
    answer = client.get("/parrains?q=introuvable&free=on")
    assert next(chip.label for chip in answer.context["chips"]) == french("« introuvable »")
    assert [chip.count for chip in answer.context["relaxed"]] == [1, 0]
    assert sponsor.employer.name in client.get(answer.context["relaxed"][0].url).content.decode()
    page = answer.content.decode()
    assert f'<a href="{answer.context["relaxed"][0].url}">sans le filtre' in page
    assert f'<a href="{answer.context["relaxed"][1].url}">sans le filtre' not in page, "finds none"
    assert '<a href="?">Les retirer tous</a>' in page
    assert client.get("/parrains/export").status_code == 404


def test_columns_and_format_are_chosen_and_a_choice_without_any_is_told(client: Client) -> None:
    OrganisationFactory(name="Les Roues", siren="732829320")
    empty = client.get("/organisations/export?format=csv&q=Roues")
    assert "Choisissez au moins une colonne." in empty.content.decode()
    assert 'name="q" value="Roues"' in empty.content.decode(), "what was asked is kept"
    answer = client.get("/organisations/export?format=xlsx&columns=siren&columns=name&q=Roues")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert list(book.active.values) == [("nom", "SIREN"), ("Les Roues", "732829320")]


def test_a_file_of_needs_masks_what_its_reader_may_not_read(client: Client) -> None:
    NeedFactory(public=True, text="Écrivez à jeanne@exemple.fr ou au 06 12 34 56 78.")
    NeedFactory(private=True, text="Pour moi seule.")
    (row,) = rows(client, "/besoins", "columns=text")
    assert "exemple.fr" not in row["besoin"] and "12 34" not in row["besoin"]


def test_a_long_list_is_read_in_batches(
    client: Client, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("essaim.common.take_away.BATCH", 2)
    for number in range(7):
        EventFactory(title=f"Forum {number}")
    with django_assert_max_num_queries(14):
        assert len(rows(client, "/evenements", "columns=title&columns=organisers")) == 7


def test_addresses_given_before_still_filter_replications(client: Client) -> None:
    answer = client.get("/reprises?etat=live")
    assert answer.status_code == 302 and answer["Location"] == "/reprises?state=live"
