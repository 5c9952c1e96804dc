"""A result point by point: what is missing, what to do, which schemes help, what has moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from essaim.initiatives.models import Initiative
from essaim.scaling.models import Answer, Diagnosis
from essaim.scaling.questions import QUESTIONS, Question
from essaim.scaling.suggestions import directory_address, schemes_for
from essaim.schemes.models import Scheme


@dataclass(frozen=True)
class Point:
    number: int
    question: Question
    wording: Any
    yes: bool | None  # None: not known, which is not yes
    answer: Answer | None = None
    schemes: Sequence[Scheme] = field(default_factory=list)
    directory: str = ""
    before: bool | None = None  # the answer of the diagnosis before, where there was one

    @property
    def has_moved(self) -> bool:
        return self.before is not None and self.before != self.yes


@dataclass(frozen=True)
class Result:
    points: list[Point]

    @property
    def ready(self) -> bool:
        return all(point.yes for point in self.points)

    @property
    def to_consolidate(self) -> list[Point]:
        return [point for point in self.points if not point.yes]

    @property
    def gained(self) -> list[Point]:
        return [point for point in self.points if point.has_moved and point.yes]

    @property
    def lost(self) -> list[Point]:
        return [point for point in self.points if point.has_moved and not point.yes]


def simulated(answers: Mapping[str, str], track: str) -> Result:
    """Of the anonymous simulator: « yes », « no » or « unknown » by key."""
    known = {"yes": True, "no": False}
    return _result({key: known.get(value) for key, value in answers.items()}, track)


def of(diagnosis: Diagnosis, card: Initiative, before: Diagnosis | None = None) -> Result:
    """``card``: loaded with its themes and territories."""
    answers = {answer.question: answer for answer in diagnosis.answers.all()}
    earlier = {answer.question: answer.answer for answer in before.answers.all()} if before else {}
    given = {key: answer.answer for key, answer in answers.items()}
    return _result(given, diagnosis.track, answers, earlier, card)


def _result(
    given: Mapping[str, bool | None],
    track: str,
    answers: Mapping[str, Answer] | None = None,
    before: Mapping[str, bool] | None = None,
    card: Initiative | None = None,
) -> Result:
    lacking = [question.key for question in QUESTIONS if not given.get(question.key)]
    schemes = schemes_for(lacking, track=track, card=card)
    return Result(
        [
            Point(
                number=number,
                question=question,
                wording=question.asked(track),
                yes=given.get(question.key),
                answer=(answers or {}).get(question.key),
                schemes=schemes.get(question.key, []),
                directory=directory_address(question.key, track=track),
                before=(before or {}).get(question.key),
            )
            for number, question in enumerate(QUESTIONS, start=1)
        ]
    )
