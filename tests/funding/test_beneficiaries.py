"""An act names to whom it commits: what is published, asked for and paid follows it."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from essaim.common.errors import DomainError
from essaim.common.money import show_euros
from essaim.common.typography import french
from essaim.common.waiting import told as what_waits
from essaim.following.models import Notification
from essaim.funding.actions import money, options
from essaim.funding.beneficiaries import Parts
from essaim.funding.models import CostLine, Kind, LedgerLine, LegalAct, Option
from essaim.funding.waiting import waiting
from essaim.initiatives.models import Initiative
from essaim.people.actions.merging import merge_organisations
from tests.dates import today
from tests.dossiers.helpers import signed_in
from tests.funding.factories import (
    PDF,
    SITE_CENTS,
    activating,
    earlier_act,
    instalment,
    published_rows,
    record_act,
    with_holder,
)
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
TRANSFER = CostLine.Kind.HOLDER_ENGINEERING


def published(option: Option) -> list[tuple[str, str, str]]:
    return [
        (row["nomBeneficiaire"], row["montant"], row["referenceDecision"])
        for row in published_rows(option)
    ]


def refused(act: Any, match: str) -> str:
    with pytest.raises(DomainError, match=match) as found:
        act()
    return found.value.field or ""


def test_one_deliberation_for_two_is_attached_for_each_and_published_as_said() -> None:
    story, option, person, holder = with_holder()
    assert option.adopter is not None
    record_act(option, person, 36_000_00, reference="DEL-7")
    same = {"reference": " DEL-7 "}
    assert refused(lambda: record_act(option, person, 1, **same), "ce bénéficiaire") == "reference"
    record_act(option, person, 4_000_00, beneficiary=holder, **same)
    assert published(option) == [
        (option.adopter.name, "36000.00", "DEL-7"), (holder.name, "4000.00", "DEL-7"),
    ]  # fmt: skip
    # What is planned as transfer changes nothing of it.
    instalment(option, person, 1_000_00, kind=TRANSFER)
    assert [row[1] for row in published(option)] == ["36000.00", "4000.00"]
    told = Notification.objects.filter(announcement__verb="option_committed")
    assert list(told.values_list("user", flat=True)) == [story.holder.pk], "of what is the holder's"
    client = signed_in(person)
    page = client.get(option.get_absolute_url()).text.replace('<span lang="fr">', "")
    assert french(f"Bénéficiaire : {holder.name}") in page and f"pour {holder.name}" in page
    address = reverse("funding:ledger_export", args=[story.pool.slug, "csv"])
    text = b"".join(client.get(address).streaming_content).decode()[1:]
    committed = [
        row["Bénéficiaire"] for row in csv.DictReader(io.StringIO(text), delimiter=";")
        if row["Acte"] == "DEL-7"
    ]  # fmt: skip
    assert committed == [option.adopter.name, holder.name]
    assert f"pour {holder.name}" in client.get(reverse("funding:publications")).text.replace(
        '<span lang="fr">', ""
    )


def test_what_is_still_to_publish_says_for_whom_each_line_is(settings: Any) -> None:
    settings.FUNDING = settings.FUNDING | {"publication_days": 1}
    _story, option, person, holder = with_holder()
    record_act(option, person, 5_000_00, reference="DEL-7")
    record_act(option, person, 4_000_00, reference="DEL-7", beneficiary=holder)
    lines = [
        row.about
        for row in what_waits(waiting(person), person)
        if row.url == reverse("funding:publications")
    ]
    assert [line.rpartition(", ")[2] for line in lines] == [
        f"pour {option.adopter.name}", f"pour {holder.name}",
    ]  # fmt: skip


def test_nobody_asks_for_what_is_committed_to_the_other() -> None:
    story, option, person, holder = with_holder()
    takes = MembershipFactory(organisation=option.adopter, role="representative").user
    record_act(option, person, 5_000_00, beneficiary=holder)
    site = instalment(option, person, 5_000_00)
    part = instalment(option, person, 5_000_00, kind=TRANSFER)
    name = option.adopter.name if option.adopter else ""
    refused(lambda: money.ask_for_payment(site, by=takes), f"envers {name}")
    titles = {each.title for each in what_waits(waiting(takes), takes)}
    assert "Demander un versement" not in titles
    page = signed_in(takes).get(option.get_absolute_url()).text
    assert reverse("funding:ask", args=[story.pool.slug, option.pk, site.pk]) not in page
    assert "L’acte qui engage ce montant est encore attendu" in page
    money.ask_for_payment(part, by=story.holder)
    record_act(option, person, 4_999_99)
    refused(lambda: money.ask_for_payment(site, by=takes), "juridiquement")
    money.ask_for_payment(site, by=takes, amount_cents=4_999_99)
    lines = option.ledger.filter(kind="request").order_by("pk")
    assert [line.beneficiary for line in lines] == [holder, option.adopter]


def test_nor_is_it_paid_before_the_act_of_its_own() -> None:
    story, option, person, holder = with_holder()
    record_act(option, person, 1_000, on=today(-60))
    record_act(option, person, 1_000, on=today(-20), beneficiary=holder)
    site, part = (
        instalment(option, person, 1_000), instalment(option, person, 1_000, kind=TRANSFER),
    )  # fmt: skip
    money.ask_for_payment(part, by=story.holder)
    pay = {"by": person, "reference": "M1"}
    field = refused(lambda: money.pay(part, on=today(-30), **pay), "aucun acte")
    assert field == "on"
    line = money.pay(part, on=today(-20), **pay)
    assert line.beneficiary == holder
    back = {"by": person, "amount_cents": 10, "reason": "Rendu"}
    assert money.recover(option, submission=uuid.uuid4(), **back).beneficiary == holder
    # What another was paid since, of its own act, takes nothing from an earlier day.
    money.ask_for_payment(site, by=person)
    money.pay(site, on=today(-50), **pay)
    last = money.recover(option, submission=uuid.uuid4(), **back)
    assert last.beneficiary is None, "two were paid: nobody says which gives back"


@pytest.mark.parametrize("days", [-60, -50, -45])
def test_an_act_for_another_does_not_cover_a_day_before_it(days: int) -> None:
    """What an earlier act commits to nobody in particular is paid once, at any day."""
    story, option, person, holder = with_holder()
    earlier_act(option, person, 1_000, on=today(-60))
    site, part = (
        instalment(option, person, 1_000), instalment(option, person, 1_000, kind=TRANSFER),
    )  # fmt: skip
    pay = {"by": person, "reference": "M1"}
    money.ask_for_payment(part, by=story.holder)
    money.pay(part, on=today(-50), **pay)
    record_act(option, person, 1_000, on=today(-20), beneficiary=holder)
    money.ask_for_payment(site, by=person)
    field = refused(lambda: money.pay(site, on=today(days), **pay), "aucun acte")
    assert field == "on"
    money.pay(site, on=today(-20), **pay)
    assert option.ledger.balance().paid == 2_000


def test_the_database_refuses_it_too() -> None:
    story, option, person, holder = with_holder()
    record_act(option, person, 1_000, beneficiary=holder)
    site = instalment(option, person, 1_000)
    part = instalment(option, person, 2_000, kind=TRANSFER)
    stranger = OrganisationFactory()
    given: dict[str, Any] = {"pool": story.pool, "option": option, "amount_cents": 1_000}
    for lie in (
        {"kind": "request", "instalment": site, "beneficiary": option.adopter},
        {"kind": "request", "instalment": site, "beneficiary": holder},  # not its to ask
        {"kind": "request", "instalment": site},
        {"kind": "request", "instalment": part, "beneficiary": holder, "amount_cents": 1_001},
        {"kind": "request", "instalment": part, "beneficiary": stranger},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            LedgerLine.objects.create(key=uuid.uuid4().hex, **given | lie)
    money.ask_for_payment(part, by=story.holder, amount_cents=1_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerLine.objects.create(
            key="forged", kind="payment", instalment=part, beneficiary=option.adopter, **given
        )
    act = {
        "option": option, "nature": "decision", "reference": "F", "on": today(), "signatory": "x",
        "accounting_reference": "x", "amount_cents": 1_000, "file": "x", "file_name": "x",
        "media_type": "x", "transfer_cents": 0,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalAct.objects.create(**act | {"beneficiary": holder, "transfer_cents": None})
    forged = LegalAct.objects.create(**act | {"beneficiary": stranger})
    for whose in (stranger, option.adopter, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            LedgerLine.objects.create(
                key="act", kind="commitment", act=forged, beneficiary=whose, **given
            )


class TestTheForm:
    def address(self, option: Option) -> str:
        return reverse("funding:act", args=[option.pool.slug, option.pk])

    def sent(self, **fields: Any) -> dict[str, Any]:
        return {
            "submission": uuid.uuid4(), "nature": "decision", "reference": "AR-12",
            "on": today().isoformat(), "signatory": "présidente", "amount_cents": "4 000",
            "accounting_reference": "EJ-1", "convention_reference": "C-1",
            "file": SimpleUploadedFile("acte.pdf", PDF),
        } | fields  # fmt: skip

    def test_proposes_the_adopter_then_the_holder_for_the_transfer(self) -> None:
        _story, option, person, holder = with_holder()
        instalment(option, person, 4_000_00, kind=TRANSFER, reached=False)
        client = signed_in(person)
        form = client.get(self.address(option)).context["form"]
        assert show_euros(23_000_00) in form["convention_reference"].help_text
        initial = form.initial
        assert (initial["beneficiary"], initial["amount_cents"]) == (
            option.adopter_id, SITE_CENTS - 4_000_00,
        )  # fmt: skip
        record_act(option, person, SITE_CENTS - 4_000_00)
        initial = client.get(self.address(option)).context["form"].initial
        assert (initial["beneficiary"], initial["amount_cents"]) == (holder.pk, 4_000_00)
        answer = client.post(self.address(option), self.sent(beneficiary=holder.pk))
        assert answer.status_code == 302
        assert option.acts.get(beneficiary=holder).amount_cents == 4_000_00

    def test_takes_no_other_organisation_and_no_silence(self) -> None:
        _story, option, person, _holder = with_holder()
        client = signed_in(person)
        for whose in (OrganisationFactory().pk, option.funder_id, "", "x"):
            answer = client.post(self.address(option), self.sent(beneficiary=whose))
            assert answer.status_code == 422 and answer.context["form"].errors["beneficiary"], whose
        stranger = OrganisationFactory()
        field = refused(lambda: record_act(option, person, 1, beneficiary=stranger), "repreneur")
        assert field == "beneficiary" and not option.acts.exists()

    def test_asks_again_where_who_may_be_named_changed_since_the_page_was_shown(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Before the form is read, or between that and the act: what was typed stays."""
        story, option, person, holder = with_holder()
        card = Initiative.objects.filter(pk=story.pool.initiative_id)
        heir, last = OrganisationFactory(), OrganisationFactory()
        client, act = signed_in(person), money.record_act

        def meanwhile(to: Any) -> None:
            def changed(*args: Any, **given: Any) -> LegalAct:
                card.update(holder=to)
                return act(*args, **given)

            monkeypatch.setattr(money, "record_act", changed)

        def refuses(whose: Any, then: Any) -> None:
            given = {"beneficiary": whose.pk} if whose else {}
            answer = client.post(self.address(option), self.sent(**given))
            form = answer.context["form"]
            assert answer.status_code == 422 and not option.acts.exists()
            assert "qui ont changé depuis" in form.errors["beneficiary"][0]
            assert [int(pk) for pk, _label in form["beneficiary"].field.choices] == then
            assert f'value="{then[-1]}"' in answer.text and 'value="AR-12"' in answer.text

        card.update(holder=heir)
        refuses(holder, [option.adopter_id, heir.pk])
        meanwhile(last)
        refuses(heir, [option.adopter_id, last.pk])
        # Nobody was known: no default is taken for what was not asked.
        alone = activating()
        option, person = alone.others[0], alone.funders[0]
        options.confirm(option, by=person)
        card, client = Initiative.objects.filter(pk=alone.pool.initiative_id), signed_in(person)
        meanwhile(heir)
        refuses(None, [heir.pk])
        monkeypatch.setattr(money, "record_act", act)
        assert client.post(self.address(option), self.sent(beneficiary=heir.pk)).status_code == 302
        assert option.acts.get().beneficiary == heir

    def test_says_what_comes_of_an_act_while_the_adopter_is_to_be_found(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        options.confirm(option, by=person)
        client = signed_in(person)
        assert "beneficiary" not in client.get(self.address(option)).context["form"].fields
        holder = OrganisationFactory()
        Initiative.objects.filter(pk=story.pool.initiative_id).update(holder=holder)
        assert "Aucun repreneur n’est encore nommé" in client.get(self.address(option)).text
        client.post(self.address(option), self.sent(beneficiary=holder.pk))
        adopter = OrganisationFactory(kind="ccas")
        options.name_adopter(option, adopter=adopter, by=person)
        # The act does not change: what it commits stays the holder's, and so does what is published.
        assert [row[0] for row in published(option)] == [holder.name]
        site = instalment(option, person, 1_000)
        refused(lambda: money.ask_for_payment(site, by=person), f"envers {adopter.name}")
        money.ask_for_payment(instalment(option, person, 1_000, kind=TRANSFER), by=story.holder)


def test_earlier_acts_serve_who_is_paid_and_what_they_published_does_not_move() -> None:
    story, option, person, holder = with_holder()
    takes = MembershipFactory(organisation=option.adopter, role="representative").user
    instalment(option, person, 4_000_00, kind=TRANSFER, reached=False)
    earlier_act(option, person, 20_000_00)
    before = published(option)
    assert [row[1] for row in before] == ["18000.00", "2000.00"]
    record_act(option, person, 2_000_00, beneficiary=holder)
    assert published(option)[:2] == before
    site = instalment(option, person, 19_000_00)
    part = instalment(option, person, 3_000_01, kind=TRANSFER)
    assert published(option)[:2] == before, "nor by what is planned since"
    money.ask_for_payment(site, by=takes)
    refused(lambda: money.ask_for_payment(part, by=story.holder), "juridiquement")
    money.ask_for_payment(part, by=story.holder, amount_cents=3_000_00)
    assert option.ledger.balance().requested == option.ledger.balance().committed


def test_who_received_public_money_keeps_its_name() -> None:
    _story, option, person, holder = with_holder()
    manager, newcomer = UserFactory(manager=True), OrganisationFactory()
    record_act(option, person, 1_000, beneficiary=holder)
    with pytest.raises(DomainError, match="Gardez plutôt celle-là"):
        merge_organisations(newcomer, holder, by=manager)
    assert merge_organisations(holder, newcomer, by=manager) == holder


WHOSE = st.sampled_from([None, 1, 2])


@given(
    acts=st.lists(st.tuples(WHOSE, st.integers(1, 9)), max_size=5),
    asked=st.lists(st.tuples(WHOSE, st.integers(1, 9)), max_size=8),
)
def test_whatever_is_asked_in_any_order_each_euro_has_its_act(
    acts: list[tuple[int | None, int]], asked: list[tuple[int | None, int]]
) -> None:
    """What each takes beyond the acts that name it fits together in those that name nobody; and
    nothing is refused that would."""
    parts = Parts()
    for whose, cents in acts:
        parts.add(Kind.COMMITMENT, whose, cents)

    def beyond() -> int:
        named = sum(
            max(0, parts.taken.get(key, 0) - parts.given.get(key, 0)) for key in (1, 2)
        ) + parts.taken.get(None, 0)
        return named - parts.given.get(None, 0)

    for whose, cents in asked:
        fits = cents <= parts.room(whose)
        if fits:
            parts.add(Kind.REQUEST, whose, cents)
            assert beyond() <= 0
        else:
            parts.add(Kind.REQUEST, whose, cents)
            assert beyond() > 0
            parts.add(Kind.REQUEST, whose, -cents)
