"""The list of events, one event, making it and moving it along."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch, prefetch_related_objects
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.common.listing import chips, filters_in_place
from essaim.common.take_away import Listed, take_away
from essaim.events import links, rules
from essaim.events.actions import events as acting
from essaim.events.calendar import AT_MOST, icalendar, of_person, where_of
from essaim.events.forms.events import CancelForm, EventForm, FilterForm
from essaim.events.models import Event, Organiser, Partnership, PersonalFeed, Registration
from essaim.events.models.event import EventQuerySet
from essaim.events.reading import found
from essaim.events.taken_away import EVENTS
from essaim.people.models import Membership

from .common import act, fetch

PER_PAGE = 20


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    form, rows = _found(request, request.GET)
    page = Paginator(rows.for_list(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        **filters_in_place(
            request, form, page, lambda asked: _found(request, asked)[1], but=["past"]
        ),
        "past": form.cleaned_data.get("past"),
        "may_create": rules.can_create(request.user),
    }
    return render(request, "events/list.html", context)


def _found(request: HttpRequest, asked: QueryDict) -> tuple[FilterForm, EventQuerySet]:
    """The events that this reader sees and these filters keep."""
    form = FilterForm(asked)
    form.is_valid()
    return form, found(request.user, form.cleaned_data)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Exactly the rows of the list, with the columns one chooses."""
    form, rows = _found(request, request.GET)
    filters = chips(request, form)
    listed = Listed(_("Événements"), reverse("events:list"), rows.for_list(), filters)
    return take_away(request, listed, EVENTS, name="evenements")


def _calendar(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return response


@require_safe
@conditional_page
def calendar(request: HttpRequest) -> HttpResponse:
    """The same filters as the list: a feed by theme, by territory, by kind."""
    rows = _found(request, request.GET)[1].exclude(state="draft")
    rows = rows.select_related("territory", "place")[:AT_MOST]
    return _calendar(icalendar(rows, name=_("Événements")), "evenements")


@require_safe
@conditional_page
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug)
    return _calendar(icalendar([event], name=event.title), event.slug)


