"""A site that funders pay stops: they are told, and read what they still hold for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, Q, Subquery
from django.utils.translation import gettext_lazy as _

from essaim.following.actions import tell
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.replications.models import Origin, Replication
from essaim.replications.models import State as SiteState
from essaim.replications.signals import replication_stopped

from .models import LedgerLine, Option, OptionState, sites_of
from .notifications import OPTION, mandated

STOPPED = "funded_site_stopped"


def stopped(options: Any, since: dt.date = dt.date.min) -> Any:
    """Of these, those confirmed whose site stopped, that day or later, the latest first, each with
    ``stopped_on``."""
    sites = sites_of().filter(state=SiteState.STOPPED, stopped_on__gte=since)
    # Narrowed by the sites, few of which stop, before the day of each is looked up.
    found = options.filter(Exists(sites), state=OptionState.CONFIRMED)
    found = found.annotate(stopped_on=Subquery(sites.values("stopped_on")[:1]))
    return found.order_by("-stopped_on", "-pk")


def held(options: list[Any]) -> list[Any]:
    """Of these, those of which something confirmed is committed by no act; one query."""
    if not options:
        return []
    balances = LedgerLine.objects.balances(options)
    return [each for each in options if balances[each.pk].confirmed > balances[each.pk].committed]


def on_stopped(sender: Any, replication: Replication, by: Any, **kwargs: Any) -> None:
    """Each funder of the site is told by its own option, the pool's lead by the first."""
    name, _colon, key = replication.origin_reference.partition(":")
    if replication.origin != Origin.POOL or name != "option" or not key.isdecimal():
        return
    of_site = Option.objects.filter(Q(pk=int(key)) | Q(cofunds=int(key)))
    rows = list(of_site.counted().select_related("pool").order_by("pk"))
    whom = [(option, option.funder_id) for option in rows]
    whom += [(option, option.pool.lead_id) for option in rows[:1]]
    told: set[int] = set()
    for option, organisation in whom:
        for person in mandated([organisation]):
            if person.pk not in told:
                told.add(person.pk)
                tell(person, STOPPED, OPTION, str(option.pk), by=by, once=f"stopped:{option.pk}")


def register() -> None:
    register_verb(Verb(STOPPED, _("Un site de la subvention d’essaimage s’arrête : %(title)s")))
    replication_stopped.connect(on_stopped, dispatch_uid="funding.stopped")
