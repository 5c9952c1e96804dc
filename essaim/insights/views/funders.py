"""The page of a funder: its grants over the years, what became of its options."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from essaim.common.kept import signed_in_or_kept
from essaim.funding.models import Option, OptionState
from essaim.insights import rules
from essaim.insights.computing.funders import NEW, RENEWED, REPLICATED, subject_of
from essaim.insights.definitions import DEFINITIONS
from essaim.insights.models import Figure, Snapshot
from essaim.people.models import Organisation

KINDS = [(NEW, _("nouvelles")), (RENEWED, _("reconduites")), (REPLICATED, _("d’essaimage"))]


@signed_in_or_kept
@require_safe
def funder(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation, slug=slug)
    if not rules.can_read_funder(request.user, organisation):
        raise PermissionDenied
    figures = Figure.objects.of_latest().filter(subject=subject_of(organisation.pk))
    if not rules.knows_prepared(request.user, organisation):
        figures = figures.exclude(key="options", code=OptionState.PREPARED)
    rows = list(figures.order_by("key", "code"))
    options = (
        Option.objects.visible_to(request.user)
        .filter(funder=organisation)
        .select_related("pool__initiative", "territory", "adopter")
    )
    return render(
        request,
        "insights/funder.html",
        {
            "organisation": organisation,
            "snapshot": Snapshot.objects.first(),
            "kinds": [label for _code, label in KINDS],
            "years": _years([row for row in rows if row.key == "grants"]),
            "states": [(OptionState(row.code).label, row) for row in rows if row.key == "options"],
            "grants": DEFINITIONS["grants"],
            "fates": DEFINITIONS["options"],
            "page": Paginator(options.order_by("-pk"), 30).get_page(request.GET.get("page")),
        },
    )


def _years(rows: list[Figure]) -> list[dict[str, Any]]:
    """Of each year: how many and how much of each kind, and its share of the amount."""
    found: dict[str, dict[str, Figure]] = defaultdict(dict)
    for row in rows:
        year, _sep, kind = row.code.partition(":")
        found[year][kind] = row
    years = []
    for year, kinds in sorted(found.items(), reverse=True):
        whole = sum((row.value or Decimal(0) for row in kinds.values()), Decimal(0))
        cells = []
        for kind, label in KINDS:
            found_one = kinds.get(kind)
            value = found_one.value or Decimal(0) if found_one else Decimal(0)
            share = round(100 * value / whole) if whole else 0
            cells.append(
                {
                    "label": label,
                    "count": found_one.counted if found_one else 0,
                    "value": value,
                    "share": share,
                }
            )
        years.append({"year": year, "whole": whole, "cells": cells})
    return years
