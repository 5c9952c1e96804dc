"""The journal: every write that the database kept, for managers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common.spreadsheets import CSV, Cell, download
from essaim.people import audit, rules
from essaim.people.forms.audit import AuditForm

PER_PAGE = 50


@login_required
@require_safe
def journal(request: HttpRequest) -> HttpResponseBase:
    if not rules.can_read_audit(request.user):
        raise PermissionDenied
    form = AuditForm(request.GET if request.GET else {"kind": audit.kinds()[0].key})
    context: dict[str, Any] = {"form": form, "entries": []}
    if form.is_valid():
        kind = audit.kind(form.cleaned_data["kind"]) or audit.kinds()[0]
        found = audit.rows(kind, **form.filters())
        if request.GET.get("format") == CSV:
            return download(_table(kind, found), kind=CSV, name=f"journal-{kind.key}")
        before = request.GET.get("avant", "")
        if before.isdecimal() and len(before) <= 18:
            found = found.filter(pgh_id__lt=int(before))
        rows = list(found[: PER_PAGE + 1])
        context["kind"] = kind
        context["entries"] = audit.entries(kind, rows[:PER_PAGE])
        if len(rows) > PER_PAGE:
            context["older"] = rows[PER_PAGE - 1].pgh_id
    status = 200 if form.is_valid() else 422
    return render(request, "people/audit.html", context, status=status)


def _table(kind: audit.Kind, found: Any) -> Iterator[list[Cell]]:
    yield [
        *(_("date"), _("acte"), _("action"), _("compte"), _("objet")),
        *(_("champ"), _("avant"), _("après")),
    ]
    for entry in audit.all_entries(kind, found):
        head = [
            timezone.localtime(entry.at).isoformat(timespec="seconds"),
            str(entry.what),
            entry.action,
            entry.who_id,
            entry.subject,
        ]
        for change in entry.changes or [audit.Change("", "", "")]:
            yield [*head, str(change.name), str(change.before), str(change.after)]
