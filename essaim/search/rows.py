"""A line of results, made ready for the page.

A template that decides and translates twenty times over takes longer than the search itself:
lines are put together here, and what comes back on every page is made once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from essaim.common.money import euros
from essaim.common.privacy import mask_personal
from essaim.common.templatetags.essaim import partial_date
from essaim.initiatives.models import Initiative, Phase, Status
from essaim.search.engine import Hit
from essaim.search.reasons import Relation
from essaim.search.why import reasons
from essaim.territories.models import Territory

PLACES_SHOWN = 4


@dataclass(frozen=True)
class Row:
    """A card among results. Visitors read these lines: addresses and numbers typed in a text
    are masked."""

    card: Initiative
    hit: Hit
    territories: Sequence[Territory] = ()
    relation: Relation | None = None

    @property
    def url(self) -> str:
        return self.card.get_absolute_url()

    @property
    def title(self) -> str:
        return _masked(self.card.title, get_language())

    @property
    def summary(self) -> str:
        return _masked(self.card.summary, get_language())

    @property
    def phase(self) -> str:
        return _phase(self.card.phase, get_language())

    @property
    def badges(self) -> SafeString:
        """Phase, proof, and what a reader should beware of."""
        card = self.card
        check = "" if not card.is_stale else "old" if card.checked_on else "never"
        stopped = card.status == Status.STOPPED
        return _badges(card.phase, stopped, card.proof_level, check, get_language())

    @property
    def places(self) -> str:
        """The first territories, and how many more."""
        text = ", ".join(place.label for place in self.territories[:PLACES_SHOWN])
        more = len(self.territories) - PLACES_SHOWN
        if more <= 0:
            return text
        others = ngettext("et %(more)s autre territoire", "et %(more)s autres territoires", more)
        return f"{text} {others % {'more': more}}"

    @property
    def line(self) -> str:
        """Where, who, how much, when it was last checked."""
        card, language = self.card, get_language()
        parts: list[str] = [self.places]
        if card.holder:  # a name, in French whatever the page speaks
            parts.append(
                format_html('<span lang="fr">{}</span>', _masked(card.holder.name, language))
            )
        if card.first_year_cost is not None:
            parts.append(_("pour commencer : %(cost)s") % {"cost": euros(card.first_year_cost)})
        if card.checked_on:
            parts.append(_checked(card.checked_on, language))
        return format_html_join(" · ", "{}", ((part,) for part in parts if part))

    @property
    def why(self) -> SafeString:
        """The items of the list of reasons; empty where the whole bank is listed."""
        place = self.relation.text if self.relation else ""
        if self.hit.words or self.hit.by_meaning:
            masked = replace(self.hit, passage=mask_personal(self.hit.passage))
            return format_html_join("", "<li>{}</li>", ((text,) for text in reasons(masked, place)))
        return format_html("<li>{}</li>", place) if place else SafeString()


# --- made once for each wording; the language is part of what is asked ----------------
@lru_cache(maxsize=5000)
def _masked(text: str, language: str) -> str:
    return mask_personal(text)


@lru_cache(maxsize=20)
def _phase(phase: str, language: str) -> str:
    return _("phase : %(phase)s") % {"phase": Phase(phase).label}


@lru_cache(maxsize=1000)
def _checked(day: str, language: str) -> str:
    return _("dernière vérification : %(day)s") % {"day": partial_date(day)}


@lru_cache(maxsize=500)
def _badges(phase: str, stopped: bool, proof: int, check: str, language: str) -> SafeString:
    shown = [("blue-cumulus", _phase(phase, language))]
    if stopped:
        shown.append(("brown-opera", str(Status.STOPPED.label)))
    if proof:
        shown.append(("green-emeraude", _("preuve : niveau %(level)s sur 5") % {"level": proof}))
    else:
        shown.append(("no-icon", _("preuve non renseignée")))
    if check == "never":
        shown.append(("warning", _("jamais vérifiée")))
    elif check == "old":
        shown.append(("warning", _("non vérifiée depuis plus d’un an")))
    return format_html_join(
        " ", '<span class="fr-badge fr-badge--sm fr-badge--{}">{}</span>', shown
    )
