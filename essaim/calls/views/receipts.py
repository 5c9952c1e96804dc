"""Submitting, and what stays of it: versions, receipts, delays."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.calls import access, clock, rules
from essaim.calls.actions import submitting
from essaim.calls.document import (
    partners_of_version,
    receipt_document,
    receipt_facts,
    version_document,
)
from essaim.calls.eligibility import checks
from essaim.calls.forms.applying import ExtensionForm, SubmitForm
from essaim.calls.models import Application, Submission
from essaim.calls.reading import applicant_name, lacks, sections_of, sections_of_version
from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept

from .common import get_application, get_own


@signed_in_or_kept
@form_page
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is still lacking; nothing lacking, the button. The page after it is the receipt."""
    found = get_own(request, pk)
    if not rules.can_sign(request.user, found):
        raise PermissionDenied
    sections = sections_of(found)
    ends = clock.ends_at(found)
    checked = checks(found, sections)
    form = SubmitForm(posted(request), call=found.call)
    return take(
        request, form,
        lambda data: submitting.submit(
            found, by=request.user, submission=data["submission"], seen=form.seen
        ),
        done=_("Votre candidature est déposée. Voici votre récépissé."), back=found,
        onward=lambda made: reverse("calls:receipt", args=[pk, made.number]),
        template="calls/submit.html", application=found, call=found.call,
        lacks=lacks(found, sections), checks=checked,
        refusing=[each for each in checked if each.refuses],
        in_time=clock.is_in_time(found), too_late=clock.too_late(found),
        not_yet=clock.not_yet(found),
        ends=clock.shown(ends, found.call) if ends else "",
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_own(request, pk)
    return press(
        request, lambda: submitting.reopen(found, by=request.user), back=found,
        done=_("Vous pouvez la corriger jusqu’à la fermeture. La version déposée compte tant que vous n’en déposez pas une autre."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_own(request, pk)
    return press(
        request, lambda: submitting.keep_submitted(found, by=request.user), back=found,
        done=_("La candidature est revenue à la version déposée."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """A delay, by who runs the call. A draft is read by its side alone: its title is all there is
    to see."""
    run = Application.objects.filter(call__in=_run_by(request.user)).select_related(
        "call", "organisation", "person"
    )
    found = get_object_or_404(run, pk=pk)
    if not rules.can_instruct(request.user, found):
        raise PermissionDenied
    access.record(found.call, by=request.user, what="extend", application=found)
    form = ExtensionForm(posted(request), call=found.call)
    return take(
        request, form,
        lambda data: submitting.extend(found, by=request.user, until=data["until"]),
        done=_("Le délai est accordé ; le candidat est prévenu."), back=found.call,
        template="calls/applying_act.html", application=None, call=found.call,
        title=_("Accorder un délai"), button=_("Accorder ce délai"),
        intro=_("À cette candidature seule : « %(title)s ». La fermeture de l’appel ne change pas.")
        % {"title": found.title},
    )  # fmt: skip


def _run_by(user: Any) -> Any:
    from essaim.calls.models import Call

    return Call.objects.run_by(user).values("pk")


# --- what stays -----------------------------------------------------------------------------------
def _version(request: HttpRequest, pk: int, number: int) -> tuple[Application, Submission]:
    found = get_application(request, pk, "version")
    rows = Submission.objects.filter(application=found).select_related("persons")
    row = get_object_or_404(rows, number=number)
    row.application = found
    return found, row


def _reads_persons(request: HttpRequest, found: Application) -> bool:
    """Its writers and those who run the call; partners read the project they sign."""
    return rules.can_write(request.user, found) or rules.can_instruct(request.user, found)


@signed_in_or_kept
@require_safe
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found, row = _version(request, pk, number)
    context = {
        "application": found,
        "call": found.call,
        "applicant": applicant_name(found),
        "version": row,
        "sections": sections_of_version(row, persons_too=_reads_persons(request, found)),
        "partners": partners_of_version(row),
        "when": clock.shown(row.at, found.call),
    }
    return render(request, "calls/version.html", context)


@signed_in_or_kept
@require_safe
def version_pdf(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found, row = _version(request, pk, number)
    document = version_document(row, persons_too=_reads_persons(request, found))
    return _pdf(document, f"candidature-{found.number}-v{number}.pdf")


@signed_in_or_kept
@require_safe
def receipt(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found, row = _version(request, pk, number)
    context = {
        "application": found,
        "call": found.call,
        "applicant": applicant_name(found),
        "version": row,
        "facts": receipt_facts(row),
        "files": row.content["files"],
    }
    return render(request, "calls/receipt.html", context)


@signed_in_or_kept
@require_safe
def receipt_pdf(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found, row = _version(request, pk, number)
    return _pdf(receipt_document(row), f"recepisse-{found.number}-v{number}.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
