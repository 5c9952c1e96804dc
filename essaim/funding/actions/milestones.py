"""Points that the pilot is to reach: planned, reached, taken back."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.funding import notifications, rules
from essaim.funding.models import PilotMilestone, Pool, State
from essaim.replications.actions.common import check_planned

from .common import lock_pool, require_recent, require_state, without_contacts

AT_MOST = 30
# Once the finding is published, the pilot has been judged on what it reached.
OPEN = (State.FORMING, State.OPEN, State.PILOTING, State.REVIEWING)


@transaction.atomic
def plan_milestone(
    pool: Pool, *, by: Any, submission: uuid.UUID, title: str, planned_on: dt.date
) -> PilotMilestone:
    pool = lock_pool(pool.pk)
    known = made_by_form(PilotMilestone.objects, submission, pool=pool, by=by)
    if known is not None:
        return known
    _require_follower(by, pool)
    require_state(pool, *OPEN)
    require_recent(planned_on, field="planned_on")
    check_planned(planned_on)
    title = without_contacts(title, "title")
    if not title:
        raise DomainError(_("Dites ce qui doit être atteint."), field="title")
    if pool.milestones.count() >= AT_MOST:
        raise DomainError(_("Un pilote a au plus %(n)s jalons.") % {"n": AT_MOST})
    return PilotMilestone.objects.create(
        submission=submission, pool=pool, title=title[:200], planned_on=planned_on, by=by
    )


@transaction.atomic
def reach_milestone(milestone: PilotMilestone, *, by: Any, on: dt.date) -> PilotMilestone:
    """Said once; the pool is told."""
    found = _lock(milestone, by)
    if found.reached_on is not None:
        return found
    require_state(found.pool, State.PILOTING, State.REVIEWING)
    if on > timezone.localdate():
        raise DomainError(_("Cette date est à venir."), field="on")
    require_recent(on, field="on")
    found.reached_on = on
    found.save(update_fields=["reached_on"])
    notifications.pilot_milestone_reached(found.pool, by=by)
    return found


@transaction.atomic
def remove_milestone(milestone: PilotMilestone, *, by: Any) -> None:
    """One that was reached stays."""
    found = _lock(milestone, by)
    require_state(found.pool, *OPEN)
    if found.reached_on is not None:
        raise DomainError(_("Ce jalon est atteint : il reste."))
    found.delete()


def _lock(milestone: PilotMilestone, by: Any) -> PilotMilestone:
    pool = lock_pool(milestone.pool_id)
    found = PilotMilestone.objects.select_for_update().filter(pk=milestone.pk).first()
    if found is None:
        raise DomainError(_("Ce jalon n’est plus là : relisez la page."))
    found.pool = pool
    _require_follower(by, pool)
    return found


def _require_follower(by: Any, pool: Pool) -> None:
    if not rules.can_set_milestones(by, pool):
        raise DomainError(_("Vous ne faites plus partie de ceux qui suivent ce pilote."))
