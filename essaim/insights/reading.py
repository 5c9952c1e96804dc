"""The latest figures as a page shows them; a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from essaim.common.money import euros
from essaim.common.templatetags.essaim import amount
from essaim.initiatives.levels import LEVELS
from essaim.initiatives.models import Phase, Track
from essaim.insights.definitions import DEFINITIONS, SECTIONS, Definition, Section
from essaim.insights.models import AnnualReport, Figure, Scope, Snapshot
from essaim.insights.rows import PROVEN_ONES, RUNNING_ONES, STOPPED_ONES
from essaim.replications.models import Mode, State
from essaim.territories.department_map import DepartmentMap, department_names, draw
from essaim.themes.models import Theme

NONE = "–"
# Breakdowns that count, whatever the unit of their figure.
COUNTED = {"mode_running", "mode_stopped", "wait"}


def written(value: Decimal | int | None, unit: str) -> str:
    """With its unit, in the reader's language; « – » where nothing is known."""
    if value is None:
        return NONE
    if unit == "euros":
        return euros(value)
    if unit == "percent":
        return _("%(n)s\u00a0%%") % {"n": amount(value)}
    if unit == "days":
        days = round(value)
        if days >= 60:
            return _("%(n)s mois") % {"n": amount(round(Decimal(days) / Decimal("30.44")))}
        return _("%(n)s j") % {"n": amount(days)}
    return amount(value)


@dataclass(frozen=True)
class Part:
    """A line of a breakdown; ``address`` opens its rows."""

    label: str
    value: str
    interval: str
    address: str
    code: str
    figure: Figure
    measured_address: str = ""  # opens what n counts, where that is not the same rows


@dataclass
class Shown:
    definition: Definition
    figure: Figure | None
    address: str
    apart: str = ""  # what is invented, and therefore counted in no total
    apart_address: str = ""
    parts: dict[str, list[Part]] = field(default_factory=dict)

    @property
    def value(self) -> str:
        return written(self.figure.value if self.figure else None, self.definition.unit)

    @property
    def interval(self) -> str:
        return interval(self.figure, self.definition.unit) if self.figure else ""

    @property
    def before(self) -> str:
        """Of the year before, where a report knows it."""
        value = getattr(self.figure, "before", None)
        return "" if value is None else written(value, self.definition.unit)

    @property
    def coverage(self) -> str:
        return coverage(self.definition, self.figure) if self.figure else ""


@dataclass
class Dashboard:
    snapshot: Snapshot | None
    scope: str
    sections: list[tuple[Section, list[Shown]]]
    shown: dict[str, Shown]
    has_invented: bool
    map: DepartmentMap
    departments: list[Part]

    @property
    def apart(self) -> bool:
        """Whether this is the page of what is invented."""
        return self.scope == Scope.INVENTED

    @property
    def money(self) -> list[Shown]:
        return [self.shown[key] for key in ("pledged", "confirmed", "committed", "paid")]

    @property
    def years(self) -> list[tuple[str, list[tuple[Part, str]]]]:
        """Of each year, its four amounts with their title."""
        found: dict[str, list[tuple[Part, str]]] = defaultdict(list)
        for shown in self.money:
            for part in shown.parts.get("year", []):
                found[part.code].append((part, str(shown.definition.title)))
        return sorted(found.items())

    @property
    def modes_running(self) -> list[Part]:
        return self.shown["modes"].parts.get("mode_running", [])

    @property
    def modes_stopped(self) -> list[Part]:
        return self.shown["modes"].parts.get("mode_stopped", [])


def unit_of(figure: Figure) -> str:
    return "count" if figure.dimension in COUNTED else DEFINITIONS[figure.key].unit


def interval(figure: Figure, unit: str) -> str:
    if figure.low is None or figure.low == figure.high:
        return ""
    return _("de %(low)s à %(high)s") % {
        "low": written(figure.low, unit), "high": written(figure.high, unit)
    }  # fmt: skip


def coverage(definition: Definition, figure: Figure) -> str:
    if figure.total is None or figure.counted is None:
        return ""
    return str(definition.coverage) % {
        "n": amount(figure.counted), "total": amount(figure.total)
    }  # fmt: skip


def rows_address(key: str, code: str = "", scope: str = Scope.PUBLIC) -> str:
    if not DEFINITIONS[key].has_rows:
        return ""
    query = {"code": code} if code else {}
    query |= {"fictif": "1"} if scope == Scope.INVENTED else {}
    return reverse("insights:rows", args=[key]) + (f"?{urlencode(query)}" if query else "")


def code_of_rows(figure: Figure) -> str:
    """What finds the rows of a part: breakdowns of one figure may share their codes."""
    suffix = {"mode_running": RUNNING_ONES, "mode_stopped": STOPPED_ONES}.get(figure.dimension, "")
    return figure.code + suffix


