"""From a pool to its sites and its file, and back; what is published of its grants."""

from __future__ import annotations

import csv
import io
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from essaim.dossiers.models import Answer
from essaim.funding.actions import budgets, ending, options, pools
from essaim.funding.models import Option, Pool
from essaim.funding.scdl import for_scdl, lines_of
from essaim.people.models import Membership
from essaim.replications.actions import agree
from essaim.replications.models import Replication, Side
from tests.dates import today
from tests.dossiers.factories import fill, started
from tests.dossiers.helpers import signed_in
from tests.funding.factories import activating, funder, opened, organisation_of, pledged, record_act
from tests.people.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def with_adopters() -> tuple[Pool, list[Replication]]:
    """The pilot's site, then another's, both committed."""
    story = activating()
    pilot = Replication.objects.get(origin_reference=story.pilot.reference)
    agree(pilot, side=Side.ADOPTER, by=story.adopts, terms={"charter_on": today()})
    adopter, person = OrganisationFactory(kind="ccas"), story.funders[0]
    MembershipFactory(organisation=adopter, user=person, role="representative")
    options.confirm(story.others[0], by=person, adopter=adopter, charter_on=today())
    return story.pool, list(Replication.objects.order_by("pk"))


class TestSites:
    def test_those_after_the_pilot_learn_from_it(self) -> None:
        _pool, (pilot, second) = with_adopters()
        assert pilot.learnt_from is None and second.learnt_from == pilot

    def test_a_site_says_who_pays_it(self) -> None:
        pool, (pilot, _second) = with_adopters()
        option = Option.objects.get(pool=pool, is_pilot=True)
        page = Client().get(pilot.get_absolute_url()).content.decode()
        assert pool.get_absolute_url() in page and option.get_absolute_url() in page
        assert "40 000" in page.replace("\u202f", " ").replace("\xa0", " ")

    def test_a_restricted_pool_is_not_told_to_others(self) -> None:
        pool, (pilot, _second) = with_adopters()
        Pool.objects.filter(pk=pool.pk).update(audience="restricted")
        page = Client().get(pilot.get_absolute_url()).content.decode()
        assert pool.get_absolute_url() not in page


class TestTwoSignatures:
    def test_are_set_from_the_page_of_the_organisation(self) -> None:
        person = funder()
        body = organisation_of(person)
        address = reverse("funding:four_eyes", args=[body.slug])
        page = body.get_absolute_url()
        client = signed_in(person)
        assert address in client.get(page).content.decode()
        assert "Moins de deux personnes" in client.get(address).content.decode()
        colleague = funder(body)
        assert "Moins de deux personnes" not in client.get(address).content.decode()
        # Neither for who represents it not, nor where nobody may fund.
        Membership.objects.filter(user=colleague).update(role="member")
        assert address not in signed_in(colleague).get(page).content.decode()
        assert address not in Client().get(page).content.decode()
        Membership.objects.filter(organisation=body).update(functions=[])
        assert address not in client.get(page).content.decode()

    def test_who_prepares_alone_is_told_that_nobody_else_may_sign(self) -> None:
        story, person = opened(), funder()
        body = organisation_of(person)
        options.set_four_eyes(body, True)
        client = signed_in(person)
        typed = {
            "submission": str(uuid.uuid4()), "amount_cents": "100", "funder": body.pk,
            "territory": body.territory.address, "expires_on": today(90).isoformat(),
        }  # fmt: skip
        address = reverse("funding:pledge", args=[story.pool.slug])
        answer = client.post(address, typed)
        said = "personne d’autre à"
        assert said in client.get(answer["Location"]).content.decode()
        ending.withdraw(Option.objects.get(), by=person)
        funder(body)
        answer = client.post(address, typed | {"submission": str(uuid.uuid4())})
        assert said not in client.get(answer["Location"]).content.decode()


class TestAmountsOfTheFile:
    def test_are_taken_anew_with_what_differs_shown(self) -> None:
        story = started(make="opened")
        address = reverse("funding:take_amounts", args=[story.pool.pool.slug])
        client = signed_in(story.colleague)
        assert "déjà les montants" in client.get(address).content.decode()
        pledged(story.pool.pool, story.pool.lead)
        lead = organisation_of(story.pool.lead).name
        page = client.get(address).content.decode()
        assert lead in page and "<ins>" in page
        version = story.application.answers.get(block="budget").version
        assert client.post(address, {"version": version}).status_code == 302
        said = Answer.objects.get(application=story.application, block="budget")
        assert any(lead in row["label"] for row in said.content["lines"])
        assert not said.is_checked  # to be read again
        assert address in client.get(story.application.get_absolute_url()).content.decode()

    def test_the_holder_s_own_lines_stay_and_a_stale_page_overwrites_nothing(self) -> None:
        story = started(make="opened")
        before = story.application.answers.get(block="budget")
        own = {"side": "product", "account": "70", "label": "Ventes", "amount_cents": 500}
        fill(story, "budget", lines=[*before.content["lines"], own])
        address = reverse("funding:take_amounts", args=[story.pool.pool.slug])
        pledged(story.pool.pool, story.pool.lead)
        client = signed_in(story.holder)
        client.post(address, {"version": before.version})
        assert not any(
            organisation_of(story.pool.lead).name in row["label"]
            for row in story.application.answers.get(block="budget").content["lines"]
        )
        client.post(address, {"version": before.version + 1})
        assert own in story.application.answers.get(block="budget").content["lines"]


def test_the_national_schema_names_the_association_and_the_site_s_own_cost() -> None:
    story = started(make="activating")
    fill(story, "identite")
    option, person = story.pool.others[0], story.pool.funders[0]
    options.confirm(option, by=person)  # no adopter: the holder is paid
    act = record_act(Option.objects.get(pk=option.pk), person)

    def row() -> dict[str, str]:
        acts = for_scdl(type(act).objects.filter(pk=act.pk))
        return next(iter(csv.DictReader(io.StringIO(lines_of(acts)))))

    assert row()["rnaBeneficiaire"] == "W501000123"
    assert row()["pourcentageSubvention"] == "1"
    budgets.set_site_budget(
        Option.objects.get(pk=option.pk), by=person, costs=[pools.Cost("investment", "", 80_000_00)]
    )
    assert row()["pourcentageSubvention"] == "0.50"
    assert opened().pool.site_cents
