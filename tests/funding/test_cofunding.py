"""A site that several funders pay: shares, one adopter, one replication."""

from __future__ import annotations

import io

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from essaim.common.errors import DomainError
from essaim.funding.actions import ending, money, options, pools
from essaim.funding.models import LedgerLine, Option
from essaim.funding.reading import shares_of, totals
from essaim.funding.shares import apportion
from essaim.people.models import User
from tests.dates import today
from tests.funding.factories import (
    SITE_CENTS,
    Story,
    activating,
    funder,
    instalment,
    opened,
    organisation_of,
    pledged,
    record_act,
    sites,
    taken_up,
    with_options,
)
from tests.people.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def shared(story: Story) -> tuple[Option, Option, User]:
    """The first site beside the pilot's, two thirds and one third."""
    first, person = story.others[0], funder()
    second = pledged(
        story.pool, person, territory=first.territory, amount_cents=SITE_CENTS // 2, cofund=True
    )
    return first, second, person


def test_is_asked_for_not_done_by_chance() -> None:
    story, person = with_options(2), funder()
    place = story.others[0].territory
    with pytest.raises(DomainError, match="Cofinancer ce site") as refused:
        pledged(story.pool, person, territory=place)
    assert refused.value.field == "cofund"
    with pytest.raises(DomainError, match="rien à cofinancer"):
        pledged(story.pool, person, cofund=True)
    option = pledged(story.pool, person, territory=place, cofund=True)
    assert option.cofunds == story.others[0]
    with pytest.raises(DomainError, match="déjà une option sur ce territoire"):
        pledged(story.pool, person, territory=place, cofund=True)


def test_a_site_counts_once_and_its_shares_make_it_whole() -> None:
    story = with_options(2)
    first, second, _person = shared(story)
    sums = totals([story.pool])[story.pool.pk]
    assert sums.options == 2
    assert sums.balance.pledged == 2 * SITE_CENTS + SITE_CENTS // 2
    assert shares_of(story.pool.options.all()) == {first.pk: 6_667, second.pk: 3_333}
    page = Client().get(story.pool.get_absolute_url()).content.decode()
    assert "66,67" in page and "33,33" in page


def test_the_pilot_may_be_paid_in_shares() -> None:
    story = opened()
    pledged(story.pool, story.lead, amount_cents=SITE_CENTS - 1)
    pledged(story.pool, funder())
    person = funder()
    share = pledged(
        story.pool, person, territory=story.pool.pilot_territory, amount_cents=1, cofund=True
    )
    assert share.is_pilot
    options.confirm(share, by=person)
    with pytest.raises(DomainError, match="chef de file"):
        pools.start_pilot(story.pool, by=story.lead)
    taken_up(story)
    pools.start_pilot(story.pool, by=story.lead)
    assert story.fresh().state == "piloting"


def test_the_first_confirmed_makes_the_replication_the_second_pays_its_share() -> None:
    story = activating()
    first, second, person = shared(story)
    adopter = OrganisationFactory(kind="ccas")
    options.confirm(second, by=person, adopter=adopter)
    site = sites().get()
    assert site.adopter == adopter and site.origin_reference == f"option:{first.pk}"
    # The first funder's option knows the adopter now; another one is refused.
    assert Option.objects.get(pk=first.pk).adopter == adopter
    with pytest.raises(DomainError, match="déjà nommé"):
        options.name_adopter(first, adopter=OrganisationFactory(), by=story.funders[0])
    options.confirm(first, by=story.funders[0])
    assert sites().count() == 1
    assert LedgerLine.objects.filter(kind="confirmation", option__in=[first, second]).count() == 2


def test_the_adopter_named_by_one_is_the_site_s() -> None:
    story = activating()
    first, second, person = shared(story)
    options.confirm(first, by=story.funders[0], mode="dissemination")
    assert not sites().exists()
    # Named by who has not confirmed yet: the other did, the replication begins, as it said.
    adopter = OrganisationFactory()
    options.name_adopter(second, adopter=adopter, by=person)
    site = sites().get()
    assert (site.adopter, site.mode) == (adopter, "dissemination")


def test_a_share_stays_though_the_first_option_ends() -> None:
    story = with_options(2)
    first, second, _person = shared(story)
    ending.withdraw(first, by=story.funders[0])
    again = pledged(story.pool, story.funders[0], territory=first.territory, cofund=True)
    assert again.cofunds_id == second.cofunds_id == first.pk
    assert again.reference == second.reference


def test_a_milestone_of_the_site_is_cut_by_shares_to_the_cent() -> None:
    story = activating()
    first, second, person = shared(story)
    options.confirm(first, by=story.funders[0])
    options.confirm(second, by=person)
    parts = [
        instalment(option, by, 1_000, reached=False, of_site=True).amount_cents
        for option, by in ((first, story.funders[0]), (second, person))
    ]
    assert parts == [667, 333]


def test_who_adds_a_share_does_not_change_the_adopter() -> None:
    story, person = activating(), funder()
    first = story.others[0]
    adopter = OrganisationFactory(kind="ccas")
    options.name_adopter(first, adopter=adopter, by=story.funders[0])
    with pytest.raises(DomainError, match="déjà nommé") as refused:
        pledged(
            story.pool, person, territory=first.territory, cofund=True, amount_cents=1,
            adopter=OrganisationFactory(),
        )  # fmt: skip
    assert refused.value.field == "adopter"
    assert Option.objects.get(pk=first.pk).adopter == adopter
    share = pledged(story.pool, person, territory=first.territory, cofund=True, amount_cents=1)
    assert share.adopter == adopter


