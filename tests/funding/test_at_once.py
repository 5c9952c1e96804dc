"""Several people, several processes, the same instant; and a process killed at every statement.

Real connections to PostgreSQL. For « kill -9 », the test forks: the child connects by itself,
confirms, and kills itself with SIGKILL just before its n-th statement, for n from the first one
until it ends alone; then just before its commit, and just after.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from essaim.funding.actions import ending, options, pools, reviews
from essaim.funding.models import Finding, LedgerLine, Opinion, Option
from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation, User
from essaim.replications.models import Replication
from tests.at_once import at_once, in_processes
from tests.funding.factories import (
    SITE_CENTS,
    Story,
    activating,
    earlier_act,
    funder,
    instalment,
    opened,
    organisation_of,
    pledged,
    record_act,
    reviewing,
    sites,
    vote,
    with_holder,
)
from tests.people.factories import OrganisationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def made(option: Option) -> tuple[str, int, int]:
    """State, lines of confirmation, replications."""
    return (
        Option.objects.get(pk=option.pk).state,
        LedgerLine.objects.filter(option=option, kind="confirmation").count(),
        Replication.objects.filter(origin_reference=option.reference).count(),
    )


def test_two_representatives_confirm_and_one_declines() -> None:
    story = activating()
    option, first = story.others[0], story.funders[0]
    second = funder(organisation_of(first))
    adopter = OrganisationFactory(kind="ccas")
    at_once(
        lambda: options.confirm(option, by=first, adopter=adopter),
        lambda: options.confirm(option, by=second, adopter=adopter),
        lambda: options.confirm(option, by=first, adopter=adopter),
    )
    assert made(option) == ("confirmed", 1, 1)
    # The other option: confirmed or declined, never both.
    other, person = story.others[1], story.funders[1]
    ends = at_once(
        lambda: options.confirm(other, by=person, adopter=adopter),
        lambda: ending.decline(other, by=person, reason="Non."),
    )
    assert ends == ["done", "refused"]
    assert made(other) in {("confirmed", 1, 1), ("declined", 0, 0)}
    assert story.pool.ledger.balance().is_sound


def test_two_funders_of_one_territory_and_payments_at_once() -> None:
    story = opened()
    first, second = funder(), funder()
    place = organisation_of(first).territory
    ends = at_once(
        lambda: pledged(story.pool, first, territory=place),
        lambda: pledged(story.pool, second, territory=place),
    )
    assert ends == ["done", "refused"]
    assert story.pool.ledger.balance().pledged == SITE_CENTS


def test_acts_of_one_option_at_once_do_not_go_beyond_it() -> None:
    from essaim.funding.actions import money

    story = activating()
    option, person = story.others[0], story.funders[0]
    options.confirm(option, by=person)
    ends = at_once(*[lambda: record_act(option, person, SITE_CENTS // 2 + 1)] * 2)
    assert ends == ["done", "refused"]
    row = instalment(option, person, 1_000)
    at_once(*[lambda: money.ask_for_payment(row, by=story.holder)] * 2)
    at_once(*[lambda: money.pay(row, by=person, reference="M")] * 2)
    assert option.ledger.balance().paid == 1_000


def test_acts_and_requests_of_two_beneficiaries_at_once() -> None:
    """One option, an adopter and a holder: together they commit and ask for no more than there is."""
    from essaim.funding.actions import money

    story, option, person, holder = with_holder()
    earlier_act(option, person, 1_000)
    site = instalment(option, person, 1_000)
    part = instalment(option, person, 1_000, kind="holder_engineering")
    ends = at_once(
        lambda: money.ask_for_payment(site, by=story.lead),
        lambda: money.ask_for_payment(part, by=story.holder),
    )
    assert ends == ["done", "refused"], "one of them, of the act that names nobody"
    half = (SITE_CENTS - 1_000) // 2 + 1
    both = (option.adopter, holder)
    ends = at_once(
        *(lambda whose=whose: record_act(option, person, half, beneficiary=whose) for whose in both)
    )
    assert ends == ["done", "refused"]
    left = SITE_CENTS - 1_000 - half
    named = option.acts.exclude(beneficiary=None).get().beneficiary
    same = {"reference": "DEL-1", "beneficiary": named, "amount_cents": left // 2}
    assert at_once(*[lambda: record_act(option, person, **same)] * 2) == ["done", "refused"]
    assert option.ledger.balance().is_sound


@pytest.mark.parametrize("name", ["attach", "may_ask"])
def test_the_card_changes_hands_as_its_holder_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By an act, or by a request: once it is read who holds the card, that waits."""
    from essaim.funding.actions import money

    story, option, person, holder = with_holder()
    part = instalment(option, person, 1_000, kind="holder_engineering")
    if name == "may_ask":
        record_act(option, person, 1_000, beneficiary=holder)
    heir, whole, others = OrganisationFactory(), getattr(money, name), []

    def handed_over() -> None:
        Initiative.objects.filter(pk=story.pool.initiative_id).update(holder=heir)
        connection.close()

    def meanwhile(*args: Any, **given: Any) -> Any:
        if not others:
            others.append(Thread(target=handed_over))
            others[0].start()
            others[0].join(timeout=1)
        return whole(*args, **given)

    monkeypatch.setattr(money, name, meanwhile)
    if name == "may_ask":
        money.ask_for_payment(part, by=story.holder)
    else:
        record_act(option, person, 1_000, beneficiary=holder)
    others[0].join(timeout=30)
    line = LedgerLine.objects.latest("pk")
    assert line.beneficiary == holder
    story.pool.initiative.refresh_from_db()
    assert story.pool.initiative.holder == heir


