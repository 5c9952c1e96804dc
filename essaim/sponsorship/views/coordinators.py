"""Who coordinates where: for programme managers."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept
from essaim.sponsorship import rules
from essaim.sponsorship.actions import coordinators as actions
from essaim.sponsorship.forms import CoordinatorForm
from essaim.sponsorship.models import Coordinator


@signed_in_or_kept
@form_page
def listing(request: HttpRequest) -> HttpResponse:
    """Those named, and a form to name one more."""
    if not rules.can_name_coordinators(request.user):
        raise PermissionDenied
    form = CoordinatorForm(posted(request))
    return take(
        request,
        form,
        lambda given: actions.name_coordinator(by=request.user, **given),
        done=_("Cette personne coordonne désormais ce territoire."),
        back="sponsorship:coordinators",
        template="sponsorship/coordinators.html",
        coordinators=Coordinator.objects.for_list(),
    )


@signed_in_or_kept
@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    if not rules.can_name_coordinators(request.user):
        raise PermissionDenied
    found = get_object_or_404(Coordinator, pk=pk)
    return press(
        request,
        lambda: actions.dismiss_coordinator(found),
        done=_("Cette personne ne coordonne plus ce territoire."),
        back="sponsorship:coordinators",
    )
