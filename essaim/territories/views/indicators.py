"""Managers' pages: series of figures, and the files they are loaded from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.common import spreadsheets
from essaim.common.errors import DomainError

from ..actions import indicator_imports as actions
from ..actions.indicators import unmatched
from ..forms.indicators import (
    ColumnsFormSet,
    IndicatorFileForm,
    IndicatorForm,
    LongShapeForm,
    ShapeForm,
)
from ..indicator_file import Head, Mapping
from ..models import ImportState, Indicator, IndicatorImport, IndicatorIssue
from .common import managers_only

PER_PAGE = 50
IMPORTS_SHOWN = 10
form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@managers_only
def listing(request: HttpRequest) -> HttpResponse:
    """The series, the last files, and a form to deposit one."""
    form = IndicatorFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = actions.deposit(file, name=file.name, by=request.user)
        except DomainError as error:
            form.add_error(error.field, str(error.message))
        else:
            return redirect(kept)
    page = Paginator(Indicator.objects.for_list(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "imports": IndicatorImport.objects.select_related("by")[:IMPORTS_SHOWN],
    }
    return render(request, "territories/indicators/list.html", context)


@form_page
@managers_only
def indicator(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Indicator.objects.for_list(), pk=pk)
    form = IndicatorForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.describe(found, by=request.user, **form.cleaned_data)
        messages.success(request, _("L’indicateur est enregistré."))
        return redirect("territories:indicators")
    name = Indicator.objects.get(pk=pk).name if form.is_bound else found.name
    context = {"form": form, "indicator": found, "name": name}
    return render(request, "territories/indicators/indicator.html", context)


@form_page
@managers_only
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A file: its columns, its check, what loading it would do or did."""
    kept = get_object_or_404(IndicatorImport.objects.select_related("by"), pk=pk)
    if kept.state == ImportState.MAPPING or request.GET.get("columns") == "again":
        return _columns(request, kept)
    issues = IndicatorIssue.objects.filter(batch=kept.batch)
    unknown = unmatched(kept.batch)
    context = {
        "kept": kept,
        "states": ImportState,
        "waits": _waits(kept),
        "page": Paginator(issues, PER_PAGE).get_page(request.GET.get("page")),
        "unmatched": unknown[:200],
        "unmatched_count": unknown.count(),
    }
    return render(request, "territories/indicators/import.html", context)


def _waits(kept: IndicatorImport) -> bool:
    """Whether nothing moved for a while: the page must not pretend."""
    seen = kept.touched_at or kept.started_at
    return kept.is_working and timezone.now() - seen > actions.FORGOTTEN_AFTER


def _columns(request: HttpRequest, kept: IndicatorImport) -> HttpResponse:
    try:
        seen = actions.first_lines(kept)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("territories:indicators")
    long = seen.long_mapping()
    shape = request.POST.get("shape") or request.GET.get("shape") or ("long" if long else "wide")
    read = _long if shape == "long" else _wide
    form, columns, mapping = read(request, seen, long)
    if mapping is not None:
        try:
            actions.choose_columns(kept, mapping)
        except DomainError as error:
            messages.info(request, str(error.message))
        return redirect(kept)
    context = {
        "kept": kept,
        "form": form,
        "columns": columns,
        "shape": shape,
        "names": seen.names,
        "rows": seen.rows[:3],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "territories/indicators/columns.html", context, status=status)


def _long(request: HttpRequest, seen: Head, found: Mapping | None) -> tuple[Any, Any, Any]:
    initial: dict[str, Any] = {}
    if found:
        initial = {n: getattr(found, n) for n in ("territory", "indicator", "year", "value")}
        initial["source_column"] = found.source
    form = LongShapeForm(request.POST or None, seen=seen, initial=initial)
    done = request.method == "POST" and form.is_valid()
    return form, None, form.mapping() if done else None


def _wide(request: HttpRequest, seen: Head, found: Mapping | None) -> tuple[Any, Any, Any]:
    guess = seen.wide_mapping()
    known = {column.at: column for column in guess.columns}
    rows: list[dict[str, Any]] = [
        {
            "at": at,
            "load": at in known,
            "code": known[at].code if at in known else name[:60],
            "name": name,
            "year": (known[at].year or None) if at in known else None,
        }
        for at, name in enumerate(seen.names)
        if at != guess.territory
    ]
    data = request.POST or None
    form = ShapeForm(data, seen=seen, initial={"territory": guess.territory})
    columns: Any = ColumnsFormSet(data, initial=rows, prefix="c")
    for each, row in zip(columns.forms, rows, strict=False):
        each.title, each.sample = seen.names[row["at"]], seen.sample(row["at"])  # type: ignore[attr-defined]
    if request.method != "POST" or not (form.is_valid() & columns.is_valid()):
        return form, columns, None
    given = form.cleaned_data
    mapping = Mapping(
        given["territory"], kind=given["kind"], source_text=given["source"],
        columns=[each.column() for each in columns.chosen() if each.column().at != given["territory"]],
    )  # fmt: skip
    return form, columns, mapping


@require_safe
@managers_only
@never_cache
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(IndicatorImport, pk=pk)
    context = {"kept": kept, "states": ImportState, "waits": _waits(kept)}
    response = render(request, "territories/indicators/_progress.html", context)
    if not kept.is_working:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@managers_only
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.confirm)


@require_POST
@managers_only
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.cancel, _("L’import est abandonné : rien n’a été chargé."))


def _act(
    request: HttpRequest, pk: int, action: Callable[[IndicatorImport], Any], done: str = ""
) -> HttpResponse:
    kept = get_object_or_404(IndicatorImport, pk=pk)
    try:
        action(kept)
    except DomainError as error:
        messages.info(request, str(error.message))
    else:
        if done:
            messages.success(request, done)
    return redirect(kept)


@require_safe
@managers_only
def issues_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every remark as a table, to mend the file with."""
    kept = get_object_or_404(IndicatorImport, pk=pk)

    def rows() -> Iterator[list[spreadsheets.Cell]]:
        yield [_("Ligne"), _("Gravité"), _("Colonne"), _("Raison")]
        issues = IndicatorIssue.objects.filter(batch=kept.batch).order_by("line", "pk")
        for issue in issues.iterator(chunk_size=2000):
            severity = _("erreur") if issue.is_error else _("avertissement")
            yield [issue.line, severity, issue.field, issue.reason]

    return spreadsheets.download(rows(), kind=spreadsheets.CSV, name=f"indicateurs-{pk}-remarques")
