"""Figures: indicators of territories, what resembles what, the dashboard, its annual reports."""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, gettext_lazy

from essaim.insights.definitions import DEFINITIONS, DIMENSIONS
from essaim.insights.models import AnnualReport, Figure, Scope
from essaim.open_data import conditional
from essaim.open_data.api import document, reading
from essaim.open_data.api.listing import envelope, listing
from essaim.open_data.api.open_reads import (
    KIND_LENGTH,
    TERRITORY_KIND,
    listed,
    one,
    place_of,
    router,
)
from essaim.open_data.records import figures
from essaim.open_data.records.common import NOBODY
from essaim.open_data.tables import FIGURES, INDICATOR_VALUES, INDICATORS, NEIGHBOURS, REPORTS
from essaim.territories.forms.similar import COMMON
from essaim.territories.models import Indicator, IndicatorValue, Profile
from essaim.territories.similar import NEAREST, choices, is_of_profile, neighbours

# A lazy text where the library's types say a plain one.
_: Any = gettext_lazy
MOST_NEIGHBOURS = 50


def _text(name: str, description: Any, **schema: Any) -> dict[str, Any]:
    return {
        "name": name, "in": "query", "description": description,
        "schema": {"type": "string"} | schema,
    }  # fmt: skip


def _asked(given: Any, name: str) -> str:
    """The text of a parameter; the database holds no NUL. Raises Problem."""
    text = str(given.get(name, ""))
    if "\x00" in text:
        raise reading.problems_of([(name, gettext("Caractère interdit."))])
    return text


# --- indicators -------------------------------------------------------------------------
@router.get(
    "indicators",
    summary=_("Les indicateurs connus des territoires, par code"),
    tags=["indicators"],
    openapi_extra=listed(INDICATORS),
)
def list_indicators(request: HttpRequest) -> HttpResponse:
    reading.parameters(request, ())
    found = Indicator.objects.for_list()
    return listing(
        request, found, ["code", "id"], lambda rows: [figures.indicator(row) for row in rows]
    )


@router.get(
    "indicator-values",
    summary=_("Les valeurs des indicateurs, année par année"),
    tags=["indicators"],
    openapi_extra=listed(
        INDICATOR_VALUES,
        _text("indicator", _("Le code d’un indicateur.")),
        _text("territory", _("Un territoire (nature:code).")),
        TERRITORY_KIND,
        {"name": "year", "in": "query", "description": _("Une année."),
         "schema": {"type": "integer", "minimum": 0, "maximum": 2100}},
    ),
)  # fmt: skip
def list_indicator_values(request: HttpRequest) -> HttpResponse:
    given = reading.parameters(request, ("indicator", "territory", "kind", "year"))
    series = Indicator.objects.all()
    if code := _asked(given, "indicator"):
        series = Indicator.objects.by_code([code])
        if not series:
            raise reading.problems_of([("indicator", gettext("Cet indicateur est inconnu."))])
    # Named one by one, so that the key alone finds them: there is no other index.
    found = IndicatorValue.objects.filter(indicator__in=[each.pk for each in series])
    if address := _asked(given, "territory"):
        place = place_of(address)
        if place is None:
            raise reading.problems_of([("territory", gettext("Ce territoire est inconnu."))])
        found = found.filter(territory=place)
    kind = _asked(given, "kind")
    if len(kind) > KIND_LENGTH:
        raise reading.problems_of([("kind", gettext("Cette nature est inconnue."))])
    if kind:
        found = found.filter(territory__kind=kind)
    if "year" in given:
        found = found.filter(year=reading.whole(request, "year", 0, 0, 2100))
    return listing(
        request,
        found.select_related("indicator", "territory"),
        ["indicator_id", "territory_id", "year"],
        lambda rows: [figures.value(row) for row in rows],
    )


# --- similar territories ----------------------------------------------------------------
SIMILAR = [
    _text("indicators", _("Codes séparés par des virgules ; sans eux, ceux du profil.")),
    _text("weights", _("Leurs poids, dans le même ordre, séparés par des virgules.")),
    _text("profile", _("Sans « indicators » : le profil comparé."), enum=list(Profile.values)),
    _text("common", _("Indicateurs que les deux doivent avoir, en poids."), enum=list(COMMON)),
    {"name": "k", "in": "query", "description": _("Combien en donner."),
     "schema": {"type": "integer", "minimum": 1, "maximum": MOST_NEIGHBOURS, "default": NEAREST}},
]  # fmt: skip
_WHOLE = document.page_of(document.of_table(NEIGHBOURS))
LIKENESS = _WHOLE | {
    "properties": _WHOLE["properties"]
    | {
        "compared": {"type": "array", "items": {"type": "object"}},
        **{
            name: {"type": "array", "items": {"type": "string"}}
            for name in ("lacking", "constant", "absent")
        },
        "candidates": {"type": "integer"},
        "set_aside": {"type": "integer"},
    }
}


