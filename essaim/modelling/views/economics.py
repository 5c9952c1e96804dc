"""The economic page, and what it supposes."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common.acts import form_page, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.modelling import rules
from essaim.modelling.actions.economics import save_assumptions
from essaim.modelling.economics import Assumptions, Range, economy_of
from essaim.modelling.forms import AssumptionsForm
from essaim.modelling.models import EconomicAssumptions, SharedLine
from essaim.modelling.picture import draw
from essaim.modelling.views.common import fetch_card


def read(kept: EconomicAssumptions | None) -> Assumptions:
    """What was said, as the computing takes it."""
    if kept is None:
        return Assumptions()
    people = None
    if kept.beneficiaries is not None:
        known = (kept.beneficiaries_low, kept.beneficiaries, kept.beneficiaries_high)
        people = Range(*(Decimal(n or 0) for n in known))
    return Assumptions(people, kept.day_cost, kept.fte_cost, kept.years)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug)
    lines = list(card.economics.all())
    kept = EconomicAssumptions.objects.filter(initiative=card).first()
    shared = SharedLine.objects.filter(line__initiative=card).values_list("line", flat=True)
    economy = economy_of(lines, read(kept), shared)
    return render(
        request,
        "modelling/economics.html",
        {
            "card": card,
            "economy": economy,
            "kept": kept,
            "picture": draw(economy.tornado),
            "can_edit": rules.can_edit_model(request.user, card),
            "texts": " ".join([*(line.source for line in lines), kept.source if kept else ""]),
        },
    )


@form_page
@signed_in_or_kept
def assumptions(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug, edit=True)
    lines = list(card.economics.all())
    kept = EconomicAssumptions.objects.filter(initiative=card).first()
    shared = SharedLine.objects.filter(line__initiative=card).values_list("line", flat=True)
    initial = {"version": 0, "shared": [str(pk) for pk in shared]}
    if kept is not None:
        for name in ("version", "beneficiaries_low", "beneficiaries", "beneficiaries_high",
                     "day_cost", "fte_cost", "years", "source"):  # fmt: skip
            initial[name] = getattr(kept, name)
    data = request.POST if request.method == "POST" else kept_text(request)
    form = AssumptionsForm(data, initial=initial, lines=lines)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            save_assumptions(
                card, beneficiaries=given.get("people"), day_cost=given["day_cost"],
                fte_cost=given["fte_cost"], years=given["years"], source=given["source"],
                shared=[int(pk) for pk in given.get("shared", [])], version=given["version"],
                by=request.user,
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget_kept_text(request)
            messages.success(request, _("Les hypothèses sont enregistrées."))
            return redirect("modelling:economics", slug)
    return render(
        request, "modelling/assumptions.html", {"card": card, "form": form},
        status=status_code(request),
    )  # fmt: skip
