"""What the figures say of each territory, the day they are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.dialogues import difficulty
from essaim.dialogues.models import (
    Campaign,
    CampaignIndicator,
    Dialogue,
    DialogueState,
    Finding,
    OwnFigure,
)
from essaim.dialogues.own_figures import Figures, NotTaken, figures_of
from essaim.territories.models import IndicatorValue

from .common import lock_open_campaign

Series = dict[int, dict[int, float]]


def series_of(indicator: CampaignIndicator, territories: Iterable[int]) -> Series:
    """Every known value of these territories, by year. One query."""
    keys = list(territories)
    found: Series = {key: {} for key in keys}
    rows: Any
    if indicator.series_id is not None:
        rows = IndicatorValue.objects.filter(indicator=indicator.series_id, territory__in=keys)
    else:
        rows = OwnFigure.objects.filter(indicator=indicator, territory__in=keys)
    for key, year, value in rows.values_list("territory", "year", "value"):
        found[key][year] = value
    return found


@transaction.atomic
def take_findings(campaign: Campaign) -> int:
    """Read the rule of each indicator again for every dialogue that has not ended; returns how
    many findings of difficulty there are. A territory that ended keeps the figures it has."""
    campaign = lock_open_campaign(campaign)
    dialogues = list(
        campaign.dialogues.exclude(state=DialogueState.CLOSED).select_for_update(of=("self",))
    )
    indicators = list(campaign.indicators.select_related("series"))
    if not indicators:
        raise DomainError(_("Ajoutez d’abord un indicateur et sa règle."))
    return _read(indicators, dialogues, dialogues)


@transaction.atomic
def read_again(dialogue: Dialogue) -> None:
    """Of one dialogue, whose territory is another now: what was read of the former says nothing of
    it. The others keep what they have."""
    read = CampaignIndicator.objects.filter(findings__dialogue=dialogue).select_related("series")
    others = dialogue.campaign.dialogues.exclude(state=DialogueState.CLOSED)
    _read(list(read.distinct()), list(others), [dialogue])


def _read(
    indicators: list[CampaignIndicator], dialogues: list[Dialogue], kept: list[Dialogue]
) -> int:
    """The rules over all dialogues; what they say of ``kept`` is written."""
    today, rows = timezone.localdate(), []
    for indicator in indicators:
        rule = difficulty.Rule(
            indicator.rule, indicator.worse == "high", indicator.limit, indicator.count
        )
        read = difficulty.read(rule, series_of(indicator, [d.territory_id for d in dialogues]))
        for dialogue in kept:
            seen = read[dialogue.territory_id]
            rows.append(
                Finding(
                    dialogue=dialogue, indicator=indicator, status=seen.status, value=seen.value,
                    year=seen.year, place=seen.place, known=seen.known, earlier=seen.earlier,
                    earlier_year=seen.earlier_year, on=today,
                )
            )  # fmt: skip
    Finding.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["dialogue", "indicator"],
        update_fields=["status", "value", "year", "place", "known", "earlier", "earlier_year", "on"],
    )  # fmt: skip
    return sum(each.status == "difficulty" for each in rows)


@dataclass(frozen=True)
class Loaded:
    created: int
    updated: int
    unchanged: int


@transaction.atomic
def load_own_figures(
    indicator: CampaignIndicator, file: BinaryIO, *, kind: str = "", year: int | None = None
) -> Loaded:
    """All the lines of the file or none, at once; from the page a job does it (``figure_files``)."""
    most = settings.DIALOGUES["own_figures"]
    found = figures_of(file, indicator, kind=kind, year=year, most=most)
    return keep_own_figures(indicator, found)


@transaction.atomic
def keep_own_figures(indicator: CampaignIndicator, found: Figures) -> Loaded:
    """Figures loaded again replace those of the same territory and year. Territories out of the
    campaign are counted in ``found``, said by their line and left aside. Raises NotTaken where a
    line is wrong or nothing is of the campaign: then nothing is written."""
    campaign = lock_open_campaign(indicator.campaign_id)
    if indicator.series_id is not None:
        raise DomainError(_("Cette série est celle de tous : elle se charge dans la gestion."))
    if found.wrong:
        raise NotTaken("lines")
    inside = set(campaign.dialogues.values_list("territory", flat=True))
    outside = [key for key in found.values if key[0] not in inside]
    for key in outside:
        found.say(found.line_of[key], False, "outside")
    found.outside = len(outside)
    kept = {key: value for key, value in found.values.items() if key[0] in inside}
    if not kept and found.others:
        raise NotTaken("others", ", ".join(sorted(found.others)[:5])[:300])
    if not kept:
        raise NotTaken("none")
    before = {
        (place, when): (value, source)
        for place, when, value, source in OwnFigure.objects.filter(indicator=indicator).values_list(
            "territory", "year", "value", "source"
        )
    }
    changed = {key: value for key, value in kept.items() if before.get(key) != value}
    OwnFigure.objects.bulk_create(
        [
            OwnFigure(
                indicator=indicator, territory_id=place, year=when, value=value, source=source
            )
            for (place, when), (value, source) in changed.items()
        ],
        update_conflicts=True, unique_fields=["indicator", "territory", "year"],
        update_fields=["value", "source"],
    )  # fmt: skip
    created = sum(key not in before for key in kept)
    return Loaded(created, len(changed) - created, len(kept) - len(changed))
