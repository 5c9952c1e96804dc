"""Signing in and out with the identity provider, and the organisation it names."""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from essaim.common.errors import DomainError
from essaim.people import adapter
from essaim.people.actions import identity
from essaim.people.proposals import proposed_organisation
from essaim.people.views.signed_in import person

logger = logging.getLogger(__name__)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """A form leads there (POST); read, the page says what the button does."""
    _only_where_configured()
    from essaim.people import openid_provider

    return openid_provider.login(request)


@never_cache
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    _only_where_configured()
    from essaim.people import openid_provider

    return openid_provider.callback(request)


def _only_where_configured() -> None:
    if not settings.OPENID["server"]:
        raise Http404


@never_cache
@require_safe
def logout(request: HttpRequest) -> HttpResponse:
    """Signed out here; the browser goes on to the provider, so that its session ends too.

    A page rather than a redirection: that of a form would be stopped by the content policy at
    the first site after the provider.
    """
    if adapter.LOGOUT not in request.session:
        return redirect("portal:home")
    from requests import RequestException

    from essaim.people import openid

    try:
        end_session = openid.discover(settings.OPENID["server"]).get("end_session_endpoint", "")
    except (RequestException, openid.Refused) as error:
        logger.warning("the identity provider cannot be reached", extra={"reason": str(error)})
        end_session = ""
    if not end_session:
        del request.session[adapter.LOGOUT]
        messages.warning(
            request,
            _(
                "Vous êtes déconnecté d’ici, mais %(name)s n’a pas répondu : fermez votre"
                " navigateur pour terminer aussi sa session."
            )
            % {"name": settings.OPENID["name"]},
        )
        return redirect("portal:home")
    back = request.build_absolute_uri(reverse("people:openid_logged_out"))
    address = adapter.provider_logout_url(request, end_session=end_session, back=back)
    return render(request, "people/openid_logout.html", {"address": address})


@never_cache
@require_safe
def logged_out(request: HttpRequest) -> HttpResponse:
    """Back from the provider; anything else than our own state is ignored."""
    waiting = request.session.pop(adapter.LOGOUT, None)
    if waiting and constant_time_compare(waiting["state"], request.GET.get("state", "")):
        messages.success(
            request,
            _("Vous êtes déconnecté, ici et de %(name)s.") % {"name": settings.OPENID["name"]},
        )
    return redirect("portal:home")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    """« Vous travaillez à … » : yes, no, or create it."""
    user = person(request)
    proposal = proposed_organisation(user)
    if request.method == "POST":
        siren = request.POST.get("siren", "")
        try:
            if "join" in request.POST:
                joined, is_member = identity.accept_proposal(user, siren=siren)
                said = (
                    _("Vous êtes membre de « %(name)s ».")
                    if is_member
                    else _("Votre demande est transmise aux représentants de « %(name)s ».")
                )
                messages.success(request, said % {"name": joined.name})
                return redirect(joined)
            identity.decline_proposal(user, siren=siren)
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("people:profile")
    if proposal is None:
        return redirect("people:profile")
    return render(request, "people/openid_organisation.html", {"proposal": proposal})
