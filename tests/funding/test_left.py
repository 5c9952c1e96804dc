"""A site that stopped takes no more money, and does not keep its territory for ever."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.common.waiting import told as what_waits
from essaim.following.models import Notification
from essaim.funding.actions import ending, money, options
from essaim.funding.actions.disengaging import disengage
from essaim.funding.models import Option
from essaim.funding.reading import shares_of
from essaim.funding.stopped import STOPPED
from essaim.funding.waiting import waiting
from essaim.replications.actions import stop
from essaim.replications.models import Replication
from tests.dossiers.helpers import signed_in
from tests.funding.factories import (
    SITE_CENTS,
    activating,
    funder,
    instalment,
    organisation_of,
    pledged,
    record_act,
    sites,
    state_of,
)
from tests.people.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def stopped_site() -> Any:
    """Paid by two funders, the second of whom had not confirmed yet."""
    story = activating(3)
    first, person = story.others[0], story.funders[0]
    other = funder()
    share = pledged(story.pool, other, territory=first.territory, amount_cents=1_000, cofund=True)
    options.confirm(first, by=person, adopter=OrganisationFactory(kind="ccas"))
    stop(sites().get(), reason="Plus de local.", lesson="Le chercher.", by=story.holder)
    return story, Option.objects.get(pk=first.pk), person, Option.objects.get(pk=share.pk), other


def test_nothing_more_is_confirmed_nor_signed_for_it() -> None:
    story, first, _person, share, other = stopped_site()
    with pytest.raises(DomainError, match="s’est arrêté"):
        options.confirm(share, by=other)
    page = signed_in(other).get(share.get_absolute_url()).content.decode()
    assert (
        "Décliner" in page
        and reverse("funding:confirm", args=[story.pool.slug, share.pk]) not in page
    )
    titles = {each.title for each in what_waits(waiting(other), other)}
    assert "Confirmer ou décliner votre option" not in titles
    assert french("Retirer ou décliner votre option : son site s’est arrêté") in titles
    told = Notification.objects.filter(announcement__verb=STOPPED)
    assert other.pk in told.values_list("user", flat=True), "who has not confirmed is told too"
    # Nor by a second signature, of a share or of its confirmation.
    third = funder()
    with pytest.raises(DomainError, match="attend encore"):
        pledged(story.pool, third, territory=first.territory, cofund=True)
    assert share.ledger.balance().confirmed == 0 and state_of(share) == "pledged"


def test_its_territory_takes_a_new_option_once_nothing_is_reserved_for_it() -> None:
    story, first, person, share, other = stopped_site()
    late = funder()
    ending.decline(share, by=other, reason="Le site s’arrête.")
    with pytest.raises(DomainError, match="ont libéré"):
        pledged(story.pool, late, territory=first.territory)
    record_act(first, person, 3_000)
    row = instalment(first, person, 3_000)
    disengage(first, reason="Le site s’arrête.", by=person)
    with pytest.raises(DomainError, match="rien à cofinancer"):
        pledged(story.pool, late, territory=first.territory, cofund=True)
    assert Option.objects.get(pk=first.pk).left_on is None, "a refusal changes nothing"
    again = pledged(story.pool, late, territory=first.territory, amount_cents=SITE_CENTS - 5)
    first = Option.objects.get(pk=first.pk)
    assert first.left_on is not None and first.state == "confirmed"
    assert again.cofunds is None and again.reference != first.reference
    # The same funder may come back, beside the new one; shares are those of the new site.
    mine = pledged(story.pool, person, territory=first.territory, amount_cents=5, cofund=True)
    assert mine.cofunds == again
    assert shares_of(story.pool.options.all()).keys() == {again.pk, mine.pk}
    options.confirm(again, by=late, adopter=OrganisationFactory(kind="ccas"))
    assert options.confirm(mine, by=person).adopter == Option.objects.get(pk=again.pk).adopter
    made = Replication.objects.filter(territory=first.territory)
    assert sorted(made.values_list("state", flat=True)) == ["interested", "stopped"]
    # What was committed for the first site is still paid, on its own option.
    money.ask_for_payment(row, by=story.holder)
    money.pay(row, by=person, reference="M1")
    assert first.ledger.balance().paid == 3_000 and mine.ledger.balance().paid == 0
    page = signed_in(late).get(story.pool.get_absolute_url()).content.decode()
    assert re.search(r"confirmée, site arrêté", page)
    assert f"?site={first.pk}" not in page and f"?site={again.pk}" in page


def test_the_pilot_that_stopped_does_not_start() -> None:
    from essaim.funding.actions import pools
    from tests.funding.factories import taken_up, with_options

    story = with_options(2)
    taken_up(story)
    stop(Replication.objects.get(), reason="Plus de local.", lesson="Le chercher.", by=story.holder)
    with pytest.raises(DomainError, match="s’est arrêté"):
        pools.start_pilot(story.pool, by=story.lead)
    disengage(story.pilot, reason="Le site s’arrête.", by=story.lead)
    again = pledged(story.pool, story.lead)
    assert again.is_pilot
    adopter = OrganisationFactory(kind="ccas")
    options.confirm(again, by=story.lead, adopter=adopter)
    assert pools.missing_to_pilot(story.pool) == ["l’accord du repreneur du pilote"]


@pytest.mark.parametrize("day", ["'2026-01-01'", "NULL"])
def test_the_database_lets_no_site_go_that_goes_on_or_holds_money(day: str) -> None:
    story, first, person, _share, _other = stopped_site()
    going = story.pilot
    if day == "NULL":  # left for good
        disengage(first, reason="Le site s’arrête.", by=person)
        Option.objects.filter(pk=first.pk).update(left_on="2026-01-01")
    for option in [first] if day == "NULL" else [first, going, story.others[1]]:
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE funding_option SET left_on = {day} WHERE id = %s", [option.pk])


def test_no_share_is_put_beside_a_site_that_is_left() -> None:
    story, first, person, share, other = stopped_site()
    ending.decline(share, by=other, reason="Le site s’arrête.")
    disengage(first, reason="Le site s’arrête.", by=person)
    pledged(story.pool, funder(), territory=first.territory)
    with pytest.raises(DatabaseError), transaction.atomic():
        Option.objects.create(
            pool=story.pool, funder=organisation_of(funder()), territory=first.territory,
            cofunds=first, amount_cents=1, expires_on="2099-01-01",
        )  # fmt: skip
