"""Concluding, correcting, withdrawing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from essaim.common.acts import form_page, posted
from essaim.common.kept import signed_in_or_kept
from essaim.evaluations import rules
from essaim.evaluations.actions import conclusions
from essaim.evaluations.forms.conclusion import ConclusionForm
from essaim.evaluations.forms.plans import ReasonForm
from essaim.evaluations.level import REASONS
from essaim.evaluations.models import State
from essaim.evaluations.presentation import results_of
from essaim.initiatives.levels import LEVELS

from .common import act, fetch


@signed_in_or_kept
@form_page
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    evaluation = fetch(request, pk, rules.can_conclude)
    if evaluation.state != State.ANALYSED:
        return redirect(evaluation)
    found = conclusions.proposed(evaluation)
    initial = {
        name: getattr(evaluation, name)
        for name in ("learnt", "limits", "next_steps", "beneficiaries")
    }
    return act(
        request, evaluation, ConclusionForm(posted(request), initial=initial),
        lambda data: conclusions.conclude(evaluation, by=request.user, **data),
        title=_("Conclure l’évaluation"), button=_("Conclure et publier"),
        done=_("L’évaluation est conclue : elle paraît sur la fiche."),
        template="evaluations/conclude.html",
        proposed=found,
        level_name=LEVELS[found.level][0] if found else "",
        reasons=[REASONS[code] for code in found.reasons] if found else [],
        result=results_of(evaluation, whole=False),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    evaluation = fetch(request, pk, rules.can_conclude)
    if evaluation.state != State.CONCLUDED:
        return redirect(evaluation)
    return act(
        request, evaluation, ReasonForm(posted(request)),
        lambda data: conclusions.reopen(evaluation, by=request.user, reason=data["reason"]),
        title=_("Corriger l’évaluation"), button=_("Rouvrir pour corriger"),
        intro=_("Sa page dira qu’elle est en cours de correction, et pourquoi. La fiche n’en tiendra"
                " plus compte jusqu’à la nouvelle conclusion."),
        done=_("L’évaluation est rouverte."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    evaluation = fetch(request, pk, rules.can_withdraw)
    if evaluation.published_at is None or evaluation.state == State.WITHDRAWN:
        return redirect(evaluation)
    return act(
        request, evaluation, ReasonForm(posted(request)),
        lambda data: conclusions.withdraw(evaluation, by=request.user, reason=data["reason"]),
        title=_("Retirer l’évaluation"), button=_("Retirer l’évaluation"),
        intro=_("Sa page restera, avec la raison du retrait ; ses résultats ne seront plus montrés et"
                " ses données seront effacées. La fiche n’en tiendra plus compte."),
        done=_("L’évaluation est retirée."),
    )  # fmt: skip