def test_an_adopter_that_comes_with_a_share_begins_the_replication() -> None:
    story, person = activating(), funder()
    first = story.others[0]
    options.confirm(first, by=story.funders[0], mode="dissemination")
    adopter = OrganisationFactory()
    pledged(story.pool, person, territory=first.territory, cofund=True, adopter=adopter)
    site = sites().get()
    assert (site.adopter, site.mode) == (adopter, "dissemination")


def test_a_first_signature_names_no_adopter_for_the_others() -> None:
    story = activating()
    first, second, person = shared(story)
    options.confirm(first, by=story.funders[0])
    options.set_four_eyes(organisation_of(person), True)
    adopter = OrganisationFactory(kind="ccas")
    options.confirm(second, by=person, adopter=adopter)
    assert Option.objects.get(pk=first.pk).adopter is None
    # It never signs: the first funder still names its own.
    ending.decline(second, by=person, reason="Budget réduit.")
    options.name_adopter(first, adopter=OrganisationFactory(), by=story.funders[0])
    assert sites().count() == 1


def test_a_second_signature_gives_the_adopter_to_the_site() -> None:
    story = activating()
    first, second, person = shared(story)
    options.set_four_eyes(organisation_of(person), True)
    adopter = OrganisationFactory(kind="ccas")
    options.confirm(second, by=person, adopter=adopter)
    options.sign(second, by=funder(organisation_of(person)))
    assert Option.objects.get(pk=first.pk).adopter == adopter == sites().get().adopter


def test_a_milestone_is_not_cut_before_the_shares_are_known() -> None:
    story = activating()
    first, _second, _person = shared(story)
    options.confirm(first, by=story.funders[0])
    with pytest.raises(DomainError, match="pas encore connues") as refused:
        instalment(first, story.funders[0], 1_000, reached=False, of_site=True)
    assert refused.value.field == "of_site"
    assert instalment(first, story.funders[0], 1_000, reached=False).amount_cents == 1_000


def test_the_last_milestone_fits_what_rounding_left() -> None:
    story, person = activating(), funder()
    first = story.others[0]
    second = pledged(
        story.pool, person, territory=first.territory, amount_cents=50, cofund=True
    )  # fmt: skip
    options.confirm(first, by=story.funders[0], amount_cents=50)
    options.confirm(second, by=person)
    cut = [
        instalment(first, story.funders[0], cents, reached=False, of_site=True).amount_cents
        for cents in (33, 33, 34)
    ]
    assert cut == [17, 17, 16]
    with pytest.raises(DomainError, match="dépasseraient"):
        instalment(first, story.funders[0], 34, reached=False, of_site=True)


def test_each_funder_signs_its_own_act_and_pays_its_own_money() -> None:
    story = activating()
    first, second, person = shared(story)
    options.confirm(first, by=story.funders[0])
    options.confirm(second, by=person)
    with pytest.raises(DomainError, match="fonction de financeur"):
        record_act(first, person, 1)
    record_act(second, person)
    row = instalment(first, story.funders[0], 10)
    with pytest.raises(DomainError, match="engagé juridiquement"):
        money.ask_for_payment(row, by=story.holder)


def test_the_database_refuses_shares_of_another_site() -> None:
    story = with_options(3)
    first, second, _person = shared(story)
    other = story.others[1]
    for sql, parameters in (
        ("UPDATE funding_option SET cofunds_id = %s WHERE id = %s", (other.pk, second.pk)),
        ("UPDATE funding_option SET cofunds_id = %s WHERE id = %s", (second.pk, second.pk)),
        ("UPDATE funding_option SET cofunds_id = NULL WHERE id = %s", (second.pk,)),
        ("UPDATE funding_option SET cofunds_id = %s WHERE id = %s", (second.pk, first.pk)),
    ):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, parameters)


@given(
    cents=st.integers(0, 10**12),
    weights=st.lists(st.integers(0, 10**12), min_size=1, max_size=40).filter(any),
)
def test_no_cent_is_lost_nor_made_in_shares(cents: int, weights: list[int]) -> None:
    parts = apportion(cents, weights)
    assert sum(parts) == cents
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * whole - cents * weight) < whole  # less than a cent away


def test_the_form_offers_to_cofund() -> None:
    story, person = with_options(2), funder()
    first = story.others[0]
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(story.pool.get_absolute_url()).content.decode()
    address = reverse("funding:pledge", args=[story.pool.slug])
    assert f"{address}?site={first.pk}" in page
    form = client.get(f"{address}?site={first.pk}").content.decode()
    assert 'type="checkbox" name="cofund"' in form and first.territory.label in form
    typed = {
        "submission": "6a7c3e6e-3a38-4bd2-9a6e-4d2e4b9d6c11", "amount_cents": "100",
        "funder": organisation_of(person).pk, "territory": first.territory.address,
        "expires_on": today(90).isoformat(),
    }  # fmt: skip
    refused = client.post(address, typed)
    assert refused.status_code == 422 and "cofund" in refused.content.decode()
    answer = client.post(address, typed | {"cofund": "on"})
    assert answer.status_code == 302
    shown = client.get(answer["Location"]).content.decode()
    assert "Part du site" in shown and organisation_of(story.funders[0]).name in shown
    pdf = client.get(f"{answer['Location']}/option.pdf")
    assert io.BytesIO(pdf.content).read(4) == b"%PDF"
