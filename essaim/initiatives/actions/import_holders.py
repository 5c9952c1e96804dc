"""Organisations that an import names: those it makes, those it completes."""

from __future__ import annotations

import hashlib

from django.utils.text import slugify

from essaim.common.text import fold
from essaim.initiatives.interchange.holders import Holders
from essaim.people.models import Membership, Organisation


def write_organisations(holders: Holders, *, trusted: bool) -> None:
    """``trusted``: someone here answers for the lines. What another site says of an organisation
    that people here belong to, its SIREN first, changes nothing of it."""
    if not holders.new and not holders.completed:
        return
    completed = holders.completed
    if not trusted and completed:
        lived_in = set(
            Membership.objects.filter(organisation__in=completed).values_list(
                "organisation", flat=True
            )
        )
        completed = {pk: row for pk, row in completed.items() if pk not in lived_in}
    for row, slug in zip(holders.new, _organisation_slugs(holders.new), strict=True):
        row.slug = slug
    Organisation.objects.bulk_create(holders.new)
    Organisation.objects.bulk_update(
        completed.values(), ["kind", "siren", "territory"], batch_size=500
    )


def _organisation_slugs(rows: list[Organisation]) -> list[str]:
    bases = [slugify(fold(row.name))[:60].strip("-") or "organisation" for row in rows]
    taken = {"nouvelle"} | set(
        Organisation.objects.filter(slug__in=bases).values_list("slug", flat=True)
    )
    slugs = []
    for row, base in zip(rows, bases, strict=True):
        slug = base
        if slug in taken:
            seed = f"{row.name}|{row.kind}|{row.siren}|{row.territory_id}"
            slug = f"{base}-{hashlib.blake2b(seed.encode(), digest_size=6).hexdigest()}"
        taken.add(slug)
        slugs.append(slug)
    return slugs
