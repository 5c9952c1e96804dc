"""Which territories are like this one, on what, and why."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common.errors import DomainError
from essaim.common.panels import render_panels

from .. import lookup
from ..forms.similar import SimilarForm, filled
from ..models import PLURALS, Indicator, Territory
from ..similar import Likeness, Neighbour, choices, neighbours


@require_safe
def similar(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    if "\x00" in code:  # no database accepts to look for it
        raise Http404
    territory = Territory.objects.for_detail().filter(kind=kind, code=code).first()
    if territory is None:
        raise Http404
    indicators = choices(kind)
    form = SimilarForm(filled(request.GET.dict(), indicators), indicators=indicators)
    found, refusal = None, ""
    if form.is_valid():
        codes, weights = form.asked()
        k = form.cleaned_data["k"]
        try:
            found = neighbours(territory, codes, weights, k=k, in_common=form.in_common())
        except DomainError as error:
            refusal = str(error.message)
    names = {each.code: each for each in indicators}
    context = {
        "territory": territory,
        "kind": lookup.kind_names({kind}).get(kind, kind),
        "kinds": PLURALS.get(kind, _("territoires de même nature")),
        "crumbs": [
            {"label": _("Territoires"), "address": reverse("territories:entry")},
            {"label": territory.label, "address": territory.get_absolute_url()},
        ],
        "form": form,
        "refusal": refusal,
        "found": found,
        "named": _named(found, names) if found else {},
        "rows": [_row(found, each, names) for each in found.neighbours] if found else [],
        "panels": render_panels("territory.similar", request, found) if found else [],
    }
    return render(request, "territories/similar.html", context)


def _named(found: Likeness, names: dict[str, Indicator]) -> dict[str, list[str]]:
    """What was set aside, by name."""
    return {
        kind: [names[code].name if code in names else code for code in getattr(found, kind)]
        for kind in ("lacking", "constant", "absent")
    }


def _row(found: Likeness, each: Neighbour, names: dict[str, Indicator]) -> dict[str, Any]:
    """A neighbour with its shares as the page tells them: what sets the two apart first."""
    own = {compared.code: compared for compared in found.compared}
    lines = [
        {
            "name": own[share.code].name,
            "unit": own[share.code].unit,
            "share": share.share * 100,
            "here": own[share.code].value,
            "here_year": own[share.code].year,
            "there": share.value,
            "there_year": share.year,
        }
        for share in each.shares
    ]
    return {
        "neighbour": each,
        "lines": lines,
        "first": lines[:3],
        "missing": [own[code].name for code in each.missing],
    }
