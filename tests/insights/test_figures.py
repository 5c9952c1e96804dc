"""A small world worked out by hand, and what the figures say of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from essaim.evaluations.models import AvoidedCosts
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Initiative, Phase, PhaseChange
from essaim.insights.actions import figures
from essaim.insights.computing import money
from essaim.insights.computing.funders import with_kinds
from essaim.insights.computing.measured import quartiles
from essaim.insights.definitions import DEFINITIONS
from essaim.insights.models import Figure, Snapshot
from essaim.insights.reading import dashboard
from essaim.insights.rows import LISTINGS, listing
from essaim.replications.actions import life, network, reporting
from essaim.replications.models import quarter_before, quarter_of
from tests.contributions.factories import InterestFactory
from tests.dates import today
from tests.evaluations.factories import EvaluationFactory, concluded
from tests.funding import factories as funding
from tests.initiatives.factories import InitiativeFactory
from tests.insights.sums import rows_make_up_the_figures
from tests.needs.factories import NeedFactory
from tests.people.factories import OrganisationFactory
from tests.replications.factories import ago, another, committed, live, world
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def figure(key: str, code: str = "", *, dimension: str = "", scope: str = "public") -> Any:
    found = (
        Figure.objects.of_latest()
        .of_the_whole()
        .filter(key=key, code=code, scope=scope, dimension=dimension)
    )
    return found.first()


def card_with(**fields: Any) -> Initiative:
    """Published; phase and level as given, whatever its facts would say."""
    themes = fields.pop("themes", [])
    derived = {k: fields.pop(k) for k in ("phase", "proof_level") if k in fields}
    made = InitiativeFactory(published=True, themes=themes, **fields)
    Initiative.objects.filter(pk=made.pk).update(**derived)
    return made


def told(site: Any, by: Any, people: int, avoided: int | None = None) -> None:
    costs = {"avoided_costs": Decimal(avoided)} if avoided is not None else {}
    reporting.save_report(
        site,
        quarter_before(quarter_of(today())),
        by=by,
        beneficiaries=people,
        confirmed=True,
        costs=costs,
    )


class TestTheWorldByHand:
    """Two cards with sites: A runs in Doubs (96 people) and prepares in Réunion, a third stopped;
    B runs nowhere real, one invented site alone. A card without anything, a draft."""

    @pytest.fixture(autouse=True)
    def build(self) -> None:
        self.doubs = TerritoryFactory(kind="department", code="25", name="Doubs")
        self.reunion = TerritoryFactory(kind="department", code="974", name="La Réunion")
        town = TerritoryFactory(inside=[self.doubs])
        there = world(title="Carte A", target_coverage=50)
        there.place = town
        runs = live(there)
        told(runs, there.adopts, 96, avoided=1200)
        second = another(there, place=self.reunion)
        committed(second)
        third = another(there, place=self.doubs)
        life.stop(committed(third), by=third.adopts, reason="r", lesson="l")
        silent = another(there, place=self.reunion)
        live(silent)
        network.estimate_need(
            there.card, territory=self.doubs, population=1000, by=there.holds,
            prevalence=(Decimal(30), Decimal(40), Decimal(60)), source="Insee",
        )  # fmt: skip
        self.card = there.card
        fake = world(title="Carte B")
        fake.adopter.name = "CCAS de Nulleville (fictif)"
        fake.adopter.save()
        fake.place = self.doubs
        site = live(fake)
        told(site, fake.adopts, 500, avoided=9999)
        card_with(proof_level=4, title="Carte C")
        InitiativeFactory(title="Brouillon")
        self.theme = ThemeFactory(name="Mobilité", slug="mobilite")
        proven = card_with(proof_level=3, themes=[self.theme])
        NeedFactory(public=True, theme=self.theme)
        NeedFactory(public=True, theme=self.theme)
        NeedFactory(theme=self.theme)  # for members: no public figure counts it
        NeedFactory(public=True, theme=ThemeFactory())
        self.proven = proven
        Initiative.objects.filter(pk=self.card.pk).update(proof_level=2)
        figures.recompute()

    def test_cards_and_their_proof(self) -> None:
        cards = figure("cards")
        assert (cards.value, cards.counted, cards.total) == (4, 4, 5)
        proved = figure("evidence")
        assert (proved.value, proved.counted, proved.total) == (3, 3, 4)
        assert [figure("evidence", str(n), dimension="level").value for n in range(6)] == [
            1, 0, 1, 1, 1, 0,
        ]  # fmt: skip

    def test_sites_alive_by_department_overseas_included(self) -> None:
        alive = figure("sites")
        assert (alive.value, alive.counted, alive.total) == (3, 3, 3)
        assert figure("sites", "25", dimension="department").value == 1
        assert figure("sites", "974", dimension="department").value == 2
        assert figure("sites", "live", dimension="state").value == 2
        assert figure("sites", "committed", dimension="state").value == 1
        stopped = figure("stopped")
        assert (stopped.value, stopped.total) == (1, 4)

    def test_people_served_need_and_what_remains(self) -> None:
        served = figure("served")
        # Two sites run, one told.
        assert (served.value, served.counted, served.total) == (96, 1, 2)
        # 1,000 × 30, 40, 60 % × half of the need.
        aimed = figure("need_aimed")
        assert (aimed.low, aimed.value, aimed.high) == (150, 200, 300)
        assert (aimed.counted, aimed.total) == (1, 4)
        left = figure("need_remaining")
        assert (left.low, left.value, left.high) == (54, 104, 204)
        assert figure("need_covered").value == 96

    def test_what_is_invented_is_counted_apart(self) -> None:
        assert figure("sites", scope="invented").value == 1
        assert figure("served", scope="invented").value == 500
        assert figure("avoided_told").value == 1200
        assert figure("avoided_told", scope="invented").value == 9999
        board = dashboard()
        assert board.has_invented
        assert board.shown["sites"].value == "3"
        assert board.shown["sites"].apart == "1"

    def test_themes_where_need_is_proved_and_nothing_spreads(self) -> None:
        waiting = figure("themes")
        assert (waiting.value, waiting.counted, waiting.total) == (1, 1, 2)
        row = figure("themes", "mobilite", dimension="theme")
        assert (row.value, row.counted) == (2, 1)

    def test_modes_with_their_delays(self) -> None:
        mode = figure("modes", "supple", dimension="mode")
        # Both running sites went live a hundred days after their commitment.
        assert (mode.value, mode.counted, mode.total) == (100, 2, 4)
        assert figure("modes", "supple", dimension="mode_stopped").value == 1

    def test_rows_say_the_same_as_their_figure(self) -> None:
        for key in ("cards", "evidence", "sites", "stopped"):
            assert listing(key).queryset.count() == figure(key).value, key
        assert listing("sites", "974").queryset.count() == 2
        assert listing("sites", "25").queryset.count() == 1
        assert listing("sites", scope="invented").queryset.count() == 1
        assert listing("served").queryset.count() == figure("served").total
        assert sum(row.served or 0 for row in listing("served").queryset) == 96
        assert listing("evidence", "4").queryset.get().title == "Carte C"
        assert listing("themes", "mobilite").queryset.count() == 2

    def test_rows_make_up_every_figure(self) -> None:
        """Each key, whole and by part, in both scopes: what the rows add up to is the number."""
        checked = rows_make_up_the_figures()
        assert checked >= set(LISTINGS) - {"avoided", "delays", "supports", *money.KEYS}


def test_money_is_never_confused() -> None:
    """Three options of 40,000 €; the pilot's and one more confirmed, one act, one payment less."""
    story, option, person = funding.confirmed(number=3)
    funding.record_act(option, person)
    figures.recompute()
    confirmed = 2 * funding.SITE_CENTS / 100
    assert figure("pledged").value == 3 * funding.SITE_CENTS / 100
    assert figure("confirmed").value == confirmed
    assert figure("committed").value == funding.SITE_CENTS / 100
    assert figure("paid").value == 0
    assert (figure("paid").counted, figure("paid").total) == (1, 1)
    year = str(timezone.localdate().year)
    assert figure("pledged", year, dimension="year").value == figure("pledged").value
    assert sum(row.line_value for row in _amounts("confirmed")) == confirmed
    assert rows_make_up_the_figures() >= set(money.KEYS) - {"paid"}
    type(story.pool).objects.filter(pk=story.pool.pk).update(audience="restricted")
    figures.recompute()
    assert figure("pledged").value == 0
    assert (figure("pledged").counted, figure("pledged").total) == (0, 1)


