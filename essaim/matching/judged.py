"""Judged pairs, one a line of JSON: what is asked, a card, and how relevant it is.

    {"need": "…", "territory": "epci:200000172", "external_id": "demo:enerterre", "relevance": 3}

``territory``, ``theme`` (slug) and ``means`` (euros for a first year) may be left out. Relevance
goes from 0 (not at all) to 3 (exactly). Lines with the same question are one question.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from essaim.initiatives.models import Initiative
from essaim.matching import features, pipeline
from essaim.matching.metrics import Measured, mean, measure
from essaim.matching.question import Question
from essaim.matching.weights import Weights
from essaim.territories.models import Territory
from essaim.themes.models import Theme

MOST_RELEVANT = 3
Asked = tuple[str, str, str, str]


@dataclass
class Judgements:
    questions: dict[Asked, dict[str, int]] = field(default_factory=dict)
    errors: list[tuple[int, str]] = field(default_factory=list)  # (line, what is wrong)
    pairs: int = 0


@dataclass(frozen=True)
class Evaluation:
    weights: Weights
    mean: Measured
    by_question: list[Measured]


def read(lines: Iterable[str]) -> Judgements:
    """Every line that can be understood; the others are named. A pair judged twice is an error."""
    found = Judgements()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            asked, name, relevance = _pair(json.loads(line))
        except (ValueError, InvalidOperation) as error:
            found.errors.append((number, str(error)))
            continue
        known = found.questions.setdefault(asked, {})
        if name in known:
            found.errors.append((number, _("Ce couple est jugé deux fois.")))
            continue
        known[name] = relevance
        found.pairs += 1
    return found


def _pair(given: Any) -> tuple[Asked, str, int]:
    if not isinstance(given, dict):
        raise ValueError(_("Un objet JSON est attendu."))
    need, name = given.get("need"), given.get("external_id")
    if not (isinstance(need, str) and need.strip() and isinstance(name, str) and name):
        raise ValueError(_("Il faut « need » et « external_id », des textes."))
    relevance = given.get("relevance")
    if not isinstance(relevance, int) or isinstance(relevance, bool):
        raise ValueError(_("« relevance » est un entier de 0 à 3."))
    if not 0 <= relevance <= MOST_RELEVANT:
        raise ValueError(_("« relevance » est un entier de 0 à 3."))
    means = given.get("means")
    if means is not None:
        means = Decimal(str(means))
        if not means.is_finite() or means < 0:
            raise ValueError(_("« means » est un nombre positif."))
    territory, theme = (str(given.get(key) or "") for key in ("territory", "theme"))
    return (
        (need.strip(), territory, theme, str(means) if means is not None else ""),
        name,
        relevance,
    )


def questions(judged: Judgements) -> dict[Asked, Question]:
    """Read from the database; a territory or theme that nobody knows is an error of its own."""
    found = {}
    for asked in judged.questions:
        text, address, slug, means = asked
        territory = Territory.objects.by_code(address).first() if address else None
        theme = Theme.objects.filter(slug=slug).first() if slug else None
        if address and territory is None:
            judged.errors.append((0, _("Aucun territoire « %s ».") % address))
        if slug and theme is None:
            judged.errors.append((0, _("Aucun thème « %s ».") % slug))
        found[asked] = Question(text, territory, theme, Decimal(means) if means else None)
    return found


def unknown(judged: Judgements) -> list[str]:
    """Cards that were judged and that the bank does not have: they can only be missed."""
    names = {name for known in judged.questions.values() for name in known}
    there = Initiative.objects.published().filter(external_id__in=names)
    return sorted(names - set(there.values_list("external_id", flat=True)))


def evaluate(
    judged: Judgements, asked: dict[Asked, Question], used: list[Weights]
) -> list[Evaluation]:
    """Each set of weights on the same questions; those without a relevant answer are left out."""
    results: list[list[Measured]] = [[] for _each in used]
    for key, known in judged.questions.items():
        if not any(known.values()):
            continue
        around = features.surroundings(asked[key])
        for place, weights in enumerate(used):
            ranked = pipeline.rank_cards(asked[key], weights, around=around)
            results[place].append(measure([each.obj.external_id for each in ranked], known))
    return [
        Evaluation(weights, mean(found), found)
        for weights, found in zip(used, results, strict=True)
        if found
    ]
