"""The board, one decision, the settings, the waiting list, the publication."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from essaim.calls import access, rules
from essaim.calls import board as boards
from essaim.calls.actions import appeals, deciding, ending, late, scoring
from essaim.calls.actions.deciding_common import is_late
from essaim.calls.actions.reading import item_of
from essaim.calls.explaining import comments_on, scores_in_words
from essaim.calls.forms.deciding import (
    QUOTAS,
    CallNextForm,
    DecisionForm,
    DeliberationForm,
)
from essaim.calls.models import (
    Application,
    Call,
    CollegeKind,
    Decision,
    Outcome,
    State,
)
from essaim.common.acts import form_page, posted, press, refuse, status_code, take
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.common.keys import numbers_in
from essaim.common.money import parse_euros
from essaim.common.typography import labelled

from .common import header
from .eligibility import get_file
from .jury import deliberation_of, jury_board
from .running import call_run, call_seen

PER_PAGE = 50
NO_DECISION = "sans"


def is_open(call: Call) -> bool:
    """Before, no rank nor mean is told to anyone: readings are still coming in."""
    return call.state in {
        State.DECIDING, State.ANNOUNCED_RESULTS, State.SUPPORT, State.ARCHIVED
    }  # fmt: skip


@signed_in_or_kept
@form_page
def board(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_seen(request, slug)
    if not rules.can_run(request.user, call):
        return jury_board(request, call)
    if not is_open(call):
        return render(request, "calls/board_closed.html", header(request, call, "decision"))
    if request.method == "POST":
        return _several(request, call)
    deliberation = deliberation_of(call)
    access.record(call, by=request.user, what="board")
    every = boards.rows_of(call, request.user, deliberation)
    by_adjusted = deliberation.uses_adjusted
    rows = boards.ordered(every, by_adjusted)
    cut, number, cents = _cut(request, call)
    line = boards.draw_line(rows, by_adjusted, number=number, cents=cents)
    shares = boards.balance(rows, deliberation.quotas)
    chosen = {name: request.GET.get(name, "")[:200] for name in FILTERS}
    page = Paginator(_filtered(rows, chosen), PER_PAGE).get_page(request.GET.get("page"))
    weights = boards.weights_of(call, deliberation)
    return render(
        request,
        "calls/board.html",
        {
            **header(request, call, "decision"),
            "deliberation": deliberation,
            "page": page,
            "colleges": [(kind, CollegeKind(kind).label) for kind in weights],
            "weights": [(CollegeKind(kind).label, weight) for kind, weight in weights.items()],
            "rows": boards.by_college(page.object_list, weights),
            "line": line,
            "cut": cut,
            "shares": shares,
            "chosen": chosen,
            "chips": [(name, value) for name, value in _words(chosen)],
            "counts": _counts(rows),
            "total": len(rows),
            "fresh": scoring.is_fresh(deliberation, scoring.latest(call)),
            "hidden": Application.objects.linked_to(request.user)
            .filter(call=call, last_number__gt=0)
            .count(),
            "outcomes": Outcome.choices,
        },
    )


FILTERS = ("decision", "region", "theme", "kind")


def _cut(request: HttpRequest, call: Call) -> tuple[dict[str, str], int | None, int | None]:
    """By number or by budget: as asked, else as the call says."""
    by = request.GET.get("coupe", "")
    number, euros = request.GET.get("nombre", "").strip(), request.GET.get("budget", "").strip()
    if not by:
        by = "nombre" if call.laureates_number else "budget" if call.budget_cents else ""
    if by == "nombre":
        value = int(number) if number.isdecimal() and len(number) < 6 else call.laureates_number
        return {"by": by, "number": str(value or "")}, value, None
    if by == "budget":
        cents = call.budget_cents
        if euros:
            try:
                cents = parse_euros(euros)
            except Exception:
                cents = call.budget_cents
        return {"by": by, "cents": str(cents or "")}, None, cents
    return {"by": ""}, 0, None


def _filtered(rows: list[Any], chosen: dict[str, str]) -> list[Any]:
    found = rows
    if chosen["decision"] == NO_DECISION:
        found = [row for row in found if not row.outcome]
    elif chosen["decision"]:
        found = [row for row in found if row.outcome == chosen["decision"]]
    for dimension in boards.DIMENSIONS:
        if chosen[dimension]:
            found = [r for r in found if chosen[dimension] in boards.keys_of(r, dimension)]
    return found


def _words(chosen: dict[str, str]) -> list[tuple[str, str]]:
    labels = {NO_DECISION: _("sans décision"), **dict(Outcome.choices)}
    return [
        (name, str(labels.get(value, value) if name == "decision" else value or "–"))
        for name, value in chosen.items()
        if value
    ]


def _counts(rows: list[Any]) -> list[tuple[str, Any, int]]:
    names = [(NO_DECISION, _("sans décision")), *Outcome.choices]
    return [
        (value, label, sum((row.outcome or NO_DECISION) == value for row in rows))
        for value, label in names
    ]


def _several(request: HttpRequest, call: Call) -> HttpResponse:
    back = f"{reverse('calls:board', args=[call.slug])}?{request.GET.urlencode()}"
    keys = numbers_in(request.POST.getlist("application"))
    outcome = request.POST.get("outcome", "")
    if not keys or outcome not in Outcome.values:
        messages.error(request, _("Cochez des candidatures et choisissez une décision."))
        return redirect(back)
    rows = Application.objects.instructed_by(request.user).filter(call=call, pk__in=keys[:500])
    done, refused = deciding.prepare_many(rows.order_by("number", "pk"), outcome, by=request.user)
    if done:
        said = ngettext("%(n)s décision est préparée.", "%(n)s décisions sont préparées.", done)
        messages.success(request, said % {"n": done})
    for application, why in refused[:50]:
        messages.error(request, labelled(f"{application.number} – {application.title}", why))
    return redirect(back)


# --- one decision -------------------------------------------------------------------------------
@signed_in_or_kept
@form_page
def prepare(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The scores and the readers' comments beside the reasons to be written."""
    call, application = get_file(request, slug, pk, "decision")
    known = Decision.objects.filter(application=application).select_related(
        "prepared_by", "checked_by"
    ).first()  # fmt: skip
    initial = _initial(known)
    form = DecisionForm(posted(request), initial=initial)
    saved = None
    if request.method == "POST" and form.is_valid():
        values = {k: v for k, v in form.cleaned_data.items() if k != "version"}
        version = form.cleaned_data["version"]
        try:
            deciding.prepare(application, values, version=version, by=request.user)
        except deciding.EditConflict as conflict:
            saved = known = conflict.decision
            data = request.POST.copy()
            data["version"] = str(conflict.decision.version)
            form = DecisionForm(data, initial=_initial(saved))
            form.is_valid()
            refuse(form, conflict)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("La décision est préparée ; rien n’est encore publié."))
            return redirect("calls:board", slug)
    item = item_of(application) if is_open(call) else None
    return render(
        request,
        "calls/prepare.html",
        {
            **header(request, call, "decision"),
            "application": application,
            "form": form,
            "decision": known,
            "saved": saved,
            "scores": scores_in_words(application) if is_open(call) else [],
            "comments": comments_on(item) if item else [],
            "deliberation": deliberation_of(call),
            "late": is_late(application),
        },
        status=409 if saved else status_code(request),
    )


