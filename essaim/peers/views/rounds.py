"""A manager sets a round up and leads it from one step to the next."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlparse

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.initiatives.models import Initiative
from essaim.peers import rules
from essaim.peers.actions import items, rounds
from essaim.peers.barred import managers_free_for, set_aside_from, why_barred
from essaim.peers.conflicts import conflicts_of, conflicts_with_cards
from essaim.peers.forms.rounds import (
    AbandonForm,
    CardItemForm,
    CollegeForm,
    ConflictForm,
    CriterionFormSet,
    NewRoundForm,
    SettingsForm,
    TextItemForm,
    TradesForm,
)
from essaim.peers.models import (
    CollegeKind,
    Conflict,
    Reading,
    ReadingState,
    Round,
    Seat,
    SeatState,
    State,
)
from essaim.peers.rubric import SIZES

from .common import act, allow, context_of, fetch_item, fetch_round, page_of

SET_ASIDE = 5  # rounds under way that others conduct: each is explained


@signed_in_or_kept
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    allow(rules.can_list(request.user))
    state = request.GET.get("etat", "")
    rows = Round.objects.visible_to(request.user).for_list()
    if state in State.values:
        rows = rows.filter(state=state)
    else:
        state = ""
    return render(
        request,
        "peers/rounds.html",
        {
            "page": page_of(request, rows),
            "states": State.choices,
            "state": state,
            "set_aside": [
                (found, why_barred(found, request.user), managers_free_for(found))
                for found in set_aside_from(request.user)[:SET_ASIDE]
            ],
        },
    )


@signed_in_or_kept
@form_page
def new(request: HttpRequest) -> HttpResponse:
    """With ``?fiche=<slug>`` the card is what is read, and gives its title."""
    allow(rules.can_create(request.user))
    slug = request.GET.get("fiche", "")
    card = None
    if slug:
        card = get_object_or_404(Initiative.objects.visible_to(request.user).published(), slug=slug)
    initial: dict[str, Any] = {"key": uuid.uuid4()}
    if card is not None:
        initial["title"] = _("Lecture de « %(title)s »") % {"title": card.title[:150]}
    form = NewRoundForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                found = rounds.create_round(
                    by=request.user,
                    key=form.cleaned_data["key"],
                    title=form.cleaned_data["title"],
                    purpose=form.cleaned_data["purpose"],
                )
                if card is not None:
                    items.add_card(found, card)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            if not rules.can_run(request.user, found):
                return _left_to_others(request)
            messages.success(
                request, _("La lecture est créée : réglez ses échéances, puis invitez des pairs.")
            )
            return redirect(found)
    return render(
        request, "peers/new.html", {"form": form, "card": card}, status=status_code(request)
    )


def _left_to_others(request: HttpRequest) -> HttpResponse:
    messages.warning(
        request,
        _("Vous avez un lien avec cette fiche : un autre animateur conduira cette lecture."),
    )
    return redirect("peers:rounds")


@signed_in_or_kept
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_round(request, pk)
    seats = Seat.objects.filter(round=found).values_list("college", "state")
    counts: dict[int, dict[str, int]] = {}
    for college, state in seats:
        counts.setdefault(college, {}).setdefault(state, 0)
        counts[college][state] += 1
    readings: dict[str, int] = {}
    for state in Reading.objects.filter(item__round=found).values_list("state", flat=True):
        readings[state] = readings.get(state, 0) + 1
    colleges = [
        {
            "college": college,
            "invited": counts.get(college.pk, {}).get(SeatState.INVITED, 0),
            "accepted": counts.get(college.pk, {}).get(SeatState.ACCEPTED, 0),
            "declined": counts.get(college.pk, {}).get(SeatState.DECLINED, 0),
        }
        for college in found.colleges.all()
    ]
    due = readings.get(ReadingState.ASSIGNED, 0) + readings.get(ReadingState.SUBMITTED, 0)
    return render(
        request,
        "peers/round.html",
        context_of(
            found,
            colleges=colleges,
            items=found.items.select_related("initiative", "conclusion"),
            submitted=readings.get(ReadingState.SUBMITTED, 0),
            due=due,
            declined=readings.get(ReadingState.DECLINED, 0),
        ),
    )


STEPS: dict[str, tuple[Any, Any]] = {
    "inviter": (rounds.open_invitations, "peers:people"),
    "affecter": (rounds.close_invitations, "peers:assign"),
    "reinviter": (rounds.reopen_invitations, "peers:people"),
    "discuter": (rounds.open_discussion, "peers:results"),
}


@signed_in_or_kept
@require_POST
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    found = fetch_round(request, pk)
    if step not in STEPS:
        raise Http404
    do, following = STEPS[step]
    try:
        do(found, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(found)
    return redirect(following, found.pk)


@signed_in_or_kept
@form_page
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_round(request, pk)
    form = SettingsForm(posted(request), round=found)
    return act(
        request, form,
        lambda data: rounds.change_settings(found, data, by=request.user),
        title=_("Échéances et anonymat"), done=_("C’est enregistré."), button=_("Enregistrer"),
        back=found.get_absolute_url(), **context_of(found),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def college(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Sizes, loads and rubric. « Ajouter un critère » works without JavaScript."""
    found = fetch_round(request, pk)
    one = get_object_or_404(found.colleges.all(), kind=kind)
    editable = found.state == State.DRAFT
    data = posted(request)
    form = CollegeForm(data, college=one)
    initial = [
        {
            "title": c.title,
            "question": c.question,
            "weight": c.weight,
            "levels": "\n".join(c.levels),
        }
        for c in one.criteria.all()
    ]
    rubric = CriterionFormSet(data if editable else None, initial=initial, prefix="rubric")
    if request.method == "POST" and form.is_valid() and (not editable or rubric.is_valid()):
        lines = None
        if editable:
            lines = [line for each in rubric if (line := each.line()) is not None]
        try:
            rounds.set_college(one, **form.cleaned_data, rubric=lines, by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("Le collège est réglé."))
            return redirect(found)
    return render(
        request,
        "peers/college.html",
        context_of(
            found,
            college=one,
            form=form,
            rubric=rubric,
            editable=editable,
            usual=SIZES[CollegeKind(one.kind)],
        ),
        status=status_code(request),
    )


