"""A site that was funded stops: each of its funders is told, and finds it in their workspace."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.common.waiting import waiting_for
from essaim.following.models import Notification
from essaim.funding.actions import options
from essaim.funding.actions.disengaging import disengage
from essaim.funding.models import Option
from essaim.funding.stopped import STOPPED, held, stopped
from essaim.replications.actions import stop
from tests.funding.factories import (
    activating,
    funder,
    organisation_of,
    pledged,
    record_act,
    sites,
)
from tests.people.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
TITLE = "Libérer ce qui n’est pas engagé pour un site arrêté"


def workspace(person: Any) -> str:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("portal:workspace")).content.decode()


def told() -> set[int]:
    rows = Notification.objects.filter(announcement__verb=STOPPED)
    return set(rows.values_list("user", flat=True))


def shared_site() -> Any:
    """A site that two funders pay: the first and, in part, another."""
    story = activating(3)
    first, person = story.others[0], story.funders[0]
    other = funder()
    share = pledged(story.pool, other, territory=first.territory, amount_cents=1_000, cofund=True)
    options.confirm(first, by=person, adopter=OrganisationFactory(kind="ccas"))
    options.confirm(Option.objects.get(pk=share.pk), by=other)
    return story, first, person, other


def test_both_funders_of_the_site_and_their_colleagues_are_told_once() -> None:
    story, first, person, other = shared_site()
    colleague = funder(organisation_of(other))
    member = UserFactory()
    site = sites().get()
    assert site.origin_reference == first.reference
    assert "se sont arrêtés" not in workspace(other)
    stop(site, reason="Plus de local.", lesson="Le chercher.", by=story.holder)
    stop(site, reason="Plus de local.", lesson="Le chercher.", by=story.holder)
    assert told() == {person.pk, other.pk, colleague.pk, story.lead.pk}
    assert Notification.objects.filter(announcement__verb=STOPPED).count() == 4
    for each in (person, other, colleague):
        page = workspace(each)
        assert "se sont arrêtés" in page and first.territory.label in page
        assert TITLE in {row.title for row in waiting_for(each)}
    # Nobody whose money is not there.
    assert TITLE not in {row.title for row in waiting_for(story.funders[1])}
    assert "se sont arrêtés" not in workspace(story.funders[1])
    assert "se sont arrêtés" not in workspace(member)


def test_what_is_released_or_committed_waits_no_more_and_stays_told() -> None:
    _story, first, person, other = shared_site()
    record_act(first, person)
    stop(sites().get(), reason="Plus de local.", lesson="Le chercher.", by=person)
    assert person.pk not in told() and other.pk in told()
    # All that the first promised is committed by its act; the second releases its share.
    assert TITLE not in {row.title for row in waiting_for(person)}
    share = Option.objects.get(funder=organisation_of(other))
    assert [each.pk for each in held(list(stopped(Option.objects.all())))] == [share.pk]
    disengage(share, reason="Le site s’arrête.", by=other)
    assert TITLE not in {row.title for row in waiting_for(other)}
    assert "se sont arrêtés" in workspace(other) and "se sont arrêtés" in workspace(person)


def test_a_site_that_no_pool_pays_tells_no_funder() -> None:
    from tests.replications.factories import committed, world

    site = committed(world())
    stop(site, reason="Plus de local.", lesson="Le chercher.", by=UserFactory())
    assert told() == set()


def test_one_query_whatever_the_number_of_sites() -> None:
    story, first, _person, _other = shared_site()
    options.confirm(story.others[1], by=story.funders[1], adopter=OrganisationFactory(kind="ccas"))
    for site in sites():
        stop(site, reason="Plus de local.", lesson="Le chercher.", by=story.holder)
    with CaptureQueriesContext(connection) as asked:
        found = list(stopped(Option.objects.all()))
        assert len(held(found)) == 3 and {each.pool_id for each in found} == {first.pool_id}
    assert len(asked) == 2
