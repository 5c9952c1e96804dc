"""What pools add to the pages of others: a card, an organisation, the workspace."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.models import Initiative, Publication

from . import rules
from .models import Option, OptionState, Pool
from .reading import Totals, totals


def card(request: HttpRequest, found: Initiative) -> dict[str, Any] | None:
    """The latest pool of the card that this reader sees, and where it stands."""
    if found.publication != Publication.PUBLISHED:
        return None
    pool = (
        Pool.objects.visible_to(request.user).filter(initiative=found).for_list()
        .order_by("-pk").first()
    )  # fmt: skip
    if pool is None:
        return None
    sums: Totals = totals([pool])[pool.pk]
    return {"pool": pool, "sums": sums}


def form_button(request: HttpRequest, found: Initiative) -> dict[str, Any] | None:
    if found.publication != Publication.PUBLISHED or not rules.can_form(request.user):
        return None
    if Pool.objects.filter(initiative=found).alive().exists():
        return None
    return {"card": found}


def organisation(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    """Each funder is credited: what it supports, in public pools."""
    rows = (
        Option.objects.visible_to(request.user)
        .filter(funder=found, state__in=[OptionState.PLEDGED, OptionState.CONFIRMED])
        .select_related("pool__initiative", "territory").order_by("-pk")[:5]
    )  # fmt: skip
    options = list(rows)
    return {"options": options} if options else None


def workspace(request: HttpRequest, user: Any) -> dict[str, Any] | None:
    count = Pool.objects.concerning(user).count()
    return {"count": count} if count else None


def register_panels() -> None:
    title = _("Subvention d’essaimage")
    for slot, template, context, order in [
        ("initiative", "funding/panel_card.html", card, 315),
        ("organisation", "funding/panel_organisation.html", organisation, 130),
        ("workspace", "funding/panel_workspace.html", workspace, 130),
    ]:
        register(Panel(slot, "subvention", title, template, context, order=order))
    register(
        Panel(
            "initiative.actions", "subvention", _("Former une subvention d’essaimage"),
            "funding/_form_button.html", form_button, order=210,
        )
    )  # fmt: skip
