"""Why a card is among the results: its territories seen from the reader's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from essaim.territories.models import Containment, Territory

# From the closest to the widest; a zoning comes with the first, as its name says what it is.
NEARNESS = ("commune", "epci", "department", "region", "country")
SHOWN = 3


@dataclass(frozen=True)
class Relation:
    """``here``: runs inside; ``covers``: applies because it contains; ``near``: shares a
    wider territory; ``text`` is the sentence."""

    kind: str
    text: str


def relations(
    territory: Territory, cards: Mapping[int, Sequence[Territory]]
) -> dict[int, Relation]:
    """The relation of each card, given by primary key with its territories (three queries).

    Those without any link but the country are left out: « in France » tells nothing.
    """
    above = dict(Territory.objects.filter(down__descendant=territory).values_list("pk", "kind"))
    across = set(Territory.objects.overlapping(territory).values_list("pk", flat=True))
    places = {place.pk for known in cards.values() for place in known}
    shared: dict[int, set[int]] = {}
    pairs = Containment.objects.filter(descendant__in=places, ancestor__in=above)
    for ancestor, descendant in pairs.values_list("ancestor", "descendant"):
        shared.setdefault(descendant, set()).add(ancestor)
    found = {}
    for card, known in cards.items():
        relation = _relation(territory, above, across, shared, known)
        if relation:
            found[card] = relation
    return found


def _relation(
    territory: Territory,
    above: dict[int, str],
    across: set[int],
    shared: dict[int, set[int]],
    places: Sequence[Territory],
) -> Relation | None:
    inside = [p for p in places if territory.pk in shared.get(p.pk, ())]
    if territory in inside:
        return Relation("here", _("Se déroule ici : %s") % territory.label)
    if inside:
        return Relation("here", _inside(territory) % _names(inside))
    covering = [p for p in places if p.pk in above]
    if covering:
        return Relation("covers", _("S’applique ici : couvre %s") % _names(covering))
    crossing = [p for p in places if p.pk in across]
    if crossing:
        return Relation("covers", _("S’applique ici en partie : couvre %s") % _names(crossing))
    for kind in NEARNESS[1:-1]:
        close = [p for p in places if any(above[a] == kind for a in shared.get(p.pk, ()))]
        if close:
            return Relation("near", _near(kind) % _names(close))
    return None


def _inside(territory: Territory) -> str:
    if territory.kind == "country":
        return _("Se déroule à : %s")
    return {
        "epci": _("Se déroule dans cette intercommunalité : %s"),
        "department": _("Se déroule dans ce département : %s"),
        "region": _("Se déroule dans cette région : %s"),
    }.get(territory.kind, _("Se déroule dans ce territoire : %s"))


def _near(kind: str) -> str:
    return {
        "epci": _("Dans la même intercommunalité : %s"),
        "department": _("Dans le même département : %s"),
        "region": _("Dans la même région : %s"),
    }[kind]


def _names(places: list[Territory]) -> str:
    names = ", ".join(place.label for place in places[:SHOWN])
    if len(places) > SHOWN:
        return _("%(names)s et %(others)s autres") % {"names": names, "others": len(places) - SHOWN}
    return names
