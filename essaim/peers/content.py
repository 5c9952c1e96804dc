"""What is given to read of a card, and what of it is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from essaim.common.privacy import mask_personal
from essaim.initiatives.models import Initiative

HIDDEN = "█████"


def card_text(card: Initiative) -> str:
    """The card as it stands, in Markdown, without its contact: readers judge the same text
    whatever changes meanwhile."""
    parts = [card.summary]
    for title, text in (
        (_("Le besoin"), card.need),
        (_("Objectifs et effets"), card.objectives),
        (_("Le dispositif"), card.description),
        (_("Étapes"), _listed(card.steps)),
        (_("Prérequis"), _listed(card.prerequisites)),
        (_("Ce qui n’a pas marché"), card.what_failed),
    ):
        if text.strip():
            parts.append(f"## {title}\n\n{text.strip()}")
    proofs = [
        f"- {row.title}" + (f" ({row.year})" if row.year else "") for row in card.evidence.all()
    ]
    if proofs:
        parts.append(f"## {_('Preuves données')}\n\n" + "\n".join(proofs))
    return mask_personal("\n\n".join(parts))[:50_000]


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines if line.strip())


def without_names(text: str, names: Iterable[str]) -> str:
    """The text with these names covered, whatever their case; short ones are left (an acronym
    of two letters is in many words)."""
    for name in sorted({n.strip() for n in names if len(n.strip()) > 3}, key=len, reverse=True):
        text = re.sub(re.escape(name), HIDDEN, text, flags=re.IGNORECASE)
    return text
