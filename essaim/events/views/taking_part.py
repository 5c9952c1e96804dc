"""Registering, leaving, and who comes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common import spreadsheets
from essaim.common.acts import form_page, posted, press, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.common.keys import numbers_in
from essaim.events import rules
from essaim.events.actions import registrations as acting
from essaim.events.document import sheet_pdf, signatures
from essaim.events.forms.taking_part import RegisterForm, said
from essaim.events.models import Registration

from .common import fetch


@signed_in_or_kept
@form_page
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Sent again, what one brings and seeks is corrected and the place stays."""
    event = fetch(request, slug)
    user: Any = request.user
    known = (
        Registration.objects.current().filter(event=event, user=user)
        .prefetch_related("themes_brought", "themes_sought", "initiatives", "needs").first()
    )  # fmt: skip
    initial = {"organisation": user.current_organisation_id, "meets": event.meets} | said(known)
    form = RegisterForm(posted(request), event=event, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = acting.register(event, by=user, **form.given())
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _told(row, known is not None))
            return redirect(event)
    may_correct = known is not None and event.is_coming
    context = {"event": event, "form": form, "mine": known, "may_correct": may_correct}
    return render(request, "events/register.html", context, status=status_code(request))


def _told(row: Registration, again: bool) -> str:
    if row.state == Registration.State.WAITING:
        return _(
            "Il n’y a plus de place : vous êtes en liste d’attente, et serez prévenu si l’une se libère."
        )
    if again:
        return _("Votre inscription est à jour.")
    if row.meets:
        return _("Vous êtes inscrit : les rencontres proposées vous seront signalées.")
    return _("Vous êtes inscrit : mettez la date dans votre agenda depuis cette page.")


@signed_in_or_kept
@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug)

    def do() -> None:
        row = Registration.objects.filter(event=event, user=request.user.pk).first()
        if row is None:
            raise DomainError(_("Vous n’êtes pas inscrit."))
        acting.leave(row, by=request.user)

    return press(
        request, do, back=event,
        done=_("Vous n’êtes plus inscrit ; votre place revient à qui l’attend."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def attendees(request: HttpRequest, slug: str) -> HttpResponse:
    """Who comes, who waits, what they answered; and who came, once it has begun."""
    event = fetch(request, slug, rules.can_run)
    rows = list(event.registrations.current().for_list())
    if request.method == "POST":
        came = set(numbers_in(request.POST.getlist("came")))
        return press(
            request, lambda: acting.note_attendance(event, came, by=request.user),
            done=_("La présence est notée."), back=reverse("events:attendees", args=[event.slug]),
        )  # fmt: skip
    context = {
        "event": event,
        "registered": [row for row in rows if row.is_registered],
        "waiting": sorted(
            (row for row in rows if not row.is_registered), key=lambda row: (row.since, row.pk)
        ),
        "questions": list(event.questions.all()),
        "has_begun": event.is_over or event.has_begun,
    }
    return render(request, "events/attendees.html", context)


@signed_in_or_kept
@require_safe
def sheet_xlsx(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The sign-in sheet as a workbook, with the answers to the organisers' questions."""
    event = fetch(request, slug, rules.can_run)
    questions = list(event.questions.all())
    head: list[spreadsheets.Cell] = [
        _("nom"), _("organisation"), _("profil"), _("table"), *(each.text for each in questions),
        *signatures(event),
    ]  # fmt: skip
    rows: list[list[spreadsheets.Cell]] = [head]
    for row in event.registrations.registered().for_list():
        rows.append([
            str(row.user or _("compte supprimé")) if row.user is None or row.user.name
            else _("un membre de la plateforme"),
            row.organisation.name if row.organisation else "",
            str(row.get_profile_display()), row.table,
            *(row.answers.get(str(each.pk), "") for each in questions), *("" for _day in signatures(event)),
        ])  # fmt: skip
    return spreadsheets.download(rows, kind=spreadsheets.XLSX, name=event.slug)


@signed_in_or_kept
@require_safe
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    response = HttpResponse(sheet_pdf(event), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="emargement-{event.slug}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
