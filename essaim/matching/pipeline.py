"""filters → candidates → features → score: ranked answers, with all they were ranked by.

``reasons`` puts them in words when they are shown; ``actions.shown`` keeps what was shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import call_features, candidates, features, weights
from .features import Surroundings, Values
from .models import ABOUT, Category, Dismissal
from .question import Question
from .scoring import score
from .weights import Weights


@dataclass(frozen=True)
class Ranked:
    """One answer: its score from 0 to 1 and the values it was made of."""

    kind: str
    obj: Any
    score: float
    values: Values
    passage: str = ""
    good: bool = False
    dismissed: bool = False

    def kept(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "id": self.obj.pk,
            "score": self.score,
            "dismissed": self.dismissed,
            "values": {
                name: [round(value.value, 4), value.facts] for name, value in self.values.items()
            },
        }


@dataclass(frozen=True)
class Answers:
    question: Question
    initiatives: list[Ranked]
    schemes: list[Ranked]
    calls: list[Ranked]
    weights: dict[str, Weights]
    around: Surroundings = field(default_factory=Surroundings)


@dataclass(frozen=True)
class SetAside:
    """What was said of earlier answers to the need."""

    answers: frozenset[tuple[str, int]] = frozenset()
    features: Mapping[str, int] = field(default_factory=dict)  # how often each was the reason


def set_aside(question: Question) -> SetAside:
    if question.need is None:
        return SetAside()
    rows = Dismissal.objects.filter(need=question.need).values_list("kind", "object_id", "category")
    counts: dict[str, int] = {}
    answers = set()
    for kind, object_id, category in rows:
        answers.add((kind, object_id))
        if kind not in weights.TABLES:  # a pool, a sponsor: nothing there is weighed
            continue
        if about := ABOUT.get(Category(category)):
            counts[about] = counts.get(about, 0) + 1
    return SetAside(frozenset(answers), counts)


def answer(question: Question) -> Answers:
    """The whole pipeline for one need, under the weights in force."""
    aside = set_aside(question)
    around = features.surroundings(question)
    used = {kind: weights.current(kind).adjusted(aside.features) for kind in weights.TABLES}
    cards = rank_cards(question, used["initiative"], aside, around)
    return Answers(
        question,
        cards,
        rank_schemes(question, used["scheme"], aside),
        rank_calls(question, used["call"], aside, cards),
        used,
        around,
    )


def rank_cards(
    question: Question,
    used: Weights,
    aside: SetAside | None = None,
    around: Surroundings | None = None,
) -> list[Ranked]:
    found = candidates.cards(question)
    if around is None:
        around = features.surroundings(question)
    return _ranked("initiative", found, features.of_cards(question, found, around), used, aside)


def rank_schemes(question: Question, used: Weights, aside: SetAside | None = None) -> list[Ranked]:
    found = candidates.schemes(question)
    return _ranked("scheme", found, features.of_schemes(question, found), used, aside)


def rank_calls(
    question: Question,
    used: Weights,
    aside: SetAside | None = None,
    cards: Sequence[Ranked] = (),
) -> list[Ranked]:
    """``cards``: those ranked for the same need; a call may help to take up the good ones."""
    good = {each.obj.pk: each.obj for each in cards if each.good and not each.dismissed}
    found = candidates.calls(question, good)
    return _ranked("call", found, call_features.of_calls(question, found, good), used, aside)


def _ranked(
    kind: str,
    found: Sequence[candidates.Candidate],
    values: Mapping[int, Values],
    used: Weights,
    aside: SetAside | None,
) -> list[Ranked]:
    """Best first; equals in the order of their keys, so that the order is always the same."""
    dismissed = aside.answers if aside else frozenset()
    ranked = []
    for each in found:
        own = values.get(each.key)
        if own is None:
            continue
        out = (kind, each.key) in dismissed
        # Rounded first: what is kept gives the very same score.
        numbers = {name: round(value.value, 4) for name, value in own.items()}
        ranked.append(
            Ranked(
                kind,
                each.obj,
                score(numbers, used.values, dismissed=out),
                own,
                each.found.passage,
                good=candidates.is_good(each.found),
                dismissed=out,
            )
        )
    return sorted(ranked, key=lambda one: (one.dismissed, -one.score, one.obj.pk))
