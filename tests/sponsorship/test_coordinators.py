"""Who coordinates a territory sees its delays and puts its requests to others; nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.sponsorship import rules
from essaim.sponsorship.actions import requests
from essaim.sponsorship.actions.keeping import forget_person
from essaim.sponsorship.keeping import sponsorship_of
from essaim.sponsorship.models import Coordinator, HelpRequest, Sponsor
from essaim.territories.models import Containment, Overlap
from tests.contributions.factories import told
from tests.people.factories import OrganisationFactory, UserFactory
from tests.sponsorship.factories import CoordinatorFactory, HelpRequestFactory, SponsorFactory, ask
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def yesterday() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=1)


def test_a_coordinator_sees_their_region_and_reassigns_there(client: Client) -> None:
    region, elsewhere = TerritoryFactory(kind="region"), TerritoryFactory()
    person = CoordinatorFactory(territory=region).user
    here = TerritoryFactory(inside=[region])
    late = HelpRequestFactory(
        territory=here, put_to=SponsorFactory(territory=here), due_on=yesterday()
    )
    away = HelpRequestFactory(territory=elsewhere)
    by_its_sponsor = HelpRequestFactory(put_to=SponsorFactory(territory=here))
    assert set(HelpRequest.objects.coordinated_by(person)) == {late, by_its_sponsor}
    for request in (late, away, by_its_sponsor):
        seen = request in HelpRequest.objects.visible_to(person)
        assert (
            seen is rules.can_reassign(person, request) is rules.can_view_request(person, request)
        )
    client.force_login(person)
    page = client.get(reverse("sponsorship:manage")).content.decode()
    assert "1 demande en retard" in page and "2 demandes" in page
    assert [each.title for each in waiting_for(person)] == ["Voir 1 demande en retard"]
    other = SponsorFactory(territory=here)
    answer = client.post(
        reverse("sponsorship:reassign", args=[late.pk]), {"sponsor": str(other.pk)}
    )
    assert answer.status_code == 302
    late.refresh_from_db()
    assert late.sponsor == other
    assert client.get(reverse("sponsorship:reassign", args=[away.pk])).status_code == 404


def test_what_crosses_two_departments_is_seen_by_both_and_what_is_above_by_neither() -> None:
    region = TerritoryFactory(kind="region")
    one, other = (TerritoryFactory(kind="department", inside=[region]) for _n in range(2))
    across = TerritoryFactory(kind="epci", inside=[region])
    for first, second in ((one, across), (across, one), (other, across), (across, other)):
        Overlap.objects.create(one=first, other=second)
    group = TerritoryFactory(kind="group", code="groupe-des-deux")
    for each in (one, other):
        Containment.objects.create(ancestor=group, descendant=each)
    seen = [HelpRequestFactory(territory=across), HelpRequestFactory(territory=group)]
    above = HelpRequestFactory(territory=region)
    for place in (one, other):
        person = CoordinatorFactory(territory=place).user
        assert set(HelpRequest.objects.coordinated_by(person)) == set(seen)
        assert set(HelpRequest.objects.visible_to(person)) == set(seen)
        for request in (*seen, above):
            assert rules.can_reassign(person, request) is (request in seen)


def test_without_a_territory_that_of_the_organisation_that_asks_decides() -> None:
    region = TerritoryFactory(kind="region")
    town = OrganisationFactory(territory=TerritoryFactory(inside=[region]))
    here, nowhere = HelpRequestFactory(organisation=town), HelpRequestFactory()
    person = CoordinatorFactory(territory=region).user
    assert list(HelpRequest.objects.coordinated_by(person)) == [here]
    assert rules.can_view_request(person, here) and not rules.can_view_request(person, nowhere)
    # Where the place is told, it alone decides.
    HelpRequest.objects.filter(pk=here.pk).update(territory=TerritoryFactory())
    assert not HelpRequest.objects.coordinated_by(person).exists()


def test_a_coordinator_learns_of_a_request_that_nobody_took(client: Client) -> None:
    region = TerritoryFactory(kind="region")
    person = CoordinatorFactory(territory=region).user
    ask(territory=TerritoryFactory(inside=[region]))
    ask(territory=TerritoryFactory())
    assert [each.title for each in waiting_for(person)] == ["Trouver un parrain à 1 demande"]


def test_named_and_dismissed_by_managers_alone(client: Client) -> None:
    manager, person = UserFactory(manager=True), UserFactory()
    region = TerritoryFactory(kind="region", name="Bretonnie")
    client.force_login(manager)
    address = reverse("sponsorship:coordinators")
    given = {"email": person.email.upper(), "territory": f"region:{region.code}"}
    for _n in range(2):
        assert client.post(address, given).status_code == 302
    one = Coordinator.objects.get()
    assert (one.user, one.territory, one.named_by) == (person, region, manager)
    assert told(person) == [("sponsor_coordinator_named", False)]
    wrong = client.post(address, {**given, "email": "personne@ailleurs.example"})
    assert "Aucun compte" in wrong.content.decode()
    client.post(reverse("sponsorship:dismiss_coordinator", args=[one.pk]))
    assert not rules.can_coordinate(person)


def test_who_leaves_coordinates_no_more() -> None:
    person = CoordinatorFactory().user
    assert sponsorship_of(person)["coordination"]
    forget_person(person)
    assert not Coordinator.objects.exists()


# --- a sponsor who can no longer -------------------------------------------------------------
@pytest.mark.parametrize(
    "since",
    [
        {"away_from": yesterday(), "away_until": None},
        {"ends_on": yesterday()},
        {"agreement": "draft", "signatory": ""},
        {"is_listed": False},
    ],
)
def test_what_was_put_to_who_can_no_longer_goes_on_the_next_morning(since: dict) -> None:
    first = SponsorFactory()
    request = ask()
    second = SponsorFactory()
    assert requests.pass_on_silent() == 0
    Sponsor.objects.filter(pk=first.pk).update(**since)
    assert requests.pass_on_silent() == 1
    request.refresh_from_db()
    assert request.sponsor == second
    assert request.proposals.get(sponsor=first).state == "absent"


def test_who_comes_back_from_leave_is_proposed_again() -> None:
    sponsor, gone = SponsorFactory(), Sponsor.objects.filter
    request = ask()
    assert request.sponsor == sponsor
    gone(pk=sponsor.pk).update(away_from=yesterday(), away_until=None)
    assert requests.pass_on_silent() == 1
    assert requests.look_again_for_all() == 0, "still away"
    gone(pk=sponsor.pk).update(away_until=yesterday())
    assert requests.look_again_for_all() == 1
    request.refresh_from_db()
    assert request.sponsor == sponsor
    assert request.proposals.get().state == "asked", "one line for each sponsor"
    requests.take_up(request, by=sponsor.user)


def test_who_said_no_is_not_asked_again_after_a_leave() -> None:
    sponsor = SponsorFactory()
    request = ask()
    requests.decline(request, by=sponsor.user)
    away = {"away_from": yesterday(), "away_until": yesterday()}
    Sponsor.objects.filter(pk=sponsor.pk).update(**away)
    assert requests.look_again_for_all() == 0


def test_nobody_takes_up_a_request_without_a_valid_agreement() -> None:
    sponsor = SponsorFactory()
    request = ask()
    Sponsor.objects.filter(pk=sponsor.pk).update(ends_on=yesterday())
    with pytest.raises(DomainError, match="accord de votre employeur"):
        requests.take_up(request, by=sponsor.user)
    # On leave, one may still take up what was put before.
    Sponsor.objects.filter(pk=sponsor.pk).update(
        ends_on=timezone.localdate(), away_from=yesterday()
    )
    assert requests.take_up(request, by=sponsor.user).state == "taken_up"
