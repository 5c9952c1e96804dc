"""An amending act passes what an act left to another beneficiary; what was asked for stays."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.common.waiting import told as what_waits
from essaim.following.models import Notification
from essaim.funding.actions import amending, money
from essaim.funding.models import CostLine, LedgerLine, LegalAct, Option
from essaim.funding.waiting import waiting
from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation
from tests.at_once import at_once, in_processes
from tests.dates import today
from tests.dossiers.helpers import signed_in
from tests.funding.factories import (
    PDF,
    Story,
    earlier_act,
    instalment,
    published_rows,
    record_act,
    with_holder,
)
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

TRANSFER = CostLine.Kind.HOLDER_ENGINEERING


def avenant(act: LegalAct, by: Any, cents: int, to: Organisation | None, **fields: Any) -> LegalAct:
    given = {
        "submission": uuid.uuid4(), "nature": "decision", "reference": f"AV-{uuid.uuid4().hex[:6]}",
        "on": today(), "signatory": "présidente", "accounting_reference": "EJ-2",
        "convention_reference": "C-2", "file": io.BytesIO(PDF), "file_name": "avenant.pdf",
        "file_size": len(PDF),
    } | fields  # fmt: skip
    return amending.amend(act, by=by, amount_cents=cents, beneficiary=to, **given)


def handed_over() -> tuple[Story, Option, Any, Organisation, Organisation, LegalAct]:
    """An act for the holder, of which 1,000 cents are paid and 500 asked for; then another
    organisation holds the card."""
    story, option, person, holder = with_holder()
    act = record_act(option, person, 10_000, beneficiary=holder, on=today(-30), reference="DEL-7")
    for cents in (1_000, 500):
        row = instalment(option, person, cents, kind=TRANSFER)
        money.ask_for_payment(row, by=story.holder)
        if cents == 1_000:
            money.pay(row, by=person, reference="M1")
    heir = OrganisationFactory(kind="association", name="Association héritière")
    Initiative.objects.filter(pk=story.pool.initiative_id).update(holder=heir)
    return story, option, person, holder, heir, act


def refused(do: Any, match: str) -> str:
    with pytest.raises(DomainError, match=match) as found:
        do()
    return found.value.field or ""


def rows(option: Option) -> list[tuple[str, str]]:
    return [(row["nomBeneficiaire"], row["montant"]) for row in published_rows(option)]


@pytest.mark.django_db
def test_what_is_left_of_an_act_passes_to_who_holds_the_card_now() -> None:
    story, option, person, holder, heir, act = handed_over()
    represents = MembershipFactory(organisation=holder, role="representative").user
    part = instalment(option, person, 8_500, kind=TRANSFER)
    before = option.ledger.balance()
    refused(lambda: money.ask_for_payment(part, by=story.holder), f"envers {heir.name}")
    made = avenant(act, person, 8_500, heir, reference="AV-1")
    line = made.lines.get()
    assert (line.kind, line.former, line.beneficiary) == ("amendment", holder, heir)
    # Committed as before, in the year of the first act; nothing was rewritten.
    assert option.ledger.balance().committed == before.committed == 10_000
    assert LegalAct.objects.get(pk=act.pk).amount_cents == 10_000
    assert rows(option) == [(holder.name, "15.00"), (heir.name, "85.00")]
    asked = money.ask_for_payment(part, by=story.holder)
    assert asked.beneficiary == heir
    refused(lambda: money.pay(part, by=person, reference="M", on=today(-1)), "aucun acte")
    money.pay(part, by=person, reference="M")
    # What had been asked for is still paid to who asked.
    first = option.instalments.get(amount_cents=500)
    assert money.pay(first, by=person, reference="M").beneficiary == holder
    assert option.ledger.balance().paid == 10_000
    told = Notification.objects.filter(announcement__verb="act_amended")
    assert list(told.values_list("user", flat=True)) == [represents.pk]
    client = signed_in(person)
    page = client.get(option.get_absolute_url()).text
    assert "passés par avenant" in page and "Avenant à l’acte" in page
    address = reverse("funding:ledger_export", args=[story.pool.slug, "csv"])
    text = b"".join(client.get(address).streaming_content).decode()[1:]
    found = [
        (row["Bénéficiaire"], row["Ancien bénéficiaire"], row["Motif"])
        for row in csv.DictReader(io.StringIO(text), delimiter=";") if row["Acte"] == "AV-1"
    ]  # fmt: skip
    assert found == [(heir.name, holder.name, "AV-1 (DEL-7)")]


@pytest.mark.django_db
def test_an_act_passed_on_whole_is_published_no_more(settings: Any) -> None:
    settings.FUNDING = settings.FUNDING | {"publication_days": 1}
    _story, option, person, holder = with_holder()
    act = record_act(option, person, 1_000, beneficiary=holder)
    made = avenant(act, person, 1_000, option.adopter)
    assert option.adopter and rows(option) == [(option.adopter.name, "10.00")]
    shown = signed_in(person).get(reverse("funding:publications")).context["rows"]
    assert [(row.pk, row.kept_cents) for row, _due in shown] == [(made.pk, 1_000)]
    address = reverse("funding:publications")
    waits = [row.about for row in what_waits(waiting(person), person) if row.url == address]
    assert len(waits) == 1 and waits[0].endswith(option.adopter.name)
    # It may itself be amended, back again.
    again = avenant(made, person, 400, holder)
    assert rows(option) == [(option.adopter.name, "6.00"), (holder.name, "4.00")]
    assert again.amends == made


@pytest.mark.django_db
def test_nothing_passes_that_is_not_left_nor_to_who_may_not_be_named() -> None:
    _story, option, person, holder, heir, act = handed_over()
    assert option.adopter is not None
    for wrong, match, field in (
        ({"cents": 8_501}, "reste 85", "amount_cents"),
        ({"cents": 0}, "supérieur à zéro", "amount_cents"),
        ({"to": holder}, "déjà le bénéficiaire", "beneficiary"),
        ({"to": OrganisationFactory()}, "choisissez parmi", "beneficiary"),
        ({"to": None}, "Personne d’autre", "beneficiary"),
        ({"on": today(-31)}, "ne précède pas", "on"),
        ({"on": today(1)}, "avenir", "on"),
        ({"by": UserFactory()}, "fonction de financeur", "funder"),
        ({"file_name": "a.exe"}, "type de fichier", "file"),
    ):
        given: dict[str, Any] = {"by": person, "cents": 1, "to": heir} | wrong
        assert refused(lambda given=given: avenant(act, **given), match) == field, wrong
    nobody = earlier_act(option, person, 1_000)
    refused(lambda: avenant(nobody, person, 1, heir), "ne nomme personne")
    avenant(act, person, 8_000, option.adopter, reference="AV-1")
    assert refused(lambda: avenant(act, person, 501, heir), "reste 5") == "amount_cents"
    same = lambda: avenant(act, person, 1, option.adopter, reference="AV-1")  # noqa: E731
    assert refused(same, "déjà enregistré") == "reference"
    # From the threshold, as any act to an association.
    large = record_act(option, person, 30_000_00, beneficiary=option.adopter)
    bare = lambda: avenant(large, person, 23_000_00, heir, convention_reference="")  # noqa: E731
    assert refused(bare, "convention") == "convention_reference"
    assert LedgerLine.objects.filter(kind="amendment").count() == 1


@pytest.mark.django_db
def test_the_database_refuses_it_too() -> None:
    story, option, person, holder, heir, act = handed_over()
    stranger = OrganisationFactory()
    new: dict[str, Any] = {
        "option": option, "nature": "decision", "on": today(), "signatory": "x",
        "accounting_reference": "x", "amount_cents": 8_500, "file": "x", "file_name": "x",
        "media_type": "x", "transfer_cents": 0, "amends": act, "beneficiary": heir,
    }  # fmt: skip
    line: dict[str, Any] = {
        "pool": story.pool, "option": option, "kind": "amendment", "amount_cents": 8_500,
        "former": holder, "beneficiary": heir,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalAct.objects.create(
            reference="F", **new | {"beneficiary": None, "transfer_cents": None}
        )
    for n, (told, lie) in enumerate((
        ({}, {"amount_cents": 8_499}),
        ({}, {"former": None}),
        ({}, {"former": stranger}),
        ({}, {"beneficiary": option.adopter}),
        ({}, {"act": act}),
        ({}, {"act": None}),
        ({}, {"kind": "commitment", "former": None}),  # committed twice
        ({"beneficiary": stranger}, {"beneficiary": stranger}),
        ({"beneficiary": holder}, {"beneficiary": holder}),
        ({"amount_cents": 8_501}, {"amount_cents": 8_501}),  # asked for
        ({"amount_cents": 10_001}, {"amount_cents": 10_001}),  # beyond its act
        ({"amends": None}, {}),
    )):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            forged = LegalAct.objects.create(reference=f"F{n}", **new | told)
            LedgerLine.objects.create(key=f"forged{n}", **{"act": forged} | line | lie)
    avenant(act, person, 8_500, heir)
    with pytest.raises(IntegrityError), transaction.atomic():
        forged = LegalAct.objects.create(reference="Again", **new | {"amount_cents": 1})
        LedgerLine.objects.create(key="again", act=forged, **line | {"amount_cents": 1})


@pytest.mark.django_db
def test_the_page_proposes_what_is_left_and_records_it_once() -> None:
    story, option, person, holder, heir, act = handed_over()
    address = reverse("funding:amend", args=[story.pool.slug, option.pk, act.pk])
    client = signed_in(person)
    assert address in client.get(option.get_absolute_url()).text
    page = client.get(address)
    form = page.context["form"]
    whom = [int(pk) for pk, _label in form["beneficiary"].field.choices]
    assert whom == [option.adopter_id, heir.pk] and form.initial["amount_cents"] == 8_500
    assert holder.name in page.text

    def sent(**fields: Any) -> dict[str, Any]:
        return {
            "submission": key, "nature": "decision", "reference": "AV-1", "signatory": "présidente",
            "on": today().isoformat(), "amount_cents": "85", "accounting_reference": "EJ-1",
            "beneficiary": heir.pk, "file": SimpleUploadedFile("avenant.pdf", PDF),
        } | fields  # fmt: skip

    key = uuid.uuid4()
    wrong = client.post(address, sent(amount_cents="85,01"))
    assert wrong.status_code == 422 and wrong.context["form"].errors["amount_cents"]
    assert client.post(address, sent(beneficiary=holder.pk)).status_code == 422
    for _twice in range(2):
        assert client.post(address, sent()).status_code == 302
    assert option.acts.get(amends=act).amount_cents == 8_500
    assert option.ledger.filter(kind="amendment").count() == 1
    assert f"{act.pk}/avenant" not in client.get(option.get_absolute_url()).text, "nothing is left"
    # Nobody else to name: said, not guessed.
    Initiative.objects.filter(pk=story.pool.initiative_id).update(holder=None)
    mine = record_act(option, person, 1_000)
    alone = reverse("funding:amend", args=[story.pool.slug, option.pk, mine.pk])
    answer = client.post(alone, sent(submission=uuid.uuid4(), reference="AV-2"))
    assert answer.status_code == 422 and "Personne d’autre" in answer.text
    assert Client().get(address).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_at_once_pass_it_on_once() -> None:
    story, option, person, _holder, heir, act = handed_over()
    ends = at_once(*[lambda: avenant(act, person, 4_251, heir)] * 2)
    assert ends == ["done", "refused"]
    key = uuid.uuid4()
    again = lambda: avenant(act, person, 100, heir, submission=key, reference="AV-9")  # noqa: E731
    assert in_processes(again, again) == ["done"] * 2
    assert option.ledger.filter(kind="amendment").count() == 2
    # And the former holder's request, as the rest passes: one of them finds nothing left.
    Initiative.objects.filter(pk=story.pool.initiative_id).update(holder=act.beneficiary)
    part = instalment(option, person, 4_149, kind=TRANSFER)
    ends = at_once(
        lambda: money.ask_for_payment(part, by=story.holder),
        lambda: avenant(act, person, 4_149, option.adopter),
    )
    assert ends == ["done", "refused"]
    assert option.ledger.balance().is_sound
