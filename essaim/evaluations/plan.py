"""The plan in its steps: which fields each holds, what is missing before it is frozen.

No database here: everything is read from the evaluation and its allocation as fetched.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .designs import CALCULATIONS, calculations, needs_draw
from .models import Design, Evaluation


@dataclass(frozen=True)
class Section:
    name: str  # of its address
    title: Any
    fields: tuple[str, ...]


SECTIONS = [
    Section("question", gettext_lazy("La question"), ("who", "what", "compared_with", "outcome", "period")),
    Section("mesure", gettext_lazy("La mesure"), (
        "indicator", "outcome_kind", "unit", "higher_is_better", "collected_by", "baseline", "education",
    )),
    Section("methode", gettext_lazy("La méthode"), ("design", "analysis", "clustered", "why_comparable")),
    Section("taille", gettext_lazy("Le nombre de personnes"), ("per_group", "cluster_size", "icc", "expected_effect")),
    Section("sous-groupes", gettext_lazy("Les sous-groupes"), ("subgroups",)),
    Section("calendrier", gettext_lazy("Le calendrier"), ("pretest_on", "starts_on", "posttest_on", "report_on")),
]  # fmt: skip
BY_NAME = {section.name: section for section in SECTIONS}
FIELDS = tuple(field for section in SECTIONS for field in section.fields)

# Without these there is no plan to hold to.
REQUIRED = ("who", "what", "outcome", "period", "indicator", "collected_by", "design", "analysis",
            "per_group", "starts_on", "posttest_on")  # fmt: skip


def _field(name: str) -> Any:
    return Evaluation._meta.get_field(name)


def label(field: str) -> str:
    return str(_field(field).verbose_name)


def plain(value: Any) -> Any:
    """As it is kept in the frozen plan."""
    if isinstance(value, (dt.date, Decimal)):
        return str(value)
    return list(value) if isinstance(value, (list, tuple)) else value


def snapshot(evaluation: Evaluation) -> dict[str, Any]:
    found = {field: plain(getattr(evaluation, field)) for field in FIELDS}
    return found | {"size_result": evaluation.size_result, "allocation": _draw(evaluation)}


def _draw(evaluation: Evaluation) -> dict[str, Any] | None:
    draw = getattr(evaluation, "allocation", None)
    if draw is None:
        return None
    return {"method": draw.method, "seed": draw.seed, "sha256": draw.sha256, "counts": draw.counts}


def shown(evaluation: Evaluation, field: str, value: Any = ...) -> str:
    """A value of the plan as people read it (the evaluation's own unless given)."""
    value = getattr(evaluation, field) if value is ... else value
    if field == "analysis":
        return str(CALCULATIONS[value].label) if value in CALCULATIONS else ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, dt.date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, (list, tuple)):
        return ", ".join(value)
    if isinstance(value, Decimal):
        return number_format(value.normalize())
    choices = dict(_field(field).flatchoices)
    return str(choices.get(value, value if value is not None else ""))


@dataclass(frozen=True)
class Line:
    field: str
    label: str
    text: str
    lacks: bool


@dataclass(frozen=True)
class Part:
    section: Section
    lines: list[Line]

    @property
    def lacks(self) -> bool:
        return any(line.lacks for line in self.lines)


def parts(evaluation: Evaluation) -> list[Part]:
    """The whole plan as its page shows it."""
    lacking = set(missing_fields(evaluation))
    return [
        Part(
            section,
            [
                Line(field, label(field), shown(evaluation, field), field in lacking)
                for field in section.fields
            ],
        )
        for section in SECTIONS
    ]


def missing_fields(evaluation: Evaluation) -> list[str]:
    found = [field for field in REQUIRED if getattr(evaluation, field) in (None, "", [])]
    if evaluation.design and evaluation.design != Design.BEFORE_AFTER:
        found += [f for f in ("compared_with",) if not getattr(evaluation, f)]
    if evaluation.design in {Design.COMPARISON, Design.MATCHED} and not evaluation.why_comparable:
        found.append("why_comparable")
    needed = CALCULATIONS.get(evaluation.analysis)
    if needed and "pre" in needed.needs and evaluation.pretest_on is None:
        found.append("pretest_on")
    return [field for field in FIELDS if field in found]


def missing(evaluation: Evaluation) -> list[str]:
    """What is still to be said before the plan can be frozen, in words."""
    found = [label(field) for field in missing_fields(evaluation)]
    if needs_draw(evaluation.design) and getattr(evaluation, "allocation", None) is None:
        found.append(_("le tirage au sort"))
    if evaluation.analysis and evaluation.analysis not in calculations(
        evaluation.design, evaluation.outcome_kind
    ):
        found.append(_("un calcul qui va avec la méthode et la mesure"))
    return found


def incoherences(evaluation: Evaluation) -> list[str]:
    """Dates out of order."""
    found = []
    dates = [(f, getattr(evaluation, f)) for f in BY_NAME["calendrier"].fields]
    known = [(f, day) for f, day in dates if day is not None]
    for (first, one), (second, other) in itertools.pairwise(known):
        if one > other:
            found.append(
                _("« %(first)s » vient après « %(second)s ».")
                % {"first": label(first), "second": label(second)}
            )
    return found


def first_lacking(evaluation: Evaluation) -> Section:
    """Where to go on writing."""
    for part in parts(evaluation):
        if part.lacks:
            return part.section
    return SECTIONS[0]