def _amounts(key: str) -> list[Any]:
    found = listing(key)
    rows = []
    for each in found.queryset:
        each.line_value = found.line(each).cells[-1]
        rows.append(each)
    return rows


def test_a_funder_sees_what_was_new_and_what_was_replicated() -> None:
    _story, option, person = funding.confirmed(number=3)
    funding.record_act(option, person)
    figures.recompute()
    subject = f"organisation:{option.funder_id}"
    rows = {
        (f.key, f.code): f for f in Figure.objects.of_latest().filter(subject=subject)
    }  # fmt: skip
    year = timezone.localdate().year
    grant = rows["grants", f"{year}:replicated"]
    assert (grant.value, grant.counted, grant.total) == (funding.SITE_CENTS / 100, 1, 1)
    assert rows["options", "confirmed"].counted == 1


def test_instalments_of_one_option_renew_nothing() -> None:
    _story, option, person = funding.confirmed(number=3)
    part = funding.SITE_CENTS // 2
    for _half in range(2):
        funding.record_act(option, person, amount_cents=part)
    figures.recompute()
    grants = Figure.objects.of_latest().filter(
        subject=f"organisation:{option.funder_id}", key="grants"
    )
    year = timezone.localdate().year
    assert [(f.code, f.counted, f.value) for f in grants] == [
        (f"{year}:replicated", 2, funding.SITE_CENTS / 100)
    ]


