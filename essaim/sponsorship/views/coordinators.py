"""Who coordinates where: for programme managers."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.sponsorship import rules
from essaim.sponsorship.actions import coordinators as actions
from essaim.sponsorship.forms import CoordinatorForm
from essaim.sponsorship.models import Coordinator

from .common import posted, press


@signed_in_or_kept
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """Those named, and a form to name one more."""
    if not rules.can_name_coordinators(request.user):
        raise PermissionDenied
    form = CoordinatorForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_coordinator(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
        else:
            forget_kept_text(request)
            messages.success(request, _("Cette personne coordonne désormais ce territoire."))
            return redirect("sponsorship:coordinators")
    context = {"form": form, "coordinators": Coordinator.objects.for_list()}
    return render(request, "sponsorship/coordinators.html", context)


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
