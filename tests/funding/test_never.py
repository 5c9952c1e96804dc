"""What must never happen, tried by the acts, by direct SQL as the application's role, and with
random histories."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essaim.common.errors import DomainError
from essaim.funding.actions import ending, money, options, pools, reports, reviews
from essaim.funding.actions.disengaging import disengage
from essaim.funding.models import LIVING, Balance, Kind, LedgerLine, Note, Opinion, Option, Pool
from essaim.funding.reading import shares_of
from essaim.funding.shares import split
from essaim.replications.actions import stop
from essaim.replications.models import Replication
from tests.dates import today
from tests.funding.factories import (
    SITE_CENTS,
    activating,
    confirmed,
    funder,
    instalment,
    organisation_of,
    piloting,
    pledged,
    record_act,
    reviewing,
    vote,
)
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def refused(sql: str, *parameters: Any) -> bool:
    """Whether the database refuses it, deferred checks included, to the application's role."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except DatabaseError:
        return True
    return False


INSERT = (
    'INSERT INTO funding_ledgerline (pool_id, option_id, kind, amount_cents, key, "on", at, why)'
    " VALUES (%s, %s, %s, %s, %s, now()::date, now(), '')"
)


def line(option: Option, kind: str, cents: int) -> bool:
    return refused(INSERT, option.pool_id, option.pk, kind, cents, uuid.uuid4().hex)


class TestByDirectSql:
    def test_the_role_is_the_application_s(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("essaim_app",)

    def test_the_ledger_balances_whoever_writes(self) -> None:
        _story, option, person = confirmed()
        assert line(option, "confirmation", 1)  # a second one, and beyond the pledge
        assert line(option, "payment", 1)  # nothing is committed, nothing asked
        assert line(option, "commitment", 1)  # without its act
        assert line(option, "request", 1)  # without its milestone
        assert line(option, "recovery", 1)
        assert line(option, "release", 1)  # what is confirmed
        assert line(option, "pledge", 0) and line(option, "pledge", -5)
        assert line(option, "gift", 5)
        record_act(option, person)
        assert line(option, "payment", SITE_CENTS + 1)
        assert line(option, "disengagement", 1)  # what is committed

    def test_no_line_changes_or_goes(self) -> None:
        confirmed()
        for sql in (
            "UPDATE funding_ledgerline SET amount_cents = amount_cents + 1",
            "DELETE FROM funding_ledgerline",
            "TRUNCATE funding_ledgerline CASCADE",
            "ALTER TABLE funding_ledgerline DISABLE TRIGGER ALL",
            "UPDATE funding_finding SET is_positive = false",
            "UPDATE funding_legalact SET amount_cents = 1",
            "DELETE FROM funding_option",
            "DELETE FROM funding_pool",
            "DELETE FROM funding_opinion",
        ):
            assert refused(sql), sql

    def test_a_confirmed_option_does_not_change(self) -> None:
        _story, option, _person = confirmed()
        for change in (
            "amount_cents = amount_cents + 1", "confirmed_cents = 1", "state = 'pledged',"
            " confirmed_cents = NULL", "funder_id = funder_id + 1", "conditions = 'autre'",
            "adopter_id = NULL", "expires_on = expires_on + 1", "mode = 'franchise'",
            "planned_on = now()::date", "cofunds_id = id",
        ):  # fmt: skip
            assert refused(f"UPDATE funding_option SET {change} WHERE id = %s", option.pk), change

    def test_no_confirmation_without_its_line(self) -> None:
        story = activating()
        option = story.others[0]
        assert refused(
            "UPDATE funding_option SET state = 'confirmed', confirmed_cents = 5,"
            " confirmed_at = now() WHERE id = %s",
            option.pk,
        )

    def test_nothing_is_confirmed_before_the_finding(self) -> None:
        story = piloting()
        assert line(story.others[0], "confirmation", 1)

    def test_no_activation_without_a_positive_finding(self) -> None:
        story = reviewing()
        move = "UPDATE funding_pool SET state = 'activating', activating_on = now() WHERE id = %s"
        assert refused(move, story.pool.pk)
        vote(story, story.lead)
        vote(story, story.funders[0], favourable=False)
        find = (
            "INSERT INTO funding_finding (pool_id, period, is_positive, members, voters,"
            ' favourable, "on", at) VALUES (%s, 1, true, %s, %s, %s, now()::date, now())'
        )
        assert refused(find, story.pool.pk, 3, 2, 2)  # a count that the votes do not give
        assert refused(find, story.pool.pk, 3, 2, 1)  # the right count, another conclusion
        reviews.publish_finding(story.pool, by=story.lead)
        assert refused(move, story.pool.pk)  # negative

    def test_no_vote_after_closing_nor_twice(self) -> None:
        story = reviewing()
        vote(story, story.lead)
        vote(story, story.funders[0])
        copy = (
            "INSERT INTO funding_opinion (pool_id, period, organisation_id, is_favourable,"
            " reasons, at) SELECT pool_id, period, %s, true, 'x', now() FROM funding_opinion"
            " LIMIT 1"
        )
        assert refused(copy, organisation_of(story.lead).pk)
        reviews.publish_finding(story.pool, by=story.lead)
        assert refused(copy, organisation_of(story.funders[1]).pk)
        assert refused("UPDATE funding_opinion SET is_favourable = false")

    def test_no_opinion_for_another_period_or_another_member(self) -> None:
        story = reviewing()
        vote(story, story.lead)
        assert refused("UPDATE funding_opinion SET organisation_id = organisation_id + 1")
        assert refused("UPDATE funding_opinion SET period = 2")


class TestPrivateNotes:
    def test_are_read_by_one_s_own_organisation_only(self) -> None:
        story = piloting()
        person = story.funders[0]
        body = organisation_of(person)
        note = reports.write_note(
            story.pool, by=person, organisation=body, submission=uuid.uuid4(), text="Réservé."
        )
        colleague = MembershipFactory(organisation=body).user
        others = [
            story.lead, story.holder, story.funders[1], UserFactory(manager=True),
            UserFactory(administrator=True),
        ]  # fmt: skip
        assert Note.objects.visible_to(colleague).exists()
        for each in others:
            assert not Note.objects.visible_to(each).exists()
            with pytest.raises(DomainError):
                reports.delete_note(note, by=each)
        with pytest.raises(DomainError):
            reports.write_note(
                story.pool, by=story.lead, organisation=body, submission=uuid.uuid4(), text="?"
            )


def test_who_left_does_not_report_pledge_or_vote() -> None:
    story = reviewing()
    person = story.funders[0]
    body = organisation_of(person)
    person.memberships.all().delete()
    with pytest.raises(DomainError):
        reviews.give_opinion(
            story.pool, by=person, organisation=body, is_favourable=True, reasons="Oui."
        )
    assert not Opinion.objects.exists()


# --- random histories ---------------------------------------------------------------------------
ACTS = ("pledge", "cofund", "reduce", "withdraw", "confirm", "decline", "act", "plan", "share",
        "reach", "ask", "pay", "recover", "adopter", "two", "sign", "stop", "free", "over")  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(1, SITE_CENTS + 3)),
    min_size=4, max_size=14,
)  # fmt: skip


