"""The offer of initiatives to replicate: a page to filter and print, and a PDF."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.catalogue.actions import ask_edition
from essaim.catalogue.document import catalogue_pdf
from essaim.catalogue.forms import CatalogueForm
from essaim.catalogue.models import Edition, EditionState
from essaim.catalogue.selection import PROVEN, READY, Selection, for_catalogue, mode_of
from essaim.catalogue.taken_away import COLUMNS
from essaim.common.errors import DomainError
from essaim.common.listing import Chip
from essaim.common.take_away import Listed, take_away

PER_PAGE = 30
AT_ONCE = 40  # entries of a PDF made while the reader waits: under a second


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    form = CatalogueForm(request.GET)
    selection = form.selection()
    cards = Paginator(for_catalogue(selection.cards()), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "catalogue/catalogue.html",
        {
            "form": form,
            "selection": selection,
            "page": cards,
            "entries": [(card, mode_of(card)) for card in cards],
            "at_once": cards.paginator.count <= AT_ONCE,
            "relaxed": _relaxed(selection) if not cards.paginator.count else [],
            "standards": {"ready": READY, "proven": PROVEN},
        },
    )


def _relaxed(selection: Selection) -> list[tuple[Selection, int]]:
    """The same with one filter less, where that finds something."""
    looser = []
    if selection.standard == READY:
        looser.append(Selection(selection.territory, selection.themes, selection.mode, PROVEN))
    if selection.territory:
        looser.append(Selection(None, selection.themes, selection.mode, selection.standard))
    if selection.themes:
        looser.append(Selection(selection.territory, (), selection.mode, selection.standard))
    if selection.mode:
        looser.append(Selection(selection.territory, selection.themes, "", selection.standard))
    return [(each, n) for each in looser if (n := each.cards().count())]


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Exactly the entries of the selection, with the columns one chooses."""
    selection = CatalogueForm(request.GET).selection()
    rows = for_catalogue(selection.cards())
    listed = Listed(
        _("Offre d’initiatives à dupliquer"), reverse("catalogue:catalogue"), rows,
        [Chip(said, "") for said in selection.said()],
    )  # fmt: skip
    return take_away(request, listed, COLUMNS, name="catalogue")


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The PDF at once while it is short; a long one is asked for on the page."""
    selection = CatalogueForm(request.GET).selection()
    if selection.cards().count() > AT_ONCE:
        return redirect(f"{reverse('catalogue:catalogue')}?{selection.query()}#pdf")
    response = HttpResponse(catalogue_pdf(selection), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{_name()}"'
    return response


def _name() -> str:
    return f"catalogue-{timezone.localdate():%Y-%m-%d}.pdf"


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """A job for a long one; what is short is given at once, whatever form was sent."""
    selection = CatalogueForm(request.POST).selection()
    cards = selection.cards().count()
    if cards <= AT_ONCE:
        return redirect(f"{reverse('catalogue:document')}?{selection.query()}")
    try:
        return redirect(ask_edition(selection, cards=cards))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(f"{reverse('catalogue:catalogue')}?{selection.query()}#pdf")


@require_safe
@never_cache
def edition(request: HttpRequest, key: uuid.UUID) -> HttpResponse | FileResponse:
    """Where it is; the file itself with ``?file``."""
    found = get_object_or_404(Edition, key=key)
    if "file" in request.GET:
        if found.state != EditionState.READY:
            raise Http404
        return FileResponse(
            found.file.open("rb"), as_attachment=True, filename=_name(),
            content_type="application/pdf",
        )  # fmt: skip
    return render(request, "catalogue/edition.html", {"edition": found})


@require_safe
@never_cache
def progress(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(Edition, key=key)
    response = render(request, "catalogue/_progress.html", {"edition": found})
    if found.state != EditionState.MAKING:
        response["HX-Refresh"] = "true"
    return response
