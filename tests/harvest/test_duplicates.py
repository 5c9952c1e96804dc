"""The same initiative from several places: proposed, then made one, both credited."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from essaim.common.errors import DomainError
from essaim.harvest.actions import duplicates
from essaim.harvest.models import Duplicate, Item, Run
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.actions.merging import merge_cards
from essaim.initiatives.actions.publication import archive_card, restore_card
from essaim.initiatives.models import CardMerge, Initiative
from tests.common.servers import Server
from tests.harvest.conftest import gives
from tests.harvest.factories import DuplicateFactory, ItemFactory, SourceFactory
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Any:
    return UserFactory(manager=True)


def line(**more: Any) -> str:
    known = {"external_id": "1", "title": "Ferme d’insertion de Moyembrie",
             "summary": "Des personnes en fin de peine y travaillent.",
             "holder": {"name": "Ferme de Moyembrie"}, "territories": ["department:02"]}  # fmt: skip
    return json.dumps(known | more)


def test_the_same_card_from_three_sources(
    partner: Server, passage: Callable[..., Run], manager: Any
) -> None:
    TerritoryFactory(kind="department", code="02", name="Aisne")
    titles = [
        "Ferme d’insertion de Moyembrie",
        "La ferme d'insertion de Moyembrie",
        "Ferme d’insertion de Moyembrie",
    ]
    for n, title in enumerate(titles):
        gives(partner, f"/{n}.jsonl", line(title=title))
        source = SourceFactory(url=partner.url(f"/{n}.jsonl"), name=f"Banque {n}", manager=manager)
        run = passage(source)
        duplicates.find_for(run.pk)
    assert Initiative.objects.count() == 3
    pairs = Duplicate.objects.waiting()
    assert len(pairs) >= 1
    assert all(pair.score >= 0.75 and pair.reasons["holder"] for pair in pairs)
    while (pair := Duplicate.objects.waiting().first()) is not None:
        duplicates.merge(pair, keep=pair.first_id, by=manager)
    kept = Initiative.objects.published().get()
    assert CardMerge.objects.filter(kept=kept).count() == 2
    assert sorted(kept.source_name.split(" ; ")) == ["Banque 0", "Banque 1", "Banque 2"]
    assert set(Item.objects.values_list("card", flat=True)) == {kept.pk}
    # What a source then changes is proposed to the card that was kept, and makes no other.
    gives(partner, "/2.jsonl", line(summary="Une autre phrase, plus longue."))
    run = passage(Item.objects.get(source__name="Banque 2").source)
    assert (run.created, run.proposed) == (0, 1)


def test_others_are_not_called_duplicates(manager: Any) -> None:
    first = InitiativeFactory(published=True, title="Jardin partagé du Vercors")
    second = InitiativeFactory(published=True, title="Cuisine mobile pour les marchés")
    reasons = duplicates.compare(first, second, 0.2)
    assert duplicates.score_of(reasons) < 0.5
    assert duplicates.propose([second.pk]) == 0


def test_merging_keeps_both_credits_and_the_old_address(manager: Any, client: Client) -> None:
    place, other_place = TerritoryFactory(), TerritoryFactory()
    kept = InitiativeFactory(
        published=True, title="La gardée", holder=OrganisationFactory(name="Porteur A"),
        source_name="Banque A", source_licence="CC BY 4.0", need="", description="La nôtre.",
    )  # fmt: skip
    other = InitiativeFactory(
        published=True, rich=True, title="L’autre", holder=OrganisationFactory(name="Porteur B"),
        source_name="Banque B", source_licence="Licence Ouverte 2.0", description="La leur.",
    )  # fmt: skip
    kept.territories.add(place)
    other.territories.set([other_place])
    address, materials = other.get_absolute_url(), other.materials.count()
    components, need = other.components.count(), other.need
    version = kept.version
    merge_cards(kept, other, by=manager)
    kept.refresh_from_db()
    other.refresh_from_db()
    assert kept.version == version + 1
    assert other.publication == "archived"
    assert kept.source_name == "Banque A ; Banque B"
    assert kept.source_licence == "CC BY 4.0 ; Licence Ouverte 2.0"
    assert kept.holder is not None
    assert kept.holder.name == "Porteur A"
    assert "Porteur B" in [partner.name for partner in kept.partners.all()]
    assert (kept.description, kept.need) == ("La nôtre.", need)
    assert {t.pk for t in kept.territories.all()} == {place.pk, other_place.pk}
    assert kept.materials.count() == materials
    assert kept.components.count() == components
    assert need
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, kept.get_absolute_url())
    # Who may still read it is told where it went.
    client.force_login(manager)
    assert "La gardée" in client.get(address).content.decode()
    # Twice is once.
    merge_cards(kept, other, by=manager)
    assert CardMerge.objects.count() == 1


def test_a_merge_can_be_undone(manager: Any, client: Client) -> None:
    kept, other = InitiativeFactory(published=True), InitiativeFactory(published=True)
    merge_cards(kept, other, by=manager)
    restore_card(other, by=manager)
    assert client.get(other.get_absolute_url()).status_code == 200
    assert not CardMerge.objects.exists()


def test_addresses_follow_a_chain(manager: Any, client: Client) -> None:
    first, second, third = (InitiativeFactory(published=True) for _n in range(3))
    merge_cards(second, first, by=manager)
    merge_cards(third, second, by=manager)
    assert client.get(first.get_absolute_url())["Location"] == third.get_absolute_url()


def test_a_card_with_a_life_here_is_the_one_to_keep(manager: Any) -> None:
    kept, other = InitiativeFactory(published=True), InitiativeFactory(published=True)
    value = {"status": "committed", "territory": "commune:38185"}
    record_fact(other, "replication", "replication:1", value, "2026")
    with pytest.raises(DomainError, match="reprise"):
        merge_cards(kept, other, by=manager)
    other.refresh_from_db()
    assert other.publication == "published"
    merge_cards(other, kept, by=manager)


def test_what_cannot_be_merged(manager: Any) -> None:
    card, gone = InitiativeFactory(published=True), InitiativeFactory(published=True)
    with pytest.raises(DomainError):
        merge_cards(card, card, by=manager)
    archive_card(gone, by=manager)
    with pytest.raises(DomainError, match="rétablissez"):
        merge_cards(gone, card, by=manager)


def test_told_apart_a_pair_is_not_proposed_again(manager: Any) -> None:
    title = "Épicerie itinérante du plateau"
    first = InitiativeFactory(published=True, title=title)
    second = InitiativeFactory(published=True, title=title)
    assert duplicates.propose([second.pk]) == 1
    duplicates.tell_apart(Duplicate.objects.get(), by=manager)
    assert duplicates.propose([first.pk, second.pk]) == 0
    assert not Duplicate.objects.waiting().exists()


def test_the_page_decides(manager: Any, client: Client) -> None:
    pair = DuplicateFactory()
    ItemFactory(card=pair.second, source__name="Banque du pays")
    client.force_login(manager)
    page = client.get(pair.get_absolute_url()).content.decode()
    assert "Banque du pays" in page
    refused = client.post(pair.get_absolute_url(), {"decision": "999999"})
    assert refused.status_code == 422
    done = client.post(pair.get_absolute_url(), {"decision": str(pair.first_id)})
    assert done["Location"] == pair.first.get_absolute_url()
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == ("merged", manager)
    assert Item.objects.get().card == pair.first
    late = client.post(pair.get_absolute_url(), {"decision": "distinct"})
    assert late.status_code == 422


def test_what_all_read_never_leads_to_what_few_may_read(manager: Any, client: Client) -> None:
    public, draft = InitiativeFactory(published=True), InitiativeFactory(author=None)
    with pytest.raises(DomainError, match="publiée, l’autre non"):
        merge_cards(draft, public, by=manager)
    assert client.get(public.get_absolute_url()).status_code == 200
    merge_cards(public, draft, by=manager)


def test_a_draft_that_someone_writes_is_not_published_through_another(manager: Any) -> None:
    public = InitiativeFactory(published=True, need="")
    draft = InitiativeFactory(author=UserFactory(), need="Encore confidentiel.")
    with pytest.raises(DomainError, match="jamais été publiée"):
        merge_cards(public, draft, by=manager)
    public.refresh_from_db()
    assert public.need == ""


def test_credits_are_said_once(manager: Any) -> None:
    cards = [
        InitiativeFactory(published=True, source_name=name, source_licence="CC BY 4.0")
        for name in ("Banque A", "Banque B", "Banque A")
    ]
    merge_cards(cards[0], cards[1], by=manager)
    kept = merge_cards(cards[0], cards[2], by=manager)
    assert (kept.source_name, kept.source_licence) == ("Banque A ; Banque B", "CC BY 4.0")
