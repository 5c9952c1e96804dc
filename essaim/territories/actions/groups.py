"""Groups of territories, as places: their row, what they are made of, and their closure.

A group contains its members, what these contain, and whatever lies wholly in them together (an
intercommunality across two departments that are both members). What contains all its members
contains it. Two groups that share something overlap; neither contains the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.text import fold

from ..labels import search_text
from ..models import Composition, Territory

KIND = "group"
# Never a code of the country, nor a group of another size.
MEMBER_KINDS_REFUSED = {"country", KIND}
_CODE_LENGTH = 26  # of 30: room for what tells namesakes apart


def free_code(name: str, taken: Collection[str] = ()) -> str:
    """A code for a group of this name, that no territory has and no official file can give: it
    always holds a hyphen. ``taken``: codes reserved elsewhere. Inside the caller's transaction,
    which other makers of groups then wait for."""
    slug = slugify(name) or "groupe"
    if len(slug) > _CODE_LENGTH:  # whole words where there are several
        cut = slug[:_CODE_LENGTH]
        slug = (cut.rpartition("-")[0] or cut).strip("-") if "-" in cut else cut
    if "-" not in slug:
        slug = f"groupe-{slug}"[:_CODE_LENGTH]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(20151206)")
    known = {code.lower() for code in taken} | {
        code.lower()
        for code in Territory.objects.filter(code__istartswith=slug).values_list("code", flat=True)
    }
    code, number = slug, 1
    while code in known:
        number += 1
        code = f"{slug}-{number}"
    return code


@transaction.atomic
def make_group(code: str, name: str, members: Iterable[Territory]) -> Territory:
    """The row of a group, with its closure. Raises DomainError where the code is taken."""
    if Territory.objects.filter(kind=KIND, code=code).exists():
        raise DomainError(_("Un groupe de territoires porte déjà ce code."), field="name")
    group = Territory(kind=KIND, code=code, **_named(name, code, None))
    group.save(force_insert=True)
    compose_group(group, members)
    return group


@transaction.atomic
def rename_group(group: Territory, name: str) -> None:
    for column, value in _named(name, group.code, group.pk).items():
        setattr(group, column, value)
    group.save(update_fields=list(_named(name, group.code, group.pk)))


@transaction.atomic
def compose_group(group: Territory, members: Iterable[Territory]) -> None:
    """Make it of exactly these territories. Raises DomainError for a group or the country."""
    wanted = {member.pk: member for member in members}
    if any(member.kind in MEMBER_KINDS_REFUSED for member in wanted.values()):
        raise DomainError(
            _("Un groupe réunit des territoires : ni le pays entier, ni un autre groupe."),
            field="territories",
        )
    Territory.objects.select_for_update().get(pk=group.pk)
    rows = Composition.objects.filter(group=group)
    rows.exclude(member__in=wanted).delete()
    known = set(rows.values_list("member_id", flat=True))
    Composition.objects.bulk_create(
        Composition(group=group, member_id=pk) for pk in wanted if pk not in known
    )
    with connection.cursor() as cursor:
        rebuild(cursor, [group.pk])
    group.refresh_from_db(fields=["population"])


@transaction.atomic
def end_group(group: Territory) -> None:
    """It is no longer offered; what was written about it still finds it."""
    Territory.objects.filter(pk=group.pk, gone_on=None).update(gone_on=timezone.localdate())


def _named(name: str, code: str, pk: int | None) -> dict[str, str]:
    # French, like every label: it is data, whatever the language of who writes it.
    label = f"{name} (groupe)"
    namesakes = Territory.objects.filter(kind=KIND, label__iexact=label).exclude(pk=pk or 0)
    if namesakes.exists():
        label = f"{name} (groupe {code})"
    return {
        "name": name,
        "label": label[:180],
        "sort_name": fold(name)[:150],
        "search_text": search_text(name, (), (code,)),
    }


# --- closure ------------------------------------------------------------------------------
def rebuild(cursor: Any, groups: Collection[int] | None = None) -> None:
    """Containment and overlaps of these groups (all that exist by default), and population."""
    cursor.execute(
        "CREATE TEMP TABLE regrouped ON COMMIT DROP AS SELECT id FROM territories_territory"
        " WHERE kind = 'group' AND gone_on IS NULL"
        " AND (%(groups)s::bigint[] IS NULL OR id = ANY(%(groups)s::bigint[]))",
        {"groups": None if groups is None else list(groups)},
    )
    cursor.execute("SELECT count(*) FROM regrouped")
    if cursor.fetchone()[0]:
        for statement in _STATEMENTS:
            cursor.execute(statement)
    cursor.execute("DROP TABLE regrouped")


_STATEMENTS = (
    "DELETE FROM territories_containment c USING regrouped r"
    " WHERE r.id IN (c.ancestor_id, c.descendant_id)",
    "DELETE FROM territories_overlap o USING regrouped r WHERE r.id IN (o.one_id, o.other_id)",
    # What the members have, themselves included.
    "CREATE TEMP TABLE held ON COMMIT DROP AS"
    " SELECT DISTINCT m.group_id, c.descendant_id AS id FROM territories_composition m"
    " JOIN regrouped r ON r.id = m.group_id"
    " JOIN territories_containment c ON c.ancestor_id = m.member_id"
    " JOIN territories_territory t ON t.id = c.descendant_id AND t.kind <> 'group'",
    # What has something of a member without being in it: it may contain the group, lie in it
    # with another member's part, or share a part.
    "CREATE TEMP TABLE near ON COMMIT DROP AS"
    " SELECT DISTINCT n.group_id, n.id FROM ("
    "  SELECT m.group_id, c.ancestor_id AS id FROM territories_composition m"
    "  JOIN regrouped r ON r.id = m.group_id"
    "  JOIN territories_containment c ON c.descendant_id = m.member_id"
    "  UNION SELECT m.group_id, o.other_id FROM territories_composition m"
    "  JOIN regrouped r ON r.id = m.group_id"
    "  JOIN territories_overlap o ON o.one_id = m.member_id"
    " ) n JOIN territories_territory t ON t.id = n.id AND t.kind <> 'group' AND t.gone_on IS NULL"
    " WHERE NOT EXISTS (SELECT FROM held h WHERE h.group_id = n.group_id AND h.id = n.id)",
    # Of these, what lies wholly in the members together.
    "INSERT INTO held SELECT s.group_id, s.id FROM ("
    "  SELECT n.group_id, n.id, count(*) AS communes, count(h.id) AS ours FROM near n"
    "  JOIN territories_containment c ON c.ancestor_id = n.id"
    "  JOIN territories_territory d ON d.id = c.descendant_id AND d.kind = 'commune'"
    "   AND d.gone_on IS NULL"
    "  LEFT JOIN held h ON h.group_id = n.group_id AND h.id = d.id"
    "  GROUP BY n.group_id, n.id"
    " ) s WHERE s.communes = s.ours",
    "DELETE FROM near n USING held h WHERE h.group_id = n.group_id AND h.id = n.id",
    "INSERT INTO territories_containment (ancestor_id, descendant_id)"
    " SELECT id, id FROM regrouped"
    " UNION SELECT group_id, id FROM held"
    # What contains every member contains the group.
    " UNION SELECT n.id, n.group_id FROM near n WHERE NOT EXISTS ("
    "  SELECT FROM territories_composition m WHERE m.group_id = n.group_id AND NOT EXISTS ("
    "   SELECT FROM territories_containment c"
    "   WHERE c.ancestor_id = n.id AND c.descendant_id = m.member_id))",
    "CREATE TEMP TABLE across ON COMMIT DROP AS"
    " SELECT n.group_id AS one_id, n.id AS other_id FROM near n WHERE NOT EXISTS ("
    "  SELECT FROM territories_containment c"
    "  WHERE c.ancestor_id = n.id AND c.descendant_id = n.group_id)"
    # Groups that have something in common.
    " UNION SELECT h.group_id, c.ancestor_id FROM held h"
    " JOIN territories_containment c ON c.descendant_id = h.id"
    " JOIN territories_territory g ON g.id = c.ancestor_id AND g.kind = 'group'"
    "  AND g.gone_on IS NULL"
    " WHERE c.ancestor_id <> h.group_id",
    "INSERT INTO territories_overlap (one_id, other_id)"
    " SELECT one_id, other_id FROM across UNION SELECT other_id, one_id FROM across",
    # Inhabitants of its communes; unknown where a member is smaller than a commune.
    "UPDATE territories_territory t SET population = s.people FROM ("
    "  SELECT r.id, CASE WHEN bool_or(d.id IS NULL) THEN NULL ELSE ("
    "    SELECT sum(p.population) FROM held h JOIN territories_territory p ON p.id = h.id"
    "    WHERE h.group_id = r.id AND p.kind = 'commune' AND p.gone_on IS NULL"
    "   ) END AS people"
    "  FROM regrouped r LEFT JOIN territories_composition m ON m.group_id = r.id"
    "  LEFT JOIN LATERAL (SELECT k.id FROM territories_containment c"
    "   JOIN territories_territory k ON k.id = c.descendant_id AND k.kind = 'commune'"
    "   WHERE c.ancestor_id = m.member_id LIMIT 1) d ON true"
    "  GROUP BY r.id"
    " ) s WHERE t.id = s.id AND t.population IS DISTINCT FROM s.people",
    "DROP TABLE across",
    "DROP TABLE near",
    "DROP TABLE held",
)
