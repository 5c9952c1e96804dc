from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Name, logo and switches of this instance, for every template."""
    return {"site": settings.SITE, "show_local_mail": settings.SHOW_LOCAL_MAIL}
