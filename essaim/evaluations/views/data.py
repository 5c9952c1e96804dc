"""The people's protection, then the data: pasted, typed, uploaded; mapped, checked, erased."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from essaim.common.acts import form_page, posted, refuse
from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.evaluations import intake, rules
from essaim.evaluations.actions import data as actions
from essaim.evaluations.actions import statements
from essaim.evaluations.designs import ROLES
from essaim.evaluations.forms.data import ColumnsForm, DepositForm
from essaim.evaluations.forms.statements import StatementForm
from essaim.evaluations.models import Dataset, Evaluation, State
from essaim.evaluations.steps import status
from essaim.evaluations.typing_table import group_choices, read_typed, roles_of

from .common import act, fetch, press, signed_in


@signed_in_or_kept
@form_page
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """What protects the people; saying it opens the collection."""
    evaluation = fetch(request, pk, rules.can_read_data)
    known = getattr(evaluation, "statement", None)
    initial: dict[str, Any] = {"sensitive": "yes" if evaluation.education else None}
    if known is not None:
        initial = {name: getattr(known, name) for name in statements.FIELDS}
        initial["sensitive"] = "yes" if known.sensitive else "no"
    elif evaluation.initiative.holder is not None:
        initial["controller"] = evaluation.initiative.holder.name
    return act(
        request, evaluation, StatementForm(posted(request), initial=initial),
        lambda given: statements.state(evaluation, by=request.user, **given),
        title=_("Ce qui protège les personnes"),
        intro=_("Des données pseudonymisées restent des données personnelles. Dites ceci avant de"
                " les déposer ; votre délégué à la protection des données peut vous aider."),
        button=_("Enregistrer") if known else _("Enregistrer et ouvrir le recueil"),
        done=_("C’est dit : le recueil est ouvert."),
        to=reverse("evaluations:data", args=[pk])
        if evaluation.state in {State.PLANNED, State.COLLECTING} else "",
    )  # fmt: skip


@signed_in
@never_cache
@form_page
def data(request: HttpRequest, pk: int) -> HttpResponse:
    """Where data arrive. A refused deposit keeps what was pasted in the page, and nothing else."""
    evaluation = fetch(request, pk, rules.can_read_data)
    current, waiting = Dataset.objects.current(evaluation), Dataset.objects.waiting(evaluation)
    correcting = waiting if request.GET.get("corriger") else None
    form = DepositForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial={"text": _text_of(correcting)},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            dataset = actions.deposit(
                evaluation, by=request.user, origin="file" if given["file"] else "paste",
                text=given["text"], file=given["file"],
            )  # fmt: skip
        except DomainError as error:
            refuse(form, error)
        else:
            return redirect("evaluations:columns", pk, dataset.pk)
    return render(
        request,
        "evaluations/data.html",
        {
            **status(evaluation),
            "form": form,
            "current": current,
            "missing": [(ROLES[r], n) for r, n in current.missing.items()] if current else [],
            "waiting": waiting,
            "statement": getattr(evaluation, "statement", None),
            "limits": settings.EVALUATIONS,
            "roles": [ROLES[role] for role in roles_of(evaluation)],
        },
        status=422 if request.method == "POST" else 200,
    )


def _text_of(dataset: Dataset | None) -> str:
    if dataset is None:
        return ""
    with dataset.file.open("rb") as file:
        return intake.as_text(file) or ""


@signed_in
@never_cache
@form_page
def typing(request: HttpRequest, pk: int) -> HttpResponse:
    """A small table typed in the page; lines at fault are said above it, and nothing is lost."""
    evaluation = fetch(request, pk, rules.can_read_data)
    typed = read_typed(evaluation, request.POST if request.method == "POST" else None)
    problems: list[Any] = []
    refusal = ""
    if request.method == "POST" and "more" not in request.POST:
        try:
            if not typed.filled:
                raise DomainError(_("Tapez au moins une ligne."))
            dataset = actions.deposit(
                evaluation, by=request.user, origin="typed", text=typed.as_csv()
            )
            try:
                dataset = actions.map_columns(dataset, typed.mapping(), by=request.user)
            finally:
                if dataset.ready_at is None:
                    problems = [_typed_issue(issue) for issue in dataset.issues]
                    actions.discard(dataset, by=request.user)
        except DomainError as error:
            refusal = str(error.message)
        else:
            if dataset.ready_at is not None:
                messages.success(request, _("Vos données sont prêtes à être analysées."))
                return redirect("evaluations:data", pk)
    return render(
        request,
        "evaluations/typing.html",
        {
            **status(evaluation),
            "roles": [(role, ROLES[role]) for role in typed.roles],
            "rows": [list(zip(typed.roles, row, strict=True)) for row in typed.rows],
            "groups": group_choices(),
            "problems": problems,
            "refusal": refusal,
        },
        status=422 if problems or refusal else 200,
    )


def _typed_issue(issue: dict[str, Any]) -> dict[str, Any]:
    """As the page shows it: rows from 1, columns by their label."""
    return {
        **issue,
        "line": max(0, issue["line"] - 1),
        "column": ROLES.get(issue["column"], issue["column"]),
    }


def _dataset(request: HttpRequest, pk: int, number: int) -> tuple[Evaluation, Dataset]:
    evaluation = fetch(request, pk, rules.can_read_data)
    dataset = get_object_or_404(
        Dataset.objects.kept().select_related("evaluation"), evaluation=evaluation, pk=number
    )
    return evaluation, dataset


@signed_in
@never_cache
@form_page
def columns(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Say which column is what; lines that cannot be read are listed, each with its reason."""
    evaluation, dataset = _dataset(request, pk, number)
    if dataset.ready_at is not None:
        return redirect("evaluations:data", pk)
    form = ColumnsForm(
        request.POST if request.method == "POST" else None, evaluation=evaluation, dataset=dataset
    )
    if request.method == "POST" and form.is_valid():
        try:
            dataset = actions.map_columns(dataset, form.mapping(), by=request.user)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            if dataset.ready_at is not None:
                messages.success(request, _("Vos données sont prêtes à être analysées."))
                return redirect("evaluations:data", pk)
    return render(
        request,
        "evaluations/columns.html",
        {**status(evaluation), "form": form, "dataset": dataset},
        status=422 if request.method == "POST" else 200,
    )


@signed_in_or_kept
@require_POST
def discard(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    evaluation, dataset = _dataset(request, pk, number)
    return press(
        request, evaluation, lambda: actions.discard(dataset, by=request.user),
        done=_("Ces données sont effacées."), to=reverse("evaluations:data", args=[pk]),
    )  # fmt: skip
