"""What is invented enters no public total, whatever says so; what a page hides, no figure shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from essaim.funding.actions import options
from essaim.funding.models import OptionState
from essaim.initiatives.models import Initiative
from essaim.insights.actions import figures
from essaim.insights.computing import money, sites
from tests.funding import factories as funding
from tests.insights.test_pages import client_of, text
from tests.people.factories import OrganisationFactory, UserFactory
from tests.replications.factories import live, world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ["paid", "pledged", "committed", "confirmed"])
@pytest.mark.parametrize("code", ["0", "99999", "9" * 200, "٣", "10000"])
def test_years_that_are_none(key: str, code: str) -> None:
    figures.recompute()
    text(Client(), f"/tableau-de-bord/lignes/{key}?code={code}")


@pytest.mark.parametrize("where", ["summary", "holder"])
def test_a_site_of_an_invented_card_is_invented(where: str) -> None:
    """The card says it in its summary, or its holder in its name: what belongs to it follows."""
    there = world()
    site = live(there)
    assert site in sites.of_public_cards("public")
    _invent(site.initiative, where)
    assert site not in sites.of_public_cards("public")
    assert site in sites.of_public_cards("invented")


@pytest.mark.parametrize("where", ["summary", "holder"])
def test_money_of_an_invented_card_is_invented(where: str) -> None:
    _story, option, person = funding.confirmed(number=3)
    funding.record_act(option, person)
    assert money.public_lines("public").exists()
    _invent(option.pool.initiative, where)
    assert not money.public_lines("public").exists()
    assert money.public_lines("invented").exists()


def _invent(card: Initiative, where: str) -> None:
    if where == "summary":
        Initiative.objects.filter(pk=card.pk).update(summary="Un exemple fictif.")
    else:
        holder = OrganisationFactory(name="Association de démonstration (fictive)")
        Initiative.objects.filter(pk=card.pk).update(holder=holder)


def test_the_lists_of_what_says_so_follow_the_card() -> None:
    from essaim.insights import invented

    for prefix, fields in (
        ("initiative__", invented.SITES), ("initiative__", invented.EVALUATIONS),
        ("initiative__", invented.ESTIMATES), ("initiative__", invented.POOLS),
        ("pool__initiative__", invented.OPTIONS),
    ):  # fmt: skip
        assert {prefix + field for field in invented.CARDS} <= set(fields)


class TestPrepared:
    """An option that waits for its countersignature is its own organisation's to know."""

    def test_is_not_on_the_page_of_its_funder_for_others(self) -> None:
        option, person = _prepared()
        figures.recompute()
        address = f"/tableau-de-bord/financeur/{option.funder.slug}"
        title = option.pool.initiative.title
        label = str(OptionState.PREPARED.label)
        theirs = text(client_of(person), address)
        assert title in theirs and label in theirs
        managers = text(client_of(UserFactory(manager=True)), address)
        assert title not in managers and label not in managers

    def test_does_not_bring_its_pool_to_the_page_of_its_territory(self) -> None:
        option, person = _prepared()
        place = option.territory
        address = f"/tableau-de-bord/territoire/{place.kind}:{place.code}"
        pool = option.pool.get_absolute_url()
        assert pool in text(client_of(person), address)
        assert pool not in text(Client(), address)


def _prepared() -> tuple[Any, Any]:
    story, person = funding.opened(), funding.funder()
    options.set_four_eyes(funding.organisation_of(person), True)
    option = funding.pledged(story.pool, person)
    assert option.state == OptionState.PREPARED
    return option, person