def _initial(known: Decision | None) -> dict[str, Any]:
    if known is None:
        return {"version": 0}
    names = (
        *("version", "outcome", "reasons", "amount_cents"),
        *("votes_for", "votes_against", "abstentions"),
    )
    return {name: getattr(known, name) for name in names}


@signed_in_or_kept
@require_POST
def check(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    _call, application = get_file(request, slug, pk, "check")
    decision = get_object_or_404(Decision, application=application)
    raw = request.POST.get("version", "")
    version = int(raw) if raw.isdecimal() and len(raw) < 9 else -1
    return press(
        request, lambda: deciding.check(decision, version=version, by=request.user),
        done=_("La décision est vérifiée."), back=reverse("calls:prepare", args=[slug, pk]),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def publish_late(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One alone, after the results: an appeal took it up again."""
    _call, application = get_file(request, slug, pk, "publish")
    return press(
        request, lambda: late.publish_late(application, by=request.user),
        done=_("La décision est publiée : le candidat est prévenu."),
        back=reverse("calls:file", args=[slug, pk]),
    )  # fmt: skip


# --- all of them --------------------------------------------------------------------------------
@signed_in_or_kept
@require_POST
def refresh(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_run(request, slug)

    def do() -> None:
        if not is_open(call):
            raise DomainError(_("La décision n’est pas ouverte."))
        scoring.refresh_scores(call)

    return press(
        request, do, done=_("Les notes sont actualisées."), back=reverse("calls:board", args=[slug])
    )


@signed_in_or_kept
@form_page
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_run(request, slug)
    found = deliberation_of(call)
    weights = boards.weights_of(call, found)
    colleges = list(boards.weights_of(call, None))
    initial: dict[str, Any] = {
        "version": found.version, "four_eyes": found.four_eyes,
        "uses_scores": found.uses_scores, "uses_adjusted": found.uses_adjusted,
        "jury_sees": found.jury_sees,
        **{f"weight_{kind}": int(weight) for kind, weight in weights.items()},
    }  # fmt: skip
    for by, name in QUOTAS.items():
        initial[name] = [f"{q['key']} : {q['least']}" for q in found.quotas if q["by"] == by]
    form = DeliberationForm(posted(request), initial=initial, colleges=colleges)

    def do(_data: dict[str, Any]) -> None:
        given = form.settings()
        # 0: not made yet; making it gives it its first version.
        given["version"] = given["version"] or 1
        deciding.change_settings(call, by=request.user, **given)

    return take(
        request, form, do, done=_("Les réglages de la décision sont enregistrés."),
        back=reverse("calls:board", args=[slug]), template="calls/deciding_act.html",
        title=_("Comment cet appel décide"), button=_("Enregistrer"),
        **header(request, call, "decision"),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def waiting(request: HttpRequest, slug: str) -> HttpResponse:
    """Its order, before the results; afterwards, calling the next one."""
    call = call_run(request, slug)
    free = appeals.places_free(call) if call.results_at else 0
    form = CallNextForm(posted(request) if call.results_at else None)
    if request.method == "POST":
        if call.results_at is None:
            order = numbers_in(request.POST.getlist("order"))
            way = -1 if request.POST.get("up") else 1
            moved = numbers_in([request.POST.get("up") or request.POST.get("down", "")])
            if moved and moved[0] in order:
                at = order.index(moved[0])
                to = min(max(at + way, 0), len(order) - 1)
                order.insert(to, order.pop(at))
            return press(
                request, lambda: deciding.reorder_waiting(call, order, by=request.user),
                done=_("La liste d’attente est rangée."),
                back=reverse("calls:waiting_list", args=[slug]),
            )  # fmt: skip
        if form.is_valid():
            try:
                made = appeals.call_next(call, by=request.user, **form.cleaned_data)
            except DomainError as error:
                refuse(form, error)
            else:
                messages.success(
                    request, _("« %(title)s » devient lauréate.") % {"title": made.title}
                )
                return redirect("calls:waiting_list", slug)
    shown = Application.objects.instructed_by(request.user).filter(call=call)
    if call.results_at is None:
        rows = Decision.objects.filter(call=call, outcome=Outcome.WAITING).standing()
        rows = rows.select_related("application__organisation", "application__person")
    else:
        rows = appeals.waiting_list(call)
    return render(
        request,
        "calls/waiting_list.html",
        {
            **header(request, call, "decision"),
            "rows": rows.filter(application__in=shown).order_by("rank")[:300],
            "free": free,
            "form": form,
        },
        status=status_code(request),
    )


@signed_in_or_kept
@form_page
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_run(request, slug)
    if request.method == "POST":
        return press(
            request, lambda: deciding.publish(call, by=request.user),
            done=_("Les résultats sont publiés : chaque candidat est prévenu."),
            back=reverse("calls:board", args=[slug]),
        )  # fmt: skip
    return render(
        request,
        "calls/publish.html",
        {
            **header(request, call, "decision"),
            "stops": deciding.what_stops(call, request.user),
            "may_drop": ending.may_drop(call),
            "counts": [
                (label, Decision.objects.filter(call=call, outcome=value).count())
                for value, label in Outcome.choices
            ],
            # Counted only where it can be published.
            "unplanned": Decision.objects.filter(
                call=call, outcome=Outcome.LAUREATE, application__support=None
            ).count,
        },
    )
