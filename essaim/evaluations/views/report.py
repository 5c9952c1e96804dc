"""The report to take away, and the archive to compute again."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from essaim.common.kept import signed_in_or_kept
from essaim.evaluations import rules
from essaim.evaluations.archive import archive_of
from essaim.evaluations.models import State
from essaim.evaluations.report import report_pdf

from .common import fetch


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """For all once concluded; before, for those who follow it."""
    evaluation = fetch(request, pk, rules.can_view)
    follows = rules.can_follow(request.user, evaluation)
    if evaluation.state != State.CONCLUDED and not follows:
        raise Http404
    response = HttpResponse(
        report_pdf(evaluation, whole=rules.is_member(request.user, evaluation)),
        content_type="application/pdf",
    )
    response["Content-Disposition"] = f'attachment; filename="evaluation-{pk}.pdf"'
    return response


@signed_in_or_kept
@require_safe
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Data and the program that computes the same numbers again: for the team, while data are kept."""
    evaluation = fetch(request, pk, rules.can_read_data)
    made = archive_of(evaluation)
    if made is None:
        raise Http404
    response = HttpResponse(made, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="evaluation-{pk}.zip"'
    response["Cache-Control"] = "no-store"
    return response
