"""For coordinators: where each request stands, which are late, and putting them to others."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.common.acts import posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.sponsorship import rules
from essaim.sponsorship.actions import requests
from essaim.sponsorship.forms import ManageForm, ReassignForm
from essaim.sponsorship.models import HelpRequest, Sponsor
from essaim.territories.models import Containment

from .common import act, fetch

PER_PAGE = 30


@signed_in_or_kept
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    if not rules.can_coordinate(request.user):
        raise PermissionDenied
    mine = HelpRequest.objects.coordinated_by(request.user)
    form = ManageForm(request.GET)
    found = mine.for_list().order_by(
        F("ended_on").desc(nulls_first=True), F("due_on").asc(nulls_first=True), "pk"
    )
    if form.is_valid():
        given = form.cleaned_data
        if given["state"]:
            found = found.filter(state=given["state"])
        if given["only"] == "nobody":
            found = found.without_sponsor()
        elif given["only"] == "late":
            found = found.late()
        if given["territory"]:
            inside = Containment.objects.filter(ancestor=given["territory"]).values("descendant")
            found = found.filter(territory__in=inside)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "nobody": mine.without_sponsor().count(),
        "late": mine.late().count(),
        "sponsors": Sponsor.objects.directory().count(),
        "free": Sponsor.objects.present().with_room().count(),
        "may_name": rules.can_name_coordinators(request.user),
    }
    return render(request, "sponsorship/manage.html", context)


@signed_in_or_kept
@require_http_methods(["GET", "HEAD", "POST"])
def reassign(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_reassign)
    sponsors: Any = Sponsor.objects.present().with_room().for_list().exclude(user=found.asker_id)

    def do(given: dict[str, Any]) -> None:
        requests.reassign(found, given["sponsor"], by=request.user)

    return act(
        request,
        ReassignForm(posted(request), sponsors=sponsors.order_by("load", "pk")),
        do,
        title=_("Confier à un autre parrain"),
        button=_("Confier"),
        done=_("La demande lui est adressée."),
        back=found.get_absolute_url(),
        intro=found.question,
    )


@signed_in_or_kept
@require_POST
def look_again(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_look_again)
    return press(
        request,
        lambda: requests.look_again(found, by=request.user),
        done=_("La recherche est refaite."),
        back=found,
    )
