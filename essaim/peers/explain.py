"""Why a pair was proposed, and why none can be, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from essaim.peers.models import CollegeKind, Item, Plan, Seat
from essaim.themes.models import Theme


@dataclass(frozen=True)
class Why:
    row: Any  # a planned reading, or a reading
    sentences: list[str]


def explained(rows: Sequence[Any], weights: Mapping[str, int]) -> list[Why]:
    """For each pair, its parts in words; one query for the names of themes."""
    shared = {theme for row in rows for theme in row.parts.get("shared", [])}
    names = {theme.pk: str(theme) for theme in Theme.objects.filter(pk__in=shared)}
    return [Why(row, _sentences(row.parts, names, weights)) for row in rows]


def _sentences(
    parts: Mapping[str, Any], names: Mapping[int, str], weights: Mapping[str, int]
) -> list[str]:
    said = []
    if weights.get("themes", 1):
        shared = [names[theme] for theme in parts.get("shared", []) if theme in names]
        said.append(
            _("thèmes en commun : %(names)s") % {"names": ", ".join(shared)}
            if shared
            else _("aucun thème en commun")
        )
    if weights.get("text", 1):
        text = parts.get("text")
        said.append(
            _("textes : non comparés")
            if text is None
            else _("textes proches à %(share)s %%") % {"share": round(100 * text)}
        )
    if weights.get("profession", 1):
        trade = parts.get("profession") or 0.0
        said.append(
            _("métier proche à %(share)s %%") % {"share": round(100 * trade)}
            if trade
            else _("métier : rien de connu en commun")
        )
    if weights.get("territory", 1):
        said.append(
            {
                "place": _("même territoire"),
                "department": _("même département"),
                "region": _("même région"),
            }.get(parts.get("near", ""), _("territoires sans lien"))
        )
    return said


@dataclass(frozen=True)
class Obstacle:
    causes: list[str]
    remedies: list[str]


def obstacle(plan: Plan) -> Obstacle:
    """Which constraint, and the smallest change that would do, with today's names."""
    from essaim.peers.assignment import Cause, Change, Remedy
    from essaim.peers.assignment.words import cause_text, remedy_text

    summary = plan.summary
    items = [pk for cause in summary.get("causes", []) for pk in cause.get("items", [])]
    items += [
        pk
        for remedy in summary.get("remedies", [])
        for change in remedy["changes"]
        for pk, _number in change.get("items", [])
    ]
    readers = [pk for cause in summary.get("causes", []) for pk in cause.get("readers", [])]
    titles = dict(Item.objects.filter(pk__in=items).values_list("pk", "title"))
    seats = {
        seat.pk: (seat.user.name if seat.user else "") or _("une personne sans nom affiché")
        for seat in Seat.objects.filter(pk__in=readers).select_related("user")
    }
    labels = dict(CollegeKind.choices)
    rows, columns = {pk: n for n, pk in enumerate(titles)}, {pk: n for n, pk in enumerate(seats)}
    causes = [
        cause_text(
            Cause(
                cause["kind"],
                labels.get(cause["college"], cause["college"]),
                cause["needed"],
                cause["available"],
                tuple(rows[pk] for pk in cause.get("items", []) if pk in rows),
                tuple(columns[pk] for pk in cause.get("readers", []) if pk in columns),
            ),
            list(titles.values()),
            list(seats.values()),
        )
        for cause in summary.get("causes", [])
    ]
    remedies = [
        remedy_text(
            Remedy(
                labels.get(remedy["college"], remedy["college"]),
                tuple(
                    Change(
                        change["kind"],
                        change.get("value", 0),
                        change.get("load", 0),
                        {rows[pk]: number for pk, number in change.get("items", []) if pk in rows},
                    )
                    for change in remedy["changes"]
                ),
                remedy["size"],
            ),
            list(titles.values()),
        )
        for remedy in summary.get("remedies", [])
    ]
    return Obstacle(causes, remedies)


def percent(value: float | None) -> str:
    return "–" if value is None else formats.number_format(round(100 * value), 0)
