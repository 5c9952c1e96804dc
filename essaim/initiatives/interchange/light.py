"""Cards read to be written out and nothing else: what ``to_record`` reads of them, in plain rows.

Building model instances and their related managers is most of the time that a page of a hundred
records takes; these objects have the same names, and come in as many queries whatever their
number.
"""

from __future__ import annotations

from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet

from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import PART_LISTS

from .attached import keepers
from .record import COLUMNS, SOURCE

# What those who write records read besides the columns of the format.
_MORE = ("slug", "publication", "phase", "proof_level", "version", "published_at", "updated_at")
_NAMES = tuple(dict.fromkeys(["id", *COLUMNS, *SOURCE.values(), "unmatched", *_MORE]))
_HOLDER = (
    *("holder_id", "holder__name", "holder__kind", "holder__siren"),
    *("holder__territory__kind", "holder__territory__code"),
)
_RELATIONS = {"themes": ("theme__slug",), "territories": ("territory__kind", "territory__code")}


class Rows(list[Any]):
    """As the manager of related rows that were loaded."""

    def all(self) -> Rows:
        return self


def light_cards(cards: QuerySet[Initiative], keys: Collection[int]) -> dict[int, Any]:
    """Those of these keys that ``cards`` holds, by key."""
    found: dict[int, Any] = {}
    last = len(_NAMES)
    wanted = cards.order_by().filter(pk__in=keys)
    for row in wanted.values_list(*_NAMES, *_HOLDER):
        card = SimpleNamespace(**dict(zip(_NAMES, row[:last], strict=True)))
        card.pk = card.id
        card.holder = _holder(row[last:])
        for name in (*_RELATIONS, *PART_LISTS):
            setattr(card, name, Rows())
        found[card.pk] = card
    _add_relations(found)
    for name, part in PART_LISTS.items():
        columns = ("initiative_id", "pk", *part.fields)
        rows: Any = part.model._default_manager.filter(initiative__in=list(found))
        for row in rows.values_list(*columns):
            line = SimpleNamespace(**dict(zip(columns, row, strict=True)))
            getattr(found[line.initiative_id], name).append(line)
    for keeper in keepers():
        keeper.light(found)
    return found


def _holder(row: tuple[Any, ...]) -> Any:
    key, name, kind, siren, place_kind, code = row
    if key is None:
        return None
    place = SimpleNamespace(address=f"{place_kind}:{code}") if code else None
    return SimpleNamespace(pk=key, name=name, kind=kind, siren=siren, territory=place)


def _add_relations(found: dict[int, Any]) -> None:
    for name, columns in _RELATIONS.items():
        through = getattr(Initiative, name).through
        rows = through.objects.filter(initiative__in=list(found)).order_by()
        for card, *values in rows.values_list("initiative_id", *columns):
            said = {"slug" if name == "themes" else "address": ":".join(values)}
            getattr(found[card], name).append(SimpleNamespace(**said))