def test_new_renewed_and_replicated_by_hand() -> None:
    """Of funder 7: the pilot of card 1 in two parts, the same card and place by a second option in
    the next year, elsewhere, and another card; of funder 8, the same place again."""
    acts = [
        (10, 7, 1, 100, True, 2024, 5), (10, 7, 1, 100, True, 2024, 5),
        (11, 7, 1, 100, False, 2025, 6), (10, 7, 1, 100, True, 2025, 1),
        (12, 7, 1, 200, False, 2025, 7), (13, 7, 2, 100, False, 2025, 8),
        (14, 8, 1, 100, False, 2026, 9), (11, 7, 1, 100, False, 2026, 2),
    ]  # fmt: skip
    assert list(with_kinds(acts)) == [
        (7, 2024, "new", 5), (7, 2024, "new", 5), (7, 2025, "renewed", 6), (7, 2025, "new", 1),
        (7, 2025, "replicated", 7), (7, 2025, "replicated", 8), (8, 2026, "replicated", 9),
        (7, 2026, "renewed", 2),
    ]  # fmt: skip


def concluded_with_costs(payer: str, values: tuple[str, str, str], **fields: Any) -> None:
    evaluation = concluded()
    type(evaluation).objects.filter(pk=evaluation.pk).update(
        published_at=timezone.now(), **({"title": "Essai"} | fields)
    )
    evaluation.initiative.__class__.objects.filter(pk=evaluation.initiative_id).update(
        publication="published", published_at=timezone.now()
    )
    AvoidedCosts.objects.create(
        evaluation=evaluation, discount_rate=0, rate_source="guide",
        results={"total": list(values), "by_payer": {payer: list(values)}},
    )  # fmt: skip


def test_avoided_costs_keep_their_interval() -> None:
    concluded_with_costs(payer="Département", values=("100.50", "200", "300"))
    concluded_with_costs(payer="département", values=("1", "2", "3"))
    concluded_with_costs(payer="État", values=("10", "20", "30"), title="Essai (fictif)")
    figures.recompute()
    avoided = figure("avoided")
    assert (avoided.low, avoided.value, avoided.high) == (Decimal("101.50"), 202, 303)
    assert (avoided.counted, avoided.total) == (2, 2)
    assert figure("avoided", "Département", dimension="payer").value == 202
    assert figure("avoided", scope="invented").value == 20
    assert rows_make_up_the_figures() >= {"avoided"}
    page = Client().get("/tableau-de-bord").content.decode()
    assert "code=D%C3%A9partement" in page


