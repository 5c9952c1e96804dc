"""The list of applications, the numbers that lead to it, and the file of exactly its rows."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.urls import reverse

from essaim.calls.actions import exports
from essaim.calls.models import CallExport
from tests.calls.factories import CallFactory, officer
from tests.calls.factories_after import S, after
from tests.calls.test_exports import lines, sign_in
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_from_the_filtered_list_to_its_file() -> None:
    """Every filter of the list, by its own links: the rows shown are those of the file."""
    call = CallFactory(closed=True)
    theme, place = ThemeFactory(), TerritoryFactory(kind="commune")
    card = InitiativeFactory(published=True)
    card.themes.add(theme)
    wanted = after(
        call, title="Atelier vélo", territory=place, initiative=card,
        organisation=OrganisationFactory(kind="association"),
    )  # fmt: skip
    after(call, title="Atelier bois", state=S.ELIGIBLE, person=UserFactory())
    person = officer(call)
    client = sign_in(person)
    base = reverse("calls:instruction", args=[call.slug])
    filters = {
        "state": "submitted", "a_faire": "recevabilite", "applicant": "association",
        "territory": place.address, "theme": theme.slug, "q": "vélo atelier",
    }  # fmt: skip
    for chosen in [*({name: value} for name, value in filters.items()), filters]:
        page = client.get(base, chosen)
        assert [each.pk for each, _todo in page.context["rows"]] == [wanted.pk], chosen
        assert len(page.context["chips"]) == len(chosen)
        link = re.search(r'href="([^"]*/exports\?[^"]+)"', page.content.decode())
        assert link is not None
        asked = client.post(
            html.unescape(link[1]), {"format": "csv", "columns": ["title"]}, follow=True
        )
        export = CallExport.objects.get(key=asked.context["export"].key)
        exports.make(export.pk)
        export.refresh_from_db()
        assert [row[0] for row in lines(export)[1:]] == ["Atelier vélo"], chosen
    assert client.get(base, {"territory": place.label}).context["page"].paginator.count == 1


def test_each_number_leads_to_its_rows() -> None:
    call = CallFactory()
    theme = ThemeFactory()
    card = InitiativeFactory(published=True)
    card.themes.add(theme)
    after(call, title="Un", initiative=card)
    after(call, title="Deux", state=S.ELIGIBLE, person=UserFactory())
    client = sign_in(officer(call))
    page = client.get(reverse("calls:numbers", args=[call.slug])).content.decode()
    found = re.findall(r'href="([^"]*/instruction\?[^"]+)"', page)
    assert len(found) == 5  # two states, two kinds, one theme
    for address in found:
        assert client.get(html.unescape(address)).context["page"].paginator.count == 1
    shared = client.get(reverse("calls:numbers", args=[call.slug]), {"partage": ""})
    assert "/instruction?" not in shared.content.decode()


def test_a_number_is_searched_whole() -> None:
    call = CallFactory()
    for n in (1, 2, 12):
        after(call, title=f"Projet {n}", organisation=OrganisationFactory(name=f"Association {n}0"))
    client = sign_in(officer(call))
    page = client.get(reverse("calls:instruction", args=[call.slug]), {"q": "projet 2"})
    assert [each.title for each, _todo in page.context["rows"]] == ["Projet 2"]
