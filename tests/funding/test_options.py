"""Options: pledged, confirmed once, declined, expired (§ 7 of the domain)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.common.waiting import told as what_waits
from essaim.following.models import Notification
from essaim.funding.actions import ending, keeping, options
from essaim.funding.actions.prolonging import prolong
from essaim.funding.models import Finding, LedgerLine, Option, Pool
from essaim.funding.steps import acts_of_option
from essaim.funding.waiting import waiting
from essaim.people.models import Membership, User
from essaim.replications.actions import agree
from essaim.replications.models import Replication
from tests.dates import in_days, settled, today
from tests.funding.factories import (
    SITE_CENTS,
    activating,
    funder,
    opened,
    organisation_of,
    piloting,
    pledged,
    sites,
    state_of,
    with_options,
)
from tests.people.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def labels_of(user: User, option: Option) -> set[str]:
    found = Option.objects.for_detail().get(pk=option.pk)
    return {str(act.label) for act in acts_of_option(user, found, has_paid=False)}


class TestOptions:
    def test_are_pledged_counted_and_reduced(self) -> None:
        story = opened()
        option = pledged(story.pool, story.lead)
        assert (option.state, option.is_pilot) == ("pledged", True)
        other = funder()
        reduced = pledged(story.pool, other)
        ending.reduce_option(reduced, amount_cents=100, by=other)
        ending.reduce_option(reduced, amount_cents=100, by=other)
        balance = story.pool.ledger.balance()
        assert balance.pledged == SITE_CENTS + 100 and balance.is_sound
        ending.withdraw(reduced, by=other)
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
        "fields", [{"amount_cents": 0}, {"amount_cents": -1}, {"expires_on": in_days(-1)},
                   {"amount_cents": SITE_CENTS * 11}, {"amount_cents": 10**13, "sure": True}],
    )  # fmt: skip
    def test_bad_input(self, fields: dict) -> None:
        story = opened()
        with pytest.raises(DomainError):
            pledged(story.pool, funder(), **settled(fields))
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
        assert ending.expire_due(today(10)) == 0
        assert ending.expire_due(today(11)) == 1
        assert ending.expire_due(today(11)) == 0
        assert state_of(option) == "expired"
        assert story.pool.ledger.balance().pledged == 0

    def test_taken_only_while_open(self) -> None:
        story = piloting()
        with pytest.raises(DomainError, match="maintenant"):
            pledged(story.pool, funder())


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

    def test_an_amount_reduced_meanwhile_is_signed_anew(self) -> None:
        story = opened()
        option = pledged(story.pool, story.lead)
        options.set_four_eyes(organisation_of(story.lead), True)
        options.confirm(option, by=story.lead)
        ending.reduce_option(option, amount_cents=900, by=story.lead)
        second = funder(organisation_of(story.lead))
        options.sign(option, by=second)
        assert state_of(option) == "pledged"
        options.confirm(option, by=second)
        options.sign(option, by=story.lead)
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
        assert not sites().exists()
        options.sign(option, by=funder(organisation_of(person)))
        site = Replication.objects.get(origin_reference=option.reference)
        assert (site.adopter, site.mode, site.state) == (adopter, "supple", "interested")
        assert (site.charter_on, site.planned_on) == (today(-3), today(60))

    def test_two_who_say_the_same_at_once_have_both_signed(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        options.set_four_eyes(organisation_of(person), True)
        second = funder(organisation_of(person))
        said = {"amount_cents": 900, "mode": "supple", "adopter": OrganisationFactory(kind="ccas")}
        for _ in range(2):  # pressed twice by the first: asked once of the second
            options.confirm(option, by=person, **said)
        to_sign = Notification.objects.filter(announcement__verb="option_to_sign", user=second)
        assert state_of(option) == "pledged" and to_sign.count() == 1
        with pytest.raises(DomainError, match="9\u00a0€"):  # what the first signed is not replaced
            options.confirm(option, by=second, **said | {"amount_cents": 800})
        options.confirm(option, by=person, **said | {"amount_cents": 800})  # its author may
        assert state_of(option) == "pledged"
        options.confirm(option, by=second, **said | {"amount_cents": 800})
        found = Option.objects.get(pk=option.pk)
        assert (found.state, found.confirmed_cents, found.confirmed_by) == (
            "confirmed",
            800,
            second,
        )
        assert sites().count() == 1

    def test_who_left_holds_no_signature(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        body = organisation_of(person)
        options.set_four_eyes(body, True)
        second, third = funder(body), funder(body)
        said = {"mode": "supple", "adopter": OrganisationFactory(kind="ccas")}
        options.confirm(option, by=person, amount_cents=900, **said)
        Membership.objects.filter(user=person, organisation=body).delete()
        options.confirm(option, by=second, amount_cents=800, **said)
        assert state_of(option) == "pledged"
        options.confirm(option, by=third, amount_cents=800, **said)
        assert state_of(option) == "confirmed"

    def test_the_adopter_signed_once_is_not_replaced_by_another_person(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        body = organisation_of(person)
        options.set_four_eyes(body, True)
        second, other = funder(body), funder()
        share = pledged(story.pool, other, territory=option.territory, amount_cents=9, cofund=True)
        adopter, another = OrganisationFactory(kind="ccas"), OrganisationFactory(kind="ccas")
        options.confirm(option, by=person, amount_cents=900, adopter=adopter, mode="supple")
        with pytest.raises(DomainError, match="Une première signature"):
            options.name_adopter(option, adopter=another, by=second)
        options.name_adopter(option, adopter=adopter, by=second)
        # Nor by who pays another share of the site, whichever way.
        Option.objects.filter(pk=share.pk).update(adopter=None)
        for act in (options.name_adopter, options.confirm):
            with pytest.raises(DomainError, match="déjà nommé"):
                act(share, adopter=another, by=other)
        assert Option.objects.get(pk=option.pk).adopter == adopter
        # Who signed may say otherwise; and who left holds nobody.
        options.name_adopter(option, adopter=another, by=person)
        Membership.objects.filter(user=person, organisation=body).delete()
        options.name_adopter(option, adopter=adopter, by=second)
        assert Option.objects.get(pk=option.pk).adopter == adopter

    def test_who_signed_first_takes_it_up_again_and_alone_where_two_are_asked_no_more(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        body = organisation_of(person)
        options.set_four_eyes(body, True)
        second, third = funder(body), funder(body)
        said = {"mode": "dissemination", "planned_on": today(40)}
        options.confirm(option, by=person, amount_cents=900, **said)
        again = "Reprendre la confirmation"
        assert again in labels_of(person, option) and again not in labels_of(second, option)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        form = client.get(reverse("funding:confirm", args=[story.pool.slug, option.pk]))
        assert form.context["form"].initial == {"amount_cents": 900, "charter": False, **said}
        Membership.objects.filter(user=person, organisation=body).update(functions=[])
        assert {again, "Signer en second"} <= labels_of(second, option)
        options.confirm(option, by=second, amount_cents=800, **said)
        assert again not in labels_of(third, option)
        options.set_four_eyes(body, False)
        options.confirm(option, by=second, amount_cents=800, **said)
        assert Option.objects.get(pk=option.pk).confirmed_cents == 800

    @pytest.mark.parametrize("late", ["confirm_until", "expires_on", "state"])
    def test_what_nobody_may_sign_now_waits_for_nobody(self, late: str) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        options.set_four_eyes(organisation_of(person), True)
        second = funder(organisation_of(person))
        options.confirm(option, by=person)
        title = "Signer en second"
        assert title in {each.title for each in what_waits(waiting(second), second)}
        assert title in labels_of(second, option)
        if late == "expires_on":
            Option.objects.filter(pk=option.pk).update(expires_on=today(-1))
        else:
            value = today(-1) if late == "confirm_until" else "reviewing"
            Pool.objects.filter(pk=story.pool.pk).update(**{late: value})
        assert title not in labels_of(second, option)
        assert title not in {each.title for each in what_waits(waiting(second), second)}

    def test_what_was_prepared_is_not_signed_once_its_date_is_past(self) -> None:
        story = opened()
        first = funder()
        options.set_four_eyes(organisation_of(first), True)
        option = pledged(story.pool, first, expires_on=today(10))
        second = funder(organisation_of(first))
        with pytest.raises(DomainError, match="expiré"):
            options.sign(option, by=second, today=today(11))
        assert state_of(option) == "prepared"
        # Not signed before the pilot: nobody is asked any more, and it may be withdrawn.
        Pool.objects.filter(pk=story.pool.pk).update(pledges_until=today(-1))
        labels = labels_of(second, option)
        assert not any(w.title == "Signer en second" for w in what_waits(waiting(second), second))
        assert "Signer en second" not in labels and "Retirer" in labels

    def test_the_site_waits_for_its_adopter_and_who_pays_reads_it(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        adopter = OrganisationFactory(kind="ccas")
        options.confirm(option, by=person, adopter=adopter, charter_on=today())
        site, before = sites().get(), story.pool.ledger.balance()
        assert (site.state, site.holder_agreed_by) == ("interested", story.holder)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(option.get_absolute_url()).content.decode()
        assert "Pas encore engagée" in page and "Personne ne représente encore" in page
        assert site.get_absolute_url() not in page, "before the commitment it is its two sides'"
        joined = MembershipFactory(organisation=adopter, role="representative").user
        assert agree(site, side="adopter", by=joined).state == "committed"
        page = client.get(option.get_absolute_url()).content.decode()
        assert "Pas encore engagée" not in page and site.get_absolute_url() in page
        assert story.pool.ledger.balance() == before

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
        site = sites().get()
        assert (site.mode, site.planned_on) == ("dissemination", today(40))

    def test_adopter_found_later(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        options.confirm(option, by=person)
        assert not sites().exists()
        adopter = OrganisationFactory()
        for _ in range(2):
            options.name_adopter(option, adopter=adopter, by=person)
        assert sites().get().adopter == adopter
        with pytest.raises(DomainError, match="déjà nommé"):
            options.name_adopter(option, adopter=OrganisationFactory(), by=person)

    def test_a_pledge_is_prolonged_and_the_ledger_says_nothing(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        before = LedgerLine.objects.count()
        with pytest.raises(DomainError, match="dix ans"):
            prolong(option, until=today(4000), by=person)
        with pytest.raises(DomainError, match="plus lointaine"):
            prolong(option, until=option.expires_on - dt.timedelta(days=1), by=person)
        with pytest.raises(DomainError, match="fonction de financeur"):
            prolong(option, until=today(800), by=funder())
        for _ in range(2):
            prolong(option, until=today(800), by=person)
        assert Option.objects.get(pk=option.pk).expires_on == today(800)
        assert LedgerLine.objects.count() == before
        Pool.objects.filter(pk=story.pool.pk).update(confirm_until=today(600))
        options.confirm(option, by=person, today=today(500))
        with pytest.raises(DomainError, match="confirmée"):
            prolong(option, until=today(900), by=person)

    def test_where_two_sign_two_prolong(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        options.set_four_eyes(organisation_of(person), True)
        before = option.expires_on
        prolong(option, until=today(800), by=person)
        assert Option.objects.get(pk=option.pk).expires_on == before
        with pytest.raises(DomainError, match="autre personne"):
            options.sign(option, by=person)
        second = funder(organisation_of(person))
        assert "Signer en second" in [each.title for each in what_waits(waiting(second), second)]
        options.sign(option, by=second)
        found = Option.objects.get(pk=option.pk)
        assert (found.expires_on, found.prolonging_by) == (today(800), None)
        assert found.state == "pledged", "nothing else was signed"

    def test_the_warning_leads_to_a_longer_validity(self) -> None:
        story = activating()
        option, person = story.others[0], story.funders[0]
        Option.objects.filter(pk=option.pk).update(expires_on=today(5))
        for _ in range(2):
            keeping.warn_of_expiry()
        told = Notification.objects.filter(user=person, announcement__verb="option_expiring")
        assert told.count() == 1
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        address = reverse("funding:prolong", args=[story.pool.slug, option.pk])
        assert address in client.get(option.get_absolute_url()).content.decode()
        client.post(address, {"until": today(6).isoformat()})
        assert Option.objects.get(pk=option.pk).expires_on == today(6)
        keeping.warn_of_expiry()
        assert told.count() == 2, "the new date is warned of as the first was"

    def test_declined_with_reasons(self) -> None:
        story = activating()
        with pytest.raises(DomainError, match="pourquoi"):
            ending.decline(story.others[0], by=story.funders[0], reason=" ")
        ending.decline(story.others[0], by=story.funders[0], reason="Budget réduit.")
        assert state_of(story.others[0]) == "declined"

    def test_a_late_territory_joins_on_the_same_finding(self) -> None:
        story = activating()
        late = funder()
        option = pledged(story.pool, late)
        options.confirm(option, by=late)
        assert state_of(option) == "confirmed" and Finding.objects.count() == 1
