"""The board of unmet needs: exact counts by the database, clusters of the latest, the export.

Only needs that every member may read are counted, listed or exported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.personal_data import mask_personal_data
from essaim.common.spreadsheets import Cell
from essaim.matching import clusters, openings
from essaim.matching.models import Standing, StandingQuerySet
from essaim.needs.reading import EXCERPT_LENGTH, shorten
from essaim.territories.models import Containment, Territory
from essaim.themes.models import Theme

SHOWN_OF_CLUSTER = 5


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
        inside = Containment.objects.filter(ancestor=territory).values("descendant")
        found = found.filter(need__territory__in=inside)
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
    """A need of a place that lies in several departments counts in each; those of a wider place,
    or of none, are counted apart."""
    rows = (
        found.filter(need__territory__up__ancestor__kind="department")
        .order_by()
        .values(
            code=F("need__territory__up__ancestor__code"),
            label=F("need__territory__up__ancestor__label"),
        )
        .annotate(n=Count("pk", distinct=True))
        .order_by("-n", "code")
    )
    tallies = [Tally(row["label"], row["n"], f"territory=department:{row['code']}") for row in rows]
    wider = found.filter(need__territory__isnull=False).exclude(
        need__territory__in=Containment.objects.filter(ancestor__kind="department").values(
            "descendant"
        )
    )
    apart = {
        _("région ou pays entier"): wider.count(),
        _("sans territoire"): found.filter(need__territory=None).count(),
    }
    return tallies + [Tally(label, count) for label, count in apart.items() if count]


def groups(found: StandingQuerySet, reader: Any) -> list[Group]:
    """The latest unmet needs, put together by meaning; those whose meaning is not known yet are
    in no group."""
    kept = list(
        found.filter(embedding__isnull=False)
        .for_list()
        .order_by("-need__created_at", "-pk")[: settings.MATCHING["board_needs"]]
    )
    # The oldest first: a need that arrives changes the clusters as little as may be.
    kept.reverse()
    if not kept:
        return []
    vectors = np.array([each.embedding for each in kept], dtype=np.float32)
    made = clusters.clusters(vectors, [each.need.text for each in kept])
    told = []
    for cluster in made:
        members = [kept[at] for at in cluster.members]
        keys = [each.need_id for each in members]
        told.append(
            Group(
                cluster.name,
                keys,
                [line(each) for each in members[:SHOWN_OF_CLUSTER]],
                openings.offered(reader, keys, cluster.name),
            )
        )
    return told


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


def export(found: StandingQuerySet, reader: Any) -> Iterator[list[Cell]]:
    """Every row of the board, with the name of its cluster where it has one."""
    names = {key: group.name for group in groups(found, reader) for key in group.needs}
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
