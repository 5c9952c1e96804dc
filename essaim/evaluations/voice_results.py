"""What users answered: counts, shares with Wilson's interval, and what they cannot show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.statistics.cells import hidden_cells

from .models import Question, Response, Survey, SurveyState
from .voice_templates import choices_of

FEW = 30  # answers below which an interval is wide enough to be said
LOW_RATE = 0.5


def counted(survey: Survey) -> dict[str, Any]:
    """Of the answers as they are: numbers only, so that they outlive the answers.

    Below the minimum nothing but the number of answers is kept.
    """
    rows = list(Response.objects.filter(survey=survey).values_list("channel", "answers"))
    found: dict[str, Any] = {
        "answers": len(rows),
        "channels": dict(Counter(channel for channel, _answers in rows)),
        "questions": {},
    }
    if len(rows) < survey.minimum:
        return found
    for question in survey.questions.all():
        given = [answers[question.name] for _channel, answers in rows if question.name in answers]
        told: dict[str, Any] = {"n": len(given)}
        if question.kind != Question.Kind.TEXT:
            told["counts"] = dict(Counter(map(str, given)))
        found["questions"][str(question.position)] = told
    return found


@dataclass(frozen=True)
class Line:
    """One answer proposed: how many gave it, their share and its 95 % interval (percent).

    ``hidden``: a cell of too few people, or one that would give it away; its figures are zero.
    """

    text: Any
    count: int
    share: float
    low: float
    high: float
    hidden: bool = False

    @property
    def width(self) -> int:
        """Of its bar, of a hundred."""
        return round(self.share)


@dataclass(frozen=True)
class Told:
    question: Question
    n: int
    lines: list[Line]
    hidden: bool  # too few answered this one

    @property
    def has_hidden_lines(self) -> bool:
        return any(line.hidden for line in self.lines)


@dataclass(frozen=True)
class Results:
    answers: int
    channels: list[tuple[Any, int]]
    rate: int | None  # percent of those asked
    enough: bool
    questions: list[Told]
    limits: list[str]


def results_of(survey: Survey, *, whole: bool) -> Results:
    """From the counts kept at the closing; while answers enter, their number alone. ``whole`` for
    the team, else with small cells hidden."""
    kept = survey.counts or _number_only(survey)
    answers = kept["answers"]
    enough = answers >= survey.minimum and survey.state not in {
        SurveyState.DRAFT,
        SurveyState.OPEN,
        SurveyState.ABANDONED,
    }
    rate = min(100, round(100 * answers / survey.invited)) if survey.invited else None
    labels = dict(Response.Channel.choices)
    channels = sorted(kept["channels"].items())
    if not whole and _hidden([number for _name, number in channels]):
        channels = []
    return Results(
        answers=answers,
        channels=[(labels[name], number) for name, number in channels],
        rate=rate,
        enough=enough,
        questions=[_told(q, kept, survey, whole=whole) for q in survey.questions.all()]
        if enough
        else [],
        limits=_limits(survey, answers, rate) if enough else [],
    )


def _number_only(survey: Survey) -> dict[str, Any]:
    channels = Counter(Response.objects.filter(survey=survey).values_list("channel", flat=True))
    return {"answers": sum(channels.values()), "channels": dict(channels)}


def _hidden(counts: list[int]) -> set[int]:
    return hidden_cells(counts, settings.EVALUATIONS["smallest_answer_cell"])


def _told(question: Question, kept: dict[str, Any], survey: Survey, *, whole: bool) -> Told:
    from essaim.statistics.effects import wilson

    found = kept["questions"].get(str(question.position), {"n": 0})
    n = found["n"]
    hidden = n < survey.minimum
    if hidden or question.kind == Question.Kind.TEXT:
        return Told(question, n, [], hidden)
    lines = []
    choices = choices_of(question)
    counts = [found["counts"].get(value, 0) for value, _text in choices]
    masked = set() if whole else _hidden(counts)
    for place, ((_value, text), count) in enumerate(zip(choices, counts, strict=True)):
        if place in masked:
            lines.append(Line(text, 0, 0.0, 0.0, 0.0, hidden=True))
            continue
        effect = wilson(count, n)
        low, high = effect.ci_low or 0.0, effect.ci_high or 0.0
        lines.append(Line(text, count, 100 * count / n, 100 * low, 100 * high))
    return Told(question, n, lines, hidden=False)


def _limits(survey: Survey, answers: int, rate: int | None) -> list[str]:
    """From the numbers, whatever the team writes beside them."""
    told = [
        _(
            "Ces réponses disent ce que des personnes ont vécu ; elles ne mesurent pas un effet :"
            " il faudrait le mesurer avant et après, et comparer."
        )
    ]
    if answers < FEW:
        told.append(
            ngettext(
                "%(count)s réponse seulement : les intervalles sont larges.",
                "%(count)s réponses seulement : les intervalles sont larges.",
                answers,
            )
            % {"count": answers}
        )
    if rate is None:
        told.append(
            _(
                "On ne sait pas combien de personnes pouvaient répondre : celles qui ont répondu ne ressemblent peut-être pas aux autres."
            )
        )
    elif rate < 100 * LOW_RATE:
        told.append(
            _(
                "Part des personnes interrogées qui ont répondu : %(rate)s %%. Les autres pensent"
                " peut-être autrement."
            )
            % {"rate": rate}
        )
    told.append(
        _(
            "Celles et ceux qui sont partis ou ne sont jamais venus n’ont pas été entendus, sauf si l’équipe dit comment elle les a retrouvés."
        )
    )
    return told
