"""A pool of funders: formed, opened to some, closed or abandoned (§ 7 of the domain)."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from essaim.common.errors import DomainError
from essaim.contributions.models import Proposal
from essaim.funding.actions import ending, lessons, options, pools
from essaim.funding.models import Pool
from essaim.funding.rules import can_view, is_public
from essaim.initiatives.models import Fact, Initiative, Publication
from essaim.replications.models import Replication
from tests.dates import in_days, settled, today
from tests.funding.factories import (
    SITE_CENTS,
    abandoned,
    confirmed,
    forming,
    funder,
    opened,
    organisation_of,
    record_act,
    sites,
    with_options,
)
from tests.people.factories import MembershipFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


class TestForming:
    def test_the_amount_of_a_site_is_the_sum_of_what_it_pays_for(self) -> None:
        pool = forming().pool
        assert pool.site_cents == SITE_CENTS == sum(x.amount_cents for x in pool.cost_lines.all())
        assert [line.is_transfer for line in pool.cost_lines.all()] == [False, True, True]
        assert (pool.majority_percent, pool.quorum_percent) == (50, 50)

    def test_the_same_form_twice_forms_one(self) -> None:
        key = uuid.uuid4()
        story = forming()
        card = story.pool.initiative
        again = {
            "by": story.lead, "lead": story.pool.lead, "sites_sought": 1, "minimum_options": 1,
            "pilot_territory": story.pool.pilot_territory, "pledges_until": today(9),
            "initiated_by": "holder", "costs": [pools.Cost("investment", "", 1)],
        }  # fmt: skip
        assert pools.form_pool(card, submission=story.pool.submission, **again).pk == story.pool.pk
        with pytest.raises(DomainError, match="déjà un groupement"):
            pools.form_pool(card, submission=key, **again)

    def test_opens_with_the_holder_only(self) -> None:
        story = forming()
        with pytest.raises(DomainError, match="accord"):
            pools.open_pool(story.pool, by=story.lead)
        pools.agree_as_holder(story.pool, by=story.holder)
        pools.open_pool(story.pool, by=story.lead)
        assert story.fresh().state == "open"
        assert Fact.objects.get(kind="pool_open").value == {
            "state": "open", "slug": story.pool.slug,
        }  # fmt: skip

    def test_a_change_asks_the_holder_anew(self) -> None:
        story = forming()
        pools.agree_as_holder(story.pool, by=story.holder)
        pools.change_pool(story.pool, costs=[pools.Cost("investment", "", 7)], sites_sought=3)
        assert story.fresh().site_cents == 7 and story.pool.holder_agreed_at is None

    @pytest.mark.parametrize(
        "fields", [{"pledges_until": in_days(-1)}, {"minimum_options": 9}, {"costs": []},
                   {"costs": [pools.Cost("investment", "", -5)]}],
    )  # fmt: skip
    def test_bad_input(self, fields: dict) -> None:
        with pytest.raises(DomainError):
            forming(**settled(fields))


class TestEnd:
    def test_closed_with_a_report_once_nothing_waits(self) -> None:
        story, _option, _person = confirmed()
        with pytest.raises(DomainError, match="attend encore"):
            pools.close_pool(story.pool, by=story.lead, report="Fait.")
        ending.decline(story.others[1], by=story.funders[1], reason="Non.")
        pools.close_pool(story.pool, by=story.lead, report="Fait.")
        assert story.fresh().state == "closed"
        assert not Fact.objects.filter(kind="pool_open").exists()

    def test_abandoned_by_right_to_error_releases_what_remains(self) -> None:
        story, option, person = confirmed()
        record_act(option, person, 1_000)
        with pytest.raises(DomainError, match="appris"):
            pools.abandon(story.pool, by=story.lead, reason="Le porteur arrête.", lesson="")
        pools.abandon(story.pool, by=story.lead, reason="Le porteur arrête.", lesson="Trop tôt.")
        assert story.fresh().state == "abandoned"
        assert [each.state for each in story.others] == ["confirmed", "released"]
        balance = option.ledger.balance()
        assert (balance.confirmed, balance.committed) == (1_000, 1_000)
        assert Pool.objects.get(pk=story.pool.pk).ledger.balance().is_sound

    def test_abandoned_it_may_stop_the_sites_that_serve_nobody(self) -> None:
        story, option, _person = confirmed()
        site = Replication.objects.get(origin_reference=option.reference)
        told = {"by": story.lead, "reason": "Le porteur arrête.", "lesson": "Trop tôt."}
        pools.abandon(story.pool, stop_sites=True, **told)
        site = Replication.objects.get(pk=site.pk)
        assert (site.state, site.stop_lesson) == ("stopped", "Trop tôt.")
        story, option, _person = confirmed()
        pools.abandon(story.pool, by=story.lead, reason="Fin.", lesson="Trop tôt.")
        assert sites().filter(state="interested").count() == 1, "else it goes on"

    def test_its_lesson_is_proposed_to_the_card_once(self) -> None:
        story = abandoned()
        for _ in range(2):
            lessons.propose_lesson(story.pool, by=story.lead)
        proposal = Proposal.objects.get(card=story.pool.initiative)
        assert proposal.kind == Proposal.Kind.FAILURE and proposal.author == story.lead
        with pytest.raises(DomainError, match="arrête"):
            lessons.propose_lesson(opened().pool, by=story.lead)

    def test_another_pool_may_then_be_formed(self) -> None:
        story = forming()
        pools.abandon(story.pool, by=story.lead, reason="Non.", lesson="Rien.")
        again = forming(card=story.pool.initiative, holder=story.holder)
        assert again.pool.slug == f"{story.pool.slug}-2"


def test_the_adopter_of_a_living_option_opens_a_restricted_page() -> None:
    person = UserFactory()
    body = MembershipFactory(user=person).organisation
    story = with_options(2, audience="restricted")
    option, payer = story.others[0], story.funders[0]
    page, client = option.get_absolute_url(), Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert not can_view(person, story.pool) and client.get(page).status_code == 404
    options.name_adopter(option, adopter=body, by=payer)
    assert can_view(person, story.pool) and client.get(page).status_code == 200
    ending.withdraw(option, by=payer)
    assert not can_view(person, story.pool) and client.get(page).status_code == 404


def test_groups_of_territories_are_invited_to_a_restricted_page() -> None:
    from essaim.territories.models import Containment

    person, stranger = funder(), funder()
    group = TerritoryFactory(kind="group")
    Containment.objects.get_or_create(ancestor=group, descendant=organisation_of(person).territory)
    story = opened(audience="restricted")
    assert not Pool.objects.visible_to(person).exists()
    pools.invite(story.pool, by=story.lead, territories=[group])
    assert Pool.objects.visible_to(person).exists()
    assert not Pool.objects.visible_to(stranger).exists()


def test_what_visitors_read_is_said_alike_of_one_pool_and_of_all() -> None:
    nobody = AnonymousUser()
    public, hidden = opened().pool, opened().pool
    Initiative.objects.filter(pk=hidden.initiative_id).update(publication=Publication.ARCHIVED)
    pools_of_all = [
        public, hidden, forming().pool, opened(audience="restricted").pool, abandoned().pool
    ]  # fmt: skip
    seen = set(Pool.objects.visible_to(nobody))
    assert public in seen and hidden not in seen
    for each in Pool.objects.filter(pk__in=[pool.pk for pool in pools_of_all]):
        assert is_public(nobody, each) == (each in seen) == can_view(nobody, each)
