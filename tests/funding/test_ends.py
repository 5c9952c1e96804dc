"""The end of a pool: who is told of it, what a silent funder does not hold, what goes on after."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.following.models import Notification
from essaim.funding.actions import deadlines, options, pools
from essaim.funding.actions.disengaging import disengage
from essaim.funding.actions.options import confirm
from essaim.funding.models import Option, Pool
from essaim.people.models import User
from tests.dates import today
from tests.dossiers.helpers import signed_in
from tests.funding.factories import (
    SITE_CENTS,
    Story,
    activating,
    confirmed,
    funder,
    opened,
    organisation_of,
    pledged,
    record_act,
    sites,
    state_of,
)
from tests.people.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def told(verb: str) -> set[Any]:
    rows = Notification.objects.filter(announcement__verb=verb)
    return set(rows.values_list("user", flat=True))


def late(story: Story) -> Pool:
    Pool.objects.filter(pk=story.pool.pk).update(confirm_until=today(-1))
    return story.fresh()


def prepared(story: Story) -> tuple[Option, User]:
    """An option to be countersigned: its funder alone knows of it."""
    person = funder()
    options.set_four_eyes(organisation_of(person), True)
    return pledged(story.pool, person), person


class TestWhoIsTold:
    def test_every_side_of_a_pool_that_is_abandoned(self) -> None:
        story, option, person = confirmed(number=4)
        adopts = MembershipFactory(organisation=option.adopter, role="representative").user
        waits, signs = prepared(story)
        stranger = funder()
        pools.abandon(story.pool, by=story.lead, reason="Fin.", lesson="Trop tôt.")
        assert story.adopts is not None
        assert told("pool_ended") == {
            *(each.pk for each in story.funders),  # one confirmed, two pledged
            signs.pk, story.holder.pk, story.adopts.pk, adopts.pk,
        }  # fmt: skip
        assert stranger.pk not in told("pool_ended") and state_of(waits) == "released"
        # Money goes back of the option confirmed and of the pilot's: not of those that had none.
        assert told("option_disengaged") == {
            person.pk, adopts.pk, story.holder.pk, story.adopts.pk,
        }  # fmt: skip

    def test_before_the_pilot_the_adopter_that_was_named_is_told_too(self) -> None:
        story, adopter = opened(), OrganisationFactory(kind="ccas")
        takes = MembershipFactory(organisation=adopter, role="representative").user
        pledged(story.pool, story.lead, adopter=adopter)
        other = funder()
        pledged(story.pool, other)
        pools.abandon(story.pool, by=story.lead, reason="Fin.", lesson="Trop tôt.")
        assert told("pool_ended") == {other.pk, story.holder.pk, takes.pk}
        assert told("option_disengaged") == set()

    def test_what_an_act_commits_is_not_said_to_go_back(self) -> None:
        story, option, person = confirmed()
        record_act(option, person)
        pools.abandon(story.pool, by=story.lead, reason="Fin.", lesson="Trop tôt.")
        rows = Notification.objects.filter(announcement__verb="option_disengaged")
        assert set(rows.values_list("announcement__key", flat=True)) == {str(story.pilot.pk)}


class TestSilentFunders:
    def test_hold_a_pool_until_its_date_and_no_longer(self) -> None:
        story = activating(3)
        waits, signs = prepared(story)
        confirm(story.others[0], by=story.funders[0])
        with pytest.raises(DomainError, match="2 options attendent encore"):
            pools.close_pool(story.pool, by=story.lead, report="Fait.")
        story.pool = late(story)
        silent = story.others[1]
        page = reverse("funding:close", args=[story.pool.slug])
        assert (
            "2 options n’ont pas eu de réponse" in signed_in(story.lead).get(page).content.decode()
        )
        pools.close_pool(story.pool, by=story.lead, report="Fait.")
        assert story.fresh().state == "closed"
        assert (state_of(silent), state_of(waits)) == ("expired", "expired")
        assert silent.ledger.balance().pledged == 0 and not waits.ledger.exists()
        assert story.pool.ledger.balance().pledged == 2 * SITE_CENTS
        assert {story.funders[1].pk, signs.pk, story.holder.pk} <= told("option_ended")
        assert story.funders[1].pk in told("pool_ended") and signs.pk in told("pool_ended")
        assert story.funders[0].pk not in told("option_ended")

    def test_one_option_is_said_in_the_singular(self) -> None:
        story = activating(2)
        with pytest.raises(DomainError, match="1 option attend encore"):
            pools.close_pool(story.pool, by=story.lead, report="Fait.")
        # Nor is a report written to learn it only then.
        page = reverse("funding:close", args=[story.pool.slug])
        shown = signed_in(story.lead).get(page).content.decode()
        assert "1 option attend encore d’être confirmée ou déclinée" in shown

    def test_those_who_have_still_to_countersign_are_warned_too(self) -> None:
        story = activating(2)
        _waits, signs = prepared(story)
        deadlines.remind(story.pool.confirm_until)
        assert {signs.pk, story.funders[0].pk} == told("pool_step_ends")

    def test_the_page_says_close_when_the_act_would_accept_it(self) -> None:
        story = activating(2)
        confirm(story.others[0], by=story.funders[0])
        client, page = signed_in(story.lead), story.pool.get_absolute_url()
        closes = "<strong>clore, ou laisser d’autres territoires"
        assert closes in client.get(page).content.decode()
        prepared(story)  # the lead does not see it: it waits all the same
        assert closes not in client.get(page).content.decode()
        late(story)
        assert "<strong>clore, ou reporter la date limite" in client.get(page).content.decode()

    def test_an_option_of_the_next_millennium_is_a_mistyped_year(self) -> None:
        story = opened()
        with pytest.raises(DomainError, match="vérifiez l’année") as refused:
            pledged(story.pool, story.lead, expires_on=today(365 * 900))
        assert refused.value.field == "expires_on"


class TestAdopterToBeFound:
    """Of an option that nothing pays any more: no replication is begun by it."""

    def refused(self, option: Option, person: User) -> None:
        page = signed_in(person).get(option.get_absolute_url()).content.decode()
        assert "Nommer le repreneur" not in page and "Chercher un repreneur" not in page
        with pytest.raises(DomainError, match=r"maintenant|terminée"):
            options.name_adopter(option, adopter=OrganisationFactory(), by=person)
        assert not sites().exists()

    def test_is_not_named_once_the_pool_is_abandoned(self) -> None:
        story = activating(2)
        option, person = story.others[0], story.funders[0]
        confirm(option, by=person)
        pools.abandon(story.pool, by=story.lead, reason="Fin.", lesson="Trop tôt.")
        self.refused(Option.objects.get(pk=option.pk), person)

    def test_nor_once_all_of_it_went_back_but_while_it_stands(self) -> None:
        story = activating(2)
        option, person = story.others[0], story.funders[0]
        confirm(option, by=person)
        pools.close_pool(story.pool, by=story.lead, report="Fait.")
        page = signed_in(person).get(option.get_absolute_url()).content.decode()
        assert "Nommer le repreneur" in page and "Chercher un repreneur" in page
        disengage(option, reason="Personne ne reprend.", by=person)
        self.refused(Option.objects.get(pk=option.pk), person)
