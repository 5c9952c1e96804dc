"""The workshop: sorting, the interview, comparing, adopting."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.following.actions.reading import mark_subject_read
from essaim.initiatives.actions.cards import EditConflict
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import SECTIONS, digest, read_section
from essaim.modelling import notifications
from essaim.modelling.actions import workshops as actions
from essaim.modelling.agreement import opinions_of, people_of
from essaim.modelling.forms import AdoptionRow, InterviewForm, WorkshopForm
from essaim.modelling.models import Sorting, Workshop, WorkshopState
from essaim.modelling.team import may_facilitate, of_the_holder
from essaim.modelling.views.common import fetch_card
from essaim.people.views.signed_in import person

COLUMNS = [
    (Sorting.Kind.UNSURE, "unsure"),
    (Sorting.Kind.CORE, "core"),
    (Sorting.Kind.MARGIN, "margin"),
]


def _open(card: Initiative) -> Workshop | None:
    found = Workshop.objects.filter(initiative=card, state=WorkshopState.OPEN)
    return found.select_related("initiative", "facilitator", "participant").first()


def _open_or_404(card: Initiative) -> Workshop:
    workshop = _open(card)
    if workshop is None:
        raise Http404
    return workshop


@form_page
@signed_in_or_kept
def start(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug, edit=True)
    if _open(card) is not None:
        return redirect("modelling:workshop", slug)
    form = WorkshopForm(
        request.POST if request.method == "POST" else None,
        facilitators=may_facilitate(card, request.user),
        participants=of_the_holder(card),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.open_workshop(
                card, facilitator=given["facilitator"], participant=given["participant"],
                by=request.user,
            )  # fmt: skip
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, _("L’atelier est ouvert : chacun trie de son côté."))
            return redirect("modelling:workshop", slug)
    return render(
        request, "modelling/start.html", {"card": card, "form": form}, status=status_code(request)
    )


@require_safe
@signed_in_or_kept
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own sorting: by moving, by buttons, or by the interview."""
    card = fetch_card(request, slug, edit=True)
    workshop = _open(card)
    if workshop is None:
        return redirect("modelling:model", slug)
    if request.method == "GET":
        mark_subject_read(request.user, notifications.KIND, str(workshop.pk))
    own = {s.component_id: s for s in workshop.sortings.filter(user=person(request))}
    components = [(each, own.get(each.pk)) for each in card.components.all()]
    columns = []
    for kind, name in COLUMNS:
        rows = [
            (component, sorting)
            for component, sorting in components
            if (sorting.kind if sorting else Sorting.Kind.UNSURE) == kind
        ]
        columns.append((kind, name, rows))
    todo = [component for component, sorting in components if sorting is None]
    return render(
        request,
        "modelling/board.html",
        {
            "card": card,
            "workshop": workshop,
            "columns": columns,
            "next": todo[0] if todo else (components[0][0] if components else None),
            "done": len(components) - len(todo),
            "total": len(components),
            "moved": request.GET.get("moved", ""),
        },
    )


@require_POST
@signed_in_or_kept
def sort(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put one component somewhere; the same form serves buttons and moving."""
    card = fetch_card(request, slug, edit=True)
    workshop = _open_or_404(card)
    component = get_object_or_404(card.components, pk=pk)
    kind = request.POST.get("kind", "")
    if kind in Sorting.Kind.values:
        try:
            actions.sort_component(workshop, component, kind, by=request.user)
        except DomainError as error:
            messages.error(request, error.message)
    return redirect(f"{reverse('modelling:workshop', args=[slug])}?moved={pk}#composante-{pk}")


@form_page
@signed_in_or_kept
def interview(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """« If this were removed, would it still work? », one component a page."""
    card = fetch_card(request, slug, edit=True)
    workshop = _open_or_404(card)
    components = list(card.components.all())
    component = next((each for each in components if each.pk == pk), None)
    if component is None:
        raise Http404
    number = components.index(component)
    said = workshop.sortings.filter(user=person(request), component=component).first()
    initial = {
        name: getattr(said, name) for name in ("without", "why", "red_line", "kind")
    } if said else {}  # fmt: skip
    form = InterviewForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.sort_component(
                workshop, component, form.chosen_kind(), by=request.user,
                without=given["without"], why=given["why"], red_line=given["red_line"],
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            if number + 1 < len(components):
                return redirect("modelling:interview", slug, components[number + 1].pk)
            messages.success(request, _("Vous avez répondu pour toutes les composantes."))
            return redirect("modelling:workshop", slug)
    return render(
        request,
        "modelling/interview.html",
        {
            "card": card,
            "component": component,
            "form": form,
            "number": number + 1,
            "total": len(components),
            "previous": components[number - 1] if number else None,
            "following": components[number + 1] if number + 1 < len(components) else None,
        },
        status=status_code(request),
    )


@require_safe
@signed_in_or_kept
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Everyone's sorting side by side, what is disputed first."""
    card = fetch_card(request, slug, edit=True)
    workshop = _open(card) or Workshop.objects.filter(initiative=card).first()
    if workshop is None:
        raise Http404
    opinions = opinions_of(card, workshop)
    people = people_of(opinions)
    rows = [
        (opinion, [next((s for s in opinion.sortings if s.user_id == p.pk), None) for p in people])
        for opinion in sorted(opinions, key=lambda o: (not o.is_disputed, o.is_unanimous))
    ]
    return render(
        request,
        "modelling/compare.html",
        {
            "card": card,
            "workshop": workshop,
            "people": people,
            "rows": rows,
            "disputed": sum(opinion.is_disputed for opinion in opinions),
            "is_open": workshop.state == WorkshopState.OPEN,
        },
    )


@form_page
@signed_in_or_kept
def adopt(request: HttpRequest, slug: str) -> HttpResponse:
    """What will stand on the card, component by component; its team decides."""
    card = fetch_card(request, slug, edit=True)
    workshop = _open_or_404(card)
    current = read_section(card, SECTIONS["composantes"])
    opinions = opinions_of(card, workshop)
    data = request.POST if request.method == "POST" else None
    rows = [AdoptionRow(data, opinion=opinion) for opinion in opinions]
    problem = ""
    if data is not None and False not in {row.is_valid() for row in rows}:
        decided = {row.opinion.component.pk: row.cleaned_data for row in rows}
        content = [row | decided.get(row["id"], {}) for row in current["components"]]
        version = data.get("version", "")
        try:
            actions.adopt(
                workshop, content, by=request.user,
                version=int(version) if version.isdecimal() and len(version) < 10 else 0,
                seen=data.get("seen", ""),
            )  # fmt: skip
        except EditConflict:
            problem = _(
                "Les composantes de la fiche ont changé pendant que vous décidiez. Rien n’a été "
                "écrasé : relisez ce qui suit, puis adoptez."
            )
        except DomainError as error:
            problem = str(error.message)
        else:
            messages.success(request, _("Le tri est adopté : la fiche dit le cœur et la marge."))
            return redirect("modelling:model", slug)
    return render(
        request,
        "modelling/adopt.html",
        {
            "card": card,
            "rows": rows,
            "problem": problem,
            "version": card.version,
            "seen": digest(current),
        },
        status=409 if problem else status_code(request),
    )


@require_POST
@signed_in_or_kept
def close(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug, edit=True)
    workshop = _open_or_404(card)
    try:
        actions.close(workshop, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("L’atelier est clos ; ce que chacun a trié reste."))
    return redirect("modelling:model", slug)
