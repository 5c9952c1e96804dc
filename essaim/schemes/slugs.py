"""The last part of a scheme's address: from its title, once, and it stays."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from itertools import chain

from django.utils.text import slugify

from essaim.common.text import fold
from essaim.schemes.models import Scheme

# Addresses below /dispositifs/ that are pages, not schemes.
RESERVED = {"nouveau", "carte", "calendrier", "imports", "export", "propositions"}
LENGTH = 100  # the column holds 120: room for a number
NUMBERS = range(2, 30)  # beyond, the title says nothing any more: a random end


def free_slugs(titles: Sequence[str]) -> list[str]:
    """One unused slug for each title, in order; one query, however many titles."""
    bases = [slugify(fold(title))[:LENGTH].strip("-") or "dispositif" for title in titles]
    wanted = {f"{base}-{n}" for base in bases for n in NUMBERS} | set(bases)
    found = Scheme.objects.filter(slug__in=wanted).order_by()
    taken = RESERVED | set(found.values_list("slug", flat=True))
    slugs = []
    for base in bases:
        tries = chain([base], (f"{base}-{n}" for n in NUMBERS))
        slug = next((s for s in tries if s not in taken), f"{base}-{secrets.token_hex(6)}")
        taken.add(slug)
        slugs.append(slug)
    return slugs
