"""Support schemes, from the same index."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.privacy import mask_personal
from essaim.matching import reasons
from essaim.matching.pipeline import Ranked
from essaim.matching.question import Question
from essaim.schemes.models import Scheme
from essaim.search.text import plain

from .deadline import too_late
from .registry import Answer, Asked, Section, Source

SHOWN = 5
SUMMARY_WORDS = 35


def shown(ranked: list[Ranked]) -> list[Ranked]:
    kept = [each for each in ranked if not each.dismissed]
    return kept[:SHOWN] + [each for each in ranked if each.dismissed]


def line(ranked: Ranked, question: Question, *, is_news: bool = False) -> Answer:
    scheme = ranked.obj
    said = {name: (value.value, value.facts) for name, value in ranked.values.items()}
    good, beware = reasons.why(said)
    if (window := scheme.next_window) is not None:
        opened = window.is_open(timezone.localdate())
        beware += too_late(question, window.closes_on if opened else window.opens_on, now=opened)
    return Answer(
        ranked.kind,
        scheme.pk,
        mask_personal(scheme.title),
        scheme.get_absolute_url(),
        Truncator(mask_personal(plain(scheme.description))).words(SUMMARY_WORDS),
        ", ".join(scheme.funders),
        score=round(ranked.score * 100),
        reasons=good,
        beware=beware,
        dismissed=ranked.dismissed,
        is_news=is_news,
    )


def find(asked: Asked) -> Section:
    return Section(
        [
            line(each, asked.question, is_news=asked.is_news("scheme", each.obj.pk))
            for each in shown(asked.answers.schemes)
        ],
        empty=_("Aucun dispositif de l’annuaire ne parle de ce besoin."),
        link=(_("Tout l’annuaire des dispositifs"), reverse("schemes:list")),
    )


def title(pk: int, reader: Any) -> str | None:
    found = Scheme.objects.published().filter(pk=pk).values_list("title", flat=True).first()
    return mask_personal(found) if found else None


SOURCE = Source("scheme", gettext_lazy("Des dispositifs de soutien"), find, order=30, title=title)
