"""Bringing schemes in, and taking the directory away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from essaim.common import spreadsheets
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.schemes import rules
from essaim.schemes.actions import imports as actions
from essaim.schemes.export import json_lines, table
from essaim.schemes.filters import read_filters
from essaim.schemes.finding import answering
from essaim.schemes.forms.directory import DirectoryForm
from essaim.schemes.forms.imports import ImportForm
from essaim.schemes.models import Scheme, SchemeImport

PER_PAGE = 50
View = Callable[..., HttpResponseBase]


def managers_only(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not rules.can_import(request.user):
            raise PermissionDenied
        return signed_in_or_kept(view)(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def listing(request: HttpRequest) -> HttpResponseBase:
    """Deposit a file; find again the imports of before."""
    posted = request.method == "POST"
    form = ImportForm(request.POST if posted else kept_text(request), request.FILES or None)
    if posted and form.is_valid():
        given = form.cleaned_data
        made = actions.deposit(
            file=given["file"],
            text=given["text"],
            name=given["file"].name if given["file"] else "",
            trial=given["trial"],
            by=request.user,
        )
        forget_kept_text(request)
        return redirect(made)
    known = SchemeImport.objects.visible_to(request.user).for_list()
    page = Paginator(known, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "schemes/imports.html", {"form": form, "page": page})


@require_safe
@managers_only
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = _import(request, pk)
    page = Paginator(found.issues.all(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "schemes/import.html", {"scheme_import": found, "page": page})


@require_safe
@managers_only
@never_cache
def progress(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bar alone, asked every second; the whole page once there is a result."""
    found = _import(request, pk)
    response = render(request, "schemes/_progress.html", {"scheme_import": found})
    if not found.is_running:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@managers_only
def issues_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every remark as a table, to mend the file with."""
    found = _import(request, pk)

    def rows() -> Iterator[list[spreadsheets.Cell]]:
        yield [_("Ligne"), _("Refusée"), _("Champ"), _("Raison")]
        for issue in found.issues.order_by("line", "pk").iterator(chunk_size=2000):
            yield [issue.line, _("oui") if issue.refused else "", issue.field, issue.reason]

    return spreadsheets.download(rows(), kind=spreadsheets.CSV, name=f"dispositifs-import-{pk}")


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Exactly the schemes that the list would show, without their contacts; masked as visitors
    read them, but for who may import."""
    filters = read_filters(DirectoryForm(request.GET))
    found = answering(filters.q, filters.apply(Scheme.objects.published()))
    whole = rules.can_import(request.user)
    name = f"dispositifs-{timezone.localdate():%Y-%m-%d}"
    if kind in {spreadsheets.CSV, spreadsheets.XLSX}:
        return spreadsheets.download(table(found, whole=whole), kind=kind, name=name)
    if kind != "jsonl":
        raise Http404
    response = StreamingHttpResponse(
        json_lines(found, whole=whole), content_type="application/x-ndjson"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.jsonl"'
    return response


def _import(request: HttpRequest, pk: int) -> SchemeImport:
    return get_object_or_404(SchemeImport.objects.visible_to(request.user).for_list(), pk=pk)