@router.get(
    "territories/{address}/similar",
    summary=_("Les territoires de même nature qui lui ressemblent le plus, et sur quoi"),
    tags=["territories"],
    openapi_extra=document.operation(LIKENESS, parameters=SIMILAR, problems=(404, 409, 422)),
)
def list_similar(request: HttpRequest, address: str) -> HttpResponse:
    names = [each["name"] for each in SIMILAR]
    given = reading.parameters(request, names, paged=False)
    place = place_of(address)
    if place is None:
        raise Http404
    common = _one_of(given, "common", COMMON, "half")
    profile = _one_of(given, "profile", Profile.values, Profile.GENERAL.value)
    codes = [code for code in _asked(given, "indicators").split(",") if code.strip()]
    weights = _weights(given, codes)
    if not codes:
        codes = [each.code for each in choices(place.kind) if is_of_profile(each, profile)]
    k = reading.whole(request, "k", NEAREST, 1, MOST_NEIGHBOURS)
    found = neighbours(place, codes, weights, k=k, in_common=COMMON[common])
    items = [figures.neighbour(each) for each in found.neighbours]
    return envelope(request, items, None, None, **figures.compared(found))


def _one_of(given: Any, name: str, known: Any, default: str) -> str:
    text = _asked(given, name) or default
    if text not in known:
        values = ", ".join(known)
        told = gettext("Une de ces valeurs : %(values)s.") % {"values": values}
        raise reading.problems_of([(name, told)])
    return text


def _weights(given: Any, codes: list[str]) -> dict[str, float]:
    """By code. Raises Problem for what is no number, or not as many as the codes."""
    text = _asked(given, "weights")
    if not text:
        return {}
    try:
        numbers = [float(each) for each in text.split(",")]
    except ValueError:
        numbers = []
    usable = all(math.isfinite(each) and 0 <= each <= 100 for each in numbers)
    if len(numbers) != len(codes) or not usable:
        told = gettext("Autant de nombres de 0 à 100 que d’indicateurs, séparés par des virgules.")
        raise reading.problems_of([("weights", told)])
    return dict(zip((code.strip() for code in codes), numbers, strict=True))


# --- the dashboard ----------------------------------------------------------------------
class FiguresForm(forms.Form):
    key = forms.ChoiceField(
        label=_("Chiffre"), required=False,
        choices=[(k, k) for k, each in DEFINITIONS.items() if each.section != "funder"],
    )  # fmt: skip
    scope = forms.ChoiceField(label=_("Portée"), choices=Scope.choices, required=False)
    dimension = forms.ChoiceField(
        label=_("Selon"), choices=[(name, name) for name in DIMENSIONS], required=False
    )


@router.get(
    "figures",
    summary=_("Les derniers chiffres nationaux du tableau de bord"),
    tags=["figures"],
    openapi_extra=listed(FIGURES, *document.form_parameters(FiguresForm)),
)
def list_figures(request: HttpRequest) -> HttpResponse:
    asked = reading.filters(request, FiguresForm).cleaned_data
    found = Figure.objects.of_latest().of_the_whole()
    found = found.filter(**{name: value for name, value in asked.items() if value})
    return listing(request, found, ["id"], figures.figures)


@router.get(
    "reports",
    summary=_("Les rapports annuels publiés, du plus récent au plus ancien"),
    tags=["figures"],
    openapi_extra=listed(REPORTS),
)
def list_reports(request: HttpRequest) -> HttpResponse:
    reading.parameters(request, ())
    found = AnnualReport.objects.visible_to(NOBODY)
    return listing(request, found, ["-year"], lambda rows: [figures.report(row) for row in rows])


@router.get(
    "reports/{int:year}",
    summary=_("Un rapport annuel"),
    tags=["figures"],
    openapi_extra=one(REPORTS),
)
def get_report(request: HttpRequest, year: int) -> HttpResponse:
    found = get_object_or_404(AnnualReport.objects.visible_to(NOBODY), year=year)
    return conditional.answer(request, figures.report(found))
