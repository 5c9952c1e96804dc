"""A pool from its formation to its end, in the words of the domain (§ 7)."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from essaim.common.errors import DomainError
from essaim.contributions.models import Proposal
from essaim.funding.actions import lessons, money, options, pools, reports, reviews
from essaim.funding.models import Finding, LedgerLine, Opinion, Option, Pool
from essaim.funding.shares import split
from essaim.initiatives.models import Fact
from essaim.replications.models import Replication
from tests.funding.factories import (
    SITE_CENTS,
    abandoned,
    activating,
    confirmed,
    forming,
    funder,
    instalment,
    opened,
    organisation_of,
    piloting,
    pledged,
    record_act,
    reviewing,
    today,
    vote,
    with_options,
)
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def state_of(option: Option) -> str:
    return Option.objects.get(pk=option.pk).state


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
        "fields", [{"pledges_until": today(-1)}, {"minimum_options": 9}, {"costs": []},
                   {"costs": [pools.Cost("investment", "", -5)]}],
    )  # fmt: skip
    def test_bad_input(self, fields: dict) -> None:
        with pytest.raises(DomainError):
            forming(**fields)


class TestOptions:
    def test_are_pledged_counted_and_reduced(self) -> None:
        story = opened()
        option = pledged(story.pool, story.lead)
        assert (option.state, option.is_pilot) == ("pledged", True)
        other = funder()
        reduced = pledged(story.pool, other)
        options.reduce_option(reduced, amount_cents=100, by=other)
        options.reduce_option(reduced, amount_cents=100, by=other)
        balance = story.pool.ledger.balance()
        assert balance.pledged == SITE_CENTS + 100 and balance.is_sound
        options.withdraw(reduced, by=other)
        assert story.pool.ledger.balance().pledged == SITE_CENTS

    def test_territory_already_optioned(self) -> None:
        story = with_options(2)
        other = funder()
        with pytest.raises(DomainError, match="déjà une option"):
            pledged(story.pool, other, territory=story.options[1].territory)
        with pytest.raises(DomainError, match=r"déjà une option|pilote"):
            pledged(story.pool, other, territory=story.pool.pilot_territory)

    def test_without_a_mandate(self) -> None:
        story, stranger = opened(), funder()
        with pytest.raises(DomainError, match="fonction de financeur"):
            pledged(story.pool, stranger, funder=organisation_of(story.lead))

    @pytest.mark.parametrize(
        "fields", [{"amount_cents": 0}, {"amount_cents": -1}, {"expires_on": today(-1)},
                   {"amount_cents": SITE_CENTS * 11}, {"amount_cents": 10**13, "sure": True}],
    )  # fmt: skip
    def test_bad_input(self, fields: dict) -> None:
        story = opened()
        with pytest.raises(DomainError):
            pledged(story.pool, funder(), **fields)
        assert not Option.objects.exists() and not LedgerLine.objects.exists()

    def test_ten_times_the_amount_is_asked_not_refused(self) -> None:
        story = opened()
        assert pledged(story.pool, funder(), amount_cents=SITE_CENTS * 11, sure=True).pk

    def test_four_eyes(self) -> None:
        story, first = opened(), funder()
        body = organisation_of(first)
        options.set_four_eyes(body, True)
        option = pledged(story.pool, first)
        assert option.state == "prepared" and not LedgerLine.objects.exists()
        with pytest.raises(DomainError, match="autre personne"):
            options.sign(option, by=first)
        with pytest.raises(DomainError, match="fonction"):
            options.sign(option, by=funder())
        options.sign(option, by=funder(body))
        assert state_of(option) == "pledged"
        assert LedgerLine.objects.get().amount_cents == SITE_CENTS

    def test_expire_once_though_the_job_is_retried(self) -> None:
        story = opened()
        option = pledged(story.pool, funder(), expires_on=today(10))
        assert options.expire_due(today(10)) == 0
        assert options.expire_due(today(11)) == 1
        assert options.expire_due(today(11)) == 0
        assert state_of(option) == "expired"
        assert story.pool.ledger.balance().pledged == 0

    def test_taken_only_while_open(self) -> None:
        story = piloting()
        with pytest.raises(DomainError, match="maintenant"):
            pledged(story.pool, funder())


class TestPilot:
    def test_begins_with_the_minimum_and_its_own_money(self) -> None:
        story = opened()
        pledged(story.pool, story.lead)
        with pytest.raises(DomainError, match="1 options sur 2"):
            pools.start_pilot(story.pool, by=story.lead)
        pledged(story.pool, funder())
        with pytest.raises(DomainError, match="confirmée"):
            pools.start_pilot(story.pool, by=story.lead)
        options.confirm(story.pilot, by=story.lead, amount_cents=SITE_CENTS - 1)
        with pytest.raises(DomainError, match="tout le pilote"):
            pools.start_pilot(story.pool, by=story.lead)

    def test_others_are_not_confirmed_before_the_finding(self) -> None:
        story = piloting()
        with pytest.raises(DomainError):
            options.confirm(story.others[0], by=story.funders[0])

    def test_reports_by_those_who_follow_it(self) -> None:
        story = piloting()
        key = uuid.uuid4()
        for _ in range(2):
            reports.report(story.pool, by=story.holder, submission=key, done="Ouvert.")
        assert story.pool.reports.count() == 1
        with pytest.raises(DomainError, match="ne faites plus partie"):
            reports.report(story.pool, by=UserFactory(), submission=uuid.uuid4(), done="?")
        with pytest.raises(DomainError, match="dix fois"):
            reports.report(
                story.pool, by=story.holder, submission=uuid.uuid4(), done="!",
                spent_cents=SITE_CENTS * 11,
            )  # fmt: skip

    def test_reminders_are_told_once_for_each_date(self) -> None:
        from essaim.following.models import Notification

        story = piloting()
        due = story.pool.next_report_on
        assert due is not None
        assert reports.remind_reports(due) == 1
        told = Notification.objects.filter(announcement__verb="pool_report_due").count()
        reports.remind_reports(due)
        assert told == 2  # the holder and the lead
        assert told == Notification.objects.filter(announcement__verb="pool_report_due").count()


class TestReview:
    def test_quorum_then_majority_of_those_who_voted(self) -> None:
        story = reviewing(4)
        vote(story, story.lead)
        with pytest.raises(DomainError, match="quorum"):
            reviews.publish_finding(story.pool, by=story.lead)
        vote(story, story.funders[0], favourable=False)
        finding = reviews.publish_finding(story.pool, by=story.lead)
        assert (finding.members, finding.voters, finding.favourable) == (4, 2, 1)
        assert not finding.is_positive and story.fresh().state == "reviewing"
        # A second period, with its own votes.
        reviews.pilot_again(story.pool, by=story.lead)
        assert (story.fresh().state, story.pool.period) == ("piloting", 2)

    def test_an_opinion_changes_until_closing_and_counts_once(self) -> None:
        story = reviewing(3)
        for favourable in (False, True, True):
            vote(story, story.lead, favourable)
        vote(story, story.funders[0])
        assert Opinion.objects.count() == 2
        finding = reviews.publish_finding(story.pool, by=story.lead)
        assert (finding.voters, finding.favourable) == (2, 2)
        assert reviews.publish_finding(story.pool, by=story.lead).pk == finding.pk
        with pytest.raises(DomainError):
            vote(story, story.funders[1])

    def test_two_representatives_of_one_member_vote_once(self) -> None:
        story = reviewing(3)
        vote(story, story.lead)
        vote(story, funder(organisation_of(story.lead)), favourable=False)
        assert not Opinion.objects.get().is_favourable

    def test_who_has_an_interest_does_not_vote(self) -> None:
        story = reviewing(3)
        first = story.funders[0]
        # Of the card's team and of a member: their vote would be for themselves.
        MembershipFactory(
            user=story.holder, organisation=organisation_of(first), functions=["funder"]
        )
        with pytest.raises(DomainError, match="intérêt"):
            vote(story, story.holder)
        vote(story, first)
        reviews.recuse(
            story.pool, by=first, organisation=organisation_of(first), reason="Emploie le porteur."
        )
        with pytest.raises(DomainError, match="intérêt"):
            vote(story, first)
        vote(story, story.lead)
        finding = reviews.publish_finding(story.pool, by=story.lead)
        assert (finding.members, finding.voters) == (2, 1)

    def test_opinions_are_read_at_one_moment(self) -> None:
        story = reviewing(3)
        vote(story, story.lead)
        vote(story, story.funders[0])
        other = story.funders[1]
        assert Opinion.objects.visible_to(other).count() == 0
        assert Opinion.objects.visible_to(story.lead).count() == 1
        reviews.publish_finding(story.pool, by=story.lead)
        assert Opinion.objects.visible_to(other).count() == 2


class TestConfirming:
    def test_creates_the_replication_and_the_line_once(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        adopter = OrganisationFactory(kind="ccas")
        for _ in range(3):  # a double click, a retry
            options.confirm(option, by=person, adopter=adopter, amount_cents=SITE_CENTS - 50)
        site = Replication.objects.get(origin_reference=option.reference)
        assert (site.adopter, site.territory) == (adopter, option.territory)
        assert LedgerLine.objects.filter(option=option, kind="confirmation").count() == 1
        balance = option.ledger.balance()
        assert balance.pledged == balance.confirmed == SITE_CENTS - 50

    def test_more_than_pledged_is_refused(self) -> None:
        story = activating()
        with pytest.raises(DomainError, match="pas plus"):
            options.confirm(story.others[0], by=story.funders[0], amount_cents=SITE_CENTS + 1)

    def test_four_eyes(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        options.set_four_eyes(organisation_of(person), True)
        options.confirm(option, by=person, amount_cents=900)
        assert state_of(option) == "pledged"
        with pytest.raises(DomainError, match="autre personne"):
            options.sign(option, by=person)
        options.sign(option, by=funder(organisation_of(person)))
        assert Option.objects.get(pk=option.pk).confirmed_cents == 900

    def test_four_eyes_sign_all_that_was_confirmed(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        options.set_four_eyes(organisation_of(person), True)
        adopter = OrganisationFactory(kind="ccas")
        options.confirm(
            option, by=person, amount_cents=900, adopter=adopter, mode="supple",
            charter_on=today(-3), planned_on=today(60),
        )  # fmt: skip
        assert not Replication.objects.exists()
        options.sign(option, by=funder(organisation_of(person)))
        site = Replication.objects.get(origin_reference=option.reference)
        assert (site.adopter, site.mode, site.state) == (adopter, "supple", "committed")
        assert (site.charter_on, site.planned_on) == (today(-3), today(60))

    def test_a_second_signature_too_late_confirms_nothing(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        options.set_four_eyes(organisation_of(person), True)
        options.confirm(option, by=person)
        second = funder(organisation_of(person))
        with pytest.raises(DomainError, match="expiré"):
            options.sign(option, by=second, today=option.expires_on + dt.timedelta(days=1))
        assert state_of(option) == "pledged"

    def test_the_mode_confirmed_is_kept_until_the_adopter_is_found(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        options.confirm(option, by=person, mode="dissemination", planned_on=today(40))
        options.name_adopter(option, adopter=OrganisationFactory(), by=person)
        site = Replication.objects.get()
        assert (site.mode, site.planned_on) == ("dissemination", today(40))

    def test_adopter_found_later(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        options.confirm(option, by=person)
        assert not Replication.objects.exists()
        adopter = OrganisationFactory()
        for _ in range(2):
            options.name_adopter(option, adopter=adopter, by=person)
        assert Replication.objects.get().adopter == adopter
        with pytest.raises(DomainError, match="déjà nommé"):
            options.name_adopter(option, adopter=OrganisationFactory(), by=person)

    def test_declined_with_reasons(self) -> None:
        story = activating()
        with pytest.raises(DomainError, match="pourquoi"):
            options.decline(story.others[0], by=story.funders[0], reason=" ")
        options.decline(story.others[0], by=story.funders[0], reason="Budget réduit.")
        assert state_of(story.others[0]) == "declined"

    def test_a_late_territory_joins_on_the_same_finding(self) -> None:
        story = activating()
        late = funder()
        option = pledged(story.pool, late)
        options.confirm(option, by=late)
        assert state_of(option) == "confirmed" and Finding.objects.count() == 1


class TestMoney:
    def test_committed_by_the_act_paid_on_milestones(self) -> None:
        story, option, person = confirmed()
        row = instalment(option, person, 1_000, reached=False)
        with pytest.raises(DomainError, match="jalon"):
            money.ask_for_payment(row, by=story.holder)
        money.reach(row, by=person, on=today())
        with pytest.raises(DomainError, match="engagé juridiquement"):
            money.ask_for_payment(row, by=story.holder)
        record_act(option, person)
        with pytest.raises(DomainError, match="pas été demandé"):
            money.pay(row, by=person, reference="M1")
        for _ in range(2):
            money.ask_for_payment(row, by=story.holder)
        for _ in range(2):
            money.pay(row, by=person, reference="M1")
        balance = option.ledger.balance()
        assert (balance.committed, balance.requested, balance.paid) == (SITE_CENTS, 1_000, 1_000)
        key = uuid.uuid4()
        for _ in range(2):
            money.recover(option, by=person, submission=key, amount_cents=400, reason="Non dépensé")
        assert option.ledger.balance().recovered == 400
        with pytest.raises(DomainError, match="pas plus"):
            money.recover(
                option, by=person, submission=uuid.uuid4(), amount_cents=601, reason="Encore"
            )

    def test_an_act_needs_a_confirmation_its_amount_and_a_convention(self) -> None:
        story, option, person = confirmed()
        with pytest.raises(DomainError, match="pas confirmée"):
            record_act(story.others[1], story.funders[1], 100)
        with pytest.raises(DomainError, match="plus que ce qui est confirmé"):
            record_act(option, person, SITE_CENTS + 1)
        with pytest.raises(DomainError, match="type de fichier"):
            record_act(option, person, file_name="acte.exe")
        Option.objects.get(pk=option.pk)
        association = OrganisationFactory(kind="association")
        other, second = story.others[1], story.funders[1]
        options.confirm(other, by=second, adopter=association)
        with pytest.raises(DomainError, match="convention"):
            record_act(other, second, 23_000_00, convention_reference="")
        record_act(other, second, 22_999_99, convention_reference="")

    def test_shares_lose_no_cent(self) -> None:
        assert split(10_000, 3) == [3_334, 3_333, 3_333]


class TestEnd:
    def test_closed_with_a_report_once_nothing_waits(self) -> None:
        story, _option, _person = confirmed()
        with pytest.raises(DomainError, match="attendent encore"):
            pools.close_pool(story.pool, by=story.lead, report="Fait.")
        options.decline(story.others[1], by=story.funders[1], reason="Non.")
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
