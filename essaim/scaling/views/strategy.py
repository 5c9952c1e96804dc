"""Strategies of a card: written, compared, chosen; and the public pages of the six models."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.common.acts import refuse
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.initiatives.models import Initiative
from essaim.people import audit
from essaim.people.views.signed_in import person
from essaim.scaling import matrix, rules
from essaim.scaling.actions import strategies as actions
from essaim.scaling.forms.strategy import CellForm, ObjectivesForm, StrategyForm
from essaim.scaling.model_sheets import EXAMPLES, PLACES, SHEET, SHEETS, place_of, suggested
from essaim.scaling.models import MatrixCell, Objective, Strategy
from essaim.scaling.views.diagnosis import card_of

HISTORY = "scaling.matrixcellevent"


# --- the models, for everyone -------------------------------------------------------------
@require_safe
def models(request: HttpRequest) -> HttpResponse:
    """``/strategies``: objectives × models, each cell with its confidence and source."""
    context = {
        "rows": matrix.rows(),
        "sheets": SHEETS,
        "axis": _axis(),
        "can_edit": rules.can_edit_matrix(request.user),
    }
    return render(request, "scaling/models.html", context)


@require_safe
def model(request: HttpRequest, key: str) -> HttpResponse:
    if key not in SHEET:
        raise Http404
    cells = MatrixCell.objects.filter(model=key, serves=True)
    served = [
        (capfirst(cell.get_objective_display()), EXAMPLES[cell.objective], cell) for cell in cells
    ]
    context = {"sheet": SHEET[key], "served": served}
    return render(request, "scaling/model.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def cell(request: HttpRequest, objective: str, model: str) -> HttpResponse:
    """A manager reads a cell otherwise; what it said before stays below."""
    if not rules.can_edit_matrix(request.user):
        raise PermissionDenied
    found = get_object_or_404(MatrixCell, objective=objective, model=model)
    initial = {name: getattr(found, name) for name in ("serves", "confidence", "source")}
    form = CellForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.change_cell(found, **form.cleaned_data)
        messages.success(request, _("La case est à jour."))
        return redirect("scaling:models")
    kind = audit.kind(HISTORY)
    assert kind is not None
    entries = audit.entries(kind, audit.rows(kind, number=found.pk)[:20])
    return render(request, "scaling/cell.html", {"form": form, "cell": found, "entries": entries})


def _axis(*marks: tuple[str, int]) -> dict[str, Any]:
    """The picture from control to autonomy: 0–100 drawn on 600 units, 40 from the edge."""

    def x(at: int) -> int:
        return 40 + round(at * 5.2)

    return {
        "places": [(place, x(place.at)) for place in PLACES],
        "marks": [(name, x(at), at) for name, at in marks],
    }


# --- strategies of a card -----------------------------------------------------------------
def _planned(request: HttpRequest, slug: str) -> Initiative:
    card = card_of(request, slug)
    if not rules.can_plan(request.user, card):
        raise PermissionDenied
    return card


def _strategy(request: HttpRequest, card: Initiative, pk: int) -> Strategy:
    found = Strategy.objects.visible_to(request.user).filter(initiative=card).for_list()
    strategy: Strategy = get_object_or_404(found, pk=pk)
    return strategy


@require_safe
def strategies(request: HttpRequest, slug: str) -> HttpResponse:
    """The chosen one, the others, and two side by side (``?a=…&b=…``)."""
    card = card_of(request, slug)
    visible = list(Strategy.objects.visible_to(request.user).filter(initiative=card).for_list())
    by_key = {str(strategy.pk): strategy for strategy in visible}
    pair = [by_key[key] for name in "ab" if (key := request.GET.get(name, "")) in by_key]
    context = {
        "card": card,
        "strategies": visible,
        "pair": [_shown(strategy) for strategy in pair] if len(pair) == 2 else [],
        "axis": _axis(*(_mark(n, s) for n, s in enumerate(pair, start=1))),
        "can_plan": rules.can_plan(request.user, card),
        "form": ObjectivesForm(),
        "examples": [(Objective(key).label, text) for key, text in EXAMPLES.items()],
    }
    return render(request, "scaling/strategies.html", context)


def _mark(number: int, strategy: Strategy) -> tuple[str, int]:
    return str(number), place_of(strategy.purity, strategy.control)


def _shown(strategy: Strategy) -> dict[str, Any]:
    sheet = SHEET[strategy.model]
    names = {key: name for key, name, _says in sheet.subtypes}
    return {
        "strategy": strategy,
        "sheet": sheet,
        "subtype": names.get(strategy.subtype, ""),
        "objectives": [Objective(key).label for key in matrix.known(strategy.objectives)],
        "suggested": suggested(strategy.purity, strategy.control),
        "place": place_of(strategy.purity, strategy.control),
    }


@require_safe
def strategy(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    card = card_of(request, slug)
    found = _strategy(request, card, pk)
    context = {
        "card": card,
        "shown": _shown(found),
        "axis": _axis(("", place_of(found.purity, found.control))),
        "can_plan": rules.can_plan(request.user, card),
        "shows_reasons": request.user.is_authenticated,
    }
    return render(request, "scaling/strategy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Objectives come in the address (a first form, sent by GET); the rest is written here."""
    card = _planned(request, slug)
    asked = ObjectivesForm(request.GET)
    if not asked.is_valid():
        return redirect("scaling:strategies", card.slug)
    objectives = matrix.known(asked.cleaned_data["objectives"])
    form = StrategyForm(request.POST or kept_text(request), objectives=objectives)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.write_strategy(card, form.content(), by=person(request))
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            return redirect("scaling:strategy", card.slug, made.pk)
    return _form(request, card, form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    card = _planned(request, slug)
    found = _strategy(request, card, pk)
    asked = ObjectivesForm(request.GET)
    objectives = (
        matrix.known(asked.cleaned_data["objectives"]) if asked.is_valid() else found.objectives
    )
    names = ("model", "purity", "control", "mode", "reasons", "version")
    initial: dict[str, Any] = {name: getattr(found, name) for name in names}
    initial["subtype"] = f"{found.model}:{found.subtype}" if found.subtype else ""
    form = StrategyForm(request.POST or kept_text(request), objectives=objectives, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_strategy(
                found, form.content(), version=form.cleaned_data["version"] or 0, by=person(request)
            )
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            return redirect("scaling:strategy", card.slug, found.pk)
    return _form(request, card, form, found)


def _form(
    request: HttpRequest, card: Initiative, form: StrategyForm, found: Strategy | None = None
) -> HttpResponse:
    context = {
        "card": card,
        "form": form,
        "strategy": found,
        "objectives": [Objective(key).label for key in form.objectives],
        "sheets": SHEETS,
        "axis": _axis(),
    }
    return render(request, "scaling/strategy_form.html", context)


@require_POST
@signed_in_or_kept
def choose(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    card = _planned(request, slug)
    found = _strategy(request, card, pk)
    actions.choose_strategy(found, by=person(request))
    messages.success(request, _("C’est la stratégie de l’initiative."))
    return redirect("scaling:strategy", card.slug, found.pk)


@require_POST
@signed_in_or_kept
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    card = _planned(request, slug)
    actions.withdraw_strategy(_strategy(request, card, pk), by=person(request))
    messages.success(request, _("La stratégie est retirée."))
    return redirect("scaling:strategies", card.slug)
