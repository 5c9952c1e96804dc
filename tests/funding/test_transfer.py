"""The transfer line: the holder's engineering and the innovator's days, paid to the holder."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.common.waiting import told as what_waits
from essaim.following.models import Notification
from essaim.funding.actions import money, pools
from essaim.funding.beneficiaries import parts_of
from essaim.funding.models import CostLine, Instalment
from essaim.funding.waiting import waiting
from essaim.people.models import Organisation
from tests.dossiers.helpers import signed_in
from tests.funding.factories import (
    SITE_CENTS,
    confirmed,
    earlier_act,
    instalment,
    published_rows,
    record_act,
    with_holder,
)
from tests.people.factories import MembershipFactory

pytestmark = pytest.mark.django_db
TRANSFER = CostLine.Kind.HOLDER_ENGINEERING


def test_is_asked_for_by_the_holder_paid_to_it_and_the_rest_by_the_adopter() -> None:
    story, option, person, holder = with_holder()
    takes = MembershipFactory(organisation=option.adopter, role="representative").user
    record_act(option, person, SITE_CENTS - 3_000_00)
    record_act(option, person, 3_000_00, beneficiary=holder)
    mine = instalment(option, person, 3_000_00, kind=TRANSFER)
    theirs = instalment(option, person, 7_000_00)
    told = Notification.objects.filter(announcement__verb="instalment_reached")
    assert set(told.values_list("user", flat=True)) == {story.holder.pk, takes.pk}
    for row, asks, other in ((mine, story.holder, takes), (theirs, takes, story.holder)):
        address = reverse("funding:ask", args=[story.pool.slug, option.pk, row.pk])
        assert "Demander un versement" in {each.title for each in what_waits(waiting(asks), asks)}
        assert signed_in(other).get(address).status_code == 403
        assert address not in signed_in(other).get(option.get_absolute_url()).content.decode()
        assert address in signed_in(asks).get(option.get_absolute_url()).content.decode()
        cents = f"{row.amount_cents // 100}"
        assert signed_in(asks).post(address, {"amount_cents": cents}).status_code == 302
        assert "Demander un versement" not in {
            each.title for each in what_waits(waiting(asks), asks)
        }
        money.pay(row, by=person, reference="M1")
    shown = signed_in(person).get(option.get_absolute_url()).content.decode()
    assert "versé au porteur" in shown
    # In accounting: by line, and to whom.
    address = reverse("funding:summary_export", args=[story.pool.slug, "csv"])
    text = b"".join(signed_in(person).get(address).streaming_content).decode()[1:]
    (line,) = [
        row for row in csv.DictReader(io.StringIO(text), delimiter=";")
        if row["Territoire"] == option.territory.label
    ]  # fmt: skip
    assert line[french("versé : transfert : ingénierie du porteur (€)")].startswith("3000")
    assert line[french("versé : sans ligne particulière (€)")].startswith("7000")
    address = reverse("funding:ledger_export", args=[story.pool.slug, "csv"])
    text = b"".join(signed_in(person).get(address).streaming_content).decode()[1:]
    paid = [
        row["Bénéficiaire"] for row in csv.DictReader(io.StringIO(text), delimiter=";")
        if row["Écriture"] == "versement"
    ]  # fmt: skip
    assert paid == [holder.name, option.adopter.name]


def test_published_as_the_holder_s_to_the_cent() -> None:
    _story, option, person, holder = with_holder()
    assert option.adopter is not None
    earlier_act(option, person, 10_000_01)
    assert [row["nomBeneficiaire"] for row in published_rows(option)] == [option.adopter.name]
    instalment(option, person, 3_000_00, kind=TRANSFER)
    cancelled = instalment(option, person, 1_000_00, kind=TRANSFER, reached=False)
    money.cancel_instalment(cancelled, by=person)
    first = published_rows(option)
    assert [row["nomBeneficiaire"] for row in first] == [option.adopter.name, holder.name]
    assert [row["montant"] for row in first] == ["9250.01", "750.00"], "a quarter is committed"
    earlier_act(option, person, SITE_CENTS - 10_000_01)
    every = published_rows(option)
    assert every[:2] == first, "what was published does not move with the next act"
    assert sum(round(float(row["montant"]) * 100) for row in every) == SITE_CENTS
    held = [row for row in every if row["nomBeneficiaire"] == holder.name]
    assert sum(round(float(row["montant"]) * 100) for row in held) == 3_000_00


@given(
    cents=st.lists(st.integers(1, SITE_CENTS // 5), min_size=1, max_size=5),
    transfer=st.integers(1, SITE_CENTS),
)
def test_no_cent_is_lost_between_beneficiaries(cents: list[int], transfer: int) -> None:
    """Without a database: the acts and payments of an option, as they were fetched."""
    holder, adopter = Organisation(pk=1, name="H"), Organisation(pk=2, name="A")
    option = _fetched(holder, adopter, cents, transfer)
    total = 0
    for act in option.acts.all():
        parts = parts_of(act)
        assert sum(part for _whose, part in parts) == act.amount_cents
        assert all(part > 0 for _whose, part in parts)
        total += sum(part for whose, part in parts if whose == holder)
    assert total <= min(transfer, sum(cents))


@given(cents=st.lists(st.integers(1, 9), min_size=2, max_size=5), transfer=st.integers(1, 45))
def test_what_an_act_was_said_to_give_does_not_move_with_the_next_one(
    cents: list[int], transfer: int
) -> None:
    holder, adopter = Organisation(pk=1, name="H"), Organisation(pk=2, name="A")
    every = _fetched(holder, adopter, cents, transfer, confirmed=sum(cents))
    before = _fetched(holder, adopter, cents[:1], transfer, confirmed=sum(cents))
    given = [parts_of(act) for act in every.acts]
    assert given[:1] == [parts_of(act) for act in before.acts]
    held = sum(part for parts in given for whose, part in parts if whose == holder)
    assert held == min(transfer, sum(cents)), "all committed: the whole transfer"


def test_what_is_freed_leaves_the_holder_its_whole_transfer() -> None:
    """What no act will commit any more takes no part of what was planned."""
    story, option, person, holder = with_holder()
    assert option.adopter is not None
    earlier_act(option, person, 10_000_00)
    row = instalment(option, person, 3_000_00, kind=TRANSFER)
    money.ask_for_payment(row, by=story.holder)
    money.pay(row, by=person, reference="M1")
    pools.abandon(story.pool, by=story.lead, reason="Trop cher.", lesson="Compter avant.")
    assert [(row["nomBeneficiaire"], row["montant"]) for row in published_rows(option)] == [
        (option.adopter.name, "7000.00"), (holder.name, "3000.00"),
    ]  # fmt: skip


def _fetched(
    holder: Organisation, adopter: Organisation, cents: list[int], transfer: int,
    confirmed: int = SITE_CENTS,
) -> Any:  # fmt: skip
    class Rows(list[Any]):
        def all(self) -> Any:
            return self

    class Fetched:
        pass

    option, pool, card = Fetched(), Fetched(), Fetched()
    option.__dict__.update(
        adopter=adopter, pool=pool, confirmed_cents=confirmed,
        instalments=Rows([Instalment(kind=TRANSFER, amount_cents=transfer)]), acts=Rows(),
    )  # fmt: skip
    pool.__dict__.update(initiative=card)
    card.__dict__.update(holder=holder)
    for number, each in enumerate(cents):
        act = Fetched()
        act.__dict__.update(
            pk=number, amount_cents=each, option=option, beneficiary_id=None, amends_id=None
        )
        option.acts.append(act)  # type: ignore[attr-defined]
    return option


def test_what_cannot_be() -> None:
    _story, option, person = confirmed()
    with pytest.raises(DomainError, match="organisation porteuse") as refused:
        instalment(option, person, 1_000, kind=TRANSFER)
    assert refused.value.field == "kind"
    assert instalment(option, person, 1_000, kind="investment").kind == "investment"
    with pytest.raises(IntegrityError), transaction.atomic():
        Instalment.objects.update(kind="gift")


def test_the_convention_is_asked_for_each_beneficiary() -> None:
    """The adopter is a public body, the holder an association."""
    _story, option, person, holder = with_holder()
    record_act(option, person, 1_000_00, convention_reference="")
    with pytest.raises(DomainError, match="convention"):
        record_act(option, person, 23_000_00, convention_reference="", beneficiary=holder)
    record_act(option, person, 10_000_00, convention_reference="", beneficiary=holder)
    with pytest.raises(DomainError, match="convention"):
        record_act(option, person, 13_000_00, convention_reference="", beneficiary=holder)
    record_act(option, person, 12_999_99, convention_reference="", beneficiary=holder)


def test_what_earlier_acts_gave_the_holder_counts_for_its_convention() -> None:
    _story, option, person, holder = with_holder()
    instalment(option, person, 20_000_00, kind=TRANSFER, reached=False)
    earlier_act(option, person, SITE_CENTS // 2)  # half of it the holder's
    with pytest.raises(DomainError, match="convention"):
        record_act(option, person, 13_000_00, convention_reference="", beneficiary=holder)
    record_act(option, person, 12_999_99, convention_reference="", beneficiary=holder)
