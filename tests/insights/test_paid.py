"""What was paid and given back, by year, worked out by hand."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from essaim.funding.actions import money
from essaim.insights.actions import figures
from essaim.insights.models import Figure
from tests.funding import factories as funding
from tests.insights.sums import rows_make_up_the_figures

pytestmark = pytest.mark.django_db


def test_paid_less_what_came_back_by_year() -> None:
    """1,000 € paid last year, 500 € this year, of which 100 € came back."""
    _story, option, person = funding.confirmed(number=3)
    this_year = timezone.localdate().year
    funding.record_act(option, person, on=dt.date(this_year - 1, 11, 3))
    for cents, on in ((1_000_00, dt.date(this_year - 1, 12, 1)), (500_00, None)):
        row = funding.instalment(option, person, cents)
        money.ask_for_payment(row, by=person)
        money.pay(row, by=person, reference="M-1", on=on)
    money.recover(
        option, by=person, submission=uuid.uuid4(), amount_cents=100_00, reason="Non dépensé."
    )
    figures.recompute()
    paid = Figure.objects.of_latest().of_the_whole().filter(key="paid", scope="public")
    assert paid.get(dimension="").value == 1_400
    years = {f.code: f.value for f in paid.filter(dimension="year")}
    assert years == {str(this_year - 1): 1_000, str(this_year): 400}
    assert rows_make_up_the_figures() >= {"paid"}
