"""The sites that a laureate of a replication call begins, and what made them: who reads which."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from essaim.replications.models import Origin, Replication

from .models import RESULTS, Application, ApplicationState

NAME = "application"


def reference(application: int, partner: int | None = None) -> str:
    """``application:12`` for the applicant's own site, ``application:12:7`` for a partner's."""
    return f"{NAME}:{application}" + (f":{partner}" if partner is not None else "")


def sites_of(application: Application) -> Any:
    own = reference(application.pk)
    found = Replication.objects.filter(
        Q(origin_reference=own) | Q(origin_reference__startswith=f"{own}:"), origin=Origin.CALL
    )
    return found.select_related("adopter", "territory").order_by("pk")


def of_site(request: HttpRequest, site: Replication) -> dict[str, Any] | None:
    """For the page of a site: the call that chose it, and the application for who reads it."""
    name, _colon, rest = site.origin_reference.partition(":")
    key = rest.partition(":")[0]
    if site.origin != Origin.CALL or name != NAME or not key.isdecimal() or len(key) > 18:
        return None
    found = Application.objects.filter(
        pk=int(key), state=ApplicationState.LAUREATE, call__state__in=RESULTS
    )
    application = found.select_related("call").first()
    if application is None:
        return None
    seen = Application.objects.visible_to(request.user)  # type: ignore[attr-defined]
    return {"application": application, "opens": seen.filter(pk=application.pk).exists()}
