"""What the bank already knows of the words of a batch: cards, themes, places, organisations.

Loaded in a constant number of queries whatever the number of lines.
"""

from __future__ import annotations

from collections.abc import Sequence

from essaim.initiatives.models import Initiative
from essaim.territories.models import Territory
from essaim.territories.resolve import resolve_territories
from essaim.themes.matching import Vocabulary

from .attached import prefetched
from .entry import Entry
from .holders import Holders
from .issues import Notes

PARTS = ("components", "partners", "economics", "materials", "evidence")


class Known:
    def __init__(self, ids: set[str], entries: Sequence[Entry], *, lock: bool) -> None:
        """``ids``: of the cards to load; ``lock``: they are about to be written."""
        cards = Initiative.objects.filter(external_id__in=ids)
        if lock:
            cards = cards.select_for_update(of=("self",)).order_by("pk")
        self.cards = {card.external_id: card for card in with_everything(cards)}
        self.vocabulary = Vocabulary.load()
        holders = [h for e in entries if (h := e.values.get("holder"))]
        places = {place for e in entries for place in e.values.get("territories", ())}
        places |= {holder["territory"] for holder in holders if holder["territory"]}
        self.places = resolve_territories(places)
        self.holders = Holders((h, self.place(h["territory"])) for h in holders)

    def place(self, given: str) -> Territory | None:
        """The territory that a line of the batch names, where that is certain."""
        return self.places[given].territory if given else None

    def note_place(self, given: str, where: str, notes: Notes) -> None:
        """Say what was mended in the name of a place, or why it could not be matched."""
        found = self.places[given]
        if found.territory is None:
            notes.warn(where, "territory_unknown", value=given, note=found.note or "")
        elif found.territory.address != given:
            kept = found.territory.address
            notes.warn(where, "territory_mended", value=given, kept=kept, note=found.note or "")
        elif found.note:
            notes.warn(where, "territory_gone", value=given, note=found.note)


def with_everything(cards):  # type: ignore[no-untyped-def]
    """All that a record of the card holds, in a constant number of queries."""
    return cards.select_related("holder__territory").prefetch_related(
        "themes", "territories", *PARTS, *prefetched()
    )