@require_safe
def personal_calendar(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Whoever holds the address reads it: public events alone, and which of them is the secret."""
    feed = get_object_or_404(
        PersonalFeed.objects.select_related("user").filter(user__is_active=True), key=key
    )
    response = _calendar(
        icalendar(of_person(feed.user), name=_("Mes événements")), "mes-evenements"
    )
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug)
    # Read once, for the page and for its head.
    organisers = Prefetch("organisers", Organiser.objects.select_related("organisation"))
    prefetch_related_objects([event], organisers, "themes")
    user: Any = request.user
    mine = None
    if user.is_authenticated:
        mine = Registration.objects.filter(event=event, user=user).first()
    may_run = bool(rules.can_run(user, event))
    comes = may_run or (mine is not None and mine.is_registered)
    questions = event.questions.exists()
    context = {
        "event": event,
        "where": where_of(event),
        "organisers": list(event.organisers.all()),
        "themes": list(event.themes.all()),
        "sessions": list(event.sessions.all()),
        "linked": dict(links.shown(event, user)),
        "mine": mine if mine is not None and mine.is_current else None,
        "comes": comes,
        "may_run": may_run,
        # Nothing to ask: one press.
        "one_press": not (questions or event.meets or event.kind == "holdup"),
        "documents": event.documents.visible_to(user).count(),
        "challenges": event.challenges.count(),
        "rank": _rank(mine),
    }
    return render(request, "events/detail.html", context)


def _rank(mine: Registration | None) -> int | None:
    """One's place on the waiting list."""
    if mine is None or mine.state != Registration.State.WAITING:
        return None
    before = Registration.objects.filter(event=mine.event_id).waiting()
    return list(before.values_list("pk", flat=True)).index(mine.pk) + 1


@signed_in_or_kept
@form_page
def new(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not rules.can_create(user):
        raise PermissionDenied
    mine = Membership.objects.filter(user=user, role=Membership.Role.REPRESENTATIVE)
    first = mine.select_related("organisation").order_by("organisation__name").first()
    initial = {"organisers": first.organisation.name if first else "", "kind": "forum"}
    form = EventForm(posted(request), user=user, initial=initial)
    return act(
        request, form, lambda given: acting.create_event(by=user, **_given(form, user)),
        title=_("Préparer un événement"), button=_("Enregistrer le brouillon"),
        intro=_("Un brouillon que les organisateurs voient seuls, jusqu’à ce que vous l’annonciez."),
        done=_("Le brouillon est enregistré : relisez-le, puis annoncez-le."),
        back=reverse("events:list"),
    )  # fmt: skip


def _given(form: EventForm, user: Any) -> dict[str, Any]:
    """Who is no manager organises in the name of an organisation that they represent."""
    given = form.given()
    keys = {each.pk for each in given["organisers"]}
    represented = Membership.objects.filter(
        user=user, role=Membership.Role.REPRESENTATIVE, organisation__in=keys
    )
    if not rules.can_manage(user) and not represented.exists():
        from essaim.common.errors import DomainError

        raise DomainError(
            _("Nommez parmi les organisateurs une organisation que vous représentez."),
            field="organisers",
        )
    return given


@signed_in_or_kept
@form_page
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    user: Any = request.user
    names = [each.organisation.name for each in event.organisers.select_related("organisation")]
    initial: dict[str, Any] = {
        name: getattr(event, name)
        for name in (*acting.PLAIN[:8], "online_link", "capacity", "closes_at", "meets")
    }
    initial |= {
        "seen": event.changed_at.isoformat(),
        "place": event.place_id,
        "organisers": "\n".join(names),
        "themes": [theme.slug for theme in event.themes.all()],
        "links": links.addresses(event, user),
    }
    form = EventForm(posted(request), user=user, event=event, initial=initial)

    def do(given: dict[str, Any]) -> Event:
        data = _given(form, user)
        data.pop("submission", None)
        return acting.change_event(event, by=user, **data)

    return act(
        request, form, do, event=event, back=event, title=_("Modifier l’événement"),
        button=_("Enregistrer"), done=_("L’événement est modifié."),
        intro=_("Si la date ou le lieu change, tous ceux qui sont inscrits sont prévenus une fois.")
        if event.registered_count else "",
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def announce(request: HttpRequest, slug: str) -> HttpResponse:
    event, user = fetch(request, slug, rules.can_run), request.user
    return press(
        request, lambda: acting.announce(event, by=user), back=event,  # type: ignore[arg-type]
        done=_("L’événement est public : ouvrez les inscriptions quand vous le voulez."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def open_(request: HttpRequest, slug: str) -> HttpResponse:
    event, user = fetch(request, slug, rules.can_run), request.user
    return press(
        request, lambda: acting.open_registration(event, by=user),  # type: ignore[arg-type]
        back=event, done=_("Les inscriptions sont ouvertes : suivez ici qui s’inscrit."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def close(request: HttpRequest, slug: str) -> HttpResponse:
    event, user = fetch(request, slug, rules.can_run), request.user
    return press(
        request, lambda: acting.close_registration(event, by=user),  # type: ignore[arg-type]
        back=event, done=_("Les inscriptions sont arrêtées ; celles qui étaient faites restent."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    user: Any = request.user
    return act(
        request, CancelForm(posted(request)),
        lambda given: acting.cancel(event, by=user, reason=given["reason"]),
        event=event, back=event, title=_("Annuler l’événement"), button=_("Annuler l’événement"),
        done=_("L’événement est annulé ; ceux qui étaient inscrits sont prévenus."),
        intro=_("Sa page reste et dit pourquoi. Cela ne se défait pas."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def discard(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    user: Any = request.user
    return act(
        request, Form(posted(request)), lambda given: acting.discard_draft(event, by=user),
        event=event, back=reverse("events:mine"), title=_("Supprimer le brouillon"),
        button=_("Supprimer le brouillon"), done=_("Le brouillon est supprimé."),
        intro=_("Avec son programme et ses questions. Cela ne se défait pas."),
    )  # fmt: skip


@signed_in_or_kept
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I come to, what I run, what I confirm, and the address of my calendar."""
    user: Any = request.user
    rows = (
        Registration.objects.current().filter(user=user)
        .select_related("event__territory", "event__place").order_by("-event__starts_at")
    )  # fmt: skip
    run = Event.objects.none()
    if Membership.objects.filter(user=user, role=Membership.Role.REPRESENTATIVE).exists():
        run = Event.objects.filter(
            organisers__organisation__memberships__user=user,
            organisers__organisation__memberships__role=Membership.Role.REPRESENTATIVE,
        ).distinct().order_by("-starts_at")  # fmt: skip
    feed = PersonalFeed.objects.filter(user=user).first()
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "run": list(run[:PER_PAGE]),
        "feed": request.build_absolute_uri(reverse("events:personal_calendar", args=[feed.key]))
        if feed else "",
        "to_confirm": list(Partnership.objects.to_confirm(user).for_list().select_related("event")),
    }  # fmt: skip
    return render(request, "events/mine.html", context)


@signed_in_or_kept
@require_POST
def make_feed(request: HttpRequest) -> HttpResponse:
    from essaim.events.actions.places import make_feed as make

    user: Any = request.user
    return press(
        request, lambda: make(user), back="events:mine",
        done=_("L’adresse de votre calendrier est prête ; une précédente n’ouvre plus rien."),
    )  # fmt: skip
