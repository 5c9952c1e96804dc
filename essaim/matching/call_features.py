"""Third step, for open calls: what counts for who has a need. A few queries whatever their number.

A call of another place is left out, as a scheme is; one that does not admit this kind of
organisation stays, said so: a partner may apply.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from essaim.calls.models import Call
from essaim.common.privacy import mask_personal
from essaim.territories.models import Containment

from .candidates import Candidate
from .features import Values, said
from .question import Question
from .scoring import Value

EVERYWHERE = 0.7
# Days before the closing, and what they are worth: steps, so that what is shown and kept does not
# change every day.
TIME = ((21, 1.0), (7, 0.5), (0, 0.2))


def of_calls(
    question: Question, candidates: Sequence[Candidate], cards: Mapping[int, Any]
) -> dict[int, Values]:
    """``cards``: the good answers among initiatives, by key."""
    keys = [each.key for each in candidates]
    helped = _taken_up(keys, cards)
    above = _above(question)
    found: dict[int, Values] = {}
    for each in candidates:
        call = each.obj
        values = said(each, question)
        if above is not None:
            named = list(call.territories.all())
            reached = [place for place in named if place.pk in above]
            if named and not reached:
                continue
            values["place"] = Value(
                1.0 if reached else EVERYWHERE,
                {"places": sorted(place.label for place in reached)},
            )
        if question.applicant:
            admitted = not call.applicant_kinds or question.applicant in call.applicant_kinds
            values["applicant"] = Value(float(admitted), {"kinds": list(call.applicant_kinds)})
        titles = helped.get(each.key, [])
        values["takes_up"] = Value(float(bool(titles)), {"cards": titles})
        values["time"] = _time(call)
        found[each.key] = values
    return found


def _taken_up(keys: Sequence[int], cards: Mapping[int, Any]) -> dict[int, list[str]]:
    """Titles of the good answers that each call helps to take up, best first."""
    if not keys or not cards:
        return {}
    order = {pk: number for number, pk in enumerate(cards)}
    rows = Call.initiatives.through.objects.filter(call__in=keys, initiative__in=list(cards))
    found: dict[int, list[int]] = defaultdict(list)
    for call, card in rows.values_list("call", "initiative"):
        found[call].append(card)
    return {
        call: [mask_personal(cards[pk].title) for pk in sorted(pks, key=order.__getitem__)]
        for call, pks in found.items()
    }


def _above(question: Question) -> set[int] | None:
    """The territory of the need and all that contains it, groups too; None where it has none."""
    if question.territory is None:
        return None
    rows = Containment.objects.filter(descendant=question.territory.pk)
    return {question.territory.pk, *rows.values_list("ancestor", flat=True)}


def _time(call: Call) -> Value:
    if call.closes_at is None:  # an open call always has one
        return Value(0.0, {"closes": ""})
    left = (call.closes_at - timezone.now()).days
    worth = next((value for days, value in TIME if left >= days), 0.0)
    return Value(worth, {"closes": call.closes_at.astimezone(call.clock).date().isoformat()})
