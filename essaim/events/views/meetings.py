"""Meetings: organising them, one's own, the list to print, and what they begin."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.events import rules
from essaim.events.actions import meetings as acting
from essaim.events.actions import programme
from essaim.events.actions.chance import is_kept, may_be_said
from essaim.events.forms.taking_part import IntroduceForm, MeetingsForm, SlotsForm, TablesForm
from essaim.events.meeting import wording
from essaim.events.meeting.codes import code_of
from essaim.events.models import Encounter, Event, Planning, Registration, Seat, Slot
from essaim.initiatives.models import Initiative

from .common import act, fetch


def name_of(row: Registration) -> str:
    if row.user is None:
        return _("un compte supprimé")
    return row.user.name or _("un membre de la plateforme")


@dataclass(frozen=True)
class Meeting:
    encounter: Encounter
    other: Registration
    other_name: str
    is_named: bool
    reasons: list[str]
    mine: Seat
    both_met: bool
    # The other says so, of a meeting by chance, and waits for this person's answer.
    asked: bool
    # This person answered no.
    denied: bool
    cards: list[Initiative]


@signed_in_or_kept
@require_safe
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """One's meetings with their reasons; after, « we met », and an introduction to begin."""
    event = fetch(request, slug)
    row = Registration.objects.filter(event=event, user=request.user.pk).first()
    if row is None or not row.is_registered:
        raise Http404
    found = list(
        Encounter.objects.of(row).for_list()
        .prefetch_related("seats__registration__initiatives").order_by("slot__starts_at")
    )  # fmt: skip
    names = wording.theme_names([each.reasons for each in found])
    meetings = []
    for each in found:
        seats = list(each.seats.all())
        own = next(seat for seat in seats if seat.registration_id == row.pk)
        other = next((seat for seat in seats if seat.pk != own.pk), None)
        if other is None:
            continue
        meetings.append(
            Meeting(
                encounter=each,
                other=other.registration,
                other_name=name_of(other.registration)
                if rules.is_named(each, other)
                else _("la personne qui vous a donné son code"),
                is_named=rules.is_named(each, other),
                reasons=[wording.sentence(why, names, me=row.pk) for why in each.reasons],
                mine=own,
                both_met=bool(own.met and other.met),
                asked=bool(each.pair and other.met and own.met is None),
                denied=bool(other.met and own.met is False),
                cards=[
                    card
                    for card in other.registration.initiatives.all()
                    if card.publication == "published"
                ],
            )
        )
    begun = event.is_over or event.has_begun
    context = {
        "event": event, "begun": begun, "row": row,
        "meetings": [each for each in meetings if each.encounter.slot],
        # What nobody says any more is not shown.
        "by_chance": [
            each for each in meetings
            if not each.encounter.slot and (each.mine.met or each.asked or each.denied)
        ],
        "kept": is_kept(event), "may_say": may_be_said(event), "code": code_of(row.pk),
        "calculated": Planning.objects.filter(event=event, state=Planning.State.DONE)
        .values_list("asked_at", flat=True).first(),
    }  # fmt: skip
    return render(request, "events/my_meetings.html", context)


