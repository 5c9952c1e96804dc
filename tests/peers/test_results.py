"""Scores, spread, agreement and severity: the numbers themselves."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.peers.results import Given, Score, Spread, accord, adjust, meaning
from essaim.peers.rubric import overall


def score(item, reader, value):
    return Score(item, reader, "innovators", value)


def test_a_severe_reader_no_longer_lowers_what_they_read():
    """Two items of the same worth; the second is read by a reader who marks 20 points lower."""
    scores = [
        score(1, 10, 70), score(1, 11, 70), score(2, 11, 70), score(2, 12, 50),
        score(3, 10, 70), score(3, 12, 50), score(4, 11, 70), score(4, 12, 50),
    ]  # fmt: skip
    raw = {item: Spread.of([s.value for s in scores if s.item == item]).mean for item in (1, 2)}
    found = adjust(scores, shrinkage=0.0)
    assert raw[1] - raw[2] == 10
    assert found.items[1] - found.items[2] == pytest.approx(0, abs=1e-6)
    assert found.readers[12] == min(found.readers.values())
    # Drawn towards zero, the correction is smaller and goes the same way.
    shrunk = adjust(scores)
    assert 0 < shrunk.items[1] - shrunk.items[2] < 10


def test_it_is_the_least_squares_solution():
    """Against the normal equations of item and reader effects with a ridge on readers."""
    import numpy as np

    chance = random.Random(4)
    scores = [
        score(item, reader, chance.uniform(0, 100))
        for item in range(6)
        for reader in range(5)
        if chance.random() < 0.7
    ]
    items, readers = (sorted({getattr(s, n) for s in scores}) for n in ("item", "reader"))
    table = np.zeros((len(scores) + len(readers), len(items) + len(readers)))
    wanted = np.zeros(len(table))
    for row, s in enumerate(scores):
        table[row, items.index(s.item)] = table[row, len(items) + readers.index(s.reader)] = 1
        wanted[row] = s.value
    for n in range(len(readers)):
        table[len(scores) + n, len(items) + n] = 1.0
    solution = np.linalg.lstsq(table, wanted, rcond=None)[0]
    found = adjust(scores, shrinkage=1.0)
    for n, item in enumerate(items):
        assert found.items[item] == pytest.approx(solution[n], abs=1e-5)
    for n, reader in enumerate(readers):
        assert found.readers[reader] == pytest.approx(solution[len(items) + n], abs=1e-5)


def test_nothing_is_adjusted_where_severity_cannot_be_told():
    assert adjust([score(1, reader, 50) for reader in range(40)]).items == {}
    assert adjust([score(item, 10 * item, 50) for item in range(3)]).items == {}
    assert adjust([]).items == {}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.integers(1, 5), st.floats(0, 100)),
        max_size=25,
        unique_by=lambda row: row[:2],
    ),
    st.floats(-30, 30),
)
def test_the_order_of_rows_and_a_common_shift_change_nothing_else(rows, shift):
    scores = [score(*row) for row in rows]
    found = adjust(scores)
    mixed = adjust(list(reversed(scores)))
    shifted = adjust([score(i, r, v + shift) for i, r, v in rows])
    for item, value in found.items.items():
        assert mixed.items[item] == pytest.approx(value, abs=1e-4)
        assert shifted.items[item] == pytest.approx(value + shift, abs=1e-4)


def criterion(pk, weight, levels=4):
    return SimpleNamespace(pk=pk, weight=weight, levels=["."] * levels)


def test_the_overall_score_is_weighted_and_waits_for_every_criterion():
    rubric = [criterion(1, 3), criterion(2, 1)]
    assert overall(rubric, {"1": {"level": 4}, "2": {"level": 1}}) == 75
    assert overall(rubric, {"1": {"level": 4}}) is None
    assert overall([], {}) is None


def readings(*rows):
    """One item, a row per criterion: the level each reader gave. And their college."""
    rubric = [criterion(n, 1) for n in range(len(rows))]
    college = SimpleNamespace(pk=1, criteria=SimpleNamespace(all=lambda: rubric))
    given = [
        Given(1, reader, 1, {n: row[reader] for n, row in enumerate(rows)})
        for reader in range(len(rows[0]))
    ]
    return given, college


def test_agreement_says_what_it_means():
    perfect = accord(*readings((1, 1), (2, 2), (3, 3), (4, 4), (1, 1), (3, 3)))
    assert perfect.alpha == pytest.approx(1.0)
    assert "solide" in str(perfect.meaning)
    assert "au moins deux lectures" in str(accord(*readings((1,), (2,))).meaning)
    assert accord(*readings((2, 2), (2, 2))).alpha is None
    assert "Trop peu" in str(accord(*readings((1, 1), (4, 4))).meaning)
    assert "hasard" in str(meaning(-0.1, 20))
    assert "faible" in str(meaning(0.3, 20))
    assert "prudente" in str(meaning(0.7, 20))


def test_spread():
    assert Spread.of([]) is None
    assert Spread.of([50]).deviation is None
    found = Spread.of([0, 100])
    assert (found.mean, found.lowest, found.highest) == (50, 0, 100)


@pytest.mark.django_db
def test_six_thousand_readings_are_counted_without_their_words():
    import time

    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from essaim.peers.models import Item, Reading, Seat
    from tests.peers.factories import Cast

    cast = Cast(innovators=2, users=2, cards=2).discussing()
    client = Client()
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    addresses = [
        f"/gestion/lectures/{cast.round.pk}/resultats",
        f"/gestion/lectures/{cast.round.pk}/resultats/{cast.item.pk}",
    ]
    client.get(addresses[0])

    def queries():
        counted = []
        for address in addresses:
            with CaptureQueriesContext(connection) as caught:
                before = time.perf_counter()
                assert client.get(address).status_code == 200
            counted.append((len(caught), time.perf_counter() - before, caught))
        return counted

    few = queries()
    colleges = list(cast.round.colleges.all())
    seats = Seat.objects.bulk_create(
        Seat(round=cast.round, college=colleges[n % 2], number=1000 + n, state="accepted")
        for n in range(60)
    )
    items = Item.objects.bulk_create(
        Item(round=cast.round, reference=f"text:{n}", title=f"Texte {n}", text=".")
        for n in range(100)
    )
    rubrics = {college.pk: [c.pk for c in college.criteria.all()] for college in colleges}
    Reading.objects.bulk_create(
        Reading(
            item=item, seat=seat, origin="plan", state="submitted", submitted_at=timezone.now(),
            comment="Long. " * 300,
            answers={
                str(pk): {"level": 1 + (item.pk * seat.pk + pk) % 4, "why": "Parce que. " * 30}
                for pk in rubrics[seat.college_id]
            },
        )
        for item in items
        for seat in seats
    )  # fmt: skip
    many = queries()
    assert [number for number, _time, _sql in many] == [number for number, _time, _sql in few]
    # The words of readings are read for those of one page only.
    assert not any("private_comment" in each["sql"] for each in many[0][2])
    assert many[0][1] < 3, many[0][1]
