"""Needs that resemble one: by meaning, asked of the floor above, then by nearness of place."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, cast

from django.utils.translation import gettext_lazy as _

from essaim.common.text import fold, one_line
from essaim.needs.models import Need, NeedQuerySet
from essaim.needs.reading import Shown, show
from essaim.needs.signals import needs_searched
from essaim.people.rules import memberships_of
from essaim.territories.models import Containment, Territory

SHOWN, LOOKED_AT = 5, 30
SHORTEST = 3  # characters: below it nothing is looked for
# What two places share, the nearest first; other zonings count like an intercommunality.
_NEARNESS = {"commune": 1, "epci": 2, "department": 3, "region": 4, "group": 5, "country": 6}
_ZONE, _NOWHERE = 2, 7
_REASONS = {
    0: _("même territoire"),
    1: _("même commune"),
    2: _("même intercommunalité ou zonage"),
    3: _("même département"),
    4: _("même région"),
    5: _("même groupe de territoires"),
    6: _("besoin proche, ailleurs"),
}
_SAID = {
    "me": _("vous l’avez déjà dit : ouvrez-le"),
    "us": _("votre organisation l’a déjà dit : ouvrez-le"),
}
# Of two texts, accents and signs apart: from this likeness they are one need, said again.
SAME, COMPARED = 0.9, 1000


@dataclass(frozen=True)
class Similar:
    shown: Shown
    nearness: int  # 0: the same place … 7: unknown
    said_by: str = ""  # "me" or "us" where it is the same need, already stated

    @property
    def reason(self) -> str:
        """Why it is there: its place where that is near, its meaning in any case."""
        if self.said_by:
            return str(_SAID[self.said_by])
        return str(_REASONS.get(self.nearness, _("besoin proche")))


def similar_needs(
    text: str, place: Territory | None, reader: Any, *, but: Need | None = None
) -> list[Similar]:
    """At most five open needs that this reader may see: the same one, stated before by them or for
    their organisation; then those of near places first, each group
    in the order of likeness. Nothing is written."""
    text = one_line(text)
    if len(text) < SHORTEST:
        return []
    allowed = Need.objects.visible_to(reader).open()
    if but is not None:
        allowed = allowed.exclude(pk=but.pk)
    pks = _ask(text, allowed)
    rows = Need.objects.visible_to(reader).for_list().in_bulk(pks)
    found = [rows[pk] for pk in pks if pk in rows]
    near = _nearness(place, {need.territory_id for need in found if need.territory_id})
    said = {need.pk: _said_by(text, need, reader) for need in found}
    ranked = sorted(
        found, key=lambda need: (not said[need.pk], near.get(need.territory_id or 0, _NOWHERE))
    )
    return [
        Similar(show(need, reader), near.get(need.territory_id or 0, _NOWHERE), said[need.pk])
        for need in ranked[:SHOWN]
    ]


def _said_by(text: str, need: Need, reader: Any) -> str:
    """Whether it is this very need, stated before by the reader or for their organisation."""
    if not reader.is_authenticated:
        return ""
    mine = need.author_id == reader.pk
    if not mine and need.organisation_id not in memberships_of(reader):
        return ""
    one, other = fold(text)[:COMPARED], fold(need.text)[:COMPARED]
    if SequenceMatcher(None, one, other, autojunk=False).ratio() < SAME:
        return ""
    return "me" if mine else "us"


def _ask(text: str, allowed: NeedQuerySet) -> list[int]:
    answers = needs_searched.send(sender=Need, text=text, allowed=allowed, limit=LOOKED_AT)
    for _receiver, answer in answers:
        return list(cast("list[int]", answer))
    # Nobody indexes needs: every word must be there.
    return list(allowed.containing(text).values_list("pk", flat=True)[:LOOKED_AT])


def _nearness(place: Territory | None, others: set[int]) -> dict[int, int]:
    """Of these territories, what is the smallest place that holds each and ``place``; one query."""
    if place is None or not others:
        return {}
    above = Containment.objects.filter(descendant=place).values("ancestor")
    rows = Containment.objects.filter(descendant__in=others, ancestor__in=above)
    found: dict[int, int] = {}
    for other, ancestor, kind in rows.values_list("descendant", "ancestor", "ancestor__kind"):
        rank = 0 if ancestor == place.pk == other else _NEARNESS.get(kind, _ZONE)
        found[other] = min(rank, found.get(other, _NOWHERE))
    return found
