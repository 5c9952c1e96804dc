"""The date that each step waits for: told before it comes, put off by the lead."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.funding import notifications
from essaim.funding.models import DUE, Pool, State, judged

from .common import lock_pool, require_state

# Ours: a year mistyped would keep a pool waiting for ever.
FURTHEST = dt.timedelta(days=3 * 366)


@transaction.atomic
def postpone(
    pool: Pool, *, by: Any, step: str, until: dt.date, today: dt.date | None = None
) -> Pool:
    """Options, opinions or confirmations are taken until later. ``step``: the state whose date
    the form showed; never brought nearer, since people count on it. The pool is told."""
    pool = lock_pool(pool.pk)
    require_state(pool, *(each for each in DUE if each == step))
    day, known = today or timezone.localdate(), pool.due_on
    if known == until:
        return pool
    if until <= day or (known is not None and until < known):
        raise DomainError(
            _("Cette date se reporte : donnez-en une à venir, après celle qui est annoncée."),
            field="until",
        )
    if until > day + FURTHEST:
        raise DomainError(_("Cette date est trop éloignée : vérifiez l’année."), field="until")
    setattr(pool, DUE[pool.state], until)
    pool.save(update_fields=[DUE[pool.state]])
    notifications.postponed(pool, by=by)
    return pool


def remind(today: dt.date | None = None) -> int:
    """Tell those who are waited for that the date comes near, once for each delay of
    ``warning_days``, and the lead, once, that it is past. Returns how many pools."""
    day = today or timezone.localdate()
    warnings = sorted(settings.FUNDING["warning_days"])
    done = 0
    for state, name in DUE.items():
        near = {f"{name}__lte": day + dt.timedelta(days=warnings[-1])}
        found = Pool.objects.filter(state=state, **near).select_related("lead")
        if state == State.REVIEWING:  # once the finding is published, no opinion is waited for
            found = found.exclude(judged())
        for pool in found:
            left = (getattr(pool, name) - day).days
            if left < 0:
                notifications.step_is_late(pool)
            else:
                notifications.step_ends(pool, next(days for days in warnings if left <= days))
            done += 1
    return done
