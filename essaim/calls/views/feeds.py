"""Addresses that other software subscribes to. What identifies an entry is made of the public
address, whatever the name that the request came by: nothing is twice in a calendar."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from essaim.calls.feeds import atom, icalendar
from essaim.calls.models import PUBLIC, Call, Kind
from essaim.people.models import Organisation
from essaim.territories.models import Containment, Territory
from essaim.themes.models import Theme

# What ended long ago leaves calendars; the number bounds the answer, not the year.
KEPT = dt.timedelta(days=365)
MOST = 1000
LATEST = 100


def _public() -> QuerySet[Call]:
    """Whoever is signed in: an address that is shared shows the same to all."""
    return Call.objects.filter(state__in=PUBLIC, is_template=False)


def _asked(request: HttpRequest) -> QuerySet[Call]:
    """``?theme=``, ``?kind=``, ``?organiser=``, ``?territory=``: calls that name no territory are
    open to all."""
    found = _public()
    if slug := request.GET.get("theme", "").replace("\0", ""):
        theme = get_object_or_404(Theme, slug=slug)
        found = found.filter(themes=theme)
    if kind := request.GET.get("kind", ""):
        if kind not in Kind.values:
            raise Http404
        found = found.filter(kind=kind)
    if slug := request.GET.get("organiser", "").replace("\0", ""):
        found = found.filter(organiser=get_object_or_404(Organisation, slug=slug))
    if address := request.GET.get("territory", "").replace("\0", ""):
        place: Territory = get_object_or_404(Territory.objects.by_code(address))
        around = Containment.objects.filter(descendant=place).values("ancestor")
        inside = Containment.objects.filter(ancestor=place).values("descendant")
        named = Q(territories__in=around) | Q(territories__in=inside)
        found = found.filter(Q(territories__isnull=True) | named)
    return found.distinct()


def _calendar(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return answer


@require_safe
@conditional_page
def calendar(request: HttpRequest) -> HttpResponse:
    """``/appels/calendrier.ics``: all public calls, or those of a theme or a place."""
    recent = timezone.now() - KEPT
    found = _asked(request).filter(Q(closes_at__gte=recent) | Q(closes_at=None))
    text = icalendar(
        found.order_by("closes_at", "pk")[:MOST], name=_("Appels et prix"), site=settings.PUBLIC_URL
    )
    return _calendar(text, "appels")


@require_safe
@conditional_page
def call_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(_public(), slug=slug)
    return _calendar(icalendar([call], name=call.title, site=settings.PUBLIC_URL), call.slug[:60])


@require_safe
@conditional_page
def feed(request: HttpRequest) -> HttpResponse:
    """``/appels/flux.atom``: the latest public calls, with the same filters."""
    found = list(_asked(request).order_by("-opens_at", "-pk")[:LATEST])
    text = atom(
        found, name=_("Appels et prix"), site=settings.PUBLIC_URL,
        own=f"{settings.PUBLIC_URL}{request.get_full_path()}",
    )  # fmt: skip
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")
