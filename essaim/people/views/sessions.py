"""Where one's account is open, and closing it from afar."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.people.actions import sessions as actions
from essaim.people.devices import device
from essaim.people.views.signed_in import person

SHOWN = 50


@never_cache
@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    found = UserSession.objects.filter(user=person(request)).order_by("-last_seen_at")[:SHOWN]
    key = request.session.session_key
    rows = [
        {"session": each, "device": device(each.user_agent), "here": each.session_key == key}
        for each in found
    ]
    rows.sort(key=lambda row: not row["here"])
    return render(request, "people/sessions.html", {"rows": rows})


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else's session, or one that has ended: told alike."""
    if actions.end_session(person(request), pk):
        messages.success(request, _("Cet appareil est déconnecté."))
    else:
        messages.info(request, _("Cette session était déjà terminée."))
    return redirect("people:sessions")


@login_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    count = actions.end_other_sessions(person(request), current_key=request.session.session_key)
    messages.success(
        request,
        ngettext("%(count)s appareil déconnecté.", "%(count)s appareils déconnectés.", count)
        % {"count": count},
    )
    return redirect("people:sessions")
