"""Third places with their map, and networks."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.common.listing import chips, filters_in_place
from essaim.common.take_away import Listed, take_away
from essaim.events import reading, rules
from essaim.events.actions import places as acting
from essaim.events.forms.events import PlaceFilterForm, PlaceForm
from essaim.events.models import Event, ThirdPlace
from essaim.events.taken_away import PLACES
from essaim.people.models import Organisation
from essaim.people.rules import can_manage
from essaim.territories.department_map import count_by_department, draw

from .common import act

PER_PAGE = 20


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    form, rows = _found(request, request.GET)
    page = Paginator(rows.for_list(), PER_PAGE).get_page(request.GET.get("page"))
    figures = count_by_department(rows.order_by().values("territory_id")).departments
    context = {
        "form": form,
        "page": page,
        **filters_in_place(request, form, page, lambda asked: _found(request, asked)[1]),
        "map": draw({code: n for code, _name, n in figures}),
        "figures": figures,
    }
    return render(request, "events/places.html", context)


@require_safe
def export_places(request: HttpRequest) -> HttpResponseBase:
    """Exactly the rows of the list, with the columns one chooses."""
    form, rows = _found(request, request.GET)
    listed = Listed(
        _("Tiers-lieux"), reverse("events:places"), rows.for_list(), chips(request, form)
    )
    return take_away(request, listed, PLACES, name="tiers-lieux")


def _found(request: HttpRequest, asked: QueryDict) -> tuple[PlaceFilterForm, Any]:
    """The third places that this reader sees and these filters keep."""
    form = PlaceFilterForm(asked, manager=can_manage(request.user))
    form.is_valid()
    clean = form.cleaned_data
    return form, reading.places(request.user, clean)


def _fetch(request: HttpRequest, slug: str, may: Any = None) -> ThirdPlace:
    found: ThirdPlace = get_object_or_404(
        ThirdPlace.objects.visible_to(request.user).for_detail(), slug=slug
    )
    if may is not None and not may(request.user, found):
        raise PermissionDenied
    return found


@require_safe
def place(request: HttpRequest, slug: str) -> HttpResponse:
    found = _fetch(request, slug)
    events = Event.objects.visible_to(request.user).filter(place=found).for_list()
    context = {
        "place": found,
        "events": list(events.order_by("-starts_at")[:PER_PAGE]),
        "may_change": bool(rules.can_change_place(request.user, found)),
        "may_publish": bool(rules.can_publish_place(request.user)),
    }
    return render(request, "events/place.html", context)


@signed_in_or_kept
@form_page
def new_place(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = PlaceForm(posted(request))
    return act(
        request, form, lambda given: acting.propose_place(by=user, **form.given()),
        title=_("Proposer un tiers-lieu"), button=_("Proposer"), back=reverse("events:places"),
        intro=_("Un lieu où des personnes de métiers différents se rencontrent et travaillent."),
        done=_("Merci. Un animateur de la plateforme le relit avant de le publier.")
        if not can_manage(user) else _("Le lieu est publié."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def edit_place(request: HttpRequest, slug: str) -> HttpResponse:
    found = _fetch(request, slug, rules.can_change_place)
    user: Any = request.user
    initial = {name: getattr(found, name) for name in acting.PLAIN if name != "organisation"}
    initial["organisations"] = found.organisation.name if found.organisation else ""
    initial["themes"] = [theme.slug for theme in found.themes.all()]
    form = PlaceForm(posted(request), initial=initial)

    def do(given: dict[str, Any]) -> ThirdPlace:
        data = form.given()
        data.pop("submission", None)
        return acting.change_place(found, by=user, **data)

    return act(
        request, form, do, back=found, title=_("Modifier le lieu"), button=_("Enregistrer"),
        done=_("Le lieu est modifié."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def publish_place(request: HttpRequest, slug: str) -> HttpResponse:
    found = _fetch(request, slug)
    user: Any = request.user
    if not rules.can_publish_place(user):
        raise PermissionDenied
    return press(
        request, lambda: acting.publish_place(found, by=user), done=_("Le lieu est publié."),
        back=found,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def close_place(request: HttpRequest, slug: str) -> HttpResponse:
    found = _fetch(request, slug, rules.can_change_place)
    user: Any = request.user
    return press(
        request, lambda: acting.close_place(found, by=user),
        done=_("Le lieu ne figure plus dans l’annuaire."), back=found,
    )  # fmt: skip


# --- networks ----------------------------------------------------------------------------
@require_safe
def networks(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "")[:200]
    page = Paginator(reading.networks(words), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "events/networks.html", {"page": page, "q": words})


@require_safe
def network(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Organisation.objects.filter(kind="network"), slug=slug)
    context = {"network": found, "gathered": reading.gathered(found, request.user)}
    return render(request, "events/network.html", context)
