"""What the views of files share: fetch with what one sees, check who."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from essaim.dossiers import targets
from essaim.dossiers.models import Application
from essaim.dossiers.targets import Shown
from essaim.people.models import Organisation

May = Callable[[Any, Any], bool]


def fetch(request: HttpRequest, pk: int, may: May | None = None) -> Application:
    """The file, if this person sees it (404 otherwise) and may do this (403 otherwise)."""
    seen = Application.objects.visible_to(request.user).for_detail()
    found: Application = get_object_or_404(seen, pk=pk)
    if may is not None and not may(request.user, found):
        raise PermissionDenied
    return found


def fetch_organisation(request: HttpRequest, slug: str, may: May) -> Organisation:
    found = get_object_or_404(Organisation, slug=slug)
    if not may(request.user, found):
        raise PermissionDenied
    return found


def object_of(application: Application) -> Shown | None:
    return targets.shown([application.applies_to]).get(application.applies_to)


def opened_on(data: QueryDict) -> int:
    """The version the form was opened on; a form without it is taken as outdated."""
    version = data.get("version", "")
    return int(version) if version.isdecimal() and len(version) <= 9 else 0


def kept(version: int, *, complete: bool) -> JsonResponse:
    """What the page is told of a block that was kept as it was typed; ``version`` opens the next."""
    now = formats.time_format(timezone.localtime(), "H:i")
    message = (
        _("Enregistré à %(time)s") if complete
        else _("Enregistré à %(time)s, sauf ce qui est à corriger")
    )  # fmt: skip
    told = {"message": message % {"time": now}, "version": version, "seen": "", "rows": {}}
    return JsonResponse(told | {"complete": complete})
