"""Avoided costs, by payer, from low to high; never mixed with well-being."""

from __future__ import annotations

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from essaim.common.acts import form_page, refuse
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.evaluations import rules
from essaim.evaluations.actions import costs as actions
from essaim.evaluations.forms.costs import MOST_LINES, LineFormSet, RateForm
from essaim.evaluations.models import AvoidedCosts, State
from essaim.evaluations.presentation import costs_of
from essaim.evaluations.steps import status

from .common import fetch

CLOSED = {State.ABANDONED, State.WITHDRAWN, State.CONCLUDED}


@signed_in_or_kept
@form_page
def costs(request: HttpRequest, pk: int) -> HttpResponse:
    evaluation = fetch(request, pk, rules.can_plan)
    known = AvoidedCosts.objects.filter(evaluation=evaluation).prefetch_related("lines").first()
    data = request.POST if request.method == "POST" else None
    rate = RateForm(data, initial=model_to_dict(known) if known else None)
    lines = LineFormSet(
        _with_one_more(request),
        prefix="lines",
        initial=[model_to_dict(line) for line in known.lines.all()] if known else None,
    )
    adding = "more" in request.POST
    if request.method == "POST" and "remove" in request.POST:
        try:
            actions.remove(evaluation)
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("evaluations:costs", pk)
    if request.method == "POST" and not adding and rate.is_valid() and lines.is_valid():
        given = [dict(form.cleaned_data.items()) for form in lines if not form.is_empty]
        try:
            actions.save(evaluation, lines=given, **rate.cleaned_data)
        except DomainError as error:
            refuse(rate, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("Les coûts évités sont comptés."))
            return redirect("evaluations:costs", pk)
    return render(
        request,
        "evaluations/costs.html",
        {
            **status(evaluation),
            "rate": rate,
            "lines": lines,
            "costs": costs_of(known),
            "may_write": evaluation.state not in CLOSED,
        },
        status=422 if request.method == "POST" and not adding else 200,
    )


def _with_one_more(request: HttpRequest) -> QueryDict | None:
    """What was sent, with an empty line below when one is asked for."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if "more" in data:
        total = (
            int(data.get("lines-TOTAL_FORMS", "1") or 1)
            if data.get("lines-TOTAL_FORMS", "1").isdecimal()
            else 1
        )
        data["lines-TOTAL_FORMS"] = str(min(MOST_LINES, total + 1))
    return data