class TestFunnel:
    def test_delays_count_only_steps_that_follow_each_other(self) -> None:
        def card(days: list[str]) -> None:
            found = card_with(phase="validate")
            for (before, after), on in zip(
                [("none", "identify"), ("identify", "validate")], days, strict=True
            ):
                PhaseChange.objects.create(
                    initiative=found, previous=before, phase=after, reason={"on": on}
                )

        card(["2025-01-01", "2025-01-11"])
        card(["2025-01-01", "2025-01-31"])
        card(["2025-01-01", "2014-06-01"])  # evaluated before it had a card
        card(["2025-01-01", "2025"])  # a year alone says no delay
        figures.recompute()
        step = figure("delays", "identify>validate", dimension="phase")
        assert (step.low, step.value, step.high) == (15, 20, 25)
        assert (step.counted, step.total) == (2, 4)
        waiting = figure("waiting", "validate", dimension="phase")
        assert (waiting.counted, waiting.total) == (3, 4)
        assert rows_make_up_the_figures() >= {"waiting", "delays"}
        assert figure("waiting", "readiness", dimension="wait").value == 4

    def test_who_holds_each_wait(self) -> None:
        alone, tried = card_with(phase="identify"), card_with(phase="identify")
        EvaluationFactory(initiative=tried)
        card_with(phase="validate")
        ready = card_with(phase="validate")
        record_fact(ready, "readiness", "diagnosis:1", {"ready": True}, on="2026-01-01")
        asked, quiet = card_with(phase="organise"), card_with(phase="organise")
        InterestFactory(card=asked)
        for card, phase in ((ready, "validate"), (asked, "organise"), (tried, "identify")):
            Initiative.objects.filter(pk=card.pk).update(phase=phase)
        figures.recompute()
        for wait, card in (
            ("evaluation_none", alone), ("evaluation_open", tried), ("strategy", ready),
            ("interest", asked), ("adopter", quiet),
        ):  # fmt: skip
            assert figure("waiting", wait, dimension="wait").value == 1, wait
            assert listing("waiting", wait).queryset.get() == card, wait
        page = Client().get("/tableau-de-bord").content.decode()
        assert "un intérêt attend sa réponse" in page

    def test_a_card_brought_there_by_invented_sites_stays_where_real_facts_put_it(self) -> None:
        there = world()
        there.adopter.name = "Association fictive"
        there.adopter.save()
        live(there)
        type(there.card).objects.filter(pk=there.card.pk).update(phase=Phase.REPLICATE)
        figures.recompute()
        assert figure("cards", "replicate", dimension="phase").value == 0
        assert figure("cards", "identify", dimension="phase").value == 1
        assert listing("cards", "replicate").queryset.count() == 0
        assert listing("cards", "identify").queryset.count() == 1

    def test_quartiles(self) -> None:
        assert quartiles([]) is None
        assert quartiles([7]) == (7, 7, 7)
        assert quartiles([1, 2, 3, 4]) == (Decimal("1.75"), Decimal("2.5"), Decimal("3.25"))


def test_an_empty_platform_says_nothing_rather_than_zero_people() -> None:
    figures.recompute()
    assert figure("need_aimed").value is None
    assert figure("avoided").value is None
    assert figure("cards").value == 0
    assert dashboard().shown["need_aimed"].value == "–"


def test_old_computations_are_forgotten_but_one_a_month() -> None:
    now = timezone.now()
    for days in (0, 1, 200, 201, 202):
        Snapshot.objects.create(computed_at=now - dt.timedelta(days=days))
    figures.forget_old()
    left = {(now - s.computed_at).days for s in Snapshot.objects.all()}
    assert {0, 1} <= left
    assert len(left) in {3, 4}  # those of 200 days ago may fall in two months


def test_every_definition_says_what_it_counts_and_opens_its_rows() -> None:
    for key, each in DEFINITIONS.items():
        assert str(each.what) and str(each.title), key
        assert each.has_rows == (key in LISTINGS), key


def test_a_territory_merged_in_the_middle_loses_no_site() -> None:
    there = world()
    department = TerritoryFactory(kind="department", code="61", name="Orne")
    there.place = TerritoryFactory(inside=[department])
    committed(there)
    type(there.place).objects.filter(pk=there.place.pk).update(gone_on=ago(10))
    figures.recompute()
    assert figure("sites", "61", dimension="department").value == 1


def test_one_organisation_twice_is_no_matter() -> None:
    OrganisationFactory()
    figures.recompute()
    figures.recompute()
    assert Snapshot.objects.count() == 2
