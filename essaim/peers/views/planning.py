"""Who reads what: a proposal, its confirmation, and what changes afterwards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.peers.actions import confirming, hand, planning, readings
from essaim.peers.conflicts import conflicts_between
from essaim.peers.explain import explained, obstacle
from essaim.peers.forms.rounds import HandForm, UntilForm, WeightsForm
from essaim.peers.models import Item, Plan, PlanState, Reading, ReadingState, State

from .common import act, context_of, fetch_round, page_of

STUCK = 60  # seconds without a step: the page says that the worker is away


@signed_in_or_kept
@form_page
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Weights and fairness, then a proposal; what was computed before stays to be compared."""
    found = fetch_round(request, pk)
    form = WeightsForm(posted(request), round=found)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        fair = data.pop("fair")
        try:
            plan = planning.request_plan(found, by=request.user, weights=data, fair=fair)
        except DomainError as error:
            refuse(form, error)
        else:
            return redirect(plan)
    return render(
        request,
        "peers/assign.html",
        context_of(found, form=form, plans=found.plans.select_related("by")[:10]),
        status=status_code(request),
    )


def _plan(request: HttpRequest, pk: int, plan: int) -> Plan:
    found = fetch_round(request, pk)
    one: Plan = get_object_or_404(Plan.objects.select_related("by"), pk=plan, round=found)
    one.round = found
    return one


@signed_in_or_kept
@require_safe
def plan(request: HttpRequest, pk: int, plan: int) -> HttpResponse:
    one = _plan(request, pk, plan)
    found = one.round
    summary = one.summary
    titles = {}
    wanted = [each["item"] for each in summary.get("worst", [])]
    if wanted:
        titles = dict(Item.objects.filter(pk__in=wanted).values_list("pk", "title"))
    page = page_of(request, one.pairs.select_related("item", "seat__user", "seat__college"), 40)
    current = found.state in {State.ASSIGNING, State.READING} and (
        one.is_replacement == (found.state == State.READING)
    )
    return render(
        request,
        "peers/plan.html",
        context_of(
            found,
            plan=one,
            page=page,
            pairs=explained(list(page), one.asked.get("weights", {})),
            worst=[(titles.get(each["item"], ""), each) for each in summary.get("worst", [])],
            loads=_loads(found, summary),
            obstacle=obstacle(one) if one.state == PlanState.INFEASIBLE else None,
            can_confirm=one.state == PlanState.READY and current,
            stale=one.state == PlanState.READY
            and current
            and one.basis != planning.basis_of(found),
            removed=Reading.objects.filter(pk__in=summary.get("removed", [])).select_related(
                "item", "seat__user"
            ),
            waits=_is_stuck(one),
        ),
    )


def _loads(found: Any, summary: dict[str, Any]) -> list[tuple[Any, list[tuple[str, int]]]]:
    labels = {college.kind: college.get_kind_display() for college in found.colleges.all()}
    return [
        (labels.get(kind, kind), list(count.items()))
        for kind, count in summary.get("loads", {}).items()
    ]


def _is_stuck(one: Plan) -> bool:
    return one.is_working and (timezone.now() - one.touched_at).total_seconds() > STUCK


@signed_in_or_kept
@require_safe
def progress(request: HttpRequest, pk: int, plan: int) -> HttpResponse:
    """The bar alone, asked again while it computes; then the page itself."""
    one = _plan(request, pk, plan)
    answer = render(request, "peers/_progress.html", {"plan": one, "waits": _is_stuck(one)})
    if not one.is_working:
        answer["HX-Refresh"] = "true"
    return answer


@signed_in_or_kept
@require_POST
def confirm(request: HttpRequest, pk: int, plan: int) -> HttpResponse:
    one = _plan(request, pk, plan)
    try:
        confirming.confirm_plan(one, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(one)
    messages.success(request, _("Les lectures sont confiées ; chaque lecteur est prévenu."))
    return redirect("peers:follow", pk)


# --- while people read ------------------------------------------------------------------------
@signed_in_or_kept
@require_safe
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Each reading: who, what, how far. A conflict that appeared meanwhile is shown."""
    found = fetch_round(request, pk)
    state = request.GET.get("etat", "")
    rows = Reading.objects.filter(item__round=found).for_list()
    counts: dict[str, int] = {}
    for each in rows.values_list("state", flat=True):
        counts[each] = counts.get(each, 0) + 1
    if state in ReadingState.values:
        rows = rows.filter(state=state)
    page = page_of(request, rows.order_by("item", "seat__college__kind", "pk"))
    items = {reading.item_id: reading.item for reading in page}
    people = {reading.seat.user_id for reading in page if reading.seat.user_id}
    barred = conflicts_between(list(items.values()), people)
    for reading in page:
        reading.item.round = found
    return render(
        request,
        "peers/follow.html",
        context_of(
            found,
            page=page,
            rows=[
                (reading, barred.get((reading.item_id, reading.seat.user_id or 0), []))
                for reading in page
            ],
            counts=[(value, label, counts.get(value, 0)) for value, label in ReadingState.choices],
            state=state,
            total=sum(counts.values()),
            missing=_missing(found),
        ),
    )


def _missing(found: Any) -> int:
    """Readings asked that nobody has."""
    asked = found.items.to_read().count() * sum(
        college.per_item for college in found.colleges.all()
    )
    return max(0, asked - Reading.objects.filter(item__round=found).standing().count())


@signed_in_or_kept
@require_POST
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Places left empty: a proposal that keeps what others have."""
    found = fetch_round(request, pk)
    try:
        plan = planning.request_plan(found, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("peers:follow", pk)
    return redirect(plan)


@signed_in_or_kept
@form_page
def by_hand(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_round(request, pk)
    form = HandForm(posted(request), round=found)
    warnings: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            hand.add_reading(
                **form.cleaned_data, by=request.user, sure=request.POST.get("sure") == "on"
            )
        except hand.Warned as warned:
            warnings = warned.warnings
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("La lecture est confiée."))
            return redirect("peers:follow", found.pk)
    return render(
        request,
        "peers/hand.html",
        context_of(found, form=form, warnings=warnings),
        status=status_code(request),
    )


def _reading(request: HttpRequest, pk: int, reading: int) -> Reading:
    found = fetch_round(request, pk)
    one: Reading = get_object_or_404(Reading.objects.for_list(), pk=reading, item__round=found)
    return one


@signed_in_or_kept
@form_page
def take_back(request: HttpRequest, pk: int, reading: int) -> HttpResponse:
    """With a page that warns: the reader may have begun."""
    one = _reading(request, pk, reading)
    back = reverse("peers:follow", args=[pk])
    if request.method == "POST":
        return press(
            request,
            lambda: hand.remove_reading(one, by=request.user, sure=True),
            done=_("La lecture est retirée à ce lecteur."),
            back=back,
        )
    return render(
        request, "peers/take_back.html", context_of(one.item.round, reading=one, back=back)
    )


@signed_in_or_kept
@form_page
def extend(request: HttpRequest, pk: int, reading: int) -> HttpResponse:
    one = _reading(request, pk, reading)
    return act(
        request, UntilForm(posted(request)),
        lambda data: readings.extend(one, data["until"], by=request.user),
        title=_("Accorder un délai"), done=_("Le délai est accordé ; le lecteur est prévenu."),
        button=_("Accorder"), back=reverse("peers:follow", args=[pk]),
        **context_of(one.item.round),
    )  # fmt: skip
