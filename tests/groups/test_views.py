"""Groups on the screen: formed, invited, answered, compared, ended."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.common.typography import french
from essaim.groups.models import Group
from essaim.territories.models import IndicatorValue
from tests.groups.factories import GroupFactory, MemberFactory, body
from tests.people.factories import MembershipFactory, UserFactory
from tests.territories.factories import IndicatorFactory, TerritoryFactory

pytestmark = pytest.mark.django_db


def text(client: Client, address: str, **query: Any) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


class TestForming:
    def test_from_territories_ticked_elsewhere(self, client: Client) -> None:
        mine, other = TerritoryFactory(), TerritoryFactory()
        client.force_login(body(mine))
        form = client.get("/groupes/nouveau", {"territory": [mine.address, other.address]})
        shown = form.content.decode()
        assert mine.label in shown and other.label in shown
        data = {
            "name": "Deux vallées", "visibility": "public",
            "territories": f"{mine.label}\n{other.label}",
            "submission": str(form.context["form"]["submission"].value()),
        }  # fmt: skip
        for _twice in range(2):
            client.post("/groupes/nouveau", data)
        group = Group.objects.get()
        page = text(client, group.get_absolute_url())
        assert "1 territoire membre" in page and "1 en attente d’accord" in page
        assert group.name in text(client, mine.get_absolute_url())
        assert group.name not in text(client, other.get_absolute_url())
        assert group.name in text(client, "/groupes", q="vallees", territory=mine.address)
        assert "Voir le groupe" in text(client, group.territory.get_absolute_url())

    def test_what_is_refused_stays_typed(self, client: Client) -> None:
        client.force_login(UserFactory())
        data = {"name": "Deux vallées", "visibility": "public", "territories": "Nulle part"}
        shown = client.post("/groupes/nouveau", data).content.decode()
        assert "Deux vallées" in shown and "Nulle part" in shown
        assert not Group.objects.exists()

    def test_neighbours_may_be_ticked(self, client: Client) -> None:
        for population in (10, 20, 30):
            place = TerritoryFactory(population=population)
        page = text(client, f"/territoires/commune:{place.code}/semblables")
        assert "Former un groupe avec ces territoires" in page
        assert 'name="territory"' in page


class TestAnswering:
    def test_a_representative_is_told_accepts_and_leaves(self, client: Client) -> None:
        row = MemberFactory()
        client.force_login(body(row.territory))
        assert "Répondre à l’invitation" in text(client, "/mon-espace")
        address = row.group.get_absolute_url()
        assert "Accepter" in text(client, address)
        client.post(reverse("groups:accept", args=[row.group.code, row.pk]))
        row.refresh_from_db()
        assert row.state == "accepted"
        assert "Quitter le groupe" in text(client, address)
        client.post(reverse("groups:leave", args=[row.group.code, row.pk]))
        assert "Quitter le groupe" not in text(client, address)

    def test_an_answer_that_comes_too_late_says_so(self, client: Client) -> None:
        row = MemberFactory(state="cancelled")
        client.force_login(body(row.territory))
        address = reverse("groups:accept", args=[row.group.code, row.pk])
        page = client.post(address, follow=True).content.decode()
        assert "invitation retirée" in page


class TestReading:
    def test_members_are_compared_and_what_is_unknown_is_said(self, client: Client) -> None:
        group = GroupFactory()
        rows = [MemberFactory(group=group, accepted=True) for _n in range(2)]
        poverty = IndicatorFactory(name="Taux de pauvreté")
        IndicatorValue.objects.create(
            indicator=poverty, territory=rows[0].territory, year=2015, value=14.5
        )
        page = text(client, group.get_absolute_url(), indicator=poverty.code)
        assert "14,5" in page and "(2015)" in page and "non connu" in page
        assert french(f"Sans aucune valeur connue : {rows[1].territory.label}") in page
        table = client.get(reverse("groups:table", args=[group.code]), {"indicator": poverty.code})
        lines = b"".join(table.streaming_content).decode()  # type: ignore[attr-defined]
        assert "14,5" in lines and rows[1].territory.address in lines

    def test_names_are_for_members(self, client: Client) -> None:
        group = GroupFactory(created_by=UserFactory(name="Claire Martin"))
        assert "Claire Martin" not in text(client, group.get_absolute_url())
        client.force_login(UserFactory())
        assert "Claire Martin" in text(client, group.get_absolute_url())

    def test_what_it_ended_with_is_kept(self, client: Client) -> None:
        row = MemberFactory(accepted=True)
        client.force_login(row.group.created_by)
        page = client.post(reverse("groups:end", args=[row.group.code]), follow=True)
        shown = page.content.decode()
        assert "Ce groupe est terminé" in shown and row.territory.label in shown
        assert "Inviter des territoires" not in shown
        assert row.group.name not in text(client, "/groupes")
        assert row.group.name in text(client, "/groupes", ended="on")


class TestStewards:
    def test_a_colleague_takes_over(self, client: Client) -> None:
        mine = MembershipFactory()
        colleague = MembershipFactory(organisation=mine.organisation).user
        group = GroupFactory(created_by=mine.user)
        client.force_login(mine.user)
        address = reverse("groups:stewards", args=[group.code])
        only = group.stewards.get()
        refused = client.post(reverse("groups:remove", args=[group.code, only.pk]), follow=True)
        assert "Vous êtes le dernier" in refused.content.decode()
        client.post(address, {"user": colleague.pk})
        added = group.stewards.get(user=colleague)
        client.post(reverse("groups:speak", args=[group.code, added.pk]))
        client.post(reverse("groups:remove", args=[group.code, only.pk]))
        assert group.stewards.get().is_spokesperson


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_the_list_and_the_page_cost_the_same(
    client: Client, rows: int, django_assert_num_queries: Any
) -> None:
    group = GroupFactory()
    for _n in range(rows):
        MemberFactory(group=GroupFactory(), accepted=True)
        MemberFactory(group=group, accepted=True)
        MemberFactory(group=group)
    client.get("/groupes")
    with django_assert_num_queries(2):
        client.get("/groupes")
    client.get(group.get_absolute_url())
    with django_assert_num_queries(9):
        client.get(group.get_absolute_url())
