"""What a passage does, did, or would do."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from essaim.common import spreadsheets
from essaim.harvest.actions.runs import FORGOTTEN_AFTER
from essaim.harvest.models import Run
from essaim.harvest.views.common import managers_only

ISSUES_PER_PAGE = 50


def _run(request: HttpRequest, pk: int) -> Run:
    runs = Run.objects.visible_to(request.user).select_related("source", "by")
    found: Run = get_object_or_404(runs, pk=pk)
    return found


def _waits(run: Run) -> bool:
    seen = run.touched_at or run.started_at
    return run.is_running and timezone.now() - seen > FORGOTTEN_AFTER


@require_safe
@managers_only
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    shown = request.GET.get("show")
    errors = run.issues.filter(is_error=True).count()
    warnings = run.issues.filter(is_error=False).count()
    if shown not in {"errors", "warnings"}:
        shown = "errors" if errors or not warnings else "warnings"
    issues = run.issues.filter(is_error=shown == "errors")
    return render(
        request,
        "harvest/run.html",
        {
            "run": run,
            "source": run.source,
            "shown": shown,
            "errors": errors,
            "warnings": warnings,
            "page": Paginator(issues, ISSUES_PER_PAGE).get_page(request.GET.get("page")),
            "waits": _waits(run),
            "offers_more": run.is_trial and Run.objects.was_tried(run.source),
            "rows": [row | {"label": outcome(row["outcome"], run)} for row in run.sample],
        },
    )


def outcome(name: str, run: Run) -> str:
    """What became of a record; before it did, for a trial."""
    words = {
        "created": (_("à créer"), _("créée")),
        "changed": (_("à modifier"), _("modifiée")),
        "proposed": (_("différence à proposer"), _("différence proposée")),
        "unchanged": (_("inchangée"), _("inchangée")),
        "refused": (_("refusée"), _("refusée")),
    }
    before, after = words.get(name, ("", ""))
    return before if run.is_trial else after


@require_safe
@managers_only
@never_cache
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, asked every other second; the whole page once it is over."""
    run = _run(request, pk)
    context = {"run": run, "waits": _waits(run)}
    response = render(request, "harvest/_progress.html", context)
    if not run.is_running:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@managers_only
def issues_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything that was refused or mended, for the partner."""
    run = _run(request, pk)

    def rows() -> Iterator[list[spreadsheets.Cell]]:
        yield [_("Rang"), _("Identifiant"), _("Gravité"), _("Champ"), _("Raison")]
        for issue in run.issues.order_by("number", "pk").iterator(chunk_size=2000):
            severity = _("erreur") if issue.is_error else _("avertissement")
            yield [issue.number, issue.identifier, severity, issue.field, issue.reason]

    return spreadsheets.download(rows(), kind=spreadsheets.CSV, name=f"moissonnage-{pk}-remarques")
