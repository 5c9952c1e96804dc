"""The analysis: asked for, followed, read by the team before it concludes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from essaim.common.acts import form_page
from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.evaluations import rules
from essaim.evaluations.actions import analyses, conclusions
from essaim.evaluations.designs import CALCULATIONS
from essaim.evaluations.level import REASONS
from essaim.evaluations.models import Analysis, Dataset, Evaluation, State
from essaim.evaluations.presentation import results_of
from essaim.evaluations.steps import status
from essaim.initiatives.levels import LEVELS

from .common import fetch


@signed_in_or_kept
@never_cache
@form_page
def analysis(request: HttpRequest, pk: int) -> HttpResponse:
    """Run the computation that the plan names, and read what it gives."""
    evaluation = fetch(request, pk, rules.can_read_data)
    if request.method == "POST":
        try:
            analyses.ask(evaluation, by=request.user)
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("evaluations:analysis", pk)
    last = evaluation.analyses.order_by("pk").last()
    found = conclusions.proposed(evaluation) if evaluation.state == State.ANALYSED else None
    return render(
        request,
        "evaluations/analysis.html",
        {
            **status(evaluation),
            "analysis": last,
            "waits": _waits(last),
            "dataset": Dataset.objects.current(evaluation),
            "calculation": CALCULATIONS.get(evaluation.analysis),
            "result": results_of(evaluation, whole=True),
            "proposed": found,
            "level_name": LEVELS[found.level][0] if found else "",
            "reasons": [REASONS[code] for code in found.reasons] if found else [],
            "states": State,
        },
    )


def _waits(last: Analysis | None) -> bool:
    """Whether nothing moved for a while: the page must not pretend."""
    if last is None or not last.is_working:
        return False
    return timezone.now() - (last.touched_at or last.asked_at) > analyses.FORGOTTEN_AFTER


@signed_in_or_kept
@never_cache
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress bar alone, asked every second; the whole page once there is a result."""
    evaluation: Evaluation = fetch(request, pk, rules.can_read_data)
    last = evaluation.analyses.order_by("pk").last()
    response = render(
        request,
        "evaluations/_progress.html",
        {"evaluation": evaluation, "analysis": last, "waits": _waits(last)},
    )
    if last is None or not last.is_working:
        response["HX-Refresh"] = "true"
    return response
