"""docs/matching.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from essaim.matching import weights
from essaim.matching.models import ABOUT, Category

PAGE = (Path(__file__).parents[2] / "docs" / "matching.md").read_text()


def table(heading: str) -> dict[str, float]:
    part = re.split(r"\n##+ ", PAGE.split(f"### {heading}\n")[1])[0]
    return {name: float(value) for name, value in re.findall(r"\| `(\w+)` \| ([\d.]+) \|", part)}


def test_the_weights_are_those_of_the_code() -> None:
    assert table("Initiatives") == {n: f.weight for n, f in weights.INITIATIVE.items()}
    assert table("Calls") == {n: f.weight for n, f in weights.CALL.items()}
    assert table("Schemes") == {n: f.weight for n, f in weights.SCHEME.items()}


def test_the_thresholds_are_those_of_the_settings() -> None:
    given = settings.MATCHING
    for said in (
        f"the {given['candidates']} closest cards ({given['schemes']} schemes, {given['calls']} calls)",
        f"kept from a closeness of {given['close']:.2f}",
        f"closeness of at least {given['good']:.2f}",
        f"closeness of {given['cluster']:.2f}",
        f"one of the {given['similar']} territories",
        f"weighs {given['dismissal_step']:.0%} more".replace("%", " %"),
        f"The latest {given['board_needs']:,}",
        f'RETENTION["shown_answers"]` days ({settings.RETENTION["shown_answers"]})',
    ):
        assert said in PAGE, said
    assert (given["dismissed"], given["dismissal_most"]) == (0.2, 2.0)  # « a fifth », « twice »
    assert (given["words"], given["good_words"]) == (0.5, 0.75)  # « half », « three quarters »


def test_every_reason_says_its_feature() -> None:
    part = PAGE.split("| reason | feature |")[1].split("\n\n")[0]
    assert re.findall(r"`(\w+)`", part) == [ABOUT[c] for c in Category if c in ABOUT]
