"""Every figure of the economic page, against an example worked out by hand.

The example (``factories.GRID``), euros for one site, low / central / high:
    Local       once       10 000 / 12 000 / 20 000
    Montage     once       10 / 20 / 30 days × 200     = 2 000 / 4 000 / 6 000
    Animateur   a year     1 FTE × 40 000              = 40 000 (no range)
    Loyer       a year     500 / 600 / 800 × 12        = 6 000 / 7 200 / 9 600
    Démarrage   once       5 000 / 10 000 / 15 000     (funding)
    Hôtel       a year     30 000 / 60 000 / 80 000    (avoided)
over 5 years, for 40 / 50 / 80 people a year.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.modelling.actions.economics import save_assumptions
from essaim.modelling.economics import (
    Assumptions,
    Economy,
    Range,
    break_even,
    economy_of,
    per_beneficiary,
)
from essaim.modelling.models import EconomicAssumptions, SharedLine
from essaim.modelling.picture import draw
from tests.initiatives.factories import EconomicLineFactory, InitiativeFactory
from tests.modelling.factories import worked_card
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def r(low: Any, central: Any, high: Any) -> Range:
    return Range(Decimal(str(low)), Decimal(str(central)), Decimal(str(high)))


SUPPOSED = Assumptions(r(40, 50, 80), Decimal(200), Decimal(40_000), 5)


@pytest.fixture
def economy() -> Economy:
    card = worked_card()
    shared = [card.economics.get(label="Montage").pk]
    return economy_of(card.economics.all(), SUPPOSED, shared)


class TestOneSite:
    def test_what_installs_is_apart_from_what_runs(self, economy: Economy) -> None:
        assert economy.site.setup == r(12_000, 16_000, 26_000)  # 10+2, 12+4, 20+6 thousand
        assert economy.site.running == r(46_000, 47_200, 49_600)  # 40 and 6, 7.2, 9.6 thousand

    def test_first_year_and_five_years(self, economy: Economy) -> None:
        assert economy.first_year == r(58_000, 63_200, 75_600)
        # 12 + 5×46, 16 + 5×47.2, 26 + 5×49.6 thousand
        assert economy.over_years == r(242_000, 252_000, 274_000)

    def test_funding_and_avoided_costs_are_no_costs(self, economy: Economy) -> None:
        assert economy.site.funding == r(5_000, 10_000, 15_000)
        assert economy.site.avoided_yearly == r(30_000, 60_000, 80_000)
        assert economy.site.avoided_once == r(0, 0, 0)

    def test_each_beneficiary(self, economy: Economy) -> None:
        # The best divides the low cost by the most people: 46 000/80, 47 200/50, 49 600/40.
        assert economy.person_running == r("575.00", "944.00", "1240.00")
        # 242 000/(5×80), 252 000/(5×50), 274 000/(5×40)
        assert economy.person_over_years == r("605.00", "1008.00", "1370.00")

    def test_cents_are_rounded_once(self) -> None:
        assert per_beneficiary(r(100, 100, 100), r(3, 3, 3)) == r("33.33", "33.33", "33.33")
        assert per_beneficiary(r(200, 200, 200), r(3, 3, 3)).central == Decimal("66.67")


class TestYears:
    def test_balance_of_the_first_and_of_the_last(self, economy: Economy) -> None:
        first, last = economy.years[0], economy.years[-1]
        assert first.cost == r(58_000, 63_200, 75_600)
        assert first.avoided == r(30_000, 60_000, 80_000)
        # Funding less cost, worst first: 5 − 75.6, 10 − 63.2, 15 − 58 thousand.
        assert first.without == r(-70_600, -53_200, -43_000)
        assert first.with_avoided == r(-40_600, 6_800, 37_000)
        # 5 − 274, 10 − 252, 15 − 242; then 5×30, 5×60, 5×80 more.
        assert last.without == r(-269_000, -242_000, -227_000)
        assert last.with_avoided == r(-119_000, 58_000, 173_000)
        assert [year.number for year in economy.years] == [1, 2, 3, 4, 5]

    def test_break_even(self, economy: Economy) -> None:
        assert economy.without.central is None and economy.without.best is None
        # Central: −6 000 + 12 800 n, so from year 1; worst: −21 000 − 19 600 n, never.
        even = economy.with_avoided
        assert (even.worst, even.central, even.best) == (None, 1, 1)

    def test_break_even_in_a_later_year(self) -> None:
        # 20 000 to install, 1 000 a year, 6 000 avoided: −20 000 + 5 000 n, zero in year 4.
        card = InitiativeFactory()
        for line, amount, period in [
            ("investment", 20_000, ""), ("running_costs", 1_000, "year"), ("avoided_costs", 6_000, "year"),
        ]:  # fmt: skip
            EconomicLineFactory(
                initiative=card, line=line, low=None, central=amount, high=None, period=period
            )
        found = economy_of(card.economics.all(), Assumptions(years=5))
        assert found.with_avoided.central == 4
        assert [year.with_avoided.central for year in found.years] == [
            -15_000, -10_000, -5_000, 0, 5_000,
        ]  # fmt: skip

    def test_a_balance_that_falls_back_is_no_break_even(self) -> None:
        assert break_even([Decimal(5), Decimal(-1), Decimal(-7)]) is None
        assert break_even([Decimal(5), Decimal(-1), Decimal(0), Decimal(2)]) == 3


class TestPayers:
    def test_each_pays_and_avoids_its_own(self, economy: Economy) -> None:
        found = {payer.name: payer for payer in economy.payers}
        assert list(found) == ["Ville", "Association", "Fondation", "Département"]
        city = found["Ville"]  # « Ville » and « ville » are one
        assert city.site.setup == r(10_000, 12_000, 20_000)
        assert city.site.running == r(6_000, 7_200, 9_600)
        assert city.net == r(40_000, 48_000, 68_000)  # 10+5×6, 12+5×7.2, 20+5×9.6
        assert city.break_even.central is None
        assert found["Association"].net == r(202_000, 204_000, 206_000)
        assert found["Fondation"].site.funding == r(5_000, 10_000, 15_000)
        # It pays nothing and avoids: −5×80, −5×60, −5×30 thousand.
        assert found["Département"].net == r(-400_000, -300_000, -150_000)
        assert found["Département"].break_even.central == 1


class TestTornado:
    def test_says_which_line_weighs_most(self, economy: Economy) -> None:
        tornado = economy.tornado
        assert tornado.central == Decimal(-48_000)  # 252 − 300 thousand
        rows = [(bar.label, bar.at_low, bar.at_high, bar.swing) for bar in tornado.bars]
        assert rows == [
            # Avoiding less costs more: −48 + 5×30, −48 − 5×20 thousand.
            ("Nuits d’hôtel", 102_000, -148_000, 250_000),
            ("Loyer", -54_000, -36_000, 18_000),  # −48 − 5×1.2, −48 + 5×2.4
            ("Local", -50_000, -40_000, 10_000),
            ("Montage", -50_000, -46_000, 4_000),
            ("Animateur", -48_000, -48_000, 0),
        ]
        assert tornado.heaviest is tornado.bars[0]

    def test_and_the_share_of_each_in_what_is_spent(self, economy: Economy) -> None:
        # Of 252 000: 36 000, 12 000, 4 000, 200 000.
        shares = {bar.label: bar.share for bar in economy.tornado.bars}
        assert shares == {
            "Nuits d’hôtel": None, "Loyer": Decimal("14.3"), "Local": Decimal("4.8"),
            "Montage": Decimal("1.6"), "Animateur": Decimal("79.4"),
        }  # fmt: skip

    def test_is_drawn_to_scale(self, economy: Economy) -> None:
        picture = draw(economy.tornado)
        assert picture is not None
        assert [bar.label for bar in picture.bars] == ["Nuits d’hôtel", "Loyer", "Local", "Montage"]
        widths = [float(bar.width) for bar in picture.bars]
        # 450 units for 250 000 euros: the widest bar fills them, the next has 18/250 of it.
        assert widths[0] == 450.0
        assert widths[1] == pytest.approx(450 * 18 / 250, abs=0.1)
        assert picture.bars[0].lowers and not picture.bars[1].lowers
        # The line of the central value: 290 + 450 × (148 − 48)/250.
        assert float(picture.axis) == pytest.approx(470, abs=0.1)

    def test_without_ranges_says_nothing(self) -> None:
        card = InitiativeFactory()
        EconomicLineFactory(initiative=card, low=None, high=None)
        found = economy_of(card.economics.all(), Assumptions())
        assert found.tornado.heaviest is None
        assert draw(found.tornado) is None


class TestSites:
    def test_what_is_shared_is_paid_once(self, economy: Economy) -> None:
        one, ten, twenty = economy.scales
        assert (one.sites, ten.sites, twenty.sites) == (1, 10, 20)
        assert one.total == r(242_000, 252_000, 274_000)
        assert one.each == one.total
        # Montage once, the rest ten times: 12×10 + 4 to install, 47.2×10 a year.
        assert ten.setup == r(102_000, 124_000, 206_000)
        assert ten.running == r(460_000, 472_000, 496_000)
        assert ten.total == r(2_402_000, 2_484_000, 2_686_000)
        assert ten.each == r(240_200, 248_400, 268_600)
        # 2 402 000/(10×80×5), 2 484 000/(10×50×5), 2 686 000/(10×40×5)
        assert ten.beneficiary == r("600.50", "993.60", "1343.00")
        assert twenty.setup.central == 244_000 and twenty.running.central == 944_000
        assert twenty.total.central == 4_964_000 and twenty.each.central == 248_200


class TestWhatCannotBeCounted:
    def test_is_told_with_its_reason(self) -> None:
        card = InitiativeFactory()
        for position, fields in enumerate([
            {"label": "a", "unit": "jours"}, {"label": "b", "unit": "ETP"},
            {"label": "c", "unit": "repas"}, {"label": "d", "low": None, "central": None, "high": None},
            {"label": "e", "line": "running_costs", "period": "par personne"},
            {"label": "f", "low": None, "central": 2_000_000_000, "high": None},
        ]):  # fmt: skip
            EconomicLineFactory(initiative=card, position=position, **fields)
        found = economy_of(card.economics.all(), Assumptions())
        assert [(left.label, left.why) for left in found.left_out] == [
            ("a", "day_cost"), ("b", "fte_cost"), ("c", "unit"), ("d", "no_amount"),
            ("e", "period"), ("f", "absurd"),
        ]  # fmt: skip
        assert found.lines == []

    def test_hours_are_a_seventh_of_a_day(self) -> None:
        card = InitiativeFactory()
        EconomicLineFactory(initiative=card, low=None, central=14, high=None, unit="heures")
        found = economy_of(card.economics.all(), Assumptions(day_cost=Decimal(200)))
        assert found.site.setup.central == 400

    def test_nobody_is_no_divisor(self) -> None:
        with pytest.raises(ValueError, match="at least one"):
            per_beneficiary(r(1, 1, 1), r(0, 1, 1))


def save(card: Any, **fields: Any) -> EconomicAssumptions:
    values: dict[str, Any] = {
        "beneficiaries": (40, 50, 80), "day_cost": Decimal(200), "fte_cost": Decimal(40_000),
        "years": 5, "source": "", "shared": [], "version": 0, "by": card.author,
    }  # fmt: skip
    return save_assumptions(card, **(values | fields))


class TestThePage:
    def test_shows_every_figure(self) -> None:
        card = worked_card()
        save(card, shared=[card.economics.get(label="Montage").pk])
        page = Client().get(f"/initiatives/{card.slug}/modele/economie").content.decode()
        text = " ".join(
            page.replace("\u202f", " ").replace("\xa0", " ").replace("&nbsp;", " ").split()
        )
        for figure in [
            "16 000 €", "de 12 000 € à 26 000 €", "47 200 €", "63 200 €", "252 000 €",
            "944 €", "de 575 € à 1 240 €", "1 008 €", "de 605 € à 1 370 €",
            "-70 600 / -53 200 / -43 000", "-40 600 / 6 800 / 37 000",
            "-119 000 / 58 000 / 173 000", "40 000 / 48 000 / 68 000",
            "-400 000 / -300 000 / -150 000", "« Nuits d’hôtel »", "250 000 € d’écart",
            "2 402 000 / 2 484 000 / 2 686 000", "240 200 / 248 400 / 268 600",
            "600,50 / 993,60 / 1 343", "4 964 000", "14,3 %", "79,4 %",
        ]:  # fmt: skip
            assert figure in text, figure
        assert "<svg" in page and "style=" not in page

    def test_says_what_is_missing(self) -> None:
        card = worked_card()
        page = Client().get(f"/initiatives/{card.slug}/modele/economie").content.decode()
        assert "il manque le coût d’une journée" in page
        assert "Le nombre de bénéficiaires d’un site n’est pas renseigné" in page

    def test_says_what_its_totals_leave_out(self) -> None:
        card = InitiativeFactory(published=True)
        EconomicLineFactory(
            initiative=card, line="running_costs", low=1, central=2, high=3, unit="€"
        )
        EconomicLineFactory(
            initiative=card, line="investment", low=None, central=9_000, high=None, unit="€"
        )
        address = f"/initiatives/{card.slug}/modele/economie"
        page = Client().get(address).content.decode()
        kinds = "temps de travail pour installer, temps de travail pour faire vivre"
        assert french(f"Non chiffré : {kinds}.") in page
        # The heaviest of those that have a range may not be the heaviest.
        assert "1 ligne n’a pas de fourchette" in page
        for kind in ("setup_staff", "running_staff"):
            EconomicLineFactory(initiative=card, line=kind, low=1, central=2, high=3, unit="€")
        card.economics.filter(line="investment").update(low=8_000, high=9_500)
        page = Client().get(address).content.decode()
        assert "Non chiffré" not in page and "pas de fourchette" not in page

    def test_of_an_empty_card_is_a_page_too(self) -> None:
        card = InitiativeFactory(published=True)
        page = Client().get(f"/initiatives/{card.slug}/modele/economie").content.decode()
        assert "ne donne encore aucun montant" in page

    def test_asks_the_database_as_much_for_one_line_as_for_fifty(self) -> None:
        def queries(number: int) -> int:
            card = InitiativeFactory(published=True)
            for position in range(number):
                EconomicLineFactory(initiative=card, position=position)
            with CaptureQueriesContext(connection) as captured:
                Client().get(f"/initiatives/{card.slug}/modele/economie")
            return len(captured)

        assert queries(1) == queries(3) == queries(50) <= 8


class TestAssumptions:
    def form(self, **fields: Any) -> dict[str, Any]:
        return {"version": "0", "beneficiaries": "50", "day_cost": "200", "fte_cost": "40 000", "years": "5"} | fields  # fmt: skip

    def client(self, card: Any) -> Client:
        client = Client()
        client.force_login(card.author, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def test_are_saved_by_the_team(self) -> None:
        card = worked_card()
        line = card.economics.get(label="Montage")
        address = f"/initiatives/{card.slug}/modele/economie/hypotheses"
        answer = self.client(card).post(address, self.form(shared=[str(line.pk)]))
        assert answer.status_code == 302
        kept = EconomicAssumptions.objects.get()
        assert (kept.beneficiaries_low, kept.beneficiaries, kept.beneficiaries_high) == (50, 50, 50)
        assert kept.fte_cost == 40_000
        assert SharedLine.objects.get().line == line
        self.client(card).post(address, self.form(version="1"))
        assert not SharedLine.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"beneficiaries": "0"}, "Il faut au moins un bénéficiaire"),
            ({"beneficiaries": "-3"}, "Il faut au moins un bénéficiaire"),
            ({"beneficiaries": "60000000"}, "trop grand pour un site"),
            ({"beneficiaries_low": "90"}, "Le bas ne dépasse pas le central"),
            ({"beneficiaries": "", "beneficiaries_low": "3"}, "Dites aussi la valeur centrale"),
            ({"day_cost": "-200"}, "Un coût est supérieur à zéro"),
            ({"day_cost": "0"}, "Un coût est supérieur à zéro"),
            ({"day_cost": "200000"}, "Ce coût dépasse 10\xa0000\xa0€"),
            ({"years": "0"}, "1"),
        ],
    )
    def test_that_make_no_sense_are_refused_and_stay_typed(
        self, fields: dict[str, str], message: str
    ) -> None:
        card = worked_card()
        answer = self.client(card).post(
            f"/initiatives/{card.slug}/modele/economie/hypotheses",
            self.form(**fields, source="Budget 2015"),
        )
        assert answer.status_code == 422
        page = answer.content.decode()
        assert message in page and "Budget 2015" in page
        assert not EconomicAssumptions.objects.exists()

    def test_two_at_once_do_not_overwrite_each_other(self) -> None:
        card = worked_card()
        save(card, years=7)
        with pytest.raises(DomainError, match="pendant que vous les écriviez"):
            save(card, years=3)
        assert EconomicAssumptions.objects.get().years == 7

    def test_the_database_refuses_zero_too(self) -> None:
        card = worked_card()
        with pytest.raises(IntegrityError), transaction.atomic():
            save(card, beneficiaries=(0, 0, 0))

    def test_a_line_of_another_card_is_not_shared(self) -> None:
        card, other = worked_card(), worked_card(author=UserFactory())
        save(card, shared=[other.economics.first().pk])
        assert not SharedLine.objects.exists()
