"""After a confirmation: acts, instalments, payments, what comes back (§ 7 of the domain)."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.common.waiting import told as what_waits
from essaim.following.models import Notification
from essaim.funding.actions import ending, milestones, money, options, pools
from essaim.funding.actions.disengaging import disengage
from essaim.funding.models import LedgerLine, Option
from essaim.funding.shares import split
from essaim.funding.waiting import waiting
from essaim.replications.actions import stop
from tests.dates import today
from tests.funding.factories import (
    SITE_CENTS,
    activating,
    confirmed,
    funder,
    instalment,
    opened,
    organisation_of,
    record_act,
    sites,
)
from tests.people.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


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
        asked = option.ledger.get(kind="request")
        assert asked.on == today() == option.ledger.get(kind="payment").on
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

    def test_an_act_is_offered_while_something_is_left_to_commit(self) -> None:
        _story, option, person = confirmed()
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        page = option.get_absolute_url()
        record_act(option, person, SITE_CENTS - 1)
        assert "Joindre l’acte" in client.get(page).text
        record_act(option, person, 1)
        assert "Joindre l’acte" not in client.get(page).text
        other = confirmed()[1]
        assert "Joindre l’acte" not in client.get(other.get_absolute_url()).text, "another's"

    def test_the_commitment_is_of_the_year_of_its_act(self) -> None:
        _story, option, person = confirmed()
        record_act(option, person, 1_000, on=today(-400))
        assert option.ledger.get(kind="commitment").on == today(-400)

    def test_nothing_is_paid_before_its_act_nor_given_back_before_it_is_paid(self) -> None:
        story, option, person = confirmed()
        record_act(option, person, 500, on=today(-60))
        record_act(option, person, 500, on=today(-20))
        row = instalment(option, person, 1_000)
        money.ask_for_payment(row, by=story.holder)
        for day, words in (
            (today(-30), "aucun acte"), (today(1), "à venir"), (dt.date(1900, 1, 1), "l’année"),
        ):  # fmt: skip
            with pytest.raises(DomainError, match=words) as refusal:
                money.pay(row, by=person, reference="M1", on=day)
            assert refusal.value.field == "on"
        money.pay(row, by=person, reference="M1", on=today(-20))
        back = {"by": person, "submission": uuid.uuid4(), "amount_cents": 1, "reason": "Rendu"}
        for day, words in ((today(-21), "précède"), (today(1), "à venir")):
            with pytest.raises(DomainError, match=words):
                money.recover(option, on=day, **back)
        assert money.recover(option, on=today(-3), **back).on == today(-3)

    def test_dates_of_milestones_and_conventions_are_checked_too(self) -> None:
        _story, option, person = confirmed()
        row = instalment(option, person, 1_000, reached=False)
        with pytest.raises(DomainError, match="l’année"):
            money.reach(row, by=person, on=dt.date(1900, 1, 1))
        for day in (dt.date(1900, 1, 1), today(1)):
            with pytest.raises(DomainError) as refusal:
                record_act(option, person, 100, convention_on=day)
            assert refusal.value.field == "convention_on"

    def test_asked_for_on_paper_it_has_that_day(self) -> None:
        story, option, person = confirmed()
        row = instalment(option, person, 1_000)
        record_act(option, person)
        with pytest.raises(DomainError, match="à venir"):
            money.ask_for_payment(row, by=story.holder, on=today(1))
        line = money.ask_for_payment(row, by=story.holder, on=today(-30))
        assert row.reached_on is not None and line.on == row.reached_on, "never before it is due"

    def test_a_balance_is_asked_on_the_real_cost(self) -> None:
        story, option, person = confirmed()
        record_act(option, person)
        row = instalment(option, person, SITE_CENTS)
        for cents in (0, SITE_CENTS + 1):
            with pytest.raises(DomainError):
                money.ask_for_payment(row, by=story.holder, amount_cents=cents)
        client = Client()
        asks = MembershipFactory(organisation=option.adopter, role="representative").user
        client.force_login(asks, backend="django.contrib.auth.backends.ModelBackend")
        address = reverse("funding:ask", args=[story.pool.slug, option.pk, row.pk])
        assert "40000" in client.get(address).content.decode().replace("\u202f", "")
        client.post(address, {"amount_cents": "39 000"})
        money.pay(row, by=person, reference="M1")
        assert option.ledger.balance().paid == 39_000_00
        instalment(option, person, 1_000_00)  # what was left may be planned anew
        with pytest.raises(DomainError, match="dépasseraient"):
            instalment(option, person, 1)

    def test_an_instalment_is_cancelled_until_it_is_asked_for(self) -> None:
        story, option, person = confirmed()
        record_act(option, person)
        row = instalment(option, person, SITE_CENTS)
        with pytest.raises(DomainError, match="fonction de financeur"):
            money.cancel_instalment(row, by=story.lead)
        for _ in range(2):
            money.cancel_instalment(row, by=person)
        for act in (
            lambda: money.ask_for_payment(row, by=story.holder),
            lambda: LedgerLine.objects.create(
                pool=story.pool, option=option, kind="request", amount_cents=1, key="forged",
                instalment=row,
            ),
        ):  # fmt: skip
            with pytest.raises((DomainError, IntegrityError)), transaction.atomic():
                act()
        other = instalment(option, person, SITE_CENTS)
        money.ask_for_payment(other, by=story.holder)
        with pytest.raises(DomainError, match="ne s’annule plus"):
            money.cancel_instalment(other, by=person)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(option.get_absolute_url()).content.decode()
        assert "Annulé le" in page
        assert reverse("funding:ask", args=[story.pool.slug, option.pk, row.pk]) not in page

    def test_what_no_act_committed_goes_back_when_the_site_stops(self) -> None:
        story, option, person = confirmed()
        cofunder = funder(organisation_of(person))
        record_act(option, person, 1_000)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        address = reverse("funding:disengage", args=[story.pool.slug, option.pk])
        assert address not in client.get(option.get_absolute_url()).content.decode()
        with pytest.raises(DomainError, match="continue"):
            disengage(option, reason="Arrêt", by=person)
        stop(sites().get(), reason="Plus de local.", lesson="Le chercher.", by=story.holder)
        assert address in client.get(option.get_absolute_url()).content.decode()
        for _ in range(2):
            client.post(address, {"reason": "Le site s’arrête."})
        balance = option.ledger.balance()
        assert (balance.confirmed, balance.committed) == (1_000, 1_000)
        assert option.ledger.filter(kind="disengagement").count() == 1
        told = Notification.objects.filter(announcement__verb="option_disengaged")
        assert {story.lead.pk, story.holder.pk, cofunder.pk} <= set(
            told.values_list("user", flat=True)
        )
        with pytest.raises(DomainError, match="dépasseraient"):
            instalment(option, person, 1_001)

    def test_nothing_is_freed_of_what_an_act_committed_nor_by_another(self) -> None:
        story, option, person = confirmed()
        ending.decline(story.others[1], by=story.funders[1], reason="Budget.")
        with pytest.raises(DomainError, match="fonction de financeur"):
            disengage(option, reason="Arrêt", by=story.lead)
        record_act(option, person)
        pools.close_pool(story.pool, by=story.lead, report="Fini.")
        with pytest.raises(DomainError, match="Rien à libérer"):
            disengage(option, reason="Clôture", by=person)
        assert disengage(story.pilot, reason="Clôture", by=story.lead).amount_cents == SITE_CENTS

    def test_a_payment_is_offered_where_it_would_be_accepted(self) -> None:
        story, option, person = confirmed()
        row = instalment(option, person, 1_000)
        client = Client()
        client.force_login(story.holder, backend="django.contrib.auth.backends.ModelBackend")
        page = option.get_absolute_url()
        offered = MembershipFactory(user=story.holder, organisation=option.adopter)
        assert "Demander le versement" not in client.get(page).content.decode(), "no act"
        record_act(option, person)
        assert "Demander le versement" in client.get(page).content.decode()
        pools.abandon(story.pool, by=story.lead, reason="Fin.", lesson="Trop tôt.")
        # The act binds the funder: what it commits is asked for and paid all the same.
        assert "Demander le versement" in client.get(page).content.decode()
        assert "Demander un versement" in {
            each.title for each in what_waits(waiting(offered.user), offered.user)
        }
        money.ask_for_payment(row, by=offered.user)
        money.pay(row, by=person, reference="M1")
        assert option.ledger.balance().paid == 1_000

    def test_the_team_of_the_card_asks_while_no_adopter_is_found_and_no_longer(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        options.confirm(option, by=person)
        record_act(option, person)
        row = instalment(option, person, 1_000)
        client = Client()
        client.force_login(story.holder, backend="django.contrib.auth.backends.ModelBackend")
        address = reverse("funding:ask", args=[story.pool.slug, option.pk, row.pk])
        budget = reverse("funding:site_budget", args=[story.pool.slug, option.pk])
        assert client.get(address).status_code == client.get(budget).status_code == 200
        options.name_adopter(option, adopter=OrganisationFactory(kind="ccas"), by=person)
        assert client.get(address).status_code == client.get(budget).status_code == 403
        page = client.get(option.get_absolute_url()).content.decode()
        assert address not in page and "Écritures" in page, "it still follows"

    def test_what_no_act_commits_yet_does_not_wait_to_be_asked_for(self) -> None:
        _story, option, person = confirmed()
        asks = MembershipFactory(organisation=option.adopter, role="representative").user
        first, second = instalment(option, person, 600), instalment(option, person, 600)
        record_act(option, person, 1_000)
        title = "Demander un versement"
        assert [each.title for each in what_waits(waiting(asks), asks)].count(title) == 2
        money.ask_for_payment(first, by=asks)
        assert title not in {each.title for each in what_waits(waiting(asks), asks)}, (
            "400 are left for 600"
        )
        with pytest.raises(DomainError, match="engagé juridiquement"):
            money.ask_for_payment(second, by=asks)
        record_act(option, person, 200)
        assert [each.title for each in what_waits(waiting(asks), asks)].count(title) == 1

    @pytest.mark.parametrize("year", [1900, 2999])
    def test_a_mistyped_year_is_said(self, year: int) -> None:
        _story, option, person = confirmed()
        with pytest.raises(DomainError, match="vérifiez l’année") as refusal:
            record_act(option, person, on=dt.date(1900, 1, 1))
        assert refusal.value.field == "on"
        with pytest.raises(DomainError, match="vérifiez l’année") as refusal:
            money.plan_instalment(
                option, by=person, submission=uuid.uuid4(), label="Chantier", amount_cents=100,
                planned_on=dt.date(year, 1, 1),
            )  # fmt: skip
        assert refusal.value.field == "planned_on"
        assert not option.acts.exists() and not option.instalments.exists()

    def test_nor_is_a_site_confirmed_for_another_century(self) -> None:
        story = activating()
        for day in (dt.date(1900, 1, 1), dt.date(2999, 1, 1)):
            with pytest.raises(DomainError, match="vérifiez l’année") as refusal:
                options.confirm(story.others[0], by=story.funders[0], planned_on=day)
            assert refusal.value.field == "planned_on"
        other = opened()
        with pytest.raises(DomainError, match="vérifiez l’année"):
            milestones.plan_milestone(
                other.pool, by=other.lead, submission=uuid.uuid4(), title="Ouvrir",
                planned_on=dt.date(2999, 1, 1),
            )  # fmt: skip

    def test_shares_lose_no_cent(self) -> None:
        assert split(10_000, 3) == [3_334, 3_333, 3_333]
