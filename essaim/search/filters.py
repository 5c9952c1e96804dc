"""What a reader asks of the bank: applied to the cards, shown as chips, written as a link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.money import euros
from essaim.initiatives.models import Initiative, InitiativeQuerySet, Phase, Track
from essaim.people.models import OrganisationKind
from essaim.territories.models import Territory
from essaim.themes.models import Audience, Theme

SORTS = {
    "relevance": gettext_lazy("Pertinence"),
    "recent": gettext_lazy("Les plus récentes"),
    "proven": gettext_lazy("Les mieux éprouvées"),
    "checked": gettext_lazy("Vérifiées récemment"),
    "title": gettext_lazy("Titre"),
}
# The last key makes every order total, so that a card is never on two pages or on none.
ORDERS = {
    "recent": ("-published_at", "-pk"),
    "proven": ("-proof_level", "-published_at", "-pk"),
    "checked": ("-checked_on", "-pk"),
    "title": ("slug", "pk"),
}


@dataclass(frozen=True)
class Chip:
    label: str
    url: str  # the same search without it


@dataclass(frozen=True)
class Criteria:
    """One search. Values of one filter are alternatives; filters add up."""

    text: str = ""
    territory: Territory | None = None
    themes: tuple[Theme, ...] = ()
    track: str = ""
    phases: tuple[str, ...] = ()
    audiences: tuple[Audience, ...] = ()
    holders: tuple[str, ...] = ()
    proof: int = 0  # at least
    cost_min: Decimal | None = None
    cost_max: Decimal | None = None
    materials: bool = False
    sort: str = ""

    # --- the cards -------------------------------------------------------------------
    @property
    def order(self) -> str:
        """The sort in force: relevance means nothing without words."""
        if self.sort and (self.text or self.sort != "relevance"):
            return self.sort
        return "relevance" if self.text else "recent"

    @property
    def is_filtered(self) -> bool:
        return any(True for _name, _value in self._filters())

    def cards(self) -> InitiativeQuerySet:
        """Published cards that pass every filter; the text is the engine's business.

        Published only, whoever reads: a draft is found from its author's own pages.
        """
        cards = self._of_their_own(Initiative.objects.published())
        for keys in self._links():
            cards = cards.filter(pk__in=keys)
        return cards

    def keys(self) -> QuerySet[Any]:
        """Keys of the cards that pass every filter, for the engine: it holds published cards
        only, so that cards are read for a filter on themselves alone."""
        links = self._links()
        if not links or self._of_their_own(Initiative.objects.all()).query.where:
            return self.cards()
        first, *others = links
        for keys in others:
            first = first.filter(initiative__in=keys)
        return first

    def _links(self) -> list[QuerySet[Any]]:
        """Keys of the cards tied to each list that is filtered on."""
        links = [touching(self.territory)] if self.territory else []
        if self.themes:
            links.append(_linked("themes", self.themes))
        if self.audiences:
            links.append(_linked("audiences", self.audiences))
        return links

    def _of_their_own(self, cards: InitiativeQuerySet) -> InitiativeQuerySet:
        """Those of these cards whose own columns pass."""
        if self.track:
            cards = cards.filter(track=self.track)
        if self.phases:
            cards = cards.filter(phase__in=self.phases)
        if self.holders:
            cards = cards.filter(holder__kind__in=self.holders)
        if self.proof:
            cards = cards.filter(proof_level__gte=self.proof)
        if self.cost_min is not None:
            cards = cards.filter(first_year_cost__gte=self.cost_min)
        if self.cost_max is not None:
            cards = cards.filter(first_year_cost__lte=self.cost_max)
        if self.materials:
            cards = cards.filter(has_materials=True)
        return cards

    # --- the link ---------------------------------------------------------------------
    def _filters(self) -> Iterator[tuple[str, str]]:
        """Parameter and value of each filter in force, as the form reads them."""
        if self.territory:
            yield "territory", self.territory.address
        for theme in self.themes:
            yield "theme", theme.slug
        if self.track:
            yield "track", self.track
        for phase in self.phases:
            yield "phase", phase
        for audience in self.audiences:
            yield "audience", audience.slug
        for holder in self.holders:
            yield "holder", holder
        if self.proof:
            yield "proof", str(self.proof)
        if self.cost_min is not None:
            yield "cost_min", f"{self.cost_min:f}"
        if self.cost_max is not None:
            yield "cost_max", f"{self.cost_max:f}"
        if self.materials:
            yield "materials", "1"

    def pairs(self) -> list[tuple[str, str]]:
        """Parameters and values of the search: one spelling for one search, no empty field."""
        pairs = [("q", self.text)] if self.text else []
        pairs += self._filters()
        if self.sort:
            pairs.append(("sort", self.sort))
        return pairs

    @property
    def query_string(self) -> str:
        return urlencode(self.pairs())

    def url(self) -> str:
        return reverse("search:bank") + (f"?{query}" if (query := self.query_string) else "")

    def page_url(self, number: int) -> str:
        if number == 1:
            return self.url()
        return f"{reverse('search:bank')}?{urlencode([*self.pairs(), ('page', number)])}"

    @property
    def bare(self) -> Criteria:
        """The same text, no filter."""
        return Criteria(text=self.text, sort=self.sort)

    def sorted_by(self, order: str) -> Criteria:
        return replace(self, sort=order)

    # --- the chips ---------------------------------------------------------------------
    def without(self, name: str, value: Any = None) -> Criteria:
        """The same search without one filter, or without one of its values."""
        if name == "cost":
            return replace(self, cost_min=None, cost_max=None)
        kept: Any = _defaults[name]
        if value is not None:
            kept = tuple(v for v in getattr(self, name) if v != value)
        return replace(self, **{name: kept})

    def only(self, name: str) -> Criteria:
        """One filter of this search, and nothing else."""
        names = ("cost_min", "cost_max") if name == "cost" else (name,)
        return Criteria(**{name: getattr(self, name) for name in names})

    def chips(self) -> list[Chip]:
        return [
            Chip(label, self.without(name, value).url()) for name, value, label in self._labels()
        ]

    def _labels(self) -> Iterator[tuple[str, Any, str]]:
        """(filter, value where there may be several, words for it) of each filter in force."""
        if self.territory:
            yield "territory", None, self.territory.label
        for theme in self.themes:
            yield "themes", theme, str(theme)
        if self.track:
            yield "track", None, str(Track(self.track).label)
        for phase in self.phases:
            yield "phases", phase, _("phase : %(phase)s") % {"phase": Phase(phase).label}
        for audience in self.audiences:
            yield "audiences", audience, str(audience)
        for holder in self.holders:
            yield "holders", holder, str(OrganisationKind(holder).label)
        if self.proof:
            yield "proof", None, _("preuve : niveau %(level)s au moins") % {"level": self.proof}
        if self.cost_min is not None or self.cost_max is not None:
            yield "cost", None, self._cost_label()
        if self.materials:
            yield "materials", None, _("matériel réutilisable")

    def _cost_label(self) -> str:
        low, high = euros(self.cost_min), euros(self.cost_max)
        if low and high:
            return _("de %(low)s à %(high)s") % {"low": low, "high": high}
        if low:
            return _("à partir de %(low)s") % {"low": low}
        return _("jusqu’à %(high)s") % {"high": high}

    def groups(self) -> list[tuple[str, str]]:
        """Each filter in force once, with the words of all its values."""
        words: dict[str, list[str]] = {}
        for name, _value, label in self._labels():
            words.setdefault(name, []).append(label)
        return [(name, ", ".join(labels)) for name, labels in words.items()]


_defaults: dict[str, Any] = {field.name: field.default for field in fields(Criteria)}


def touching(territory: Territory) -> QuerySet[Any]:
    """Ids of the cards that run inside the territory, or apply to it because they cover it,
    even in part."""
    places = Territory.objects.keys_touching(territory)
    return Initiative.territories.through.objects.filter(territory__in=places).values("initiative")


def _linked(relation: str, terms: tuple[Theme, ...] | tuple[Audience, ...]) -> QuerySet[Any]:
    """Ids of the cards tied to one of these terms; a subquery, so that no card comes twice."""
    field = getattr(Initiative, relation)
    column = field.field.m2m_reverse_field_name()
    return field.through.objects.filter(**{f"{column}__in": terms}).values("initiative")
