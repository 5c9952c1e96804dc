"""Proven initiatives that answer the need."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from essaim.common.privacy import mask_personal
from essaim.initiatives.models import Initiative
from essaim.matching import reasons
from essaim.matching.models import Match
from essaim.matching.pipeline import Ranked
from essaim.matching.question import Question
from essaim.search.engine import Hit
from essaim.search.rows import Row

from .registry import Answer, Asked, Section, Source

SHOWN = 10
WORDS = 60  # of an address
NEW_FOR = dt.timedelta(days=30)


def shown(ranked: list[Ranked]) -> list[Ranked]:
    """The first that were not set aside, then all that were."""
    kept = [each for each in ranked if not each.dismissed]
    return kept[:SHOWN] + [each for each in ranked if each.dismissed]


def line(ranked: Ranked, question: Question, *, is_news: bool = False) -> Answer:
    card = ranked.obj
    row = Row(card, Hit(card.pk, ranked.score), list(card.territories.all()))
    said = {name: (value.value, value.facts) for name, value in ranked.values.items()}
    good, beware = reasons.why(said, ranked.passage)
    if not ranked.good:
        beware.insert(0, _("Assez éloignée de ce besoin : ce n’est peut-être pas votre sujet."))
    if question.has_tried(card.title):
        beware.insert(0, _("Le besoin dit qu’elle a déjà été essayée."))
    return Answer(
        ranked.kind,
        card.pk,
        row.title,
        row.url,
        row.summary,
        row.line,
        row.badges,
        round(ranked.score * 100),
        good,
        beware,
        dismissed=ranked.dismissed,
        is_news=is_news,
        contact=reverse("contributions:interest", args=[card.slug])
        + (f"?need={question.need}" if question.need is not None else ""),
    )


def find(asked: Asked) -> Section:
    ranked = asked.answers.initiatives
    told = news(asked.question.need)
    answers = [line(each, asked.question, is_news=each.obj.pk in told) for each in shown(ranked)]
    kept = sum(not each.dismissed for each in ranked)
    intro = ""
    if kept > SHOWN:
        intro = ngettext(
            "La meilleure parmi %(all)s qui en parlent.",
            "Les %(count)s meilleures parmi %(all)s qui en parlent.",
            SHOWN,
        ) % {"count": SHOWN, "all": kept}
    return Section(
        answers,
        intro,
        empty=_(
            "Aucune fiche de la banque ne parle de ce besoin. Il est compté parmi les besoins sans"
            " réponse, que lisent les animateurs ; vous serez prévenu si une fiche arrive."
            " Décrire le besoin en quelques phrases aide à trouver."
        ),
        link=(_("Chercher dans toute la banque"), bank(asked)),
    )


def news(need: int | None) -> set[int]:
    """Cards told as new answers of late."""
    since = timezone.now() - NEW_FOR
    rows = Match.objects.filter(need=need, is_news=True, found_at__gte=since)
    return set(rows.values_list("initiative", flat=True)) if need is not None else set()


def bank(asked: Asked) -> str:
    query = {"q": Truncator(asked.question.text).words(WORDS, truncate="")}
    if asked.question.territory:
        query["territory"] = asked.question.territory.address
    return f"{reverse('search:bank')}?{urlencode(query)}"


def title(pk: int, reader: Any) -> str | None:
    found = Initiative.objects.published().filter(pk=pk).values_list("title", flat=True).first()
    return mask_personal(found) if found else None


SOURCE = Source(
    "initiative", gettext_lazy("Des initiatives qui y répondent"), find, order=10, title=title
)
