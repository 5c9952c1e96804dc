"""What every page of a call does first: fetch it for this person, show where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from essaim.calls import access, rules, steps
from essaim.calls.models import Appeal, Application, Call, DecisionChange


def get_call(request: HttpRequest, slug: str) -> Call:
    """The call, if this person sees it; 404 otherwise."""
    found: Call = get_object_or_404(Call.objects.visible_to(request.user).for_detail(), slug=slug)
    return found


def get_run(request: HttpRequest, slug: str) -> Call:
    """The call, for those who run it: 404 for who does not see it, 403 for the others."""
    found = get_call(request, slug)
    if not rules.can_run(request.user, found):
        raise PermissionDenied
    return found


def get_application(request: HttpRequest, pk: int, what: str = "application") -> Application:
    """The application, for its side and for those who run its call and have no link with it; what
    the latter open is recorded."""
    visible = Application.objects.visible_to(request.user).for_detail()
    found: Application = get_object_or_404(visible, pk=pk)
    if not Application.objects.of_side(request.user).filter(pk=pk).exists():
        access.record(found.call, by=request.user, what=what, application=found)
    return found


def get_own(request: HttpRequest, pk: int) -> Application:
    """The application, for those who may write it."""
    written = Application.objects.written_by(request.user).for_detail()
    found: Application = get_object_or_404(written, pk=pk)
    return found


# Tabs of those who run a call: name, address, words. Each part of the room brings its page.
TABS = [
    ("call", "calls:call", _("Page publique")),
    ("preparation", "calls:preparation", _("Préparation")),
    ("instruction", "calls:instruction", _("Instruction")),
    ("reading", "calls:reading", _("Lecture")),
    ("decision", "calls:board", _("Décision")),
    ("support", "calls:supports", _("Accompagnement")),
    ("numbers", "calls:numbers", _("Chiffres")),
]


def header(request: HttpRequest, call: Call, tab: str = "") -> dict[str, Any]:
    """What ``calls/_header.html`` shows: where the call stands and, for those who run it, its
    tabs. ``tab``: the one that is open."""
    runs = rules.can_run(request.user, call)
    tabs = []
    for name, address, words in TABS if runs else ():
        try:
            tabs.append((reverse(address, args=[call.slug]), words, name == tab))
        except NoReverseMatch:
            continue
    return {"call": call, "runs": runs, "step": steps.next_step(call), "tabs": tabs}


def changes_beside(application: Application, appeals: Iterable[Appeal]) -> list[DecisionChange]:
    """What changed after publication, without what these appeals, shown beside, already say."""
    said = {each.answer for each in appeals}
    changes = application.decision_changes.all()
    return [
        each
        for each in changes
        if each.cause != DecisionChange.Cause.APPEAL or each.reasons not in said
    ]


def as_attachment(file: Any, name: str, media_type: str) -> FileResponse:
    """To be saved, never shown: whatever the file holds, it does not run on this site."""
    try:
        opened = file.open("rb")
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
