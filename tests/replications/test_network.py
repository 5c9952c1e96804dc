"""Tree, map, uptake, need covered, peers, mentors, advice, law."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from essaim.common.errors import DomainError
from essaim.people.models import Membership
from essaim.replications import rules
from essaim.replications.actions import network as acts
from essaim.replications.actions import reporting, stop
from essaim.replications.coverage import People, coverage_of
from essaim.replications.models import AdviceTime, Peer, Replication, quarter_of
from essaim.replications.network import advice_given, pruned, tree, uptake, where
from essaim.territories.models import Overlap
from tests.people.factories import UserFactory
from tests.replications.factories import ago, another, committed, declared, live, world
from tests.territories.factories import TerritoryFactory


def people(n: int) -> People:
    return People(n, n, n)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 100))
def test_what_remains_is_never_below_nobody(need: int, served: int, share: int) -> None:
    aimed = people(need).share(Decimal(share))
    assert 0 <= aimed.less(served).central <= aimed.central <= need


def test_the_uptake_never_goes_down_and_ends_today() -> None:
    def site(begun: dt.date, ended: dt.date | None = None) -> Any:
        return SimpleNamespace(committed_on=begun, stopped_on=ended)

    sites = [site(dt.date(2024, 2, 1)), site(dt.date(2025, 3, 31), dt.date(2026, 1, 2))]
    found = uptake(sites, dt.date(2026, 4, 1))
    assert found is not None
    assert [each.label for each in found.periods][::8] == ["2024 T1", "2026 T1"]
    counts = [each.committed for each in found.periods]
    assert counts == sorted(counts) and counts[-1] == 2
    assert found.periods[-1].standing == 1
    assert uptake([], dt.date(2026, 4, 1)) is None
    yearly = uptake([site(dt.date(2015, 5, 5))], dt.date(2026, 1, 1))
    assert yearly is not None and yearly.periods[0].label == "2015" and len(yearly.periods) == 12


def test_advice_is_summed_and_credited() -> None:
    found = advice_given([("A", 60), ("B", 90), ("A", 45), ("C", 30), ("C", -30)])
    assert [(each.name, each.hours) for each in found] == [("A", "1 h 45"), ("B", "1 h 30")]


def test_a_large_tree_shows_who_taught_and_counts_the_others() -> None:
    def row(pk: int, teacher: int | None = None) -> SimpleNamespace:
        day = dt.date(2020, 1, 1) + dt.timedelta(days=pk)
        return SimpleNamespace(pk=pk, learnt_from_id=teacher, committed_on=day, interested_on=day)

    # 1 taught 2 and 3; 3 taught 4; the others learnt from the initiative itself.
    sites = [row(1), row(2, 1), row(3, 1), row(4, 3), *(row(pk) for pk in range(5, 30))]
    whole = pruned(tree(sites), 100)
    assert whole.more == 0 and whole.size == len(sites) + 1
    top = pruned(tree(sites), 4)
    assert [node.site.pk for node in top.children] == [1, 5, 6, 7] and top.more == 22
    assert top.children[0].more == 3 and top.size == len(sites) + 1
    assert pruned(tree(sites), 0).more == len(sites)
    assert pruned([], 10).size == 1


@pytest.mark.django_db
class TestNetwork:
    def test_who_learnt_from_whom(self) -> None:
        there = world()
        first = live(there)
        second = committed(another(there), learnt_from=first)
        third = committed(another(there), learnt_from=second)
        roots = tree(list(Replication.objects.for_list()))
        assert [node.site for node in roots] == [first]
        assert roots[0].children[0].children[0].site == third

    def test_the_map_counts_what_stands_overseas_too(self) -> None:
        reunion = TerritoryFactory(kind="department", code="974", name="La Réunion")
        there = world()
        live(another(there, place=TerritoryFactory(code="97411", inside=[reunion])))
        ended = another(there, place=reunion)
        stop(live(ended), reason="r", lesson="l", by=ended.adopts)
        live(another(there, place=TerritoryFactory(kind="region", code="04")))
        found = where(Replication.objects.all())
        assert [(row.code, row.sites) for row in found.rows] == [("974", 1)]
        assert where(Replication.objects.none()).rows == []
        assert found.larger == 1

    def test_the_page_shows_each_picture_with_its_table(self) -> None:
        there = world()
        there.place = TerritoryFactory(kind="department", code="38", name="Isère")
        live(there)
        page = Client().get(f"/initiatives/{there.card.slug}/reprises").content.decode()
        assert page.count("<svg") >= 2 and "Isère (38)" in page
        assert there.adopter.name in page

    def test_a_page_of_many_sites_is_as_short_and_asks_as_little(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from essaim.replications.views import network as views

        monkeypatch.setattr(views, "TREE", 3)
        monkeypatch.setattr(views, "SITES", 2)
        there = world()
        live(there)
        address = f"/initiatives/{there.card.slug}/reprises"
        Client().get(address)
        with CaptureQueriesContext(connection) as few:
            Client().get(address)
        for _ in range(6):
            live(another(there))
        with CaptureQueriesContext(connection) as many:
            page = Client().get(address).content.decode()
        assert len(many) <= len(few)
        assert "et 4 autres sites" in page
        assert page.count("replications-tree") == 1

    def test_an_intention_is_not_public(self) -> None:
        there = world()
        site = declared(there)
        assert Client().get(site.get_absolute_url()).status_code == 404
        for person, sees in ((there.holds, True), (there.adopts, True), (UserFactory(), False)):
            assert rules.can_view(person, site) == sees
            assert Replication.objects.visible_to(person).exists() == sees


@pytest.mark.django_db
class TestNeed:
    def there(self, target: str | None = "50") -> SimpleNamespace:
        found = world(target_coverage=Decimal(target) if target else None)
        found.department = TerritoryFactory(kind="department", code="38", name="Isère")
        found.place = TerritoryFactory(inside=[found.department], population=1000)
        return found

    def estimate(self, there: SimpleNamespace, place: Any, **fields: Any) -> Any:
        values: dict[str, Any] = {
            "population": 1000, "prevalence": (Decimal(5), Decimal(10), Decimal(20)),
            "source": "enquête 2015", "by": there.holds,
        }  # fmt: skip
        return acts.estimate_need(there.card, territory=place, **(values | fields))

    def serve(self, there: SimpleNamespace, n: int) -> None:
        reporting.save_report(
            live(there), quarter_of(timezone.localdate()), by=there.adopts, beneficiaries=n
        )

    def test_need_served_and_remaining(self) -> None:
        there = self.there()
        self.estimate(there, there.department)
        self.serve(there, 30)
        (row,) = coverage_of(there.card).rows
        assert row.need == People(50, 100, 200) and row.aimed.central == 50
        assert row.served == 30 and row.remaining == People(0, 20, 70)
        assert row.covered == 30 and not row.is_met

    def test_the_stop_rule(self) -> None:
        there = self.there()
        self.estimate(there, there.department)
        self.serve(there, 55)
        total = coverage_of(there.card).total
        assert total is not None and total.is_met and not total.is_met_at_worst
        page = Client().get(f"/initiatives/{there.card.slug}/reprises").content.decode()
        assert "Le besoin visé est couvert" in page

    def test_a_place_inside_another_is_not_counted_twice(self) -> None:
        there = self.there(None)
        self.estimate(there, there.department)
        self.estimate(there, there.place, population=None)
        self.serve(there, 30)
        found = coverage_of(there.card)
        assert len(found.rows) == 2 and found.total is not None
        assert found.total.need.central == 100 and found.total.served == 30
        assert found.elsewhere == 0

    def test_places_that_overlap_are_named_beside_the_total(self) -> None:
        there = self.there(None)
        across = TerritoryFactory(kind="epci", name="Entre deux rives")
        self.estimate(there, there.department)
        self.estimate(there, across)
        page = f"/initiatives/{there.card.slug}/reprises"
        assert "se recoupent" not in Client().get(page).content.decode()
        for one, other in ((across, there.department), (there.department, across)):
            Overlap.objects.create(one=one, other=other)
        found = coverage_of(there.card)
        assert found.total is not None and found.total.need.central == 200
        assert [set(pair) for pair in found.shared] == [{"Isère", "Entre deux rives"}]
        assert "se recoupent" in Client().get(page).content.decode()

    def test_served_where_nothing_is_estimated(self) -> None:
        there = self.there()
        self.estimate(there, TerritoryFactory())
        self.serve(there, 30)
        assert coverage_of(there.card).elsewhere == 30

    def test_refusals(self) -> None:
        there = self.there()
        with pytest.raises(DomainError, match="dans cet ordre"):
            self.estimate(there, there.place, prevalence=(Decimal(5), Decimal(4), Decimal(6)))
        with pytest.raises(DomainError, match="population"):
            self.estimate(there, TerritoryFactory(), population=None)
        with pytest.raises(DomainError, match="source"):
            self.estimate(there, there.place, source=" ")


@pytest.mark.django_db
class TestHelp:
    def test_only_who_agreed_is_listed_and_only_while_of_the_site(self) -> None:
        there = world()
        site = live(there)
        acts.be_callable(site, topics="recrutement", contact="01 02", by=there.adopts)
        assert Peer.objects.listed().count() == 1
        address = f"/initiatives/{there.card.slug}/reprises"
        assert "01 02" not in Client().get(address).content.decode()
        client = Client()
        client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
        assert "01 02" in client.get(address).content.decode()
        Membership.objects.filter(user=there.adopts).delete()
        assert not Peer.objects.listed().exists()
        with pytest.raises(DomainError, match="membres"):
            acts.be_callable(site, topics="t", contact="c", by=there.holds)

    def test_a_mentor_is_asked_and_answers(self) -> None:
        there = world()
        old, young = live(there), another(there)
        site = committed(young)
        asked = acts.ask_mentor(site, old, message="relire", by=young.adopts)
        assert acts.ask_mentor(site, old, message="", by=young.adopts) == asked
        assert acts.answer_mentorship(asked, "accept", by=there.adopts).state == "accepted"
        assert acts.answer_mentorship(asked, "decline", by=there.adopts).state == "accepted"
        assert acts.answer_mentorship(asked, "end", by=young.adopts).state == "ended"

    def test_a_mentor_runs_the_same_initiative_elsewhere(self) -> None:
        there, young = world(), world()
        site = committed(young)
        with pytest.raises(DomainError, match="en service"):
            acts.ask_mentor(site, live(there), message="", by=young.adopts)

    def test_advice_is_only_added_to(self) -> None:
        there = world()
        site = live(there)
        note = lambda minutes: acts.log_advice(  # noqa: E731
            site, submission=uuid.uuid4(), on=ago(1), minutes=minutes, kind="call",
            organisation=there.holder, by=there.holds,
        )  # fmt: skip
        note(90)
        note(-30)
        assert AdviceTime.objects.given_by(there.holds).minutes() == 60
        with pytest.raises(DomainError, match="plus que"):
            note(-61)
        with pytest.raises(Exception, match="permission denied"):
            AdviceTime.objects.update(minutes=1)

    def test_law(self) -> None:
        there = world()
        site = live(there)
        obstacle = acts.report_obstacle(
            site, submission=uuid.uuid4(), reference="L. 123", what="échanger des données",
            who_can_lift="préfet", by=there.adopts,
        )  # fmt: skip
        with pytest.raises(DomainError, match="par quel texte"):
            acts.lift_obstacle(obstacle, reference=" ", on=ago(0))
        lifted = acts.lift_obstacle(obstacle, reference="décret n° 1", on=ago(0))
        assert lifted.state == "lifted" and lifted.lifted_on == ago(0)
        acts.record_text(there.card, reference="loi n° 2", on=ago(3), by=there.holds)
        address = f"/initiatives/{there.card.slug}"
        for page in (address, f"{address}/reprises"):
            assert "loi n° 2" in Client().get(page).content.decode()
        acts.withdraw_text(there.card)
        assert "loi n° 2" not in Client().get(address).content.decode()
