"""The account given of the money: start, fill in, submit, take away."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common import spreadsheets
from essaim.common.acts import form_page, posted, press, take
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, is_autosave, kept_text, signed_in_or_kept
from essaim.common.spreadsheets import Cell
from essaim.dossiers import rules
from essaim.dossiers.accounts import account_label, totals
from essaim.dossiers.actions import reports as acting
from essaim.dossiers.document import report_document
from essaim.dossiers.forms.acts import FinancialReportForm, PeriodForm
from essaim.dossiers.models import Application, FinancialReport

from .common import fetch, opened_on


def fetch_report(
    request: HttpRequest, pk: int, number: int
) -> tuple[Application, FinancialReport, bool]:
    """The report and whether this person writes it; drafts are for writers."""
    found = fetch(request, pk)
    row = get_object_or_404(found.reports.select_related("planned"), pk=number)
    row.application = found
    writes = rules.can_write(request.user, found)
    if row.is_writable and not writes:
        raise Http404
    return found, row, writes


@signed_in_or_kept
@form_page
def start(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_report)
    return take(
        request, PeriodForm(posted(request)),
        lambda data: acting.start_report(found, by=request.user, **data),
        done=_("Le compte rendu est commencé, avec les lignes du budget déposé."), back=found,
        onward=lambda made: made, template="dossiers/act.html", application=found,
        title=_("Commencer un compte rendu financier"), button=_("Commencer"),
        intro=_("La période, le plus souvent l’exercice. Le compte rendu est dû dans les six mois qui la suivent."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def report(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    _found, row, writes = fetch_report(request, pk, number)
    if request.method == "POST":
        if not writes:
            raise PermissionDenied
        return _save(request, row)
    kept = kept_text(request)
    form = FinancialReportForm(kept, content=row.content)
    # What was typed before the session expired was typed on the version of then.
    return _show(request, row, form, writes=writes, opened=opened_on(kept) if kept else None)


def _save(request: HttpRequest, row: FinancialReport) -> HttpResponse:
    form = FinancialReportForm(request.POST, content=row.content)
    valid, version = form.is_valid(), opened_on(request.POST)
    automatic = is_autosave(request)
    if not valid and not automatic:
        return _show(request, row, form, writes=True, status=422)
    try:
        saved = acting.save_report(
            row, by=request.user, version=version, realised=form.realised(), texts=form.words()
        )
    except acting.ReportConflict as conflict:
        if automatic:
            return JsonResponse({"message": str(conflict.message)}, status=409)
        form.add_error(None, conflict.message)
        return _show(request, row, form, writes=True, status=409, opened=conflict.report.version)
    except DomainError as error:
        if automatic:
            return JsonResponse({"message": str(error.message)}, status=409)
        form.add_error(None, error.message)
        return _show(request, row, form, writes=True, status=422)
    if automatic:
        now = formats.time_format(timezone.localtime(), "H:i")
        return JsonResponse(
            {
                "message": _("Enregistré à %(time)s") % {"time": now},
                "version": saved.version, "seen": "", "rows": {}, "complete": valid,
            }
        )  # fmt: skip
    forget_kept_text(request)
    messages.success(request, _("Le compte rendu est enregistré."))
    return redirect(saved)


def _show(
    request: HttpRequest, row: FinancialReport, form: FinancialReportForm, *, writes: bool,
    status: int = 200, opened: int | None = None,
) -> HttpResponse:  # fmt: skip
    lines = row.content["lines"]
    context = {
        "application": row.application,
        "report": row,
        "form": form,
        "lines": [{**line, "account_label": account_label(line)} for line in lines],
        "planned": totals(lines),
        "realised": totals(lines, "realised_cents"),
        "missing": acting.missing_in_report(row) if row.is_writable else [],
        "due": acting.due_on(row.ends_on),
        "writes": writes,
        "signs": writes and rules.can_sign(request.user, row.application),
        "version": row.version if opened is None else opened,
    }
    template = "dossiers/report_edit.html" if writes and row.is_writable else "dossiers/report.html"
    return render(request, template, context, status=status)


@signed_in_or_kept
@require_POST
def submit(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found, row, _writes = fetch_report(request, pk, number)
    if not rules.can_sign(request.user, found):
        raise PermissionDenied
    return press(
        request, lambda: acting.submit_report(row, by=request.user), back=row,
        done=_("Le compte rendu financier est déposé."),
    )  # fmt: skip


@signed_in_or_kept
@require_safe
def pdf(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found, row, _writes = fetch_report(request, pk, number)
    response = HttpResponse(report_document(found, row), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="compte-rendu-{row.ends_on}.pdf"'
    return response


@signed_in_or_kept
@require_safe
def lines_csv(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    _found, row, _writes = fetch_report(request, pk, number)

    def rows() -> Iterator[list[Cell]]:
        yield [
            _("Sens"), _("Compte"), _("Intitulé du compte"), _("Libellé"), _("Prévu (€)"),
            _("Réalisé (€)"), _("Raison de l’écart"),
        ]  # fmt: skip
        for line in row.content["lines"]:
            realised = line["realised_cents"]
            yield [
                _("charge") if line["side"] == "charge" else _("produit"), line["account"],
                account_label(line), line["label"], Decimal(line["amount_cents"]) / 100,
                None if realised is None else Decimal(realised) / 100, line["why"],
            ]  # fmt: skip

    return spreadsheets.download(  # type: ignore[return-value]
        rows(), kind=spreadsheets.CSV, name=f"compte-rendu-{row.ends_on}"
    )
