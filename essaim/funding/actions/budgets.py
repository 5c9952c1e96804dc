"""What one site costs, where it is not what all sites were thought to cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.funding import rules
from essaim.funding.models import ALIVE, LIVING, MOST_CENTS, Option, SiteCost

from .common import lock_option, require_state
from .pools import Cost

LINES_AT_MOST = 20


@transaction.atomic
def set_site_budget(option: Option, *, by: Any, costs: Sequence[Cost]) -> Option:
    """Replace the lines of this site; none at all gives the pool's back. By any funder of the
    site or its adopter: what is pledged, confirmed or paid does not change with it. Returns the
    first option of the site, which holds them."""
    option = lock_option(option)
    first = Option.objects.select_for_update().get(pk=option.cofunds_id or option.pk)
    first.pool = option.pool
    if not rules.can_set_budget(by, option):
        raise DomainError(_("Seuls les financeurs du site et son repreneur écrivent son budget."))
    require_state(option.pool, *ALIVE)
    if option.state not in LIVING:
        raise DomainError(_("Cette option est terminée."))
    if len(costs) > LINES_AT_MOST:
        raise DomainError(_("Un budget de site a au plus %(n)s lignes.") % {"n": LINES_AT_MOST})
    if any(not 0 < cost.amount_cents <= MOST_CENTS for cost in costs):
        raise DomainError(_("Un montant est hors de mesure : relisez les lignes."))
    SiteCost.objects.filter(option=first).delete()
    for position, cost in enumerate(costs):
        SiteCost.objects.create(
            option=first, kind=cost.kind, label=" ".join(cost.label.split())[:250],
            amount_cents=cost.amount_cents, position=position,
        )  # fmt: skip
    return first