def test_a_vote_as_the_finding_is_published() -> None:
    story = reviewing()
    vote(story, story.lead)
    vote(story, story.funders[0])
    at_once(
        lambda: reviews.publish_finding(story.pool, by=story.lead),
        lambda: reviews.publish_finding(story.pool, by=story.lead),
        lambda: vote(story, story.funders[1], favourable=False),
    )
    finding = Finding.objects.get()
    assert finding.voters == Opinion.objects.count()


def test_processes_that_confirm_the_same_option() -> None:
    story = activating()
    option, first = story.others[0], story.funders[0]
    second = funder(organisation_of(first))
    adopter = OrganisationFactory(kind="ccas")
    ends = in_processes(
        *(lambda by=by: options.confirm(option, by=by, adopter=adopter) for by in (first, second)),
        lambda: options.confirm(option, by=first, adopter=adopter),
    )
    assert ends == ["done"] * 3
    assert made(option) == ("confirmed", 1, 1)
    other, person = story.others[1], story.funders[1]
    ends = in_processes(
        lambda: options.confirm(other, by=person, adopter=adopter),
        lambda: ending.decline(other, by=person, reason="Non."),
        lambda: pools.abandon(story.pool, by=story.lead, reason="Fin.", lesson="Trop tôt."),
    )
    assert "failed" not in ends
    state, lines, sites = made(other)
    assert (state == "confirmed") == bool(lines) == bool(sites)
    assert story.pool.ledger.balance().is_sound


def test_processes_that_share_one_site() -> None:
    """Two funders of a site, each in its process: one replication, two lines."""
    story = activating()
    first, person = story.others[0], funder()
    second = pledged(story.pool, person, territory=first.territory, cofund=True)
    adopter = OrganisationFactory(kind="ccas")
    ends = in_processes(
        lambda: options.confirm(first, by=story.funders[0], adopter=adopter),
        lambda: options.confirm(second, by=person, adopter=adopter),
        lambda: options.confirm(second, by=person, adopter=adopter),
    )
    assert ends == ["done"] * 3
    assert made(first) == made(second) == ("confirmed", 1, 1)
    assert sites().count() == 1


