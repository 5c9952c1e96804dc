"""Feeds, the letter of a theme, what search engines ask for."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, Max, Min, OuterRef, Value
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from essaim.calls.models import Call
from essaim.events.models import Event, ThirdPlace
from essaim.funding.models import Pool
from essaim.groups.models import Group
from essaim.initiatives.models import Initiative
from essaim.needs.models import Need
from essaim.open_data import conditional, feeds
from essaim.open_data.records.common import NOBODY, site
from essaim.people.models import Organisation
from essaim.replications.models import Replication
from essaim.schemes.models import Scheme
from essaim.search.filters import ORDERS, Criteria
from essaim.search.forms import BankForm
from essaim.territories.models import Territory
from essaim.themes.models import Theme

ATOM = "application/atom+xml; charset=utf-8"
XML = "application/xml; charset=utf-8"


def _feed(request: HttpRequest, title: str, address: str, items: Any) -> HttpResponse:
    body = feeds.make(title, address, request.get_full_path(), items)
    return conditional.answer(request, body, content_type=ATOM, max_age=900)


def _latest(criteria: Criteria) -> list[int]:
    keys = criteria.cards().order_by(*ORDERS["recent"]).values_list("pk", flat=True)
    return list(keys[: settings.OPEN_DATA["feed"]])


@require_safe
def initiatives(request: HttpRequest) -> HttpResponse:
    """The latest cards within the filters of the bank; words are left to its page."""
    criteria = BankForm(request.GET).criteria()
    labels = [label for _name, label in criteria.groups()]
    title = ", ".join([_("Initiatives"), *labels])
    return _feed(request, title, criteria.url(), feeds.cards(_latest(criteria)))


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Theme, slug=slug)
    criteria = Criteria(themes=(found,))
    return _feed(request, str(found), criteria.url(), feeds.cards(_latest(criteria)))


@require_safe
def territory(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    found = get_object_or_404(Territory, kind=kind, code=code)
    criteria = Criteria(territory=found)
    return _feed(request, found.label, criteria.url(), feeds.cards(_latest(criteria)))


@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    return _feed(request, _("Besoins"), "/besoins", feeds.needs())


@require_safe
def replications(request: HttpRequest) -> HttpResponse:
    return _feed(request, _("Reprises"), "/initiatives", feeds.replications())


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    return _feed(request, _("Constats"), "/subventions", feeds.findings())


# --- the letter of a week -----------------------------------------------------------------------
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
LETTER_ROWS = 20


def _first(theme: Any) -> dt.date:
    """The Monday of its first card or site, of those withdrawn since too: addresses stay. This
    week's where there is none yet."""
    today = timezone.localdate()
    card = timezone.localdate(theme.first_card) if theme.first_card else today
    first = max(min(card, theme.first_site or today, today), feeds.BEGINNING.date())
    return first - first.weekday() * DAY


def _monday(written: str, first: dt.date) -> dt.date:
    """Of a week as ISO 8601 writes it (2026-W47). Raises Http404 where there is no such week, and
    for those that have not begun or are before the first."""
    match = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", written)
    try:
        monday = dt.date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else None
    except ValueError:
        monday = None
    if monday is None or not first <= monday <= timezone.localdate():
        raise Http404
    return monday


def _week(monday: dt.date) -> dict[str, Any]:
    year, number, _day = monday.isocalendar()
    return {"number": number, "year": str(year), "written": f"{year}-W{number:02}"}


def _earlier(monday: dt.date, first: dt.date) -> dict[str, Any] | None:
    return _week(monday - WEEK) if monday > first else None


@require_safe
@cache_control(public=True, max_age=900)
def letter(request: HttpRequest, slug: str) -> HttpResponse:
    """The last seven days of a theme, or one week of it (``?semaine=2026-W47``) that stays at its
    address, on a page that a mail can carry: no script, no style."""
    dated = Theme.objects.annotate(
        first_card=Min("initiative__published_at"),
        first_site=Min("initiative__replications__committed_on"),
    )
    found = get_object_or_404(dated, slug=slug)
    written, now = request.GET.get("semaine"), timezone.now()
    context: dict[str, Any] = {"theme": found, "base": settings.PUBLIC_URL}
    first, today = _first(found), timezone.localdate()
    if written is None:
        since, until = now - WEEK, now
        monday = today - today.weekday() * DAY
        context |= {"kept": _week(monday), "earlier": _earlier(monday, first)}
    else:
        monday = _monday(written, first)
        since = timezone.make_aware(dt.datetime.combine(monday, dt.time()))
        until = timezone.make_aware(dt.datetime.combine(monday + WEEK, dt.time()))
        context |= {
            "week": _week(monday),
            "last": monday + WEEK - DAY,
            "earlier": _earlier(monday, first),
            "later": _week(monday + WEEK) if monday + WEEK <= today else None,
        }
    fresh = (
        Criteria(themes=(found,)).cards().filter(published_at__gte=since, published_at__lt=until)
    )
    sites = (
        Replication.objects.visible_to(NOBODY)
        .filter(initiative__themes=found, committed_on__gte=timezone.localdate(since))
        .for_list()
        .order_by("-committed_on", "-pk")
    )
    if written is not None:
        sites = sites.filter(committed_on__lte=context["last"])
    keys = fresh.order_by("-published_at", "-pk").values_list("pk", flat=True)
    context |= {
        "cards": feeds.cards(keys[:LETTER_ROWS]),
        "sites": [
            {"title": feeds.clean(f"{each.initiative.title} – {each.title}"),
             "path": each.get_absolute_url()}
            for each in sites[:LETTER_ROWS]
        ],
        "since": since,
    }  # fmt: skip
    return render(request, "open_data/letter.html", context)


