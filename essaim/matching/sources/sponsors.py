"""Public agents who know the place: by the rules of their own directory."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.sponsorship.matching import Match, readers_language, told, who_knows
from essaim.sponsorship.models import Sponsor
from essaim.sponsorship.views.directory import name_for

from .registry import Answer, Asked, Section, Source

SHOWN = 3


def find(asked: Asked) -> Section:
    """The nearest, and those told to the author of late. Those set aside come after the others, as
    long as they could help."""
    question = asked.question
    aside = asked.keys_aside("sponsor")
    found = who_knows(question.territory, question.theme, reader=asked.reader)
    kept = [match for match in found if match.sponsor.pk not in aside]
    news = [match for match in kept[SHOWN:] if asked.is_news("sponsor", match.sponsor.pk)]
    kept = kept[:SHOWN] + news
    dismissed = [match for match in found if match.sponsor.pk in aside]
    ask = reverse("sponsorship:ask")
    if question.need is not None:
        ask += f"?need={question.need}"
    return Section(
        [_line(match, asked) for match in kept]
        + [_line(match, asked, dismissed=True) for match in dismissed],
        intro=_("Un parrain répond en deux jours ouvrés, ou la demande passe à un autre.")
        if kept
        else "",
        empty=_("Aucun parrain disponible ne connaît ce territoire ou ce thème pour le moment."),
        link=(_("Demander un parrain pour ce besoin"), ask),
    )


def _line(match: Match, asked: Asked, *, dismissed: bool = False) -> Answer:
    sponsor = match.sponsor
    beware = []
    if readers_language() not in sponsor.languages:
        beware.append(
            _("Parle : %(languages)s.") % {"languages": ", ".join(sponsor.language_names)}
        )
    return Answer(
        "sponsor",
        sponsor.pk,
        name_for(asked.reader, sponsor),
        sponsor.get_absolute_url(),
        line=f"{sponsor.employer.name} · {sponsor.territory.label}",
        reasons=[text[0].upper() + text[1:] + "." for text in told(match.reasons)],
        beware=beware,
        dismissed=dismissed,
        is_news=asked.is_news("sponsor", sponsor.pk),
    )


def title(pk: int, reader: Any) -> str | None:
    found = Sponsor.objects.visible_to(reader).for_list().filter(pk=pk).first()
    return name_for(reader, found) if found is not None else None


SOURCE = Source(
    "sponsor", gettext_lazy("Des parrains qui connaissent le terrain"), find, order=50, title=title
)
