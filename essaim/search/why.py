"""Why a document was found, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _

from essaim.search.engine import Hit

SHOWN = 220


def reasons(hit: Hit, *others: str) -> list[str]:
    """Words found, or meaning alone; the closest passage; then what the caller knows."""
    if hit.by_meaning:
        said = [_("Proche par le sens, sans mot commun avec la recherche.")]
    else:
        said = [_("Contient : %s.") % ", ".join(hit.words)]
    if hit.passage:
        said.append(_("Passage le plus proche : « %s »") % shortened(hit.passage))
    return said + [other for other in others if other]


def shortened(passage: str, most: int = SHOWN) -> str:
    if len(passage) <= most:
        return passage
    return passage[:most].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