# --- what search engines ask for --------------------------------------------------------------
def _maps() -> dict[str, Any]:
    """Public pages by kind: querysets, when they last changed; their address is their slug, their
    code, or their number."""
    placed = Initiative.territories.through.objects.filter(
        territory=OuterRef("pk"), initiative__publication="published"
    )
    return {
        "appels": (Call.objects.visible_to(NOBODY).filter(is_template=False), None),
        "evenements": (Event.objects.visible_to(NOBODY), "changed_at"),
        "organisations": (Organisation.objects.all(), None),
        "reseaux": (Organisation.objects.filter(kind="network"), None),
        "lieux": (ThirdPlace.objects.visible_to(NOBODY), None),
        "groupes": (Group.objects.visible_to(NOBODY).active(), None),
        # Of the 36,000, those where something is.
        "territoires": (Territory.objects.filter(Exists(placed)).exclude(kind="group"), None),
        "initiatives": (Initiative.objects.published(), "updated_at"),
        "besoins": (Need.objects.visible_to(NOBODY), "updated_at"),
        "dispositifs": (Scheme.objects.published(), None),
        "subventions": (Pool.objects.visible_to(NOBODY), None),
        "reprises": (Replication.objects.visible_to(NOBODY), None),
    }


FIXED = ("/", "/initiatives", "/besoins", "/territoires", "/dispositifs", "/subventions",
         "/appels", "/evenements", "/lieux", "/reseaux", "/groupes", "/organisations", "/reprises",
         "/tableau-de-bord", "/parrains", "/parcours", "/catalogue", "/guide", "/diagnostic", "/donnees", "/api/v1/docs")  # fmt: skip


def _address_of(rows: Any) -> Any:
    """What the last part of an address is made of."""
    names = {field.name for field in rows.model._meta.fields}
    if rows.model is Territory:
        return Concat("kind", Value(":"), "code")
    return next((F(name) for name in ("slug", "code") if name in names), F("pk"))


def _bands(kind: str) -> int:
    """Files of a kind: each holds those of one band of keys, so that an address stays in its file."""
    rows, _changed = _maps()[kind]
    last = rows.aggregate(last=Max("pk"))["last"] or 0
    return int(last) // int(settings.OPEN_DATA["sitemap"]) + 1 if last else 0


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    files = [site("/sitemap-pages-0.xml")]
    for kind in _maps():
        files += [site(f"/sitemap-{kind}-{band}.xml") for band in range(_bands(kind))]
    context = {"files": files}
    return render(request, "open_data/sitemap_index.xml", context, content_type=XML)


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap_file(request: HttpRequest, kind: str, band: int) -> HttpResponse:
    if kind == "pages" and band == 0:
        pages = [{"address": site(path), "changed": None} for path in FIXED]
        return render(request, "open_data/sitemap.xml", {"pages": pages}, content_type=XML)
    known = _maps().get(kind)
    if known is None or band >= _bands(kind):
        raise Http404
    rows, changed = known
    size = settings.OPEN_DATA["sitemap"]
    key = _address_of(rows)
    within = rows.filter(pk__gte=band * size, pk__lt=(band + 1) * size).order_by("pk")
    pages = [
        {"address": site(f"/{kind}/{row[0]}"), "changed": row[1] if changed else None}
        for row in within.values_list(key, *([changed] if changed else []))
    ]
    return render(request, "open_data/sitemap.xml", {"pages": pages}, content_type=XML)


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    closed = ("/admin/", "/compte/", "/gestion", "/mon-espace", "/widget/", "/api/v1/me")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "",
             f"Sitemap: {site('/sitemap.xml')}", ""]  # fmt: skip
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
