"""Proven initiatives that answer the need."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from essaim.common.privacy import mask_personal
from essaim.initiatives.models import Initiative
from essaim.matching import reasons
from essaim.matching.pipeline import Ranked
from essaim.search.engine import Hit
from essaim.search.rows import Row

from .registry import Answer, Asked, Section, Source

SHOWN = 10
WORDS = 60  # of an address


def shown(ranked: list[Ranked]) -> list[Ranked]:
    """The first that were not set aside, then all that were."""
    kept = [each for each in ranked if not each.dismissed]
    return kept[:SHOWN] + [each for each in ranked if each.dismissed]


def line(ranked: Ranked, need: int | None = None) -> Answer:
    card = ranked.obj
    row = Row(card, Hit(card.pk, ranked.score), list(card.territories.all()))
    said = {name: (value.value, value.facts) for name, value in ranked.values.items()}
    good, beware = reasons.why(said, ranked.passage)
    if not ranked.good:
        beware.insert(0, _("Assez éloignée de ce besoin : ce n’est peut-être pas votre sujet."))
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
        contact=reverse("contributions:interest", args=[card.slug])
        + (f"?need={need}" if need is not None else ""),
    )


def find(asked: Asked) -> Section:
    ranked = asked.answers.initiatives
    answers = [line(each, asked.question.need) for each in shown(ranked)]
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


def bank(asked: Asked) -> str:
    query = {"q": Truncator(asked.question.text).words(WORDS, truncate="")}
    if asked.question.territory:
        query["territory"] = asked.question.territory.address
    return f"{reverse('search:bank')}?{urlencode(query)}"


def title(pk: int) -> str | None:
    found = Initiative.objects.published().filter(pk=pk).values_list("title", flat=True).first()
    return mask_personal(found) if found else None


SOURCE = Source(
    "initiative", gettext_lazy("Des initiatives qui y répondent"), find, order=10, title=title
)
