"""No assignment: the constraint that says so, and the smallest change, in words."""

import numpy as np
import pytest

from essaim.common.typography import french
from essaim.peers.assignment import Impossible, solve
from essaim.peers.assignment.words import cause_text, remedy_text

ITEMS = ["Ferme", "Accorderies", "Croc la vie", "Enerterre", "Cuisine", "Groupe"]
READERS = ["Ada", "Bea", "Cyr", "Dan"]


def refused(items=6, readers=4, **asked):
    similarity = np.random.default_rng(0).random((items, readers))
    with pytest.raises(Impossible) as error:
        solve(similarity, **asked)
    return error.value


def words(error):
    return (
        [cause_text(cause, ITEMS, READERS) for cause in error.causes],
        [remedy_text(remedy, ITEMS) for remedy in error.remedies],
    )


def test_the_capacity():
    error = refused(per_item=3, max_load=4)
    causes, remedies = words(error)
    assert causes == [
        french(
            "La capacité manque : 18 lectures sont demandées, et les charges maximales en"
            " permettent 16."
        )
    ]
    assert remedies[0] == "porter la charge maximale à 5"
    assert "inviter 1 personne de plus, sans conflit, pour 4 lectures au plus" in remedies
    assert error.smallest == error.remedies[:1]


def test_an_item_with_too_many_conflicts():
    error = refused(per_item=3, max_load=6, conflicts=[(2, 0), (2, 1)])
    causes, remedies = words(error)
    assert causes == [
        french(
            "Croc la vie : lectures demandées pour chaque élément : 3 ; personnes qui peuvent le"
            " lire sans conflit d’intérêts : 2."
        )
    ]
    assert remedies[0] == french("demander moins de lectures : 2 pour Croc la vie")
    assert not any("charge maximale" in text for text in remedies)


def test_items_that_share_too_few_readers():
    """Alone each could be read, together they cannot: the flow's cut names them."""
    conflicts = [(item, reader) for item in (0, 1, 2) for reader in (2, 3)]
    error = refused(per_item=2, max_load=2, conflicts=conflicts, items=4)
    (cause,) = error.causes
    assert cause.kind == "group"
    assert cause.items == (0, 1, 2)
    assert cause.readers == (0, 1)
    assert (cause.needed, cause.available) == (6, 4)
    assert error.remedies[0].changes[0].kind == "max_load"
    assert error.remedies[0].changes[0].value == 3


def test_minimum_loads_too_high():
    error = refused(per_item=1, max_load=6, min_load=2)
    causes, remedies = words(error)
    assert causes == [
        french(
            "Les charges minimales sont trop hautes : elles demandent 8 lectures, et il n’y en a que"
            " 6 à donner."
        )
    ]
    assert remedies == ["abaisser la charge minimale à 1"]


def test_a_reader_whose_conflicts_forbid_the_minimum():
    conflicts = [(item, 3) for item in range(5)]
    error = refused(per_item=2, max_load=6, min_load=2, conflicts=conflicts)
    (cause,) = error.causes
    assert (cause.kind, cause.readers, cause.needed, cause.available) == (
        "reader_conflicts", (3,), 2, 1,
    )  # fmt: skip
    assert error.remedies[0].changes[0].value == 1


def test_readers_who_cannot_all_reach_their_minimum():
    """Three readers may only read the same item, which asks for two."""
    conflicts = [(item, reader) for item in range(1, 6) for reader in (0, 1, 2)]
    similarity = np.random.default_rng(0).random((6, 6))
    with pytest.raises(Impossible) as error:
        solve(similarity, per_item=2, max_load=6, min_load=1, conflicts=conflicts)
    (cause,) = error.value.causes
    assert cause.kind == "min_load_group"
    assert cause.readers == (0, 1, 2)
    assert (cause.needed, cause.available) == (3, 2)


def test_both_bounds_at_once_are_mended_together():
    low = np.array([3, 0, 0, 0])
    high = np.array([3, 1, 1, 1])
    error = refused(items=3, per_item=3, max_load=high, min_load=low, conflicts=[(0, 0)])
    assert {cause.kind for cause in error.causes} >= {"capacity"}
    both = [remedy for remedy in error.remedies if len(remedy.changes) == 2]
    assert both
    assert all(remedy.changes[1].kind == "min_load" for remedy in both)


def test_a_college_that_cannot_be_filled():
    similarity = np.random.default_rng(0).random((6, 4))
    colleges = ["innovateurs", "innovateurs", "innovateurs", "usagers"]
    asked = {"per_item": {"innovateurs": 2, "usagers": 2}, "colleges": colleges}
    with pytest.raises(Impossible) as error:
        solve(similarity, max_load=6, **asked)
    causes, remedies = words(error.value)
    assert all(text.startswith(french("Collège « usagers ».")) for text in causes + remedies)
    assert {cause.college for cause in error.value.causes} == {"usagers"}
    assert error.value.smallest[0].changes[0].kind in ("readers", "per_item_all", "per_item")


def test_a_college_without_anyone():
    similarity = np.random.default_rng(0).random((2, 3))
    with pytest.raises(Impossible) as error:
        solve(similarity, per_item={"a": 1, "b": 2}, max_load=4, colleges=["a"] * 3)
    assert [cause.kind for cause in error.value.causes] == ["no_readers"]
    (change,) = error.value.smallest[0].changes
    assert change.kind == "readers"
    assert change.value == 2
