"""What contains what, and what overlaps: recomputed from parents and from zones' communes.

Only the two tables of this closure are written here, inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection

from ..models import Zoning
from ..reference import KINDS, Reference, ReferenceTerritory
from . import groups

OFFICIAL = list(KINDS)


def rebuild(known: dict[Reference, ReferenceTerritory]) -> None:
    """Make the closure of the official territories that `known` lists, then that of zones."""
    above: dict[Reference, set[Reference]] = {}
    for reference, territory in known.items():  # parents come first
        above[reference] = {reference}.union(*(above[parent] for parent in territory.parents))
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, code, id FROM territories_territory")
        ids = {Reference(kind, code): pk for kind, code, pk in cursor.fetchall()}
        cursor.execute(
            "CREATE TEMP TABLE wanted_pair (descendant_id bigint, ancestor_id bigint)"
            " ON COMMIT DROP"
        )
        with cursor.copy("COPY wanted_pair FROM STDIN") as copy:
            # One block of text: ten times faster than a call for each of 180,000 rows.
            copy.write(
                "".join(
                    f"{ids[reference]}\t{ids[ancestor]}\n"
                    for reference, ancestors in above.items()
                    for ancestor in ancestors
                )
            )
        # Set operations rather than joins: nothing has been counted yet at a first load, and
        # the planner's guesses on empty tables would lead it to cross products.
        pairs = "SELECT descendant_id, ancestor_id FROM"
        cursor.execute(
            "CREATE TEMP TABLE unwanted_pair ON COMMIT DROP AS"
            f" {pairs} territories_containment EXCEPT {pairs} wanted_pair"
        )
        cursor.execute("ANALYZE unwanted_pair")
        cursor.execute(
            "DELETE FROM territories_containment c"
            " USING unwanted_pair u, territories_territory d, territories_territory a"
            " WHERE c.descendant_id = u.descendant_id AND c.ancestor_id = u.ancestor_id"
            " AND d.id = u.descendant_id AND d.kind = ANY(%(kinds)s) AND d.gone_on IS NULL"
            " AND a.id = u.ancestor_id AND a.kind = ANY(%(kinds)s) AND a.gone_on IS NULL",
            {"kinds": OFFICIAL},
        )
        cursor.execute(
            "INSERT INTO territories_containment (descendant_id, ancestor_id)"
            f" {pairs} wanted_pair EXCEPT {pairs} territories_containment"
        )
        cursor.execute("DROP TABLE unwanted_pair")
        cursor.execute("DROP TABLE wanted_pair")
        _rebuild_official_overlaps(cursor, known, above, ids)
    rebuild_zones()


def _rebuild_official_overlaps(
    cursor: Any,
    known: dict[Reference, ReferenceTerritory],
    above: dict[Reference, set[Reference]],
    ids: dict[Reference, int],
) -> None:
    """An EPCI across departments or regions overlaps each; nothing else official does."""
    pairs = set()
    for reference, territory in known.items():
        if reference.kind == "commune":
            for epci in (parent for parent in territory.parents if parent.kind == "epci"):
                for other in above[reference] - above[epci] - {reference}:
                    pairs |= {(ids[epci], ids[other]), (ids[other], ids[epci])}
    cursor.execute(
        # Never a join of the table of territories with itself: just filled, it has no statistics,
        # and a plan made blind compares every pair.
        "DELETE FROM territories_overlap"
        " WHERE one_id IN (SELECT id FROM territories_territory WHERE kind = ANY(%(kinds)s))"
        " AND other_id IN (SELECT id FROM territories_territory WHERE kind = ANY(%(kinds)s))",
        {"kinds": OFFICIAL},
    )
    with cursor.copy("COPY territories_overlap (one_id, other_id) FROM STDIN") as copy:
        for pair in sorted(pairs):
            copy.write_row(pair)


def rebuild_zones(zones: Collection[int] | None = None) -> None:
    """Compute what contains, is contained by or overlaps these zones (all by default).

    A zone contains its communes and every territory made only of them; a territory that has
    all its communes, and others, contains it. A zone smaller than its communes contains
    nothing: it lies in the commune, or overlaps several.
    """
    with connection.cursor() as cursor:
        if Zoning.objects.exists():
            _rebuild_zones(cursor, zones)
        groups.rebuild(cursor)
        _place_the_gone(cursor)


def _rebuild_zones(cursor: Any, zones: Collection[int] | None) -> None:
    _collect_members(cursor, zones)
    _collect_meetings(cursor)
    cursor.execute(
        "DELETE FROM territories_containment c USING rebuilt r"
        " WHERE r.id IN (c.ancestor_id, c.descendant_id)"
    )
    cursor.execute(
        "INSERT INTO territories_containment (ancestor_id, descendant_id)"
        " SELECT id, id FROM rebuilt"
        " UNION SELECT other_id, zone_id FROM meeting WHERE relation = 'in'"
        " UNION SELECT zone_id, other_id FROM meeting WHERE relation = 'contains'"
    )
    cursor.execute(
        "DELETE FROM territories_overlap o USING rebuilt r WHERE r.id IN (o.one_id, o.other_id)"
    )
    cursor.execute(
        "INSERT INTO territories_overlap (one_id, other_id)"
        " SELECT zone_id, other_id FROM meeting WHERE relation = 'overlaps'"
        " UNION SELECT other_id, zone_id FROM meeting WHERE relation = 'overlaps'"
    )
    for table in ("meeting", "size", "reach", "rebuilt", "zone_member"):
        cursor.execute(f"DROP TABLE {table}")


def _collect_members(cursor: Any, zones: Collection[int] | None) -> None:
    """Temporary tables: `rebuilt` (zones), `zone_member`, `reach` (who has which commune)."""
    cursor.execute(
        "CREATE TEMP TABLE zone_member ON COMMIT DROP AS"
        " SELECT DISTINCT z.id, g.inside_communes AS inside, coalesce(c.id, h.id) AS commune_id"
        " FROM territories_territory z JOIN territories_zoning g ON g.slug = z.kind"
        " CROSS JOIN LATERAL unnest(z.zone_communes) AS given(code)"
        " LEFT JOIN territories_territory c"
        " ON c.kind = 'commune' AND c.code = given.code AND c.gone_on IS NULL"
        # A commune that was absorbed since: the zone reaches into the one that absorbed it.
        " LEFT JOIN territories_territory h"
        " ON c.id IS NULL AND h.kind = 'commune' AND h.gone_on IS NULL"
        " AND h.former_codes @> ARRAY[given.code]::varchar[]"
        " WHERE coalesce(c.id, h.id) IS NOT NULL"
    )
    cursor.execute(
        "CREATE TEMP TABLE rebuilt ON COMMIT DROP AS SELECT t.id FROM territories_territory t"
        " JOIN territories_zoning g ON g.slug = t.kind"
        " WHERE %(zones)s::bigint[] IS NULL OR t.id = ANY(%(zones)s::bigint[])",
        {"zones": None if zones is None else list(zones)},
    )
    cursor.execute("ANALYZE zone_member")
    cursor.execute("ANALYZE rebuilt")
    cursor.execute(
        "CREATE TEMP TABLE reach ON COMMIT DROP AS"
        " SELECT id, inside, false AS official, commune_id FROM zone_member"
        " UNION ALL SELECT a.id, false, true, m.commune_id"
        " FROM (SELECT DISTINCT commune_id FROM zone_member JOIN rebuilt USING (id)) m"
        " JOIN territories_containment c ON c.descendant_id = m.commune_id"
        " JOIN territories_territory a ON a.id = c.ancestor_id"
        " WHERE a.gone_on IS NULL AND a.kind = ANY(%(kinds)s)",
        {"kinds": OFFICIAL},
    )
    cursor.execute("ANALYZE reach")


def _collect_meetings(cursor: Any) -> None:
    """Temporary tables: `size` (communes of each) and `meeting` (how a zone and another stand)."""
    cursor.execute(
        "CREATE TEMP TABLE size ON COMMIT DROP AS"
        " SELECT id, count(*) AS n FROM zone_member GROUP BY id"
        " UNION ALL SELECT c.ancestor_id, count(*)"
        " FROM (SELECT DISTINCT id FROM reach WHERE official) o"
        " JOIN territories_containment c ON c.ancestor_id = o.id"
        " JOIN territories_territory d ON d.id = c.descendant_id"
        " WHERE d.kind = 'commune' AND d.gone_on IS NULL GROUP BY c.ancestor_id"
    )
    cursor.execute("ANALYZE size")
    cursor.execute(
        "CREATE TEMP TABLE meeting ON COMMIT DROP AS"
        " SELECT s.zone_id, s.other_id, CASE"
        # Two districts of one commune may be far from each other.
        " WHEN s.inside AND s.other_inside THEN 'apart'"
        " WHEN s.n = zs.n AND (s.inside OR os.n > zs.n) THEN 'in'"
        " WHEN s.n = os.n AND NOT s.inside AND (s.other_inside OR s.official OR os.n < zs.n)"
        "  THEN 'contains'"
        " ELSE 'overlaps' END AS relation"
        " FROM (SELECT z.id AS zone_id, o.id AS other_id, z.inside, o.inside AS other_inside,"
        "  o.official, count(*) AS n FROM reach z JOIN rebuilt ON rebuilt.id = z.id"
        "  JOIN reach o ON o.commune_id = z.commune_id AND o.id <> z.id GROUP BY 1, 2, 3, 4, 5) s"
        " JOIN size zs ON zs.id = s.zone_id JOIN size os ON os.id = s.other_id"
    )


def _place_the_gone(cursor: Any) -> None:
    """What is gone keeps the pairs it had, and lies in its successor and what contains it.

    So that a card of an absorbed commune is still found in its department.
    """
    cursor.execute(
        "INSERT INTO territories_containment (descendant_id, ancestor_id)"
        " SELECT id, id FROM territories_territory WHERE gone_on IS NOT NULL"
        " UNION SELECT t.id, c.ancestor_id FROM territories_territory t"
        " JOIN territories_containment c ON c.descendant_id = t.successor_id"
        " WHERE t.gone_on IS NOT NULL"
        " ON CONFLICT DO NOTHING"
    )
