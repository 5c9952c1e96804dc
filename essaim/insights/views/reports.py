"""Annual reports: their list, one, its PDF; managers prepare, edit, publish."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept
from essaim.insights import reading
from essaim.insights.actions import reports as acts
from essaim.insights.document import report_pdf
from essaim.insights.forms import PrepareForm, ReportForm
from essaim.insights.models import AnnualReport, ReportState
from essaim.people.rules import can_manage
from essaim.people.views.signed_in import person


def _managed(request: HttpRequest, year: int) -> AnnualReport:
    if not can_manage(request.user):
        raise PermissionDenied
    return get_object_or_404(AnnualReport, year=year)


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    found = AnnualReport.objects.visible_to(request.user).defer("figures")
    return render(
        request,
        "insights/reports.html",
        {"reports": found, "can_manage": can_manage(request.user)},
    )


@form_page
@signed_in_or_kept
def prepare(request: HttpRequest) -> HttpResponse:
    if not can_manage(request.user):
        raise PermissionDenied
    form = PrepareForm(posted(request), initial={"year": timezone.localdate().year})
    return take(
        request, form, lambda given: acts.prepare(given["year"], by=person(request)),
        done=_("Le rapport est préparé : relisez-le et complétez-le avant de le publier."),
        back="insights:reports", onward=lambda report: report,
        template="insights/prepare_report.html",
    )  # fmt: skip


@require_safe
def report(request: HttpRequest, year: int) -> HttpResponse:
    found: Any = get_object_or_404(AnnualReport.objects.visible_to(request.user), year=year)
    return render(
        request,
        "insights/report.html",
        {
            "report": found,
            "board": reading.of_report(found),
            "can_manage": can_manage(request.user),
            "published": found.state == ReportState.PUBLISHED,
        },
    )


@require_safe
def document(request: HttpRequest, year: int) -> HttpResponse:
    found: Any = get_object_or_404(AnnualReport.objects.visible_to(request.user), year=year)
    answer = HttpResponse(report_pdf(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="rapport-{year}.pdf"'
    return answer


@form_page
@signed_in_or_kept
def edit(request: HttpRequest, year: int) -> HttpResponse:
    found = _managed(request, year)
    form = ReportForm(posted(request), initial=model_to_dict(found))
    return take(
        request, form, lambda given: acts.edit(found, by=person(request), **given),
        done=_("Le rapport est enregistré."), back=found, report=found,
        template="insights/edit_report.html",
    )  # fmt: skip


@require_POST
@signed_in_or_kept
def refresh(request: HttpRequest, year: int) -> HttpResponse:
    found = _managed(request, year)
    return press(
        request,
        lambda: acts.refresh(found),
        done=_("Les chiffres du rapport sont à jour."),
        back=found,
    )


@require_POST
@signed_in_or_kept
def publish(request: HttpRequest, year: int) -> HttpResponse:
    found = _managed(request, year)
    return press(request, lambda: acts.publish(found), done=_("Le rapport est publié."), back=found)


@require_POST
@signed_in_or_kept
def take_back(request: HttpRequest, year: int) -> HttpResponse:
    found = _managed(request, year)
    return press(
        request, lambda: acts.take_back(found),
        done=_("Le rapport est de nouveau en préparation ; il n’est plus public."), back=found,
    )  # fmt: skip
