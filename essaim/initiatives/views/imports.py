"""Managers' pages: imports of cards, and the bank to take away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.common import spreadsheets
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.initiatives import rules
from essaim.initiatives.actions import imports as actions
from essaim.initiatives.forms.imports import ExportForm, ImportForm
from essaim.initiatives.interchange.issues import MESSAGES
from essaim.initiatives.interchange.writer import TYPES, export
from essaim.initiatives.models import CardImport, ImportState, Initiative

IMPORTS_PER_PAGE = 20
ISSUES_PER_PAGE = 50
View = Callable[..., HttpResponseBase]


def managers_only(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not rules.can_import(request.user):
            raise PermissionDenied
        return signed_in_or_kept(view)(request, *args, **kwargs)

    return guarded


def _import(request: HttpRequest, pk: int) -> CardImport:
    found: CardImport = get_object_or_404(
        CardImport.objects.visible_to(request.user).for_list(), pk=pk
    )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def listing(request: HttpRequest) -> HttpResponse:
    """Deposit a file; find again the imports under way and those that are over."""
    form = ImportForm(
        request.POST if request.method == "POST" else kept_text(request),
        request.FILES if request.method == "POST" else None,
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        card_import = actions.deposit(
            file=given["file"],
            text=given["text"],
            name=given["file"].name if given["file"] else "",
            publish=given["status"] == "published",
            by=request.user,
        )
        forget_kept_text(request)
        return redirect(card_import)
    known = CardImport.objects.visible_to(request.user).for_list()
    page = Paginator(known, IMPORTS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "initiatives/imports/list.html",
        {"form": form, "page": page, "export_form": ExportForm()},
        status=422 if request.method == "POST" else 200,
    )


@require_safe
@managers_only
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would do, what it is doing, or what it did."""
    card_import = _import(request, pk)
    shown = request.GET.get("show")
    if shown not in {"errors", "warnings"}:
        shown = "errors" if card_import.error_count or not card_import.warning_count else "warnings"
    issues = card_import.issues.errors() if shown == "errors" else card_import.issues.warnings()
    by_code = (
        issues.order_by().values("code").annotate(total=Count("pk")).order_by("-total", "code")
    )
    return render(
        request,
        "initiatives/imports/detail.html",
        {
            "card_import": card_import,
            "states": ImportState,
            "shown": shown,
            "page": Paginator(issues, ISSUES_PER_PAGE).get_page(request.GET.get("page")),
            "reasons": [(_generic(row["code"]), row["total"]) for row in by_code],
            "waits": _waits(card_import),
        },
    )


def _generic(code: str) -> str:
    """The message of a kind of issue, its particular values put aside."""
    words: dict[str, str] = {}
    text = str(MESSAGES[code])
    while True:
        try:
            return text % words
        except KeyError as missing:
            words[missing.args[0]] = "…"


def _waits(card_import: CardImport) -> bool:
    """Whether nothing moved for a while: the page must not pretend."""
    seen = card_import.touched_at or card_import.started_at
    return card_import.is_working and timezone.now() - seen > actions.FORGOTTEN_AFTER


@require_safe
@managers_only
@never_cache
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress bar alone, asked every second; the whole page once there is a result."""
    card_import = _import(request, pk)
    response = render(
        request,
        "initiatives/imports/_progress.html",
        {"card_import": card_import, "states": ImportState, "waits": _waits(card_import)},
    )
    if not card_import.is_working:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@managers_only
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.confirm)


@require_POST
@managers_only
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.cancel, _("L’import est abandonné."))


@require_POST
@managers_only
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.try_again)


def _act(
    request: HttpRequest, pk: int, action: Callable[[CardImport], CardImport], done: str = ""
) -> HttpResponse:
    card_import = _import(request, pk)
    try:
        action(card_import)
    except DomainError as error:
        messages.info(request, error.message)
    else:
        if done:
            messages.success(request, done)
    return redirect(card_import)


@require_safe
@managers_only
def issues_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every error and warning as a table, to mend the file with."""
    card_import = _import(request, pk)

    def rows() -> Iterator[list[spreadsheets.Cell]]:
        yield [_("Ligne"), _("Gravité"), _("Champ"), _("Raison")]
        for issue in card_import.issues.order_by("line", "pk").iterator(chunk_size=2000):
            severity = _("erreur") if issue.is_error else _("avertissement")
            yield [issue.line, severity, issue.field, issue.reason]

    return spreadsheets.download(rows(), kind=spreadsheets.CSV, name=f"import-{pk}-remarques")


@require_safe
@managers_only
def export_file(request: HttpRequest) -> HttpResponseBase:
    """The bank in the format it is imported from, streamed."""
    form = ExportForm(request.GET)
    if not form.is_valid():
        messages.error(request, _("Choisissez les fiches et le format à exporter."))
        return redirect("initiatives:imports")
    kind = form.cleaned_data["format"]
    cards = Initiative.objects.visible_to(request.user)
    if form.cleaned_data["publication"] == "published":
        cards = cards.published()
    name = f"fiches-{timezone.localdate():%Y-%m-%d}.{kind}"
    response = StreamingHttpResponse(export(cards, kind), content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