def play(pool: Pool, people: list[Any], step: tuple[str, int, int]) -> None:
    """One act, possible or not: a refusal is an answer."""
    name, number, cents = step
    person = people[number % len(people)]
    body = organisation_of(person)
    option = Option.objects.filter(pool=pool, funder=body).order_by("-pk").first()
    if name == "pledge":
        pledged(pool, person, amount_cents=cents, expires_on=today(9))
        return
    if name == "cofund":
        site = Option.objects.filter(pool=pool, state__in=LIVING).order_by("-pk").first()
        if site is not None:
            pledged(pool, person, territory=site.territory, amount_cents=cents, cofund=True)
        return
    if name == "two":
        options.set_four_eyes(body, bool(cents % 2))
        return
    if option is None:
        return
    row = option.instalments.order_by("-pk").first()
    if name == "reduce":
        ending.reduce_option(option, amount_cents=cents, by=person)
    elif name == "withdraw":
        ending.withdraw(option, by=person)
    elif name == "confirm":
        options.confirm(option, by=person, amount_cents=cents)
    elif name == "decline":
        ending.decline(option, by=person, reason="Non.")
    elif name == "act":
        record_act(option, person, cents)
    elif name == "plan":
        instalment(option, person, cents, reached=False)
    elif name == "share":
        instalment(option, person, cents, reached=False, of_site=True)
    elif name == "adopter":
        options.name_adopter(option, adopter=body, by=person)
    elif name in {"stop", "free", "over"}:
        if name == "over":  # a whole site that comes to nothing
            options.confirm(option, by=person, adopter=body)
        site = Replication.objects.filter(origin_reference=option.reference).first()
        if name != "free" and site is not None:
            stop(site, reason="Plus de local.", lesson="Le chercher.", by=person)
        if name != "stop":
            disengage(option, reason="Arrêt.", by=person)
    elif name == "sign":
        options.sign(option, by=body.memberships.exclude(user=person).get().user)
    elif name == "recover":
        money.recover(
            option, by=person, submission=uuid.uuid4(), amount_cents=cents, reason="Non dépensé"
        )
    elif row is not None:
        if name == "reach":
            money.reach(row, by=person, on=today())
        elif name == "ask":
            money.ask_for_payment(row, by=person)
        else:
            money.pay(row, by=person, reference="M")


