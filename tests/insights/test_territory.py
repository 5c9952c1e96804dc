"""The page of a territory: the calls that touch it, the sponsors who know it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from tests.calls.factories import open_call
from tests.events.factories import EventFactory, representative, who_runs
from tests.insights.test_pages import client_of, text
from tests.needs.factories import NeedFactory
from tests.sponsorship.factories import SponsorFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def test_calls_that_touch_it_and_sponsors_who_know_it() -> None:
    region = TerritoryFactory(kind="region", name="Bretagne")
    place = TerritoryFactory(inside=[region], population=1000)
    elsewhere = TerritoryFactory()
    here, everywhere, there = open_call(title="Appel d’ici"), open_call(title="Appel de partout"), open_call(title="Appel d’ailleurs")  # fmt: skip
    here.territories.set([region])
    everywhere.territories.set([])
    there.territories.set([elsewhere])
    near = SponsorFactory(territory=region, user__name="Camille Proche")
    SponsorFactory(territory=elsewhere, user__name="Dominique Loin")
    address = f"/tableau-de-bord/territoire/{place.kind}:{place.code}"
    page = text(client_of(representative()), address)
    assert here.title in page and everywhere.title in page and there.title not in page
    assert "Camille Proche" in page and "Dominique Loin" not in page
    visitor = text(Client(), address)
    assert "Camille Proche" not in visitor and near.get_absolute_url() in visitor


def test_events_are_read_where_they_name_a_need_or_a_call() -> None:
    event, draft = (
        EventFactory(title="Rencontre utile"),
        EventFactory(draft=True, title="Brouillon"),
    )
    need, call = NeedFactory(public=True), open_call()
    for each in (event, draft):
        each.needs.add(need)
        each.calls.add(call)
    for page in (need, call):
        shown = text(Client(), page.get_absolute_url())
        assert "Rencontre utile" in shown and "Brouillon" not in shown


def test_an_organiser_saves_although_another_linked_what_they_do_not_see() -> None:
    event = EventFactory()
    hidden = NeedFactory(private=True)
    event.needs.add(hidden)
    client = client_of(who_runs(event))
    address = f"{event.get_absolute_url()}/modifier"
    page = text(client, address)
    assert hidden.get_absolute_url() not in page
    form = client.get(address).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    for name in ("starts_at", "ends_at"):
        typed[name] = timezone.localtime(getattr(event, name)).strftime("%Y-%m-%dT%H:%M")
    typed |= {
        "territory": "",
        "title": "Un autre titre",
        "capacity": "",
        "closes_at": "",
        "place": "",
        "meets": "",
    }
    typed["address"] = "Grenoble"
    answer = client.post(address, {name: value for name, value in typed.items() if value})
    event.refresh_from_db()
    assert answer.status_code == 302, answer.context["form"].errors
    assert event.title == "Un autre titre" and list(event.needs.all()) == [hidden]
