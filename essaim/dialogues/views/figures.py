"""The centre's own figures: a file deposited, how far its reading is, what is said of its lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.common import spreadsheets
from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.dialogues import rules
from essaim.dialogues.actions import figure_files as acting
from essaim.dialogues.forms.campaigns import FiguresForm
from essaim.dialogues.models import Campaign, FigureFile, FigureFileState

from .common import PER_PAGE, May, act, crumbs, fetch_indicator

FILES_SHOWN = 10


@signed_in_or_kept
@form_page
def figures(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Deposit a file, read as the territories' indicators are; and the last ones."""
    found, one = fetch_indicator(request, pk, row)
    data = posted(request)
    form = FiguresForm(data, request.FILES if data is not None else None)

    def do(given: dict[str, Any]) -> FigureFile:
        file = given["file"]
        return acting.deposit(
            one, by=request.user, submission=given["submission"], file=file.file, name=file.name,
            kind=given["kind"], year=given["year"],
        )  # fmt: skip

    return act(
        request, form, do, back=found.get_absolute_url(), lead=str(found),
        trail=crumbs(found, request.user), go=lambda kept: kept, upload=True,
        template="dialogues/figures.html",
        title=_("Charger les chiffres : %(name)s") % {"name": one.name}, button=_("Charger"),
        done=_("Le fichier est déposé : sa lecture se suit ici."),
        files=list(one.files.for_list()[:FILES_SHOWN]),
        intro=_(
            "Lus comme les fichiers d’indicateurs des territoires. Une ligne fausse, et rien n’est"
            " chargé : chaque erreur est dite avec sa ligne."
        ),
    )  # fmt: skip


def _file(
    request: HttpRequest, pk: int, row: int, file: int, may: May = rules.runs
) -> tuple[Campaign, FigureFile]:
    """Read by the centre even once the campaign is closed."""
    found, one = fetch_indicator(request, pk, row, may)
    kept: FigureFile = get_object_or_404(one.files.for_list(), pk=file)
    kept.indicator = one
    return found, kept


def _shown(kept: FigureFile) -> dict[str, Any]:
    """Also whether nothing moved for a while: the page must not pretend."""
    seen = kept.touched_at or kept.at
    stopped = kept.is_working and timezone.now() - seen > acting.FORGOTTEN_AFTER
    return {"kept": kept, "states": FigureFileState, "waits": stopped}


@signed_in_or_kept
@require_safe
@never_cache
def figure_file(request: HttpRequest, pk: int, row: int, file: int) -> HttpResponse:
    found, kept = _file(request, pk, row, file)
    page = Paginator(kept.said.all(), PER_PAGE).get_page(request.GET.get("page"))
    told = kept.error_count + kept.left + kept.outside
    context = {
        **_shown(kept),
        "not_all_said": page.paginator.count < told,
        "campaign": found,
        "may_change": rules.can_change_campaign(request.user, found),
        "crumbs": crumbs(found, request.user),
        "page": page,
    }
    return render(request, "dialogues/figure_file.html", context)


@signed_in_or_kept
@require_safe
@never_cache
def figure_progress(request: HttpRequest, pk: int, row: int, file: int) -> HttpResponse:
    _found, kept = _file(request, pk, row, file)
    response = render(request, "dialogues/_figure_progress.html", _shown(kept))
    if not kept.is_working:
        response["HX-Refresh"] = "true"
    return response


@signed_in_or_kept
@require_safe
def figure_lines(request: HttpRequest, pk: int, row: int, file: int) -> HttpResponseBase:
    """Every remark as a table, to mend the file with."""
    _found, kept = _file(request, pk, row, file)

    def rows() -> Iterator[list[spreadsheets.Cell]]:
        yield [_("Ligne"), _("Gravité"), _("Raison")]
        for said in kept.said.iterator(chunk_size=2_000):
            severity = _("erreur") if said.is_error else _("laissée de côté")
            yield [said.line, severity, said.reason]

    return spreadsheets.download(rows(), kind=spreadsheets.CSV, name=f"chiffres-{kept.pk}-lignes")


@signed_in_or_kept
@require_POST
def figure_again(request: HttpRequest, pk: int, row: int, file: int) -> HttpResponse:
    found, kept = _file(request, pk, row, file, rules.can_change_campaign)
    return press(
        request, lambda: acting.try_again(kept), done=_("Le fichier est lu de nouveau."),
        back=reverse("dialogues:figure_file", args=[found.pk, row, kept.pk]),
    )  # fmt: skip
