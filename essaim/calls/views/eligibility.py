"""Instruction: the list of what was submitted, one application, what is asked and decided of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from essaim.calls import access
from essaim.calls.actions import deciding as deciding_actions
from essaim.calls.actions import deciding_common, ending
from essaim.calls.actions import eligibility as actions
from essaim.calls.actions.appeals import authors_of
from essaim.calls.forms.deciding import (
    CompletionForm,
    EligibilityForm,
    FilterForm,
    OneEligibilityForm,
    RecusalForm,
)
from essaim.calls.models import (
    RESULTS,
    Application,
    ApplicationState,
    Call,
)
from essaim.calls.next_steps import todo_of
from essaim.calls.reading import sections_of_version
from essaim.calls.reading_notes import left_since
from essaim.calls.reading_text import last_submissions
from essaim.calls.selection import (
    APPEAL_DUE,
    ENDED,
    WAITING_FOR,
    filters_of,
    left_out,
    read_selection,
    workable,
)
from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept
from essaim.common.keys import numbers_in
from essaim.common.typography import labelled

from .common import changes_beside, header
from .running import call_run

PER_PAGE = 30
SORTS = {
    "numero": ("number", "pk"),
    "recente": ("-submitted_at", "-pk"),
    "titre": ("title", "pk"),
    "montant": ("-requested_cents", "pk"),
}


def get_file(request: HttpRequest, slug: str, pk: int, what: str = "file") -> tuple[Call, Any]:
    """The call and one application that this person instructs (404 where they have a link with
    it: its existence is not told); the look is recorded."""
    call = call_run(request, slug, recorded=False)
    found = get_object_or_404(
        Application.objects.instructed_by(request.user).for_detail(), pk=pk, call=call
    )
    found.call = call
    access.record(call, by=request.user, what=what, application=found)
    return call, found


@signed_in_or_kept
@form_page
def instruction(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_run(request, slug)
    every: Any = workable(call, request.user)
    if request.method == "POST":
        return _several(request, call, every)
    selection = read_selection(request.GET)
    counts, todo_counts = _counts(every)
    rows = every.for_instruction().annotate(was_ended=ENDED, appeal_due=APPEAL_DUE)
    sort = SORTS.get(request.GET.get("tri", ""), SORTS["numero"])
    rows = selection.apply(rows).order_by(*sort)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    for each in shown:
        each.call = call
    return render(
        request,
        "calls/instruction.html",
        {
            **header(request, call, "instruction"),
            "page": page,
            "rows": [(each, todo_of(each)) for each in shown],
            "counts": counts,
            "todo_counts": todo_counts,
            "total": sum(number for _state, _label, number in counts),
            "may_decide": call.state in {*deciding_common.INSTRUCTING, *RESULTS}
            and any(state in {"submitted", "to_complete"} for state, _l, _n in counts),
            "may_drop": ending.may_drop(call),
            "selection": selection,
            "chips": selection.said(),
            "filters": filters_of(request.GET).urlencode(),
            "search": FilterForm(request.GET, auto_id="filter_%s"),
            "form": EligibilityForm(auto_id="several_%s"),
            "hidden": left_out(call, request.user),
        },
    )


Counted = list[tuple[str, Any, int]]


def _counts(every: Any) -> tuple[Counted, Counted]:
    """By state, and by what is to be done next: those that there are."""
    found = list(
        every.order_by()
        .values("state")
        .annotate(
            n=Count("pk"),
            **{todo.value: Count("pk", filter=what) for todo, what in WAITING_FOR.items()},
        )
    )
    by_state = {row["state"]: row["n"] for row in found}
    by_todo = {todo: sum(row[todo.value] for row in found) for todo in WAITING_FOR}
    return (
        [(s.value, s.label, by_state[s.value]) for s in ApplicationState if by_state.get(s.value)],
        [(todo.value, todo.label, n) for todo, n in by_todo.items() if n],
    )


def _several(request: HttpRequest, call: Call, every: Any) -> HttpResponse:
    """The checked ones, each by itself; what could not be done is said line by line."""
    keys = numbers_in(request.POST.getlist("application"))
    form = EligibilityForm(request.POST)
    back = f"{reverse('calls:instruction', args=[call.slug])}?{request.GET.urlencode()}"
    if not keys:
        messages.error(request, _("Cochez des candidatures."))
        return redirect(back)
    if not form.is_valid():
        messages.error(request, _("Dites si elles sont recevables."))
        return redirect(back)
    done, refused = actions.decide_many(
        every.filter(pk__in=keys[:500]).order_by("number", "pk"), by=request.user,
        **form.cleaned_data,
    )  # fmt: skip
    if done:
        said = ngettext("%(n)s décision est prise.", "%(n)s décisions sont prises.", done)
        messages.success(request, said % {"n": done})
    for application, why in refused[:50]:
        messages.error(request, labelled(f"{application.number} – {application.title}", why))
    return redirect(back)


# --- one application ----------------------------------------------------------------------------
@signed_in_or_kept
def file(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    call, application = get_file(request, slug, pk)
    version = last_submissions([application.pk]).get(application.pk)
    completions = list(application.completions.select_related("by"))
    appeals = list(application.appeals.all())
    application.was_ended = any(each.closed_at for each in completions)
    waiting = [each for each in appeals if each.state == "waiting" and not each.is_silent]
    application.appeal_due = waiting[0].answer_by if waiting else None
    return render(
        request,
        "calls/file.html",
        {
            **header(request, call, "instruction"),
            "application": application,
            "version": version,
            "sections": sections_of_version(version) if version else [],
            "checks": actions.checks_of(application),
            "todo": todo_of(application),
            "completions": completions,
            "eligibilities": application.eligibility_decisions.select_related("by"),
            "appeals": appeals,
            "gone": left_since(application),
            "changes": changes_beside(application, appeals),
            "may": _may(application),
            "took_part": any(each.state == "waiting" for each in appeals)
            and request.user.pk in authors_of(application),
        },
    )


def _may(application: Application) -> dict[str, bool]:
    state, now = application.state, deciding_common.may_instruct(application)
    return {
        "complete": now and state in {"submitted", "in_reading"},
        "decide": now and state in {"submitted", "to_complete"},
        "look_again": now and state in {"eligible", "ineligible"},
        "prepare": deciding_common.may_prepare(application),
    }


@signed_in_or_kept
@form_page
def complete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    call, application = get_file(request, slug, pk, "complete")
    return take(
        request, CompletionForm(posted(request), clock=call.clock),
        lambda data: actions.ask_completion(application, by=request.user, **data),
        done=_("Le complément est demandé : le candidat est prévenu."),
        back=reverse("calls:file", args=[slug, pk]), template="calls/deciding_act.html",
        title=_("Demander un complément"), button=_("Demander"),
        intro=_("La lecture continue. Le candidat répond par un texte, que les lecteurs voient à"
                " côté de ce qui est déposé ; passé la date, la demande se clôt d’elle-même.")
        if application.state == ApplicationState.IN_READING
        else _("Rien n’est jugé avant. Passé la date, la demande se clôt d’elle-même : la version"
               " déposée reste, et vous décidez."),
        application=application, **header(request, call, "instruction"),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    call, application = get_file(request, slug, pk, "eligibility")
    return take(
        request,
        OneEligibilityForm(posted(request), initial={"number": application.last_number}),
        lambda data: actions.decide(application, by=request.user, **data),
        done=_("La recevabilité est décidée : le candidat est prévenu."),
        back=reverse("calls:file", args=[slug, pk]), template="calls/deciding_act.html",
        title=_("Dire si elle est recevable"), button=_("Décider"),
        application=application, checks=actions.checks_of(application),
        **header(request, call, "instruction"),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def look_again(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    _call, application = get_file(request, slug, pk, "eligibility")
    return press(
        request, lambda: actions.look_again(application, by=request.user),
        done=_("La recevabilité est à décider de nouveau."),
        back=reverse("calls:file", args=[slug, pk]),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def recuse(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """From now on it is not shown to this person."""
    call, application = get_file(request, slug, pk, "recusal")
    return take(
        request, RecusalForm(posted(request)),
        lambda data: deciding_actions.recuse(application, by=request.user, **data),
        done=_("Votre déport est noté : cette candidature ne vous est plus montrée."),
        back=reverse("calls:instruction", args=[slug]), template="calls/deciding_act.html",
        title=_("Me déporter"), button=_("Me déporter"),
        intro=_("Vous ne verrez plus cette candidature et ne prendrez part à rien qui la concerne."
                " Un déport ne se retire pas ; le procès-verbal le dit."),
        application=application, **header(request, call, "instruction"),
    )  # fmt: skip
