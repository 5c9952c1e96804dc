"""The mode: the card's strategy proposes it, both sides may choose another before they commit."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from essaim.common.errors import DomainError
from essaim.following.models import Notification
from essaim.initiatives.actions.facts import record_fact
from essaim.replications.actions import agree, declaring
from essaim.replications.models import Replication
from essaim.replications.modes import mode_of
from tests.replications.factories import ago, committed, declared, world

pytestmark = pytest.mark.django_db
CONTRACT = {"contract_reference": "C-1", "contract_on": ago(3), "brand_terms": "nom et logo"}


def strategy(card: Any, mode: str) -> None:
    record_fact(card, "strategy_chosen", "strategy:1", {"model": "up", "mode": mode}, "2016")


def asked(person: Any) -> int:
    return Notification.objects.filter(user=person, announcement__verb="replication_asked").count()


def test_the_cards_strategy_says_it_else_it_is_supple() -> None:
    card = world().card
    assert mode_of(card) == "supple"
    strategy(card, "franchise")
    assert mode_of(card) == "franchise"
    strategy(card, "anything")
    assert mode_of(card) == "supple"


def test_an_intention_is_never_committed_at_once() -> None:
    there = world()
    site = declared(there, mode="dissemination", terms={}, intention=True)
    assert (site.state, site.adopter_agreed_at) == ("interested", None)
    assert asked(there.holds) == 0, "this mode asks nothing of the holder"
    assert agree(site, side="adopter", by=there.adopts).state == "committed"


def test_another_mode_is_agreed_to_again() -> None:
    there = world()
    site = declared(there, terms={})
    site = agree(site, side="holder", by=there.holds)
    assert site.state == "interested", "the charter is still to come"
    for _n in range(2):
        site = declaring.choose_mode(site, "franchise", side="adopter", by=there.adopts)
    assert (site.mode, site.state, site.holder_agreed_at) == ("franchise", "interested", None)
    assert site.adopter_agreed_by == there.adopts, "who chose keeps their word"
    assert asked(there.holds) == 2, "once for each mode"
    site = agree(site, side="holder", by=there.holds)
    assert site.state == "interested", "a franchise has its contract and its brand"
    assert agree(site, side="adopter", by=there.adopts, terms=CONTRACT).state == "committed"


def test_the_holder_may_choose_too_and_the_adopter_is_asked() -> None:
    there = world()
    site = declared(there)
    site = declaring.choose_mode(site, "dissemination", side="holder", by=there.holds)
    assert (site.state, site.adopter_agreed_at) == ("interested", None)
    assert asked(there.adopts) == 1


def test_a_branch_has_one_word() -> None:
    there = world()
    site = declared(there, adopter=there.holder, by=there.holds, terms={})
    site = declaring.choose_mode(site, "centralised", side="holder", by=there.holds)
    assert site.adopter_agreed_at and site.holder_agreed_at and site.state == "interested"


def test_once_committed_it_stands() -> None:
    there = world()
    site = committed(there)
    with pytest.raises(DomainError, match="ne se change plus"):
        declaring.choose_mode(site, "franchise", side="holder", by=there.holds)


def test_by_the_page() -> None:
    there = world()
    site = declared(there, terms={})
    client = Client()
    client.force_login(there.holds, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/reprises/{site.pk}/mode/holder"
    assert address in client.get(site.get_absolute_url()).text
    assert "essaimage souple" in client.get(address).text
    assert client.post(address, {"mode": "unknown"}).status_code == 422
    client.post(address, {"mode": "franchise"})
    assert Replication.objects.get().mode == "franchise"
    assert client.get(f"/reprises/{site.pk}/mode/adopter").status_code == 403


def test_nobody_agrees_to_a_mode_they_have_not_read() -> None:
    there = world()
    site = declared(there)
    client = Client()
    client.force_login(there.holds, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/reprises/{site.pk}/accord/holder"
    assert 'name="mode" value="supple"' in client.get(address).text
    declaring.choose_mode(site, "franchise", side="adopter", by=there.adopts)
    answer = client.post(address, {"mode": "supple"})
    assert answer.status_code == 422 and "choisir un autre mode" in answer.text
    assert 'name="mode" value="franchise"' in answer.text, "the next press is of what is read now"
    assert Replication.objects.get().holder_agreed_at is None
    assert client.post(address, {"mode": "franchise"}).status_code == 302
    assert Replication.objects.get().holder_agreed_by == there.holds
