"""The reading of a call: its round is opened from the criteria; who still owes a reading."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.calls.actions import ending
from essaim.calls.actions import reading as actions
from essaim.calls.actions.reading import rubrics_of
from essaim.calls.forms.deciding import ReadingForm
from essaim.calls.models import Application, Call, CallRound
from essaim.common.acts import form_page, posted, press, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.peers.barred import managers_free_for, why_barred
from essaim.peers.models import Reading, ReadingState, Round, Seat

from .common import header
from .running import call_run

PER_PAGE = 50


@signed_in_or_kept
@form_page
def reading(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_run(request, slug)
    known = CallRound.objects.filter(call=call).select_related("round").first()
    if known is None or known.round.state == "abandoned":
        return _open(request, call)
    context = {**header(request, call, "reading"), "round": known.round}
    if not Round.objects.visible_to(request.user).filter(pk=known.round_id).exists():
        # Neither names nor counts: who has a link with what is read leaves it to the others.
        context |= {
            "why": why_barred(known.round, request.user),
            "free": managers_free_for(known.round)[:10],
        }
        return render(request, "calls/reading_barred.html", context)
    page = Paginator(_readers(known.round), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "calls/reading.html",
        {**context, "page": page, "colleges": _progress(known.round), "now": timezone.now()},
    )  # fmt: skip


def _open(request: HttpRequest, call: Call) -> HttpResponse:
    try:
        colleges = list(rubrics_of(call))
    except DomainError:
        colleges = []
    form = ReadingForm(posted(request), colleges=colleges, clock=call.clock)
    if request.method == "POST" and form.is_valid():
        dates = {name: form.cleaned_data[name] for name in ("answer_by", "read_by", "discuss_by")}
        try:
            found = actions.open_reading(call, per_item=form.per_item(), by=request.user, **dates)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(
                request, _("La lecture est prête : relisez-la, puis ouvrez les invitations.")
            )
            return redirect(found)
    every = Application.objects.filter(call=call)
    return render(
        request,
        "calls/reading_open.html",
        {
            **header(request, call, "reading"),
            "form": form,
            "colleges": colleges,
            "eligible": every.filter(state__in=["eligible", "in_reading"]).count(),
            "may_drop": ending.may_drop(call),
            "delays": actions.delays(call),
            "undecided": every.filter(state__in=["submitted", "to_complete"]).count(),
        },
        status=status_code(request),
    )


def _readers(found: Round) -> Any:
    """Those who owe a reading first; a constant number of queries."""
    owed = Count("readings", filter=Q(readings__state=ReadingState.ASSIGNED))
    given = Count("readings", filter=Q(readings__state=ReadingState.SUBMITTED))
    begun = Count(
        "readings", filter=Q(readings__state=ReadingState.ASSIGNED, readings__version__gt=0)
    )
    return (
        Seat.objects.taken()
        .filter(round=found)
        .for_list()
        .annotate(owed=owed, given=given, begun=begun)
        .order_by("-owed", "pk")
    )


def _progress(found: Round) -> list[dict[str, Any]]:
    rows = Reading.objects.filter(item__round=found).standing().order_by()
    told = rows.values("seat__college").annotate(
        all=Count("pk"), given=Count("pk", filter=Q(state=ReadingState.SUBMITTED))
    )
    counts: dict[int, tuple[int, int]] = {
        row["seat__college"]: (row["all"], row["given"]) for row in told
    }
    items = found.items.count()
    return [
        {
            "label": college.get_kind_display(),
            "asked": college.per_item * items,
            "assigned": counts.get(college.pk, (0, 0))[0],
            "given": counts.get(college.pk, (0, 0))[1],
        }
        for college in found.colleges.all()
    ]


@signed_in_or_kept
@require_POST
def start_deciding(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_run(request, slug)
    return press(
        request, lambda: actions.start_deciding(call, by=request.user),
        done=_("La décision est ouverte : préparez celle de chaque candidature."), back=reverse("calls:board", args=[slug]),
    )  # fmt: skip
