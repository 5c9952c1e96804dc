"""The last part of a card's address: from its title, once, and it stays."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from itertools import chain

from django.utils.text import slugify

from essaim.common.text import fold

from .models import Initiative

# Addresses below /initiatives/ that are pages, not cards.
RESERVED = {
    *("nouvelle", "mes-fiches", "export", "exporter", "import", "importer"),
    *("recherche", "carte"),
}
LENGTH = 100  # the column holds 120: room for a number
NUMBERS = range(2, 30)  # beyond, the title says nothing any more: a random end


def free_slugs(titles: Sequence[str]) -> list[str]:
    """One unused slug for each title, in order; two queries at most, however many titles.

    The unique constraint has the last word: two writers may be given the same one at once.
    """
    bases = [slugify(fold(title))[:LENGTH].strip("-") or "initiative" for title in titles]
    taken = RESERVED | _known(set(bases))
    shared = {base for base, times in Counter(bases).items() if times > 1 or base in taken}
    if shared:
        taken |= _known({f"{base}-{n}" for base in shared for n in NUMBERS})
    slugs = []
    for base in bases:
        tries = chain([base], (f"{base}-{n}" for n in NUMBERS))
        free = next((slug for slug in tries if slug not in taken), None)
        slug = free or f"{base}-{secrets.token_hex(6)}"
        taken.add(slug)
        slugs.append(slug)
    return slugs


def _known(slugs: set[str]) -> set[str]:
    found = Initiative.objects.filter(slug__in=slugs).order_by()
    return set(found.values_list("slug", flat=True))
