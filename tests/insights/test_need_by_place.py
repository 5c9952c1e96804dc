"""§ 2: what remains is counted place by place: too much here is never enough elsewhere."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from essaim.insights.actions import figures
from essaim.insights.computing.needs import by_card
from essaim.insights.models import Figure
from essaim.replications.actions import network, reporting
from essaim.replications.coverage import People, coverage_of
from essaim.replications.models import quarter_before, quarter_of
from tests.insights.sums import rows_make_up_the_figures
from tests.replications.factories import live, world
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Any:
    """100 people have the need in each of two departments; 250 are served in the first."""
    made = world(target_coverage=100)
    full, empty = (TerritoryFactory(kind="department", name=n) for n in ("Ain", "Doubs"))
    made.place = TerritoryFactory(inside=[full])
    for place in (full, empty):
        network.estimate_need(
            made.card, territory=place, population=1000, by=made.holds,
            prevalence=(Decimal(5), Decimal(10), Decimal(30)), source="Insee",
        )  # fmt: skip
    reporting.save_report(
        live(made), quarter_before(quarter_of(timezone.localdate())), by=made.adopts,
        beneficiaries=250, confirmed=True, costs={},
    )  # fmt: skip
    return made


def test_on_the_page_of_the_card(there: Any) -> None:
    found = coverage_of(there.card)
    assert found.total is not None
    # Ain: 50, 100, 300 less 250; Doubs: all of its 50, 100, 300.
    assert sorted(row.remaining.high for row in found.rows) == [50, 300]
    assert found.total.aimed == People(100, 200, 600)
    assert found.total.served == 250
    assert found.total.remaining == People(50, 100, 350)
    assert not found.total.is_met
    page = Client().get(f"/initiatives/{there.card.slug}/reprises").content.decode()
    assert "Le besoin visé est couvert" not in page


def test_in_the_whole(there: Any) -> None:
    (mine,) = by_card("public").values()
    assert (mine.aimed, mine.left, mine.served) == (
        People(100, 200, 600), People(50, 100, 350), 250,
    )  # fmt: skip
    figures.recompute()
    left = Figure.objects.of_latest().of_the_whole().get(key="need_remaining", scope="public")
    assert (left.low, left.value, left.high) == (50, 100, 350)
    assert "need_remaining" in rows_make_up_the_figures()