def test_processes_that_take_and_pay_the_same() -> None:
    from essaim.funding.actions import money

    story = activating()
    late, other = funder(), funder()
    place = organisation_of(late).territory
    ends = in_processes(
        *(lambda by=by: pledged(story.pool, by, territory=place) for by in (late, other))
    )
    assert ends == ["done", "refused"]
    option, person = story.others[0], story.funders[0]
    options.confirm(option, by=person)
    ends = in_processes(*[lambda: record_act(option, person, SITE_CENTS // 2 + 1)] * 2)
    assert ends == ["done", "refused"]
    row = instalment(option, person, 1_000)
    in_processes(*[lambda: money.ask_for_payment(row, by=story.holder)] * 2)
    assert in_processes(*[lambda: money.pay(row, by=person, reference="M")] * 3) == ["done"] * 3
    assert option.ledger.balance().paid == 1_000


# --- kill -9 ------------------------------------------------------------------------------------
_kept: list[Any] = []
BEFORE_COMMIT, AFTER_COMMIT = -1, -2


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def do_and_die(act: Callable[[], object], at: int) -> int:
    """Do it in a process of its own, killed just before its statement ``at`` (from 1), or before
    or after the commit. Returns the signal that ended it, 0 where it came to its end."""
    child = os.fork()
    if child == 0:
        # The parent's socket is not ours: neither used nor closed.
        _kept.append(connection.connection)
        connection.connection = None
        done, commit = 0, connection._commit

        def counted(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
            nonlocal done
            done += 1
            if done == at:
                die()
            return execute(sql, params, many, context)

        def committed() -> None:
            if at == BEFORE_COMMIT:
                die()
            commit()
            if at == AFTER_COMMIT:
                die()

        connection._commit = committed  # type: ignore[method-assign]
        try:
            with connection.execute_wrapper(counted):
                act()
        except BaseException:
            os._exit(3)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert not (os.WIFEXITED(status) and os.WEXITSTATUS(status)), "the child was refused"
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def confirming(story: Story) -> tuple[Option, Callable[[], object]]:
    option, person = story.others[0], story.funders[0]
    adopter = OrganisationFactory(kind="ccas")

    def act() -> object:
        return options.confirm(
            Option.objects.get(pk=option.pk), by=User.objects.get(pk=person.pk),
            adopter=Organisation.objects.get(pk=adopter.pk),
        )  # fmt: skip

    return option, act


def signing(story: Story) -> tuple[Option, Callable[[], object]]:
    """The second of two signatures: it is the one that confirms."""
    option, person = story.others[0], story.funders[0]
    body = organisation_of(person)
    options.set_four_eyes(body, True)
    options.confirm(option, by=person, adopter=OrganisationFactory(kind="ccas"))
    second = funder(body)

    def act() -> object:
        return options.sign(Option.objects.get(pk=option.pk), by=User.objects.get(pk=second.pk))

    return option, act


@pytest.mark.parametrize("which", [confirming, signing])
def test_killed_at_every_statement_of_a_confirmation(
    which: Callable[[Story], tuple[Option, Callable[[], object]]],
) -> None:
    story = activating()
    option, act = which(story)
    before = story.pool.ledger.balance()
    deadline = time.monotonic() + 240

    def killed(at: int) -> bool:
        """Whether it was; nothing of it is there then."""
        assert time.monotonic() < deadline, f"still killed at statement {at}"
        if not do_and_die(act, at):
            return False
        assert made(option) == ("pledged", 0, 0), at
        assert story.pool.ledger.balance() == before, at
        return True

    assert killed(BEFORE_COMMIT)
    at = 1
    while at <= 15 or killed(at):
        if at <= 15:
            assert killed(at), "too few statements: are they counted?"
        at += 1
    # It came to its end at last. The same again, as a retry would: nothing more.
    assert made(option) == ("confirmed", 1, 1)
    assert do_and_die(act, 10_000) == 0
    assert made(option) == ("confirmed", 1, 1)
    assert story.pool.ledger.balance().is_sound


def test_killed_after_its_commit_a_retry_adds_nothing() -> None:
    """Who asked was not answered: it is there, once, and asking again finds it."""
    story = activating()
    option, act = confirming(story)
    assert do_and_die(act, AFTER_COMMIT) == signal.SIGKILL
    assert made(option) == ("confirmed", 1, 1)
    assert do_and_die(act, 10_000) == 0
    assert made(option) == ("confirmed", 1, 1)


def test_the_killing_shows_what_two_transactions_would_leave() -> None:
    """The method can fail: a confirmation cut in two is caught between them."""
    story = activating()
    option, person = story.others[0], story.funders[0]
    adopter = OrganisationFactory(kind="ccas")

    def in_two() -> None:
        by = User.objects.get(pk=person.pk)
        options.confirm(Option.objects.get(pk=option.pk), by=by)
        options.name_adopter(Option.objects.get(pk=option.pk), by=by, adopter=adopter)

    assert do_and_die(in_two, AFTER_COMMIT) == signal.SIGKILL
    assert made(option) == ("confirmed", 1, 0)
