"""Public agents who know the place: by the rules of their own directory."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.sponsorship.matching import told, who_knows
from essaim.sponsorship.views.directory import name_for

from .registry import Answer, Asked, Section, Source

SHOWN = 3


def find(asked: Asked) -> Section:
    question = asked.question
    found = who_knows(question.territory, question.theme, limit=SHOWN)
    ask = reverse("sponsorship:ask")
    if question.need is not None:
        ask += f"?need={question.need}"
    return Section(
        [
            Answer(
                "sponsor",
                match.sponsor.pk,
                name_for(asked.reader, match.sponsor),
                match.sponsor.get_absolute_url(),
                line=f"{match.sponsor.employer.name} · {match.sponsor.territory.label}",
                reasons=[text[0].upper() + text[1:] + "." for text in told(match.reasons)],
            )
            for match in found
        ],
        intro=_("Un parrain répond en deux jours ouvrés, ou la demande passe à un autre.")
        if found
        else "",
        empty=_("Aucun parrain disponible ne connaît ce territoire ou ce thème pour le moment."),
        link=(_("Demander un parrain pour ce besoin"), ask),
    )


SOURCE = Source("sponsor", gettext_lazy("Des parrains qui connaissent le terrain"), find, order=50)
