"""The level on the page of evidence: which proof established it, what the next one needs."""

from types import SimpleNamespace

import pytest

from essaim.evaluations.evidence import level_of
from essaim.initiatives.models import Fact


def card(*facts, has_materials=False):
    rows = SimpleNamespace(all=lambda: list(facts))
    return SimpleNamespace(slug="une-fiche", facts=rows, has_materials=has_materials)


def concluded(kind, level, **value):
    value = {"kind": kind, "level": level, "title": f"Bilan {kind}", **value}
    return Fact(kind="evaluation_concluded", source=f"{kind}:1", value=value, on="2020")


@pytest.mark.parametrize("level", range(6))
def test_every_level_says_what_comes_next(level):
    confirmed = {"confirmed": True, "about": "replication"}
    running = Fact(kind="replication", source="r", value={"status": "live"}, on="2021")
    facts = {
        0: [],
        1: [concluded("users", 1)],
        2: [concluded("self", 2)],
        3: [concluded("self", 3)],
        4: [concluded("independent", 4, **confirmed)],
        5: [concluded("independent", 5, **confirmed), running],
    }[level]
    found = level_of(card(*facts, has_materials=True))
    assert found.number == level
    assert found.next_number == (level + 1 if level < 5 else None)
    assert bool(found.next_steps) == (level < 5)
    assert (found.because is None) == (level == 0)
    if level:
        assert found.because.title.startswith("Bilan")


def test_level_four_asks_for_an_independent_evaluation_never_a_mere_replication():
    replicated = Fact(kind="replication", source="r", value={"status": "live"}, on="2021")
    found = level_of(card(concluded("self", 3), replicated, has_materials=True))
    assert found.number == 3
    (step,) = found.next_steps
    assert "Une reprise seule ne suffit pas" in str(step.text)
    assert step.url == "/initiatives/une-fiche/preuves/independante"


def test_level_five_names_exactly_what_lacks():
    four = concluded("independent", 4, confirmed=True, about="origin")
    words = [str(step.text) for step in level_of(card(four)).next_steps]
    assert len(words) == 4
    assert "manuels et les outils" in words[0]
    running = Fact(kind="replication", source="r", value={"status": "sustained"}, on="2021")
    words = [str(s.text) for s in level_of(card(four, running, has_materials=True)).next_steps]
    assert len(words) == 2
    assert "reprise soit évalué" in words[0]


def test_what_claims_too_much_is_told_with_the_reason():
    found = level_of(card(concluded("independent", 4), concluded("users", 5)))
    assert found.number == 3
    assert {(h.claimed, h.proof.level) for h in found.held_back} == {(4, 3), (5, 2)}
    assert any("confirmer cette évaluation" in str(h.why) for h in found.held_back)


def test_a_report_that_waits_is_the_first_step():
    found = level_of(card(concluded("self", 3)), waiting=True)
    assert "attend d’être confirmé" in str(found.next_steps[0].text)
