"""What files add to the pages of others: an organisation's buttons, the workspace."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register

from . import rules
from .models import Application


def documents_button(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    return {"organisation": found} if rules.can_keep_documents(request.user, found) else None


def _own(request: HttpRequest, user: Any) -> Any:
    return Application.objects.none() if user.is_manager else Application.objects.visible_to(user)


def workspace(request: HttpRequest, user: Any) -> dict[str, Any] | None:
    count = _own(request, user).count()
    return {"count": count} if count else None


def register_panels() -> None:
    title = _("Dossiers de demande")
    register(
        Panel(
            "organisation.actions", "documents", _("Documents et attestations"),
            "dossiers/_documents_button.html", documents_button, order=220,
        )
    )  # fmt: skip
    register(
        Panel(
            "workspace", "dossiers", title, "dossiers/panel_workspace.html", workspace, order=135,
            some=_own,
        )
    )  # fmt: skip