class Names:
    """What codes are called; two queries for all."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        codes: dict[str, set[str]] = defaultdict(set)
        for each in figures:
            codes[each.dimension].add(each.code)
        self.departments = department_names(codes["department"])
        themes = Theme.objects.filter(slug__in=codes["theme"])
        self.themes = {theme.slug: str(theme) for theme in themes}
        self.fixed: dict[str, dict[str, Any]] = {
            "phase": dict(Phase.choices) | self._steps(),
            "level": {"0": _("non établi")}
            | {str(n): f"{n} – {title}" for n, (title, _what) in LEVELS.items()},
            "state": dict(State.choices),
            "wait": {
                "evaluation_none": _(
                    "du porteur, ou de qui voudrait évaluer : aucune évaluation n’est commencée"
                ),
                "evaluation_open": _(
                    "de l’évaluateur : une évaluation est commencée, elle n’est pas conclue"
                ),
                "readiness": _("du porteur : les six réponses du diagnostic ne sont pas « oui »"),
                "strategy": _("du porteur : fin prêt, il n’a pas choisi de stratégie"),
                "interest": _("de l’équipe de la fiche : un intérêt attend sa réponse"),
                "adopter": _("d’un repreneur : personne d’autre n’attend de réponse"),
            },
            **{name: dict(Mode.choices) for name in ("mode", "mode_running", "mode_stopped")},
        }

    @staticmethod
    def _steps() -> dict[str, Any]:
        names = dict(Phase.choices)
        order = Phase.values[1:]
        return {
            f"{a}>{b}": _("de « %(a)s » à « %(b)s »") % {"a": names[a], "b": names[b]}
            for a, b in pairwise(order)
        }

    @staticmethod
    def _support(code: str) -> str:
        support, track, level, which = code.split(":")
        names = {
            "sponsor": _("parrain"),
            "grant": _("subvention d’essaimage"),
            "kit": _("kit"),
            "introduction": _("mise en relation"),
            "scheme": _("dispositif"),
        }
        return _("%(track)s, preuve %(level)s, %(support)s : %(which)s") % {
            "track": dict(Track.choices).get(track, track),
            "level": level,
            "support": names.get(support, support),
            "which": _("avec") if which == "with" else _("sans"),
        }

    def of(self, figure: Figure) -> str:
        code = figure.code
        if figure.dimension == "department":
            return f"{self.departments.get(code, code)} ({code})"
        if figure.dimension == "support":
            return self._support(code)
        if figure.dimension == "theme":
            return self.themes.get(code, code)
        return str(self.fixed.get(figure.dimension, {}).get(code, code))


def dashboard(scope: str = Scope.PUBLIC) -> Dashboard:
    snapshot = Snapshot.objects.first()
    figures = (
        list(Figure.objects.filter(snapshot=snapshot).of_the_whole().order_by("pk"))
        if snapshot
        else []
    )
    return laid_out(snapshot, figures, scope)


def of_report(report: AnnualReport) -> Dashboard:
    """The same page, of the figures that a report froze."""
    snapshot = Snapshot(computed_at=report.figures_at)
    return laid_out(snapshot, [_thawed(each) for each in report.figures], Scope.PUBLIC)


def _thawed(record: dict[str, Any]) -> Figure:
    values = {
        name: None if record[name] is None else Decimal(record[name])
        for name in ("value", "low", "high")
    }
    known = {name: value for name, value in record.items() if name != "before"}
    found = Figure(scope=Scope.PUBLIC, **{**known, **values})
    before = record.get("before")
    found.before = None if before is None else Decimal(before)  # type: ignore[attr-defined]
    return found


def laid_out(snapshot: Snapshot | None, figures: list[Figure], scope: str) -> Dashboard:
    names = Names(each for each in figures if each.scope == scope)
    shown = {
        key: Shown(each, None, rows_address(key, scope=scope))
        for key, each in DEFINITIONS.items()
        if each.section != "funder"
    }
    counts: dict[str, int] = {}
    departments: list[Part] = []
    has_invented = False
    for each in figures:
        target = shown.get(each.key)
        if target is None:
            continue
        if each.scope != scope:
            if each.scope == Scope.INVENTED and not each.dimension and each.value:
                has_invented = True
                target.apart = written(each.value, target.definition.unit)
                target.apart_address = rows_address(each.key, scope=Scope.INVENTED)
            continue
        if not each.dimension:
            target.figure = each
            continue
        part = _part(target.definition, each, names, scope)
        if each.dimension == "department":
            counts[each.code] = int(each.value or 0)
            departments.append(part)
        else:
            target.parts.setdefault(each.dimension, []).append(part)
    sections = [
        (section, [s for s in shown.values() if s.definition.section == section.key])
        for section in SECTIONS
    ]
    return Dashboard(snapshot, scope, sections, shown, has_invented, draw(counts), departments)


def _part(definition: Definition, figure: Figure, names: Names, scope: str) -> Part:
    return Part(
        label=names.of(figure),
        value=written(figure.value, unit_of(figure)),
        interval=interval(figure, definition.unit),
        address=rows_address(definition.key, code_of_rows(figure), scope),
        measured_address=(
            rows_address(definition.key, figure.code + PROVEN_ONES, scope)
            if figure.dimension == "theme"
            else ""
        ),
        code=figure.code,
        figure=figure,
    )


def as_table() -> Iterable[list[Any]]:
    """Every figure of the latest computation, with its definition, its date and its coverage."""
    yield [
        _("Chiffre"), _("Code"), _("Définition"), _("Portée"), _("Selon"), _("Valeur de"),
        _("Valeur"), _("Bas"), _("Haut"), _("n"), _("N"), _("Unité"), _("Calculé le"),
    ]  # fmt: skip
    figures = list(
        Figure.objects.of_latest().of_the_whole().select_related("snapshot").order_by("pk")
    )
    names = Names(figures)
    for each in figures:
        known = DEFINITIONS[each.key]
        yield [
            str(known.title), each.key, str(known.what), str(Scope(each.scope).label),
            each.dimension, names.of(each) if each.dimension else "",
            each.value, each.low, each.high, each.counted, each.total, unit_of(each),
            each.snapshot.computed_at.isoformat(timespec="minutes"),
        ]  # fmt: skip
