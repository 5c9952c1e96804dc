"""What sponsors have learnt of such a need, told so that it serves again; for members."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.privacy import mask_personal
from essaim.sponsorship.lessons import lessons_about
from essaim.sponsorship.models import Advice

from .registry import Answer, Asked, Section, Source

SHOWN = 3
SUMMARY_WORDS = 60


def find(asked: Asked) -> Section | None:
    """None where nothing is known, and for visitors: their page is read by members."""
    question = asked.question
    found = list(lessons_about(asked.reader, question.territory, question.theme)[:SHOWN])
    if not found:
        return None
    return Section(
        [_line(each) for each in found],
        link=(_("Tout ce que les parrains ont appris"), reverse("sponsorship:lessons")),
    )


def _line(advice: Advice) -> Answer:
    request = advice.request
    about = [
        *([request.territory.label] if request.territory else []),
        *([str(request.theme)] if request.theme else []),
    ]
    query = urlencode({"q": advice.shared_title[:200]})
    return Answer(
        "lesson",
        advice.pk,
        mask_personal(advice.shared_title),
        f"{reverse('sponsorship:lessons')}?{query}",
        Truncator(mask_personal(advice.shared)).words(SUMMARY_WORDS),
        line=" · ".join(about),
    )


SOURCE = Source("lesson", gettext_lazy("Ce que des parrains en ont appris"), find, order=52)
