"""Third places, networks and groups of territories: the lists and filters of the site's pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy

from essaim.events import reading as places
from essaim.events.forms.events import PlaceFilterForm
from essaim.events.models import ThirdPlace
from essaim.groups import reading as grouping
from essaim.groups.forms import FilterForm as GroupsForm
from essaim.groups.models import Group
from essaim.open_data import conditional
from essaim.open_data.api import document, reading
from essaim.open_data.api.listing import listing
from essaim.open_data.api.open_reads import PAGE, listed, one, router
from essaim.open_data.records import meetings
from essaim.open_data.records.common import NOBODY
from essaim.open_data.tables import GROUPS, ORGANISATIONS, THIRD_PLACES
from essaim.people.models import NetworkMembership, Organisation

# A lazy text where the library's types say a plain one.
_: Any = gettext_lazy


@router.get(
    "third-places",
    summary=_("Tiers-lieux de l’annuaire, par nom"),
    tags=["third-places"],
    openapi_extra=listed(THIRD_PLACES, *document.form_parameters(PlaceFilterForm, ("waiting",))),
)
def list_third_places(request: HttpRequest) -> HttpResponse:
    form = reading.filters(request, PlaceFilterForm, ("waiting",), manager=False)
    found = places.places(NOBODY, form.cleaned_data).for_list()
    return listing(
        request, found, ["name", "id"], lambda rows: [meetings.third_place(row) for row in rows]
    )


@router.get(
    "third-places/{slug:slug}",
    summary=_("Un tiers-lieu"),
    tags=["third-places"],
    openapi_extra=one(THIRD_PLACES),
)
def get_third_place(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(ThirdPlace.objects.visible_to(NOBODY).for_list(), slug=slug)
    return conditional.answer(request, meetings.third_place(found))


@router.get(
    "groups",
    summary=_("Groupes de territoires publics, par nom ; les terminés aussi avec « ended »"),
    tags=["groups"],
    openapi_extra=listed(GROUPS, *document.form_parameters(GroupsForm, ("mine", "alone"))),
)
def list_groups(request: HttpRequest) -> HttpResponse:
    form = reading.filters(request, GroupsForm, ("mine", "alone"), user=NOBODY, manager=False)
    found = grouping.found(NOBODY, form.cleaned_data).with_members()
    return listing(
        request, found, ["name", "id"], lambda rows: [meetings.group(row) for row in rows]
    )


@router.get(
    "groups/{slug:code}", summary=_("Un groupe"), tags=["groups"], openapi_extra=one(GROUPS)
)
def get_group(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Group.objects.visible_to(NOBODY).with_members(), code=code)
    return conditional.answer(request, meetings.group(found))


@router.get(
    "organisations/{slug:slug}/members",
    summary=_("Les organisations membres d’un réseau"),
    tags=["organisations"],
    openapi_extra=document.operation(
        document.page_of(document.of_table(ORGANISATIONS)), parameters=PAGE, problems=(404, 422)
    ),
)
def list_network_members(request: HttpRequest, slug: str) -> HttpResponse:
    reading.parameters(request, ())
    network = get_object_or_404(Organisation.objects.filter(kind="network"), slug=slug)
    current = NetworkMembership.objects.current().filter(network=network)
    found = Organisation.objects.for_list().filter(pk__in=current.values("organisation"))
    return listing(
        request, found, ["slug"], lambda rows: [meetings.organisation(row) for row in rows]
    )
