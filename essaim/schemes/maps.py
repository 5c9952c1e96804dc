"""The report's two maps, filled from the directory (§ 10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from essaim.schemes.filters import Filters
from essaim.schemes.kinds import PUBLIC_STAGES, REPORT_HELPS, SOCIAL_STAGES, Help, Stage, Track
from essaim.schemes.models import Scheme, SchemeQuerySet

# Named in a cell; the others are behind a link that counts them.
NAMED = 8
MOST_ROWS = 50  # of the public map


@dataclass
class Cell:
    label: str
    schemes: list[Any] = field(default_factory=list)  # the first ones
    count: int = 0
    url: str = ""  # all of them, where a filter says exactly that

    @property
    def others(self) -> int:
        return self.count - len(self.schemes)


@dataclass
class SocialMap:
    helps: list[str]
    rows: list[tuple[str, list[Cell]]]


@dataclass
class PublicRow:
    scheme: Scheme
    notes: list[tuple[str, str, bool]]  # stage, what it does there, whether it helps there at all


def social_map(schemes: SchemeQuerySet, filters: Filters) -> SocialMap:
    """Stage × kind of help; what does not say one of them stands apart. One query."""
    rows = schemes.filter(track__in=["", Track.SOCIAL]).values_list(
        "slug", "title", "stages", "helps"
    )
    others = [help for help in Help if help not in REPORT_HELPS]
    helps: list[list[Help]] = [*([help] for help in REPORT_HELPS), others, []]
    labels = [
        *(capfirst(str(help.label)) for help in REPORT_HELPS),
        _("Autres aides (ajoutées depuis)"),
        _("Nature non précisée"),
    ]
    stages: list[Stage | None] = [*SOCIAL_STAGES, None]
    cells: dict[tuple[int, int], Cell] = defaultdict(lambda: Cell(""))
    for slug, title, has_stages, has_helps in rows:
        for row, column in _places(has_stages, has_helps, stages, helps):
            cell = cells[row, column]
            cell.count += 1
            if len(cell.schemes) < NAMED:
                cell.schemes.append({"slug": slug, "title": title})
    shown = []
    for row, stage in enumerate(stages):
        line = []
        for column, kinds in enumerate(helps):
            cell = cells[row, column]
            cell.label = labels[column]
            if stage and len(kinds) == 1:
                cell.url = replace(filters, stage=stage.value, help=kinds[0].value).url()
            line.append(cell)
        name = capfirst(str(stage.label)) if stage else _("Étape non précisée")
        shown.append((name, line))
    return SocialMap(labels, shown)


def _places(
    stages: list[str], helps: list[str], all_stages: list[Stage | None], all_helps: list[list[Help]]
) -> Iterable[tuple[int, int]]:
    rows = [n for n, stage in enumerate(all_stages) if stage and stage.value in stages]
    columns = [n for n, kinds in enumerate(all_helps) if {k.value for k in kinds} & set(helps)]
    for row in rows or [len(all_stages) - 1]:
        for column in columns or [len(all_helps) - 1]:
            yield row, column


def public_map(schemes: SchemeQuerySet) -> tuple[list[PublicRow], int]:
    """One row a scheme, the four phases as columns; how many were left out."""
    of_track = schemes.filter(track=Track.PUBLIC)
    found = list(of_track.order_by("sort_title", "pk")[:MOST_ROWS])
    rows = [
        PublicRow(
            scheme,
            [
                (
                    capfirst(str(stage.label)),
                    scheme.stage_notes.get(stage.value, ""),
                    stage.value in scheme.stages,
                )
                for stage in PUBLIC_STAGES
            ],
        )
        for scheme in found
    ]
    left = of_track.count() - len(found) if len(found) == MOST_ROWS else 0
    return rows, left
