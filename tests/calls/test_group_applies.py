"""A group of territories as those who may apply: chosen on the page, read, filtered, checked."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from essaim.calls.eligibility import checks
from essaim.calls.models import Application
from essaim.calls.reading import sections_of
from essaim.territories.actions.groups import make_group
from tests.calls.factories import CallFactory, officer
from tests.calls.factories_applying import application
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def test_its_members_may_apply_and_no_other() -> None:
    member, other = TerritoryFactory(kind="department"), TerritoryFactory(kind="department")
    inside = TerritoryFactory(kind="commune", inside=[member])
    group = make_group("dix-departements", "Dix départements", [member])
    call = CallFactory()
    client = Client()
    client.force_login(officer(call))
    address = reverse("calls:setting", args=[call.slug, "candidats"])
    stamp = client.get(address).context["form"].initial["stamp"]
    typed = {"territories": group.label, "most_for_one": "1", "stamp": stamp}
    answer = client.post(address, {**typed, "reason": "Le groupe est fait."}, follow=True)
    assert answer.status_code == 200 and list(call.territories.all()) == [group]
    visitor = Client()
    assert group.label in visitor.get(call.get_absolute_url()).content.decode()
    for place, found in ((member, True), (inside, True), (other, False)):
        page = visitor.get(f"/appels?territory={place.address}").content.decode()
        assert (call.title in page) is found
    story = application(CallFactory())
    story.application.call.territories.set([group])
    for place, holds in ((member, True), (inside, True), (other, False), (None, None)):
        Application.objects.filter(pk=story.application.pk).update(territory=place)
        known = Application.objects.for_detail().get(pk=story.application.pk)
        (check,) = [each for each in checks(known, sections_of(known)) if group.label in each.says]
        assert check.holds is holds
