"""Which initiatives the catalogue offers, and how each is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.initiatives.models import Fact, Initiative, InitiativeQuerySet, Status
from essaim.scaling.models.strategy import Mode
from essaim.search.filters import touching
from essaim.territories.models import Territory
from essaim.themes.models import Theme

READY, PROVEN = "ready", "proven"
STANDARDS = {
    READY: gettext_lazy("fin prêtes : les six questions ont reçu un oui"),
    PROVEN: gettext_lazy("éprouvées, évaluées, et leur porteur accepte le changement d’échelle"),
}


@dataclass(frozen=True)
class Selection:
    territory: Territory | None = None
    themes: tuple[Theme, ...] = ()
    mode: str = ""
    standard: str = READY

    def cards(self) -> InitiativeQuerySet:
        """Published cards that pass every filter, by title."""
        cards = Initiative.objects.published()
        if self.standard == READY:
            ready = Fact.objects.filter(kind=Fact.Kind.READINESS, value__ready=True)
            cards = cards.filter(pk__in=ready.values("initiative"))
        else:
            cards = cards.filter(status=Status.PROVEN, consent_to_scale=True, proof_level__gte=1)
        if self.mode:
            chosen = Fact.objects.filter(kind=Fact.Kind.STRATEGY_CHOSEN, value__mode=self.mode)
            cards = cards.filter(pk__in=chosen.values("initiative"))
        if self.themes:
            tied = Initiative.themes.through.objects.filter(theme__in=self.themes)
            cards = cards.filter(pk__in=tied.values("initiative"))
        if self.territory:
            cards = cards.filter(pk__in=touching(self.territory))
        return cards.order_by("title", "pk")

    def query(self) -> str:
        """The same selection as an address: one spelling for each."""
        pairs = [("territory", self.territory.address)] if self.territory else []
        pairs += [("theme", theme.slug) for theme in self.themes]
        pairs += [("mode", self.mode)] if self.mode else []
        pairs += [("standard", self.standard)] if self.standard != READY else []
        return urlencode(pairs)

    def said(self) -> list[str]:
        """What the list hides, in words."""
        said = [str(STANDARDS[self.standard])]
        if self.territory:
            said.append(_("territoire : %(name)s") % {"name": self.territory.label})
        if self.themes:
            said.append(_("thèmes : %(names)s") % {"names": ", ".join(map(str, self.themes))})
        if self.mode:
            said.append(_("mode : %(name)s") % {"name": Mode(self.mode).label})
        return said


def for_catalogue(cards: InitiativeQuerySet) -> InitiativeQuerySet:
    """What an entry shows; a constant number of queries."""
    chosen = Fact.objects.filter(kind=Fact.Kind.STRATEGY_CHOSEN)
    return cards.for_list().prefetch_related(Prefetch("facts", chosen, to_attr="chosen_strategies"))


def mode_of(card: Any) -> str:
    """The chosen mode in words, if there is one."""
    values = [fact.value.get("mode", "") for fact in card.chosen_strategies]
    return str(next((Mode(value).label for value in values if value in Mode.values), ""))
