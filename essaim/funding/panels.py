"""What pools add to the pages of others: a card, an organisation, the workspace."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.models import Initiative, Publication
from essaim.replications.models import Origin, Replication

from . import application, rules
from .models import Option, OptionState, Pool
from .reading import Totals, totals
from .stopped import stopped

STOPPED_SHOWN, STOPPED_SHOWN_DAYS = 5, 365


def _pools(request: HttpRequest, found: Initiative) -> Any:
    return Pool.objects.visible_to(request.user).filter(initiative=found)


def card(request: HttpRequest, found: Initiative) -> dict[str, Any] | None:
    """The latest pool of the card that this reader sees, and where it stands."""
    if found.publication != Publication.PUBLISHED:
        return None
    pool = _pools(request, found).for_list().order_by("-pk").first()
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


def _supported(request: HttpRequest, found: Any) -> Any:
    """Each funder is credited: what it supports, in public pools."""
    return Option.objects.visible_to(request.user).filter(
        funder=found, state__in=[OptionState.PLEDGED, OptionState.CONFIRMED]
    )


def organisation(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    rows = _supported(request, found).select_related("pool__initiative", "territory")
    options = list(rows.order_by("-pk")[:5])
    return {"options": options} if options else None


def four_eyes(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    """Whether two persons sign: for its representatives, once somebody there may fund."""
    if not rules.can_set_four_eyes(request.user, found) or not rules.signatories(found).exists():
        return None
    return {"organisation": found}


def _concerning(request: HttpRequest, user: Any) -> Any:
    return Pool.objects.concerning(user)


def workspace(request: HttpRequest, user: Any) -> dict[str, Any] | None:
    count = _concerning(request, user).count()
    if not count:
        return None
    return {"count": count, "stopped": _stopped(user) if rules.is_funder(user) else []}


def _stopped(user: Any) -> list[Any]:
    """Of the sites that one's organisations pay, those that stopped within the year."""
    theirs = Option.objects.filter(funder__in=rules.mandate_keys(user))
    since = timezone.localdate() - dt.timedelta(days=STOPPED_SHOWN_DAYS)
    found = stopped(theirs, since)
    return list(found.select_related("pool__initiative", "territory")[:STOPPED_SHOWN])


def site(request: HttpRequest, found: Replication) -> dict[str, Any] | None:
    """Who pays this site and how much, for who sees the pool; four queries at most."""
    name, _colon, key = found.origin_reference.partition(":")
    if found.origin != Origin.POOL or name != "option" or not key.isdecimal() or len(key) > 18:
        return None
    first = Option.objects.visible_to(request.user).filter(pk=int(key))
    option = first.select_related("pool__initiative").first()
    if option is None:
        return None
    rows = list(
        Option.objects.of_site(option).within(request.user).counted().for_list().order_by("pk")
    )
    for each in rows:
        each.pool = option.pool
    balances = option.pool.ledger.balances(rows)
    return {"pool": option.pool, "options": [(each, balances[each.pk]) for each in rows]}


def register_panels() -> None:
    title = _("Subvention d’essaimage")
    shown: list[tuple[str, str, Any, int, Any]] = [
        ("initiative", "funding/panel_card.html", card, 315, _pools),
        ("organisation", "funding/panel_organisation.html", organisation, 130, _supported),
        ("workspace", "funding/panel_workspace.html", workspace, 130, _concerning),
    ]
    for slot, template, context, order, some in shown:
        register(Panel(slot, "subvention", title, template, context, order=order, some=some))
    register(
        Panel(
            "application", "montants", _("Montants du groupement"),
            "funding/panel_application.html", application.panel,
        )
    )  # fmt: skip
    register(
        Panel(
            "replication", "subvention", _("Qui finance ce site"), "funding/panel_site.html", site,
            order=10,
        )
    )  # fmt: skip
    register(
        Panel(
            "organisation.actions", "signatures", _("Signature des options"),
            "funding/_four_eyes_button.html", four_eyes, order=230,
        )
    )  # fmt: skip
    register(
        Panel(
            "initiative.actions", "subvention", _("Former une subvention d’essaimage"),
            "funding/_form_button.html", form_button, order=210,
        )
    )  # fmt: skip
