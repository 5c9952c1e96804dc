"""What a source brought, and a source that goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from essaim.common.typography import french
from essaim.harvest.models import Item, Run, Source
from essaim.initiatives.actions.publication import archive_card, publish_card
from essaim.initiatives.models import Initiative
from tests.common.servers import Server
from tests.harvest.conftest import gives
from tests.harvest.factories import ItemFactory, RunFactory, SourceFactory
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
TABLE = (
    "external_id,title,summary\nun,Jardin partagé,Un jardin.\ndeux,Cuisine de rue,Une cuisine.\n"
)


@pytest.fixture
def person(client: Client) -> Client:
    client.force_login(UserFactory(manager=True))
    return client


def test_a_manager_sees_what_a_source_brought_and_publishes_what_is_checked(
    person: Client, partner: Server, passage: Callable[..., Run]
) -> None:
    gives(partner, "/t.csv", TABLE)
    source = SourceFactory(url=partner.url("/t.csv"), publish=False)
    passage(source)
    address = f"/moissonnage/{source.pk}/fiches"
    assert address in person.get(source.get_absolute_url()).content.decode()
    text = person.get(address).content.decode()
    for words in ("Jardin partagé", "<code>deux</code>", "brouillon", "Publier celles cochées"):
        assert words in text
    first, second = Item.objects.order_by("pk")
    assert second.card is not None
    # Meanwhile somebody published the second one: that is said, and stops nothing.
    publish_card(second.card, by=UserFactory(manager=True))
    stranger = ItemFactory(card=InitiativeFactory())
    given = {"fiche": [first.pk, second.pk, stranger.pk, "x"], "retour": f"{address}?state=present"}
    answer = person.post(f"{address}/publier", given, follow=True)
    assert answer.redirect_chain[0][0] == f"{address}?state=present"
    text = answer.content.decode()
    assert "1 fiche est publiée." in text
    assert french("« Cuisine de rue » : Cette fiche est maintenant « publiée »") in text
    assert Initiative.objects.get(pk=first.card_id).publication == "published"
    assert Initiative.objects.get(pk=stranger.card_id).publication == "draft"
    empty = person.post(f"{address}/publier", {"retour": "https://ailleurs.example/"})
    assert empty["Location"] == address


def test_filters(person: Client, partner: Server, passage: Callable[..., Run]) -> None:
    gives(partner, "/t.csv", TABLE)
    source = SourceFactory(url=partner.url("/t.csv"))
    passage(source)
    card = Initiative.objects.get(title="Jardin partagé")
    Initiative.objects.filter(pk=card.pk).update(summary="Dit autrement ici.")
    gives(partner, "/t.csv", TABLE.replace("Un jardin.", "Un grand jardin."))
    assert passage(source).proposed == 1
    ItemFactory(source=source, state="missing", missing_since=card.created_at, title="Partie")
    address = f"/moissonnage/{source.pk}/fiches"
    waiting = person.get(address, {"waiting": "on"}).content.decode()
    assert "Jardin partagé" in waiting
    assert "/contributions/" in waiting or "/propositions/" in waiting
    assert "Cuisine de rue" not in waiting
    gone = person.get(address, {"state": "missing"}).content.decode()
    assert "1 fiche<" in gone
    assert "Cuisine" in person.get(address, {"q": "deux"}).content.decode()
    assert "Aucune fiche" in person.get(address, {"card": "archived"}).content.decode()
    assert person.get(address, {"state": "bogus"}).status_code == 200


def test_a_source_goes_and_its_cards_stay(
    person: Client, partner: Server, passage: Callable[..., Run]
) -> None:
    gives(partner, "/t.csv", TABLE)
    source = SourceFactory(url=partner.url("/t.csv"), name="Banque amie")
    passage(source)
    address = f"/moissonnage/{source.pk}/retirer"
    assert "Ses 2 fiches restent" in person.get(address).content.decode()
    running = RunFactory(source=source)
    assert "Un passage est en cours" in person.post(address).content.decode()
    running.delete()
    assert person.post(address)["Location"] == "/moissonnage"
    assert not Source.objects.exists()
    assert not Item.objects.exists()
    card = Initiative.objects.get(title="Jardin partagé")
    assert card.publication == "published"
    assert "Banque amie" in person.get(card.get_absolute_url()).content.decode()


def test_the_identifier_at_the_source_is_shown_and_given(
    client: Client, partner: Server, passage: Callable[..., Run]
) -> None:
    gives(partner, "/t.csv", TABLE)
    passage(SourceFactory(url=partner.url("/t.csv"), name="Banque amie"))
    card = Initiative.objects.get(title="Jardin partagé")
    assert "<code>un</code>" in client.get(card.get_absolute_url()).content.decode()
    given = [{"source": "Banque amie", "identifier": "un", "url": "", "state": "present"}]
    one = client.get(f"/api/v1/initiatives/{card.slug}").json()
    assert one["_meta"]["harvested"] == given
    listed = client.get("/api/v1/initiatives").json()["items"]
    assert given in [each["_meta"]["harvested"] for each in listed]


def test_a_card_withdrawn_at_its_source_says_so_to_visitors(client: Client) -> None:
    day = timezone.now()
    card = InitiativeFactory(published=True)
    item = ItemFactory(
        card=card, link="https://exemple.fr/jardin", state="withdrawn", missing_since=day,
        withdrawn_at=day, archived_here=True, source__name="Banque amie",
    )  # fmt: skip
    archive_card(card, by=UserFactory(manager=True))
    answer = client.get(card.get_absolute_url())
    assert answer.status_code == 410
    text = answer.content.decode()
    for words in ("Banque amie", "retirée à la source", "https://exemple.fr/jardin", "noindex"):
        assert words in text
    assert card.title not in text
    # Archived by people, or never public: nothing is said.
    item.archived_here = False
    item.save()
    assert client.get(card.get_absolute_url()).status_code == 404
    assert client.get(InitiativeFactory().get_absolute_url()).status_code == 404
