"""The demonstration bank, loaded once by the same import that people have."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TextIO

from essaim.initiatives.actions.import_cards import outcomes
from essaim.initiatives.models import Initiative

CARDS = Path(__file__).parent / "data" / "demonstration.jsonl"
PREFIX = "demo:"


def load_cards(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Nothing when a card of the demonstration is already there: what became of it stays."""
    if Initiative.objects.filter(external_id__startswith=PREFIX).exists():
        return
    created = 0
    with CARDS.open("rb") as file:
        for outcome in outcomes(file, publish=True, by=None, write=True):
            created += outcome.created
            for issue in [*outcome.errors, *outcome.warnings]:
                out.write(f"demonstration.jsonl, line {issue.line}: {issue.field} {issue.reason}\n")
    out.write(f"initiatives: {created} demonstration cards\n")
