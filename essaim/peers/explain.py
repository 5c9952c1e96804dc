"""Why a pair was proposed, and why none can be, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from essaim.peers.models import CollegeKind, Item, Plan, Seat
from essaim.territories.models import Territory
from essaim.themes.models import Theme


@dataclass(frozen=True)
class Why:
    row: Any  # a planned reading, or a reading
    sentences: list[str]


def explained(rows: Sequence[Any], weights: Mapping[str, int]) -> list[Why]:
    """For each pair, its parts in words; one query for themes, one for places."""
    shared = {theme for row in rows for theme in row.parts.get("shared", [])}
    themes = {theme.pk: str(theme) for theme in Theme.objects.filter(pk__in=shared)}
    near = {row.parts.get("near") for row in rows} - {None}
    places = dict(Territory.objects.filter(pk__in=near).values_list("pk", "name"))
    return [Why(row, _sentences(row.parts, themes, places, weights)) for row in rows]


def _sentences(
    parts: Mapping[str, Any],
    themes: Mapping[int, str],
    places: Mapping[int, str],
    weights: Mapping[str, int],
) -> list[str]:
    """Of the parts that weigh; one that a side has not filled in is said so."""
    names = ", ".join(themes[pk] for pk in parts.get("shared", []) if pk in themes)
    said = {
        "themes": _("thèmes en commun : %(names)s") % {"names": names}
        if names
        else _("aucun thème en commun"),
        "text": _("textes proches à %(share)s %%")
        % {"share": round(100 * (parts.get("text") or 0))},
        "profession": _("métier proche") if parts.get("profession") else _("métiers différents"),
        "territory": _("même territoire : %(name)s") % {"name": places[parts["near"]]}
        if parts.get("near") in places
        else _("territoires sans lien"),
    }
    unknown = {
        "themes": _("thèmes non renseignés"),
        "text": _("textes non comparés"),
        "profession": _("métier non renseigné"),
        "territory": _("territoire non renseigné"),
    }
    return [
        said[part] if parts.get(part) is not None else unknown[part]
        for part in said
        if weights.get(part, 1)
    ]


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
