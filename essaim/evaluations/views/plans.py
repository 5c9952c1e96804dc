"""Writing the plan step by step, drawing by lot, freezing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common import spreadsheets
from essaim.common.acts import form_page, posted, refuse
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.evaluations import plan, rules, sizes
from essaim.evaluations.actions import allocations, plans
from essaim.evaluations.designs import CALCULATIONS, DESIGNS
from essaim.evaluations.forms.plans import (
    FORMS,
    AbandonForm,
    CreateForm,
    DrawForm,
    FreezeForm,
)
from essaim.evaluations.models import ALIVE, Evaluation, State
from essaim.evaluations.steps import status
from essaim.initiatives.models import Initiative
from essaim.statistics.notices import Notice

from .common import act, fetch, signed_in


@signed_in_or_kept
@form_page
def create(request: HttpRequest, slug: str) -> HttpResponse:
    card = get_object_or_404(Initiative.objects.visible_to(request.user), slug=slug)
    if not rules.can_create(request.user, card):
        raise PermissionDenied
    form = CreateForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            evaluation = plans.create(card, by=request.user, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            return redirect("evaluations:section", evaluation.pk, plan.SECTIONS[0].name)
    return render(
        request, "evaluations/create.html", {"form": form, "card": card},
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def section(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of the plan; saved, it leads to the next one."""
    if name not in FORMS:
        raise Http404
    evaluation = fetch(request, pk, rules.can_plan)
    number = plan.SECTIONS.index(plan.BY_NAME[name])
    form = FORMS[name](posted(request), evaluation=evaluation)

    def save(data: dict[str, Any]) -> None:
        version, reason = data.pop("version"), data.pop("reason", "")
        result = sizes.compute(evaluation, data) if name == "taille" else None
        plans.save_section(
            evaluation, name, data,
            by=request.user, version=version, reason=reason, size_result=result,
        )  # fmt: skip

    return act(
        request, evaluation, form, save,
        title=plan.BY_NAME[name].title, done=_("C’est enregistré."),
        button=_("Enregistrer"),
        to=_after(evaluation, name, number),
        template="evaluations/section.html",
        section=plan.BY_NAME[name], sections=plan.SECTIONS, position=number + 1,
        designs=[(label, DESIGNS[key]) for key, label in _designs()],
        calculations=CALCULATIONS.values(),
        size=sizes.explain(evaluation.size_result) if name == "taille" else None,
        amending=evaluation.is_frozen,
    )  # fmt: skip


def _designs() -> list[tuple[Any, Any]]:
    return list(Evaluation._meta.get_field("design").flatchoices)


def _after(evaluation: Evaluation, name: str, number: int) -> str:
    """The next step while the plan is being written; the size shows what it gave first."""
    if name == "taille":
        return reverse("evaluations:section", args=[evaluation.pk, name])
    if evaluation.is_frozen or number + 1 == len(plan.SECTIONS):
        return evaluation.get_absolute_url()
    return reverse("evaluations:section", args=[evaluation.pk, plan.SECTIONS[number + 1].name])


@signed_in
@form_page
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Who receives the action first, drawn by lot; the seed is shown and kept."""
    evaluation = fetch(request, pk, rules.can_read_data)
    allocation = getattr(evaluation, "allocation", None)
    return act(
        request, evaluation, DrawForm(request.POST if request.method == "POST" else None),
        lambda data: allocations.draw(evaluation, by=request.user, **data),
        title=_("Le tirage au sort"), button=_("Tirer au sort"),
        done=_("Le tirage est fait, et gardé avec sa graine."),
        to=reverse("evaluations:draw", args=[pk]),
        template="evaluations/draw.html",
        allocation=allocation,
        warnings=[Notice.from_dict(w) for w in allocation.warnings] if allocation else [],
        may_draw=evaluation.state == State.DRAFT,
    )  # fmt: skip


@signed_in_or_kept
@require_safe
def draw_file(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    evaluation = fetch(request, pk, rules.can_read_data)
    allocation = getattr(evaluation, "allocation", None)
    if allocation is None or not allocation.assigned:
        raise Http404
    groups = {"treated": _("aidé"), "control": _("comparaison")}
    rows: list[list[spreadsheets.Cell]] = [[_("unité"), _("groupe"), _("paire, groupe ou strate")]]
    rows += [[row["unit"], groups[row["group"]], row["block"]] for row in allocation.assigned]
    return spreadsheets.download(rows, kind=spreadsheets.CSV, name=f"tirage-{pk}")


@signed_in_or_kept
@form_page
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole plan read once more, then fixed with its date."""
    evaluation = fetch(request, pk, rules.can_plan)
    if request.method == "POST":
        form = FreezeForm(request.POST)
        if form.is_valid():
            try:
                plans.freeze(evaluation, by=request.user, version=form.cleaned_data["version"])
            except DomainError as error:
                messages.error(request, error.message)
                return redirect("evaluations:freeze", pk)
            messages.success(request, _("Le plan est figé. Les données peuvent être préparées."))
            return redirect(evaluation)
    if evaluation.state != State.DRAFT:
        return redirect(evaluation)
    return render(
        request,
        "evaluations/freeze.html",
        {
            **status(evaluation),
            "form": FreezeForm(initial={"version": evaluation.version}),
            "parts": plan.parts(evaluation),
            "missing": plan.missing(evaluation),
            "wrong": plan.incoherences(evaluation),
            "allocation": getattr(evaluation, "allocation", None),
        },
    )


@signed_in_or_kept
@form_page
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    evaluation = fetch(request, pk, rules.can_abandon)
    if evaluation.state not in ALIVE:
        return redirect(evaluation)
    return act(
        request, evaluation, AbandonForm(posted(request)),
        lambda data: plans.abandon(evaluation, by=request.user, reason=data["reason"]),
        title=_("Arrêter l’évaluation"), button=_("Arrêter l’évaluation"),
        done=_("L’évaluation est arrêtée, ses données sont effacées."),
        intro=_("Arrêter est permis, à tout moment. Rien n’en sera publié."),
    )  # fmt: skip
