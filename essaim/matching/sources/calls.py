"""Open calls that speak of the need, or that help to take up one of its good answers."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.calls.models import Call
from essaim.common.money import show_euros
from essaim.common.privacy import mask_personal
from essaim.matching import filters, reasons
from essaim.matching.pipeline import Ranked
from essaim.matching.question import Question

from .deadline import too_late
from .registry import Answer, Asked, Section, Source

SHOWN = 5
SUMMARY_WORDS = 35


def shown(ranked: list[Ranked]) -> list[Ranked]:
    kept = [each for each in ranked if not each.dismissed]
    return kept[:SHOWN] + [each for each in ranked if each.dismissed]


def line(ranked: Ranked, question: Question, *, is_news: bool = False) -> Answer:
    call = ranked.obj
    values = {name: (value.value, value.facts) for name, value in ranked.values.items()}
    good, beware = reasons.why(values)
    if call.closes_at:
        beware += too_late(question, call.closes_at.astimezone(call.clock).date())
    return Answer(
        ranked.kind,
        call.pk,
        mask_personal(call.title),
        call.get_absolute_url(),
        Truncator(mask_personal(call.summary)).words(SUMMARY_WORDS),
        _line_of(call),
        score=round(ranked.score * 100),
        reasons=good,
        beware=beware,
        dismissed=ranked.dismissed,
        is_news=is_news,
    )


def _line_of(call: Call) -> str:
    parts = [str(call.get_kind_display()), call.organiser.name]
    if call.budget_cents:
        parts.append(_("budget : %(amount)s") % {"amount": show_euros(call.budget_cents)})
    if call.closes_at:
        local = call.closes_at.astimezone(call.clock)
        parts.append(
            _("ferme le %(day)s à %(hour)s")
            % {"day": date_format(local, "DATE_FORMAT"), "hour": date_format(local, "TIME_FORMAT")}
        )
    return " · ".join(parts)


def find(asked: Asked) -> Section:
    return Section(
        [
            line(each, asked.question, is_news=asked.is_news("call", each.obj.pk))
            for each in shown(asked.answers.calls)
        ],
        empty=_("Aucun appel ouvert aujourd’hui ne parle de ce besoin."),
        link=(_("Tous les appels"), reverse("calls:calls")),
    )


def title(pk: int, reader: Any) -> str | None:
    found = filters.calls().filter(pk=pk).values_list("title", flat=True).first()
    return mask_personal(found) if found else None


SOURCE = Source("call", gettext_lazy("Des appels ouverts"), find, order=32, title=title)
