"""Several people, several processes, the same instant; and a process killed at every statement.

Real connections to PostgreSQL. For « kill -9 », the test forks: the child connects by itself,
confirms, and kills itself with SIGKILL just before its n-th statement, for n from the first one
until it ends alone.
"""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import pytest
from django.db import connection

from essaim.funding.actions import options, reviews
from essaim.funding.models import Finding, LedgerLine, Opinion, Option
from essaim.people.models import Organisation, User
from essaim.replications.models import Replication
from tests.at_once import at_once
from tests.funding.factories import (
    SITE_CENTS,
    activating,
    funder,
    instalment,
    opened,
    organisation_of,
    pledged,
    record_act,
    reviewing,
    vote,
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
        lambda: options.decline(other, by=person, reason="Non."),
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


_kept: list[Any] = []


def confirm_and_die(option: int, person: int, adopter: int, at: int) -> int:
    """Confirm in a process of its own, killed just before its statement ``at`` (from 1).
    Returns the signal that ended it, 0 where it came to its end."""
    child = os.fork()
    if child == 0:
        # The parent's socket is not ours: neither used nor closed.
        _kept.append(connection.connection)
        connection.connection = None
        done = 0

        def counted(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
            nonlocal done
            done += 1
            if done == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(counted):
                options.confirm(
                    Option.objects.get(pk=option), by=User.objects.get(pk=person),
                    adopter=Organisation.objects.get(pk=adopter),
                )  # fmt: skip
        except BaseException:
            os._exit(3)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert not (os.WIFEXITED(status) and os.WEXITSTATUS(status)), "the child refused to confirm"
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def test_killed_at_every_statement_of_a_confirmation() -> None:
    story = activating()
    option, person = story.others[0], story.funders[0]
    adopter = OrganisationFactory(kind="ccas")
    before = story.pool.ledger.balance()
    deadline = time.monotonic() + 240
    at, ended = 0, signal.SIGKILL.value
    while ended:
        at += 1
        assert time.monotonic() < deadline, f"still killed at statement {at}"
        ended = confirm_and_die(option.pk, person.pk, adopter.pk, at)
        if ended:
            # Nothing of it is there.
            assert made(option) == ("pledged", 0, 0), at
            assert story.pool.ledger.balance() == before, at
    assert at > 15, "too few statements: is it counted?"
    assert made(option) == ("confirmed", 1, 1)
    # The same again, as a retry would: nothing more.
    assert confirm_and_die(option.pk, person.pk, adopter.pk, 10_000) == 0
    assert made(option) == ("confirmed", 1, 1)
    assert story.pool.ledger.balance().is_sound
