"""What a need asks: the one place that reads a need for matching, and nothing personal in it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from essaim.common.personal_data import mask_personal_data
from essaim.common.text import fold
from essaim.needs.models import Need
from essaim.territories.models import Territory
from essaim.themes.models import Theme

# A shorter title is a word like others.
SHORTEST_TITLE = 6
# How what is invented is labelled, in needs as in cards: it says nothing of either.
_LABEL = re.compile(r"\([^()]{0,60}\bfictifs?\b[^()]{0,60}\)", re.IGNORECASE)


def bare(text: str) -> str:
    """The text without personal data and without labels."""
    return _LABEL.sub(" ", mask_personal_data(text, " "))


@dataclass(frozen=True)
class Question:
    """``means``: euros that the need says it has for a first year, where it says so."""

    text: str
    territory: Territory | None = None
    theme: Theme | None = None
    means: Decimal | None = None
    deadline: dt.date | None = None
    need: int | None = None  # None: asked without a need (evaluation)
    version: int = 0
    tried: str = ""  # what was tried, in the words of the need; no part of what is kept
    applicant: str = ""  # kind of the organisation that states the need, "" where it is nobody's

    def has_tried(self, title: str) -> bool:
        """Whether what was tried names this card, accents and signs apart."""
        named = fold(title)
        return len(named) >= SHORTEST_TITLE and f" {named} " in f" {fold(self.tried)} "

    def kept(self) -> dict[str, Any]:
        """As it is kept with the answers shown: the words stay in the need, which is erasable."""
        return {
            "version": self.version,
            "territory": self.territory.address if self.territory else "",
            "theme": self.theme.slug if self.theme else "",
            "means": str(self.means) if self.means is not None else "",
            "applicant": self.applicant,
        }


def read(need: Need) -> Question:
    """Its words and for whom it is; names, addresses and numbers say nothing of a need: they are
    left out. The means are the most that it says could be found."""
    said = " ".join(filter(None, [need.text, need.for_whom]))
    return Question(
        text=bare(said),
        territory=need.place,
        theme=need.theme,
        means=need.budget_max if need.budget_max is not None else need.budget_min,
        deadline=need.needed_by,
        need=need.pk,
        version=need.version,
        tried=bare(need.tried),
        applicant=need.organisation.kind if need.organisation else "",
    )
