"""Meetings of the jury, who attended, and the minutes."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.calls import minutes as papers
from essaim.calls.actions import meetings as actions
from essaim.calls.forms.deciding import AttendanceForm, MeetingForm
from essaim.calls.models import Meeting, is_conflict_free
from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept

from .common import header
from .running import call_run


@signed_in_or_kept
@form_page
def meetings(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_run(request, slug)
    return take(
        request, MeetingForm(posted(request), clock=call.clock),
        lambda data: actions.add_meeting(call, by=request.user, key=data.pop("submission"), **data),
        done=_("La réunion est notée."), back=reverse("calls:meetings", args=[slug]),
        onward=lambda made: reverse("calls:meeting", args=[slug, made.pk]),
        template="calls/meetings.html",
        meetings=call.meetings.prefetch_related("attendances"),
        free=is_conflict_free(request.user, call),
        **header(request, call, "decision"),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def meeting(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    call = call_run(request, slug)
    found = get_object_or_404(Meeting, pk=pk, call=call)
    if request.method == "POST" and request.POST.get("remove", "").isdecimal():
        row = int(request.POST["remove"][:18])
        return press(
            request, lambda: actions.remove_attendance(found, row, by=request.user),
            done=_("La présence est retirée."), back=reverse("calls:meeting", args=[slug, pk]),
        )  # fmt: skip
    return take(
        request, AttendanceForm(posted(request)),
        lambda data: actions.add_attendance(found, by=request.user, **data),
        done=_("La présence est notée."), back=reverse("calls:meeting", args=[slug, pk]),
        template="calls/meeting.html",
        # What was said there is of all of them: read by those who have a link with none.
        free=is_conflict_free(request.user, call), meeting=found, attendances=found.attendances.all(),
        **header(request, call, "decision"),
    )  # fmt: skip


@signed_in_or_kept
@require_safe
def minutes(request: HttpRequest, slug: str) -> HttpResponse:
    """All the decisions in one file: for those who have a link with none of them."""
    call = call_run(request, slug)
    if not is_conflict_free(request.user, call):
        raise PermissionDenied
    response = HttpResponse(papers.minutes_pdf(call), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="proces-verbal-{call.slug}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
