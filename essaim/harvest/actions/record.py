"""A record on its way to a card."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from essaim.harvest.models import Item
from essaim.harvest.proposing import Wanted
from essaim.harvest.reading.records import Found, joined
from essaim.initiatives.actions.import_cards import Reading
from essaim.initiatives.interchange.issues import Notes

ADDRESS = 1000


@dataclass
class Record:
    found: Found
    identifier: str
    # Of the import format, without ``external_id``.
    line: dict[str, Any]
    item: Item | None = None
    notes: Notes = field(default_factory=lambda: Notes(0))
    reading: Reading | None = None
    # Sections that people changed here, and what the source would have them say.
    local: set[str] = field(default_factory=set)
    proposals: list[Wanted] = field(default_factory=list)

    @property
    def title(self) -> str:
        return str(self.line.get("title") or self.identifier or self.found.page)[:250]

    @property
    def link(self) -> str:
        return self.found.link

    @property
    def address(self) -> str:
        """Where it is at the source, to be followed; "" where that is no address, or one too long
        to be kept whole."""
        address = self.link or joined(self.found.page, "")
        return address if len(address) <= ADDRESS else ""

    @property
    def external_id(self) -> str:
        assert self.reading is not None and self.reading.entry is not None
        return self.reading.entry.external_id

    @property
    def is_refused(self) -> bool:
        return bool(self.notes.errors) or any(r.is_error for r in self.found.remarks)
