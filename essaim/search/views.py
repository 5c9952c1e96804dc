"""The bank of initiatives: search it, link to a search, take its rows away."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from essaim.common import spreadsheets
from essaim.common.take_away import ColumnsForm
from essaim.search import counting, followed, relaxing, results
from essaim.search.export import COLUMNS, table
from essaim.search.filters import SORTS, Criteria
from essaim.search.forms import BankForm

# What htmx replaces: the form and the results, or the results alone.
WHOLE, RESULTS = "search/_bank.html", "search/_results.html"


@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def bank(request: HttpRequest) -> HttpResponse:
    """The cards that answer a text, on a territory, within filters: all in the query string."""
    form = BankForm(request.GET)
    criteria = form.criteria()
    number, number_is_odd = _page_number(request.GET.get("page", ""))
    page = results.find(criteria, number)
    context = {
        "form": form,
        "criteria": criteria,
        "page": page,
        "counted": counting.counted(page, criteria),
        "number_is_odd": number_is_odd,
        "chips": criteria.chips(),
        "sorts": _sorts(criteria),
        "pages": Paginator(range(page.total), results.PAGE_SIZE).page(page.number),
        "relaxations": [] if page.total else relaxing.relaxations(criteria),
        "everywhere": criteria.without("territory").url(),
        "need_url": _with_query(reverse("needs:new"), criteria, found=page.total),
        "export_url": _with_query(reverse("search:export"), criteria),
        "follow_search": followed.follow_button(request, criteria),
        "link": request.build_absolute_uri(criteria.page_url(page.number)),
    }
    fragment = _fragment(request, form)
    response = render(request, fragment or "search/bank.html", context | {"fragment": fragment})
    if fragment:
        response["HX-Push-Url"] = criteria.page_url(page.number)
        if fragment == WHOLE:
            response["HX-Retarget"] = "#banque"
    return response


def _fragment(request: HttpRequest, form: BankForm) -> str:
    """The template htmx asks for, or nothing where a whole page is due.

    A refused value is told next to its field: the form then comes along with the results.
    """
    htmx: Any = request.htmx  # type: ignore[attr-defined]
    if htmx.history_restore_request or htmx.target not in {"banque", "resultats"}:
        return ""
    return WHOLE if form.errors or htmx.target == "banque" else RESULTS


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Choose the columns and the format of the file of a search."""
    return _export_page(request, ColumnsForm(COLUMNS.values()))


@require_safe
def export_file(request: HttpRequest) -> HttpResponseBase:
    """The rows of a search, all of them, in its order, as a file sent while it is read."""
    form = ColumnsForm(COLUMNS.values(), request.GET)
    if not form.is_valid():
        return _export_page(request, form)
    criteria = BankForm(request.GET).criteria()
    site = request.build_absolute_uri("/").rstrip("/")
    return spreadsheets.download(
        table(results.keys(criteria), form.cleaned_data["columns"], site),
        kind=form.cleaned_data["format"],
        name=f"initiatives-{timezone.localdate():%Y-%m-%d}",
    )


def _export_page(request: HttpRequest, form: ColumnsForm) -> HttpResponse:
    bank_form = BankForm(request.GET)
    criteria = bank_form.criteria()
    total = results.total(criteria)
    context = {
        "form": form,
        "bank_form": bank_form,
        "criteria": criteria,
        "chips": criteria.chips(),
        "heading": ngettext("Exporter %(count)s fiche", "Exporter %(count)s fiches", total)
        % {"count": counting.thousands(total)},
        "above": [{"label": _("Initiatives"), "address": criteria.url()}],
    }
    return render(request, "search/export.html", context)


def _page_number(given: str) -> tuple[int, bool]:
    """The number asked, 1 when there is none; and whether what was written is not a number."""
    if not given:
        return 1, False
    if given.isdecimal() and int(given[:9]) >= 1:
        return int(given[:9]), False
    return 1, True


def _sorts(criteria: Criteria) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": criteria.sorted_by(name).url(), "current": name == criteria.order}
        for name, label in SORTS.items()
        if criteria.text or name != "relevance"
    ]


def _with_query(address: str, criteria: Criteria, **more: int) -> str:
    query = urlencode([*criteria.pairs(), *more.items()])
    return f"{address}?{query}" if query else address
