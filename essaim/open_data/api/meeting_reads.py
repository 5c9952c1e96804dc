"""Calls and their results, events, organisations: the lists and filters of the site's pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy

from essaim.calls import results
from essaim.calls.forms.listing import ListForm as CallsForm
from essaim.calls.models import RESULTS, Call
from essaim.events.forms.events import FilterForm as EventsForm
from essaim.events.models import Event
from essaim.events.reading import found as find_events
from essaim.open_data import conditional
from essaim.open_data.api import document, reading
from essaim.open_data.api.listing import listing
from essaim.open_data.api.open_reads import PAGE, listed, one, router
from essaim.open_data.records import meetings
from essaim.open_data.records.common import NOBODY
from essaim.open_data.tables import CALLS, EVENTS, LAUREATES, ORGANISATIONS
from essaim.people.forms.organisations import OrganisationSearchForm
from essaim.people.models import Organisation

# A lazy text where the library's types say a plain one.
_: Any = gettext_lazy


def _calls() -> Any:
    public = Call.objects.visible_to(NOBODY).filter(is_template=False)
    return public.for_list().prefetch_related("territories")


@router.get(
    "calls",
    summary=_("Appels et prix, des plus récents aux plus anciens"),
    tags=["calls"],
    openapi_extra=listed(CALLS, *document.form_parameters(CallsForm)),
)
def list_calls(request: HttpRequest) -> HttpResponse:
    form = reading.filters(request, CallsForm)
    return listing(
        request,
        form.narrowed(_calls()),
        ["-opens_at", "-id"],
        lambda rows: [meetings.call(row) for row in rows],
    )


@router.get("calls/{slug:slug}", summary=_("Un appel"), tags=["calls"], openapi_extra=one(CALLS))
def get_call(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(_calls(), slug=slug)
    return conditional.answer(request, meetings.call(found))


@router.get(
    "calls/{slug:slug}/results",
    summary=_("Les lauréats d’un appel, une fois ses résultats publics"),
    tags=["calls"],
    openapi_extra=document.operation(
        document.page_of(document.of_table(LAUREATES)), parameters=PAGE, problems=(404, 422)
    ),
)
def list_results(request: HttpRequest, slug: str) -> HttpResponse:
    reading.parameters(request, ())
    call = get_object_or_404(_calls().filter(state__in=RESULTS), slug=slug)
    found = results.published().filter(call=call)
    return listing(request, found, ["id"], meetings.laureates)


@router.get(
    "events",
    summary=_("Événements à venir, du plus proche au plus lointain ; les passés avec « past »"),
    tags=["events"],
    openapi_extra=listed(EVENTS, *document.form_parameters(EventsForm)),
)
def list_events(request: HttpRequest) -> HttpResponse:
    given = reading.filters(request, EventsForm).cleaned_data
    order = ["-starts_at", "-id"] if given.get("past") else ["starts_at", "id"]
    found = find_events(NOBODY, given).for_list()
    return listing(request, found, order, lambda rows: [meetings.event(row) for row in rows])


@router.get(
    "events/{slug:slug}", summary=_("Un événement"), tags=["events"], openapi_extra=one(EVENTS)
)
def get_event(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Event.objects.visible_to(NOBODY).for_list(), slug=slug)
    return conditional.answer(request, meetings.event(found))


@router.get(
    "organisations",
    summary=_("Organisations, par adresse"),
    tags=["organisations"],
    openapi_extra=listed(ORGANISATIONS, *document.form_parameters(OrganisationSearchForm)),
)
def list_organisations(request: HttpRequest) -> HttpResponse:
    given = reading.filters(request, OrganisationSearchForm).cleaned_data
    found = Organisation.objects.for_list().matching(given["q"], given["kind"])
    return listing(
        request, found, ["slug"], lambda rows: [meetings.organisation(row) for row in rows]
    )


@router.get(
    "organisations/{slug:slug}",
    summary=_("Une organisation"),
    tags=["organisations"],
    openapi_extra=one(ORGANISATIONS),
)
def get_organisation(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Organisation.objects.for_list(), slug=slug)
    return conditional.answer(request, meetings.organisation(found))
