"""Home, the map of the site, what the law asks to publish, and the managers' entrance."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.common.panels import render_panels
from essaim.initiatives.models import Initiative
from essaim.people.rules import can_manage
from essaim.people.views.signed_in import person
from essaim.portal.figures import figures
from essaim.portal.forms import NeedSearchForm
from essaim.portal.management import doors
from essaim.portal.workspace import workspace_of

LATEST = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    latest = Initiative.objects.published().for_list().order_by("-published_at", "-pk")[:LATEST]
    return render(
        request,
        "portal/home.html",
        {
            "form": NeedSearchForm(),
            "latest": latest,
            "figures": figures(),
            "panels": render_panels("home", request, None),
        },
    )


@login_required
@require_safe
def workspace(request: HttpRequest) -> HttpResponse:
    """What waits for the person, and what is theirs. Nothing else."""
    panels = render_panels("workspace", request, request.user)
    user = person(request)
    context = workspace_of(user) | {"panels": panels}
    theirs = ("waiting", "drafts", "news", "follows")
    context["is_new"] = (
        not any(context[each] for each in theirs)
        and all(panel.for_all for panel in panels)
        and not user.memberships.exists()
    )
    return render(request, "portal/workspace.html", context)


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/site_map.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@require_safe
def legal_notice(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/legal_notice.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy.html")


@login_required
@require_safe
def management(request: HttpRequest) -> HttpResponse:
    """The managers' entrance: the rooms, then what other rooms register to show here."""
    if not can_manage(request.user):
        raise PermissionDenied
    panels = render_panels("management", request, None)
    return render(request, "portal/management.html", {"doors": doors(), "panels": panels})
