"""Independent evaluations of a card: attaching, reading, confirming, withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common.acts import form_page, posted, refuse, take
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.evaluations import rules
from essaim.evaluations.actions import independents
from essaim.evaluations.forms.independent import DecisionForm, IndependentForm, ReasonForm
from essaim.evaluations.models import IndependentEvaluation, IndependentState
from essaim.evaluations.notifications import INDEPENDENT
from essaim.evaluations.strength import why
from essaim.following.actions.reading import mark_subject_read
from essaim.initiatives.levels import LEVELS
from essaim.initiatives.models import Initiative


def fetch(
    request: HttpRequest, pk: int, may: Callable[[Any, IndependentEvaluation], bool]
) -> IndependentEvaluation:
    visible = IndependentEvaluation.objects.visible_to(request.user).for_detail()
    report: IndependentEvaluation = get_object_or_404(visible, pk=pk)
    if not may(request.user, report):
        raise PermissionDenied
    return report


@signed_in_or_kept
@form_page
def attach(request: HttpRequest, slug: str) -> HttpResponse:
    cards = Initiative.objects.visible_to(request.user).select_related("holder")
    card = get_object_or_404(cards, slug=slug)
    if not rules.can_attach_independent(request.user, card):
        raise PermissionDenied
    form = IndependentForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            report = independents.attach(card, by=request.user, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(
                request, _("Le rapport est joint. Son niveau comptera une fois confirmé.")
            )
            return redirect(report)
    return render(
        request,
        "evaluations/independent_form.html",
        {"card": card, "form": form, "levels": LEVELS},
        status=422 if request.method == "POST" else 200,
    )


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """For all once confirmed; before, for those who answer for the card and managers."""
    found = fetch(request, pk, rules.can_view_independent)
    if request.method == "GET" and request.user.is_authenticated:
        mark_subject_read(request.user, INDEPENDENT, str(found.pk))
    may_decide = found.state == IndependentState.PROPOSED and rules.can_decide_independent(
        request.user, found
    )
    may_withdraw = found.state in {
        IndependentState.PROPOSED,
        IndependentState.CONFIRMED,
    } and rules.can_withdraw_independent(request.user, found)
    return render(
        request,
        "evaluations/independent.html",
        {
            "report": found,
            "card": found.initiative,
            "states": IndependentState,
            "bounds": why(found.method, found.tie),
            "level_name": LEVELS[found.level][0] if found.level else "",
            "can_decide": may_decide,
            "links": _links(request, found),
            "can_withdraw": may_withdraw,
        },
    )


def _links(request: HttpRequest, found: IndependentEvaluation) -> list[Any]:
    """Why this manager leaves the decision to others, in words."""
    if found.state != IndependentState.PROPOSED or not rules.manages_cards(
        request.user, found.initiative
    ):
        return []
    return rules.links_to(request.user, found)


@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The report as it was deposited; the browser saves it, it opens nothing here."""
    found = fetch(request, pk, rules.can_view_independent)
    withdrawn = found.state in {IndependentState.WITHDRAWN, IndependentState.REFUSED}
    if not found.file or (withdrawn and not rules.can_follow_independent(request.user, found)):
        raise Http404
    response = FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=f"evaluation-independante-{found.pk}.pdf",
        content_type="application/pdf",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@signed_in_or_kept
@form_page
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """A manager or a peer without a link with the card confirms a level, or does not retain it."""
    found = fetch(request, pk, rules.can_view_independent)
    decided = {IndependentState.CONFIRMED, IndependentState.REFUSED}
    if found.state in decided and found.decided_by_id == request.user.pk:
        return redirect(found)  # sent twice: the first counts
    if not rules.can_decide_independent(request.user, found):
        raise PermissionDenied
    form = DecisionForm(posted(request), report=found)

    def do(data: dict[str, Any]) -> None:
        if data["decision"] == "confirm":
            independents.confirm(found, by=request.user, level=data["level"], reason=data["reason"])
        else:
            independents.refuse(found, by=request.user, reason=data["reason"])

    return _act(
        request, found, form, do,
        title=_("Confirmer le niveau"), button=_("Enregistrer la décision"),
        done=_("La décision est enregistrée, avec ses motifs."),
        bounds=why(found.method, found.tie), levels=LEVELS,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_withdraw_independent)
    return _act(
        request, found, ReasonForm(posted(request)),
        lambda data: independents.withdraw(found, by=request.user, reason=data["reason"]),
        title=_("Retirer ce rapport"), button=_("Retirer le rapport"),
        done=_("Le rapport est retiré : il n’établit plus rien sur la fiche."),
    )  # fmt: skip


def _act(
    request: HttpRequest,
    found: IndependentEvaluation,
    form: Any,
    do: Callable[[dict[str, Any]], Any],
    **said: Any,
) -> HttpResponse:
    return take(
        request, form, do, back=found, template="evaluations/independent_act.html",
        report=found, card=found.initiative, **said,
    )  # fmt: skip
