"""The pages of the guide: one Markdown file for each and for each language, titled by its first
line. A page missing in a language is an error that the tests find."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

FOLDER = Path(__file__).parent / "pages"
PARTS: list[tuple[Any, tuple[str, ...]]] = [
    (_("Les étapes"), ("changer-d-echelle", "identifier", "valider", "organiser", "essaimer")),
    (_("Être prêt, choisir"), ("six-questions", "modeles", "controle-autonomie")),
    (_("Modéliser et transmettre"), ("coeur-et-marge", "modele-economique", "kit-de-reprise")),
    (_("Prouver"), ("evaluer",)),
    (
        _("Soutenir"),
        (
            *("acteurs-publics", "subvention-d-essaimage", "financer-une-reprise"),
            *("reprendre-une-initiative", "innovation-publique"),
        ),
    ),
]
SLUGS = [slug for _title, slugs in PARTS for slug in slugs]


@dataclass(frozen=True)
class Page:
    slug: str
    title: str
    text: str  # Markdown, without its title


@lru_cache(maxsize=100)
def _read(slug: str, language: str) -> Page:
    title, _newline, text = (FOLDER / language / f"{slug}.md").read_text().partition("\n")
    return Page(slug, title.removeprefix("# ").strip(), text.strip())


def read(slug: str) -> Page:
    """In the reader's language. ``slug``: one of SLUGS."""
    language = get_language() or "fr"
    return _read(slug, language if language in {"fr", "en"} else "fr")