def check(pool: Pool) -> None:
    """After any history: each option's sums hold, the pool's are theirs, cents are whole."""
    options_of = list(Option.objects.filter(pool=pool))
    each = pool.ledger.balances(options_of)
    whole = pool.ledger.balance()
    for option in options_of:
        balance = each[option.pk]
        assert balance.is_sound, balance
        standing = {"pledged": option.amount_cents, "confirmed": option.confirmed_cents}
        assert balance.pledged == (standing.get(option.state) or 0)
        freed = balance.sums.get("disengagement", 0)
        assert balance.confirmed == (option.confirmed_cents or 0) - freed
        assert option.left_on is None or balance.confirmed == balance.committed
    for name in ("pledged", "confirmed", "committed", "requested", "paid", "recovered"):
        assert getattr(whole, name) == sum(getattr(b, name) for b in each.values())
    assert whole.paid <= whole.committed <= whole.confirmed <= whole.pledged
    # One replication at most for a site, however many fund it; none without a confirmation.
    sites = Counter(
        Replication.objects.filter(initiative=pool.initiative).exclude(state="stopped")
        .values_list("territory", flat=True)
    )  # fmt: skip
    confirmed = {option.territory_id for option in options_of if option.state == "confirmed"}
    assert set(sites) <= confirmed and set(sites.values()) <= {1}
    for option in options_of:
        shares = shares_of(o for o in options_of if o.reference == option.reference)
        assert sum(shares.values()) in {0, 10_000}
        if option.state == "confirmed" and option.left_on is None:
            here = {o.reference for o in options_of if o.territory_id == option.territory_id
                    and o.state in LIVING and o.left_on is None}  # fmt: skip
            assert here == {option.reference}, "one site at a time on a territory"


@settings(
    max_examples=20, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=STEPS)
def test_sums_balance_after_any_history(steps: list[tuple[str, int, int]], db: None) -> None:
    with transaction.atomic():
        story = activating(2)
        people = [story.lead, *story.funders, funder(), funder()]
        for person in people:
            funder(organisation_of(person))  # who signs second
        for step in steps:
            try:
                with transaction.atomic():
                    play(story.pool, people, step)
            except DomainError:
                continue
        check(story.pool)
        pools.abandon(story.pool, by=story.lead, reason="Fin.", lesson="Rien.")
        balance = story.pool.ledger.balance()
        assert balance.is_sound and balance.confirmed == balance.committed
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


@given(cents=st.integers(1, 10**12), shares=st.integers(1, 50))
def test_no_cent_is_lost_in_shares(cents: int, shares: int) -> None:
    parts = split(cents, shares)
    assert sum(parts) == cents and max(parts) - min(parts) <= 1


@given(st.dictionaries(st.sampled_from(Kind.values), st.integers(0, 10**12)))
def test_a_balance_says_when_it_is_not_sound(sums: dict[str, int]) -> None:
    balance = Balance(sums)
    if balance.is_sound:
        assert balance.recovered <= balance.paid <= balance.committed <= balance.confirmed
        assert balance.confirmed <= balance.pledged


def test_a_line_written_twice_is_one() -> None:
    from essaim.funding.actions.ledger import write

    story = piloting()
    option = pledged_again = story.others[0]
    with transaction.atomic():
        first = write(option, Kind.RELEASE, 5, key="once", by=None)
        second = write(pledged_again, Kind.RELEASE, 5, key="once", by=None)
    assert first.pk == second.pk
    assert LedgerLine.objects.filter(key="once").count() == 1
