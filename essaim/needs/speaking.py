"""Who is told about a need: its author, and where they cannot answer, who represents it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from essaim.needs.models import Need
from essaim.people.models import Membership, User


def who_is_told(needs: Iterable[Need]) -> dict[int, list[User]]:
    """By need: the author, as long as their account is; and where they have left, or are no longer
    of the organisation in whose name it is stated, its representatives. Two queries, whatever
    their number, besides the authors (``select_related``)."""
    rows = list(needs)
    shared = [each for each in rows if _is_of_organisation(each)]
    there = Membership.objects.filter(
        user__in={each.author_id for each in shared},
        organisation__in={each.organisation_id for each in shared},
    )
    held = set(there.values_list("user", "organisation"))
    left = [
        each
        for each in shared
        if not each.author.is_active or (each.author_id, each.organisation_id) not in held
    ]
    representing = representatives({each.organisation_id for each in left} if left else set())
    told: dict[int, list[User]] = {
        each.pk: [each.author] if each.author.is_active else [] for each in rows
    }
    for each in left:
        told[each.pk] += [
            person
            for person in representing.get(each.organisation_id or 0, [])
            if person.pk != each.author_id
        ]
    return told


def representatives(organisations: Iterable[Any]) -> dict[int, list[User]]:
    found: dict[int, list[User]] = defaultdict(list)
    keys = list(organisations)
    if keys:
        rows = Membership.objects.representing().filter(organisation__in=keys)
        for row in rows.select_related("user").order_by("pk"):
            found[row.organisation_id].append(row.user)
    return found


def left_by(author: Any, organisation: Any = None) -> list[Need]:
    """Open needs that this person stated in the name of an organisation (of any) and that its
    members may read: somebody else has to see to them now."""
    found = Need.objects.open().filter(author=author, organisation__isnull=False)
    if organisation is not None:
        found = found.filter(organisation=organisation)
    return list(found.exclude(visibility=Need.Visibility.PRIVATE).order_by("pk"))


def _is_of_organisation(need: Need) -> bool:
    return need.organisation_id is not None and need.visibility != Need.Visibility.PRIVATE