@signed_in_or_kept
@require_safe
def organise(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    return _organise(request, event)


def _organise(
    request: HttpRequest, event: Event, *, status: int = 200, **forms: Any
) -> HttpResponse:
    planning = Planning.objects.filter(event=event).first()
    people = list(event.registrations.registered().for_list())
    names = {row.pk: name_of(row) for row in people}
    slots = list(event.slots.all())
    context = {
        "event": event,
        "planning": planning,
        "causes": [wording.cause(each, names) for each in (planning.causes if planning else [])],
        "slots": slots,
        "people": sum(row.meets for row in people),
        "registered": len(people),
        "encounters": event.encounters.planned().count(),
        "kept": event.encounters.planned().kept().count() if planning else 0,
        "seated": sum(row.table is not None for row in people),
        "slots_form": SlotsForm(
            initial={
                "starts_at": _next_moment(event, slots),
                "number": 4,
                "minutes": 20,
                "pause": 5,
            }
        ),
        "meetings_form": MeetingsForm(
            initial={
                "most": planning.most if planning else 4,
                "least": planning.least if planning else 0,
                "tables": planning.tables if planning else None,
            }
        ),
        "tables_form": TablesForm(initial={"tables": max(1, -(-len(people) // 6))}),
        **forms,
    }
    return render(request, "events/organise.html", context, status=status)


def _next_moment(event: Event, slots: list[Slot]) -> dt.datetime:
    """When more slots would begin: after the others, and not in the past; every five minutes."""
    moment = max([event.starts_at, timezone.now(), *(each.ends_at for each in slots)])
    return moment + dt.timedelta(seconds=-moment.timestamp() % 300)


def _taken(request: HttpRequest, event: Event, name: str, form: Any, do: Any, *, done: Any) -> Any:
    from essaim.common.acts import refuse
    from essaim.common.errors import DomainError

    if form.is_valid():
        try:
            do(form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            return press(
                request, lambda: None, done=done,
                back=reverse("events:organise", args=[event.slug]),
            )  # fmt: skip
    return _organise(request, event, status=422, **{name: form})


@signed_in_or_kept
@require_POST
def slots(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    return _taken(  # type: ignore[no-any-return]
        request, event, "slots_form", SlotsForm(request.POST),
        lambda given: programme.make_slots(event, **given),
        done=_("Les créneaux sont ajoutés : proposez maintenant les rencontres."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_slots(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    return press(
        request, lambda: programme.remove_slots(event),
        done=_("Les créneaux et leurs rencontres sont retirés."),
        back=reverse("events:organise", args=[event.slug]),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def compute(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    return _taken(  # type: ignore[no-any-return]
        request, event, "meetings_form", MeetingsForm(request.POST),
        lambda given: acting.ask_meetings(event, by=request.user, **given),
        done=_("Le calcul est lancé : cette page dira ce qu’il a trouvé."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def tables(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    return _taken(  # type: ignore[no-any-return]
        request, event, "tables_form", TablesForm(request.POST),
        lambda given: acting.make_tables(event, by=request.user, **given),
        done=_("Les tables sont faites : leur liste s’imprime d’ici."),
    )  # fmt: skip


@signed_in_or_kept
@require_safe
def to_print(request: HttpRequest, slug: str) -> HttpResponse:
    """All meetings by slot, and all tables: to be put on a wall."""
    event = fetch(request, slug, rules.can_run)
    by_slot: dict[Any, list[Any]] = defaultdict(list)
    found = list(event.encounters.planned().for_list().order_by("slot__starts_at", "table"))
    names = wording.theme_names([each.reasons for each in found])
    for each in found:
        rows = [
            (name_of(seat.registration), seat.registration.organisation)
            for seat in each.seats.all()
        ]
        why = [wording.sentence(reason, names, me=None) for reason in each.reasons[:2]]
        by_slot[each.slot].append((each.table, rows, why))
    by_table: dict[int, list[Any]] = defaultdict(list)
    for row in event.registrations.registered().filter(table__isnull=False).for_list():
        by_table[row.table or 0].append((name_of(row), row.organisation, row.get_profile_display()))
    context = {
        "event": event,
        "by_slot": dict(by_slot),
        "by_table": dict(sorted(by_table.items())),
    }
    return render(request, "events/print.html", context)


def _mine(request: HttpRequest, slug: str, pk: int, *, among: Any = None) -> Encounter:
    """``among``: which meetings; all where it is not given."""
    event = fetch(request, slug)
    own = Encounter.objects.filter(event=event, seats__registration__user=request.user.pk)
    if among is not None:
        own = own.filter(pk__in=among.values("pk"))
    found: Encounter = get_object_or_404(own, pk=pk)
    return found


@signed_in_or_kept
@require_POST
def met(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    encounter = _mine(request, slug, pk)
    said = request.POST.get("met") == "yes"
    return press(
        request, lambda: acting.say_met(encounter, by=request.user, met=said),
        done=_("C’est noté ; l’autre le lira si elle dit la même chose.") if said
        else _("C’est noté, et personne d’autre ne le lit."),
        back=reverse("events:my_meetings", args=[slug]),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def introduce(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    encounter = _mine(request, slug, pk, among=Encounter.objects.happened())
    event = fetch(request, slug)
    cards = Initiative.objects.published().filter(
        pk__in=Registration.initiatives.through.objects.filter(
            registration__seats__encounter=encounter
        ).exclude(registration__user=request.user.pk).values("initiative")
    ).order_by("title")  # fmt: skip
    form = IntroduceForm(posted(request), cards=cards)
    return act(
        request, form,
        lambda given: acting.begin_introduction(encounter, by=request.user, **given),
        event=event, back=reverse("events:my_meetings", args=[slug]),
        title=_("Commencer une mise en relation"), button=_("Envoyer"),
        done=_("La mise en relation est demandée : vous la suivez ici."),
        intro=_("L’équipe de la fiche lit votre message, répond, et la suite se note ici."),
    )  # fmt: skip