@signed_in_or_kept
@form_page
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_round(request, pk)
    return act(
        request, AbandonForm(posted(request)),
        lambda data: rounds.abandon(found, data["reason"], by=request.user),
        title=_("Abandonner la lecture"), done=_("La lecture est abandonnée."),
        button=_("Abandonner"), back=found.get_absolute_url(), **context_of(found),
    )  # fmt: skip


# --- what is read -----------------------------------------------------------------------------
@signed_in_or_kept
@form_page
def add_card(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_round(request, pk)

    def add(data: dict[str, Any]) -> None:
        slug = urlparse(data["card"].strip()).path.rstrip("/").rpartition("/")[2]
        card = Initiative.objects.visible_to(request.user).filter(slug=slug).first()
        if card is None:
            raise DomainError(_("Aucune fiche n’est à cette adresse."), field="card")
        if conflicts_with_cards([card], [request.user.pk or 0]):
            raise DomainError(
                _(
                    "Vous avez un lien avec cette fiche : préparez-lui une autre lecture, qu’un"
                    " autre animateur conduira."
                ),
                field="card",
            )
        items.add_card(found, card)

    return act(
        request, CardItemForm(posted(request)), add, title=_("Ajouter une fiche"),
        done=_("La fiche est ajoutée."), button=_("Ajouter"), back=found.get_absolute_url(),
        **context_of(found),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def add_text(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_round(request, pk)
    return act(
        request, TextItemForm(posted(request)),
        lambda data: items.add_item(found, reference=f"text:{data.pop('key')}", **data),
        title=_("Ajouter un texte"), done=_("Le texte est ajouté."), button=_("Ajouter"),
        back=found.get_absolute_url(), **context_of(found),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """What is read, and who must not read it."""
    found = fetch_round(request, pk)
    one = fetch_item(found, item)
    form = TradesForm(posted(request), initial={"professions": one.professions})
    if request.method == "POST" and form.is_valid():
        try:
            items.describe_item(one, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect("peers:item", found.pk, one.pk)
    seats = list(
        Seat.objects.filter(round=found, user__isnull=False)
        .exclude(state__in=[SeatState.CANCELLED, SeatState.DECLINED])
        .for_list()
    )
    why = conflicts_of(one, [seat.user_id for seat in seats if seat.user_id])
    return render(
        request,
        "peers/item.html",
        context_of(
            found,
            item=one,
            form=form,
            organisations=one.organisations.all(),
            conflicts=one.conflicts.select_related("person", "organisation", "declared_by"),
            found_conflicts=[(seat, why[seat.user_id]) for seat in seats if seat.user_id in why],
            sides=Conflict.Side,
        ),
        status=status_code(request),
    )


@signed_in_or_kept
@require_POST
def remove_item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    found = fetch_round(request, pk)
    one = fetch_item(found, item)
    return press(
        request, lambda: items.remove_item(one), done=_("C’est retiré."),
        back=found.get_absolute_url(),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def add_conflict(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    found = fetch_round(request, pk)
    one = fetch_item(found, item)
    return act(
        request, ConflictForm(posted(request)),
        lambda data: items.declare_conflict(
            one, side=Conflict.Side.MANAGER, by=request.user, **data
        ),
        title=_("Noter un conflit d’intérêts"), done=_("Le conflit est noté."),
        button=_("Enregistrer"), back=reverse("peers:item", args=[found.pk, one.pk]),
        intro=_("Une lecture déjà confiée à une personne concernée lui est retirée si elle n’est"
                " pas rendue."),
        **context_of(found),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_conflict(request: HttpRequest, pk: int, item: int, conflict: int) -> HttpResponse:
    """One that a manager noted; what peers and holders declared is theirs."""
    found = fetch_round(request, pk)
    one = fetch_item(found, item)
    declared = get_object_or_404(one.conflicts.filter(side=Conflict.Side.MANAGER), pk=conflict)
    return press(
        request, lambda: items.withdraw_conflict(declared, by=request.user),
        done=_("Le conflit n’est plus noté."),
        back=reverse("peers:item", args=[found.pk, one.pk]),
    )  # fmt: skip
