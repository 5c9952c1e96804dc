"""The board of unmet needs: exact counts by the database, clusters of the latest, the export.

Only needs that every member may read are counted, listed or exported.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from django.conf import settings
from django.core.cache import caches
from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.personal_data import mask_personal_data
from essaim.common.spreadsheets import Cell
from essaim.matching import clusters, openings, titles
from essaim.matching.models import Standing, StandingQuerySet
from essaim.needs.reading import EXCERPT_LENGTH, shorten
from essaim.territories.models import OFFICIAL, Containment, Overlap, Territory
from essaim.themes.models import Theme

SHOWN_OF_CLUSTER = 5
KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Line:
    need: Any
    title: str
    closest: float | None


@dataclass(frozen=True)
class Group:
    name: str
    needs: list[int]
    lines: list[Line]  # the first
    openings: list[tuple[str, str]]


@dataclass(frozen=True)
class Tally:
    """A line of a count; ``query`` filters the board by it."""

    label: str
    count: int
    query: str = ""


def unmet(*, territory: Territory | None = None, theme: Theme | None = None) -> StandingQuerySet:
    found = Standing.objects.shared().unmet()
    if theme is not None:
        found = found.filter(need__theme=theme)
    if territory is not None:
        reaching = Territory.objects.keys_reaching([territory.pk])
        found = found.filter(need__territory__in=reaching)
    return found


def by_theme(found: StandingQuerySet) -> list[Tally]:
    rows = list(
        found.order_by()
        .values(slug=F("need__theme__slug"))
        .annotate(n=Count("pk"))
        .order_by("-n", "slug")
    )
    slugs = [row["slug"] for row in rows if row["slug"]]
    names = {theme.slug: str(theme) for theme in Theme.objects.filter(slug__in=slugs)}
    return [
        Tally(names[row["slug"]], row["n"], f"theme={row['slug']}")
        if row["slug"]
        else Tally(_("sans thème"), row["n"])
        for row in rows
    ]


def by_department(found: StandingQuerySet) -> list[Tally]:
    """A need of a place that lies in several departments, or of a group of them, counts in each, as
    its filter shows it; those of a region, of the country or of no place are counted apart."""
    counts: dict[int | None, int] = dict(
        found.order_by().values_list("need__territory").annotate(n=Count("pk"))
    )
    nowhere = counts.pop(None, 0)
    in_each: Counter[int] = Counter()
    placed = set()
    for place, department in _departments_of([pk for pk in counts if pk is not None]):
        in_each[department] += counts[place]
        placed.add(place)
    names = Territory.objects.in_bulk(in_each)
    ranked = sorted(in_each, key=lambda pk: (-in_each[pk], names[pk].code))
    tallies = [
        Tally(names[pk].label, in_each[pk], f"territory={names[pk].address}") for pk in ranked
    ]
    apart = {
        _("région ou pays entier"): sum(n for place, n in counts.items() if place not in placed),
        _("sans territoire"): nowhere,
    }
    return tallies + [Tally(label, count) for label, count in apart.items() if count]


def _departments_of(places: list[int]) -> set[tuple[int, int]]:
    """(place, department) of each department that ``keys_reaching`` finds the place from."""
    down = Containment.objects.filter(descendant__in=places, ancestor__kind="department")
    across = Overlap.objects.filter(one__in=places, other__kind="department")
    made = Containment.objects.filter(ancestor__in=places, descendant__kind="department")
    made = made.exclude(ancestor__kind__in=OFFICIAL)
    return set(
        down.values_list("descendant_id", "ancestor_id").union(
            across.values_list("one_id", "other_id"),
            made.values_list("ancestor_id", "descendant_id"),
        )
    )


class Groups(Sequence[Group]):
    """The latest unmet needs, put together by meaning; those whose meaning is not known yet are
    in no group. Names, first lines and buttons are made for the groups that are read alone."""

    def __init__(self, found: StandingQuerySet, reader: Any = None) -> None:
        self.found, self.reader = found, reader
        self.members = _together(found)

    def __len__(self) -> int:
        return len(self.members)

    def __getitem__(self, at: Any) -> Any:
        if not isinstance(at, slice):
            return self._told([self.members[at]])[0]
        return self._told(self.members[at])

    def _told(self, groups: list[list[int]]) -> list[Group]:
        keys = [pk for members in groups for pk in members]
        kept = self.found.for_list().in_bulk(keys)
        # Withdrawn or answered between two questions: no longer there.
        alive = [[pk for pk in members if pk in kept] for members in groups]
        return [self._group([kept[pk] for pk in members]) for members in alive if members]

    def _group(self, members: list[Standing]) -> Group:
        keys = [each.need_id for each in members]
        name = clusters.name([each.need.text for each in members])
        return Group(
            name,
            keys,
            [line(each) for each in members[:SHOWN_OF_CLUSTER]],
            openings.offered(self.reader, keys, _proposed(members, name))
            if self.reader is not None
            else [],
        )

    def names(self) -> dict[int, str]:
        """By need, of all of them."""
        texts = dict(
            self.found.filter(pk__in=[pk for members in self.members for pk in members])
            .order_by()
            .values_list("pk", "need__text")
        )
        named: dict[int, str] = {}
        for members in self.members:
            name = clusters.name([texts[pk] for pk in members if pk in texts])
            named |= dict.fromkeys(members, name)
        return named


def _proposed(members: list[Standing], name: str) -> str:
    """A title for what is begun for these needs: what the central one says, and where they are
    when all are in one place."""
    places = {each.need.territory.name if each.need.territory else "" for each in members}
    return titles.of_call(members[0].need.text, places.pop() if len(places) == 1 else "") or name


def groups(found: StandingQuerySet, reader: Any = None) -> Groups:
    """``reader``: to whom buttons are offered; none without."""
    return Groups(found, reader)


def _together(found: StandingQuerySet) -> list[list[int]]:
    """Keys of the needs of each cluster. Kept by each process for the same versions of the same
    needs, never a word of them; a need that changed waits for its new meaning as it was."""
    latest = found.filter(embedding__isnull=False).order_by("-need__created_at", "-pk")
    rows = list(latest.values_list("pk", "version")[: settings.MATCHING["board_needs"]])
    # The oldest first: a need that arrives changes the clusters as little as may be.
    rows.reverse()
    if not rows:
        return []
    told = json.dumps([settings.MATCHING["cluster"], rows])
    key = f"matching.board.{hashlib.sha256(told.encode()).hexdigest()}"
    kept: list[list[int]] | None = caches["local"].get(key)
    if kept is None:
        pks = [pk for pk, _version in rows]
        meanings = dict(Standing.objects.filter(pk__in=pks).values_list("pk", "embedding"))
        pks = [pk for pk in pks if meanings.get(pk) is not None]
        vectors = np.array([meanings[pk] for pk in pks], dtype=np.float32).reshape(len(pks), -1)
        kept = [[pks[at] for at in members] for members in clusters.together(vectors)]
        caches["local"].set(key, kept, KEPT_SECONDS)
    return kept


def line(standing: Standing) -> Line:
    return Line(standing.need, title(standing.need.text), standing.closest)


def title(text: str) -> str:
    """Its first words; this page is printed and its export sent on: no address, no number."""
    one_line = " ".join(mask_personal_data(text, _("[donnée personnelle masquée]")).split())
    return shorten(one_line, EXCERPT_LENGTH)


HEADINGS = [
    *(gettext_lazy("Numéro"), gettext_lazy("Besoin"), gettext_lazy("Groupe de besoins")),
    *(gettext_lazy("Thème"), gettext_lazy("Territoire"), gettext_lazy("Code du territoire")),
    *(gettext_lazy("Organisation"), gettext_lazy("Exprimé le")),
    *(gettext_lazy("Proximité de la fiche la plus proche"), gettext_lazy("Adresse")),
]


def export(found: StandingQuerySet) -> Iterator[list[Cell]]:
    """Every row of the board, with the name of its cluster where it has one."""
    names = groups(found).names()
    yield [str(heading) for heading in HEADINGS]
    for each in found.for_list().order_by("-need__created_at", "-pk").iterator(chunk_size=500):
        need = each.need
        yield [
            need.pk,
            title(need.text),
            names.get(need.pk, ""),
            str(need.theme) if need.theme else "",
            need.territory.label if need.territory else "",
            need.territory.address if need.territory else "",
            need.organisation.name if need.organisation else "",
            timezone.localdate(need.created_at).isoformat(),
            None if each.closest is None else Decimal(f"{each.closest:.2f}"),
            f"{settings.PUBLIC_URL}{need.get_absolute_url()}",
        ]
