"""Nothing found: what to drop or widen, with what it would find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from essaim.search.filters import Criteria
from essaim.search.results import total
from essaim.territories.models import Territory


@dataclass(frozen=True)
class Relaxation:
    label: str
    url: str
    count: int


def relaxations(criteria: Criteria) -> list[Relaxation]:
    """What to drop or widen so that an empty search finds something, with what it would find."""
    proposals: list[tuple[str, Criteria]] = []
    for name, words in criteria.groups():
        if name == "territory":
            proposals += _wider(criteria)
        proposals.append((_("sans le filtre « %s »") % words, criteria.without(name)))
    if len(criteria.groups()) > 1:
        proposals.append((_("sans aucun filtre"), criteria.bare))
    if criteria.text and criteria.is_filtered:
        proposals.append((_("sans le texte"), replace(criteria, text="")))
    found = _counted(proposals)
    if not found:
        found = _counted((_("seulement « %s »") % words, only) for words, only in _alone(criteria))
    return found + _counted([(_("toutes les fiches"), Criteria())])


def _counted(proposals: Iterable[tuple[str, Criteria]]) -> list[Relaxation]:
    counted = (Relaxation(label, wider.url(), total(wider)) for label, wider in proposals)
    return [proposal for proposal in counted if proposal.count]


def _alone(criteria: Criteria) -> Iterator[tuple[str, Criteria]]:
    """Each condition by itself, where dropping any single one is not enough."""
    if criteria.text:
        yield criteria.text[:100], criteria.bare
    for name, words in criteria.groups():
        yield words, criteria.only(name)


def _wider(criteria: Criteria) -> list[tuple[str, Criteria]]:
    """The same search on each territory that contains the chosen one, the smallest first."""
    assert criteria.territory
    around = Territory.objects.containing(criteria.territory).current()
    wider = sorted(around, key=lambda t: (t.population is None, t.population or 0))
    return [
        (_("élargir à %s") % place.label, replace(criteria, territory=place)) for place in wider
    ]
