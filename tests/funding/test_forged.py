"""Forms sent with the number of what another object holds: refused in words, nothing shown."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.dossiers.actions import documents, questions
from essaim.funding.actions import money, options, papers, pools, reports
from tests.dates import today
from tests.dossiers import factories as dossiers
from tests.funding.factories import (
    PDF,
    SITE_CENTS,
    confirmed,
    funder,
    instalment,
    organisation_of,
    piloting,
    record_act,
)
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def both(act: Callable[[int, uuid.UUID], object]) -> None:
    """The act on the first object makes it; on the second one, with its number, it is refused."""
    key = uuid.uuid4()
    first = act(0, key)
    assert act(0, key) == first
    with pytest.raises(DomainError, match="déjà servi"):
        act(1, key)


def test_what_is_written_on_a_pool() -> None:
    # One person of both pools: it is the number that is wrong, not who sends it.
    person, holder = funder(), UserFactory()
    stories = [piloting(lead=person, holder=holder) for _ in range(2)]
    body = organisation_of(person)
    both(lambda n, key: reports.report(stories[n].pool, by=stories[n].holder, submission=key, done="!"))  # fmt: skip
    both(lambda n, key: reports.write_note(
        stories[n].pool, by=person, organisation=body, submission=key, text="À nous."
    ))  # fmt: skip
    both(lambda n, key: reports.note_visit(
        stories[n].pool, by=person, organisation=body, submission=key, on=today(), seen="Vu."
    ))  # fmt: skip
    both(lambda n, key: papers.add_paper(
        stories[n].pool, by=stories[n].lead, submission=key, title="Plan", audience="page",
        file=io.BytesIO(PDF), file_name="plan.pdf", file_size=len(PDF),
    ))  # fmt: skip
    found = [
        reports.report(each.pool, by=each.holder, submission=uuid.uuid4(), done="Ouvert.")
        for each in stories
    ]
    both(lambda n, key: reports.comment(found[n], by=person, submission=key, text="Bien."))


def test_a_note_of_another_funder() -> None:
    """Neither read nor told of; its number is refused to all others alike."""
    story, key = piloting(), uuid.uuid4()
    for person in story.funders[:1]:
        reports.write_note(
            story.pool, by=person, organisation=organisation_of(person), submission=key,
            text="Secret.",
        )  # fmt: skip
    client = Client()
    client.force_login(story.lead, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(
        reverse("funding:notes", args=[story.pool.slug]),
        {"submission": str(key), "organisation": organisation_of(story.lead).pk, "text": "À moi."},
    )
    shown = answer.content.decode()
    assert answer.status_code == 422 and "déjà servi" in shown
    assert "À moi." in shown and "Secret." not in shown


def test_pools_and_options() -> None:
    stories = [piloting(2), piloting(2)]
    person = stories[0].lead

    def pledge(number: int, key: uuid.UUID) -> object:
        by = stories[number].funders[0] if number else stories[0].funders[0]
        body = organisation_of(by)
        return options.pledge(
            stories[number].pool, by=by, submission=key, funder=body, territory=body.territory,
            amount_cents=SITE_CENTS, expires_on=today(90),
        )  # fmt: skip

    made = stories[0].others[0]
    assert pledge(0, made.submission) == made
    with pytest.raises(DomainError, match="déjà servi"):
        pledge(1, made.submission)
    body = organisation_of(person)
    with pytest.raises(DomainError, match="déjà servi"):
        pools.form_pool(
            InitiativeFactory(published=True), by=person, submission=stories[0].pool.submission,
            lead=body, pilot_territory=body.territory, sites_sought=2, minimum_options=1,
            pledges_until=today(9), initiated_by="holder", costs=[pools.Cost("investment", "", 100)],
        )  # fmt: skip


def test_money() -> None:
    rows = [confirmed(), confirmed()]
    both(lambda n, key: record_act(rows[n][1], rows[n][2], 1000_00, submission=key))
    for _story, option, person in rows:
        record_act(option, person, SITE_CENTS - 2000_00)
    both(lambda n, key: money.plan_instalment(
        rows[n][1], by=rows[n][2], submission=key, label="A", amount_cents=100_00,
        planned_on=today(9),
    ))  # fmt: skip
    for _story, option, person in rows:
        row = instalment(option, person, 500_00)
        money.ask_for_payment(row, by=person)
        money.pay(row, by=person, reference="M-1")
    both(lambda n, key: money.recover(
        rows[n][1], by=rows[n][2], submission=key, amount_cents=100, reason="Reste."
    ))  # fmt: skip


def test_what_is_written_on_a_file() -> None:
    files = [dossiers.submitted(), dossiers.submitted()]
    both(lambda n, key: questions.ask(
        files[n].application, by=files[n].funder, organisation=organisation_of(files[n].funder),
        submission=key, block="projet", text="Pourquoi ?",
    ))  # fmt: skip
    both(lambda n, key: documents.require_document(
        files[n].application, by=files[n].funder, organisation=organisation_of(files[n].funder),
        submission=key, label="Plan", why="Règlement.",
    ))  # fmt: skip
    both(lambda n, key: documents.deposit(
        files[n].organisation, by=files[n].holder, submission=key, kind="other", title="",
        file=io.BytesIO(PDF), file_name="x.pdf", file_size=len(PDF),
    ))  # fmt: skip
