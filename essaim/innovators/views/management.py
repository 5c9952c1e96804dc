"""What case officers and managers see: where each file stands. Never how it ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.common.spreadsheets import TYPES, download
from essaim.innovators import rules
from essaim.innovators.actions import files
from essaim.innovators.forms.files import FilesFilterForm, OfficerForm, RosterForm
from essaim.innovators.models import CaseOfficer, InnovationFile, InnovationFileQuerySet, Outcome
from essaim.innovators.notifications import shown
from essaim.innovators.steps import next_act
from essaim.people.models import User

from .common import act, fetch

PER_PAGE = 30


def _filtered(request: HttpRequest, form: FilesFilterForm) -> InnovationFileQuerySet:
    """Those that the person sees and that the filters keep; what is expected first comes first."""
    user: Any = request.user
    found = InnovationFile.objects.visible_to(user).for_list()
    if not form.is_valid():
        return found.none()
    if words := form.cleaned_data["q"]:
        found = found.filter(title__unaccent__icontains=words)
    if step := form.cleaned_data["step"]:
        found = found.filter(state=step)
    match form.cleaned_data["only"]:
        case "mine":
            found = found.filter(case_officer=user)
        case "free":
            found = found.active().filter(case_officer__isnull=True)
        case "late":
            found = found.late(timezone.localdate())
    return found.order_by(F("due_on").asc(nulls_last=True), "pk")


@signed_in_or_kept
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    if not rules.can_list(request.user):
        raise PermissionDenied
    form = FilesFilterForm(request.GET)
    page = Paginator(_filtered(request, form), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "innovators/manage.html",
        {
            "form": form,
            "page": page,
            "rows": [(file, next_act(file)) for file in page],
            "may_name_officer": rules.can_name_officer(request.user),
            "filtered": any(request.GET.get(name) for name in form.fields),
        },
    )


@signed_in_or_kept
@require_safe
def export(request: HttpRequest, kind: str) -> Any:
    """Exactly the rows and columns of the list."""
    if not rules.can_list(request.user):
        raise PermissionDenied
    if kind not in TYPES:
        kind = "csv"
    rows = _filtered(request, FilesFilterForm(request.GET))
    return download(_table(rows), kind=kind, name="parcours")


def _table(rows: InnovationFileQuerySet) -> Iterator[list[Any]]:
    yield [
        *(_("Dossier"), _("Innovateur"), _("Administration"), _("Service ou unité"), _("Étape")),
        *(
            _("Chargé de dossier"),
            _("Prochaine action"),
            _("Par"),
            _("Échéance"),
            _("Retard (jours)"),
        ),
    ]
    for file in rows.iterator(chunk_size=500):
        following = next_act(file)
        yield [
            file.title,
            shown(file.innovator),
            file.organisation.name if file.organisation else "",
            file.unit,
            str(file.get_state_display()),
            shown(file.case_officer) if file.case_officer else "",
            str(following.what) if following else "",
            str(following.who) if following else "",
            file.due_on.isoformat() if file.due_on else "",
            following.late_days if following else 0,
        ]


@signed_in_or_kept
@form_page
def name_officer(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, lambda user, _file: rules.can_name_officer(user))
    roster = CaseOfficer.objects.select_related("user").exclude(user=found.innovator_id)
    people = {row.user_id: row.user for row in roster.order_by("user__name")}
    form = OfficerForm(
        posted(request),
        officers=[(pk, shown(user)) for pk, user in people.items()],
        initial={"officer": found.case_officer_id},
    )
    return act(
        request, found, form,
        lambda data: files.name_officer(found, officer=people[int(data["officer"])]),
        title=_("Nommer le chargé de dossier"), button=_("Nommer"),
        done=_("Le chargé de dossier est nommé."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def roster(request: HttpRequest) -> HttpResponse:
    if not rules.can_name_officer(request.user):
        raise PermissionDenied
    form = RosterForm(posted(request))
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        person = User.objects.filter(email__iexact=address, is_active=True).first()
        if person is None:
            form.add_error("email", _("Aucun compte actif n’a cette adresse."))
        else:
            files.add_case_officer(person)
            forget_kept_text(request)
            messages.success(request, _("Cette personne peut prendre des dossiers en charge."))
            return redirect("innovators:roster")
    officers = CaseOfficer.objects.select_related("user").order_by("user__name")
    return render(request, "innovators/roster.html", {"form": form, "officers": officers})


@signed_in_or_kept
@require_POST
def leave_roster(request: HttpRequest, pk: int) -> HttpResponse:
    if not rules.can_name_officer(request.user):
        raise PermissionDenied
    row = get_object_or_404(CaseOfficer.objects.select_related("user"), pk=pk)
    try:
        files.remove_case_officer(row.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Cette personne ne prendra plus de dossier en charge."))
    return redirect("innovators:roster")


@signed_in_or_kept
@require_safe
def prize(request: HttpRequest) -> HttpResponse:
    """The successes that their innovators chose to present, of the years the prize covers."""
    if not rules.can_name_officer(request.user):
        raise PermissionDenied
    years: int = settings.INNOVATOR_PATH["prize_years"]
    since = timezone.localdate() - dt.timedelta(days=365 * years)
    outcomes = (
        Outcome.objects.filter(prize_entered_at__isnull=False, file__ended_on__gte=since)
        .select_related("file__innovator", "file__organisation", "card")
        .order_by("-prize_entered_at")
    )
    page = Paginator(outcomes, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "innovators/prize.html", {"page": page, "years": years})
