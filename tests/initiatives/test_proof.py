"""The level of evidence: every combination of source, claim, confirmation and replication."""

from itertools import product

import pytest

from essaim.initiatives.models import Fact
from essaim.initiatives.proof import derive_proof

KINDS = ["self", "peer", "independent", "users", "other"]
CEILING = {"self": 3, "peer": 3, "independent": 3, "users": 2, "other": 1}
STATUSES = [None, "committed", "preparing", "live", "sustained", "stopped"]


def concluded(kind="self", level=1, source="evaluation:1", on="2020", **value):
    return Fact(
        kind="evaluation_concluded", source=source, on=on,
        value={"kind": kind, "level": level, **value},
    )  # fmt: skip


def replication(status):
    return Fact(kind="replication", source="replication:1", value={"status": status}, on="2021")


def level(*facts, has_materials=False):
    return derive_proof(facts, has_materials=has_materials).level


def test_nothing_concluded_establishes_nothing():
    found = derive_proof([], has_materials=True)
    assert (found.level, found.because, found.held_back) == (0, None, [])
    assert level(concluded(level=None)) == 0
    assert level(Fact(kind="readiness", source="r", value={"ready": True, "level": 5})) == 0


@pytest.mark.parametrize("kind,claim", list(product(KINDS, range(1, 6))))
def test_a_source_establishes_no_more_than_it_can(kind, claim):
    found = derive_proof([concluded(kind, claim)], has_materials=True)
    assert found.level == min(claim, CEILING[kind])
    assert bool(found.held_back) == (claim > CEILING[kind])
    if found.held_back:
        why = found.held_back[0].why
        assert why == ("unconfirmed" if kind == "independent" else "ceiling")


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "independent"])
def test_only_an_independent_evaluation_is_confirmed(kind):
    assert level(concluded(kind, 5, confirmed=True), has_materials=True) == CEILING[kind]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("first", [0, 1, 2, 3])
def test_a_mere_replication_never_raises_the_level(first, status):
    facts = [concluded("self", first)] if first else []
    before = level(*facts, has_materials=True)
    after = level(*facts, *([replication(status)] if status else []), has_materials=True)
    assert after == before == first


@pytest.mark.parametrize(
    "claim,about,status,has_materials,other",
    list(
        product(
            range(1, 6), ["origin", "replication"], STATUSES, [False, True],
            [None, "origin", "replication", "unconfirmed replication"],
        )
    ),
)  # fmt: skip
def test_levels_four_and_five(claim, about, status, has_materials, other):
    """Four: a confirmed independent evaluation, of the origin or of a replication. Five: a
    confirmed claim of five, manuals, a replication that runs, one evaluated independently."""
    facts = [concluded("independent", claim, confirmed=True, about=about)]
    if status:
        facts.append(replication(status))
    if other:
        facts.append(
            concluded(
                "independent", 4, "independent:2", confirmed=not other.startswith("un"),
                about=other.split()[-1],
            )
        )  # fmt: skip
    evaluated = (about == "replication" and claim >= 4) or other == "replication"
    assured = claim == 5 and has_materials and status in {"live", "sustained"} and evaluated
    counted = 5 if assured else min(claim, 4)
    if other in {"origin", "replication"}:
        counted = max(counted, 4)
    elif other:
        counted = max(counted, 3)
    found = derive_proof(facts, has_materials=has_materials)
    assert found.level == counted
    if claim == 5 and not assured:
        assert found.held_back[0].why in {"manuals", "replication", "replication_evaluated"}


def test_the_strongest_source_is_named_then_the_oldest():
    facts = [
        concluded("self", 3, "evaluation:1", "2019"),
        concluded("independent", 3, "independent:1", "2021", confirmed=True),
        concluded("peer", 3, "round:1", "2018"),
    ]
    assert derive_proof(facts, has_materials=False).because.fact.source == "independent:1"
    assert derive_proof(facts[::2], has_materials=False).because.fact.source == "round:1"


def test_the_order_of_facts_does_not_matter():
    facts = [
        concluded("independent", 5, "a", confirmed=True, about="replication"),
        concluded("users", 2, "b"),
        replication("live"),
    ]
    assert level(*facts, has_materials=True) == level(*facts[::-1], has_materials=True) == 5


def test_a_kind_that_is_not_known_counts_as_another_document():
    assert level(concluded("horoscope", 5)) == 1
