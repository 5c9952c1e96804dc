"""Pages to be shown inside others: no cookie, no tracking, nothing but links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from essaim.calls import clock
from essaim.calls.models import Call
from essaim.initiatives.models import Initiative
from essaim.open_data import feeds
from essaim.open_data.forms import CallsForm
from essaim.open_data.records.common import NOBODY, site
from essaim.replications.models import Replication
from essaim.search import results
from essaim.search.forms import BankForm

SHOWN = 10
SITES = 100


def embeddable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Any site may frame this page, and no other page of ours."""
    framed: Any = xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(view))
    cached: Callable[..., HttpResponse] = cache_control(public=True, max_age=900)(framed)
    return require_safe(cached)


@embeddable
def initiatives(request: HttpRequest) -> HttpResponse:
    """« Initiatives for our territory »: the filters of the bank, its best first."""
    form = BankForm(request.GET)
    criteria = form.criteria()
    page = results.find(criteria, size=SHOWN)
    labels = ", ".join(label for _name, label in criteria.groups())
    context = {
        "heading": _("Initiatives : %(labels)s") % {"labels": labels}
        if labels
        else _("Initiatives"),
        "items": [
            {"title": row.title, "text": row.summary, "address": site(row.url)} for row in page.rows
        ],
        "total": page.total,
        "all": site(criteria.url()),
    }
    return render(request, "open_data/widget.html", context)


@embeddable
def calls(request: HttpRequest) -> HttpResponse:
    """« Our open calls »: those that take applications, of one organisation, on one theme or for
    one territory, the soonest to close first."""
    form = CallsForm(request.GET)
    found, query = Call.objects.visible_to(NOBODY).taking_applications(), ""
    if form.is_valid():
        found, query = form.narrowed(found), form.query()
    rows = list(found.for_list().order_by("closes_at", "pk")[:SHOWN])
    context = {
        "heading": _("Appels ouverts"),
        "items": [
            {
                "title": feeds.clean(each.title),
                "text": feeds.clean(each.summary),
                "when": clock.shown(each.closes_at, each) if each.closes_at else "",
                "address": site(each.get_absolute_url()),
            }
            for each in rows
        ],
        "total": found.count(),
        "all": site(reverse("calls:calls") + (f"?{query}" if query else "")),
    }
    return render(request, "open_data/widget.html", context)


@embeddable
def replications(request: HttpRequest, slug: str) -> HttpResponse:
    """« Where our initiative runs »."""
    card = get_object_or_404(Initiative.objects.published(), slug=slug)
    found = Replication.objects.visible_to(NOBODY).filter(initiative=card).standing()
    sites = list(found.for_list().order_by("territory__sort_name", "pk")[:SITES])
    context = {
        "heading": _("Où tourne « %(title)s »") % {"title": feeds.clean(card.title)},
        "items": [
            {
                "title": feeds.clean(each.title),
                "text": each.get_state_display(),
                "address": site(each.get_absolute_url()),
            }
            for each in sites
        ],
        "total": len(sites) if len(sites) < SITES else found.count(),
        "all": site(card.get_absolute_url()),
    }
    return render(request, "open_data/widget.html", context)


@require_safe
@cache_control(public=True, max_age=3600)
def script(request: HttpRequest) -> HttpResponse:
    """An address that stays, for the pages of others; the file's own changes with it."""
    return redirect(static("open_data/embed.js"))
