"""What waits for a person in workshops (see ``common.waiting``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.common.waiting import Rows, Waiting, one_by_one
from essaim.modelling.models import Workshop, WorkshopState

AT_MOST = 20


def waiting(user: Any) -> Iterator[Rows]:
    """To sort, for the two people a workshop names, as long as they have not."""
    named = Q(facilitator=user) | Q(participant=user)
    rows = Workshop.objects.filter(named, state=WorkshopState.OPEN).exclude(sortings__user=user)
    yield one_by_one(
        rows.select_related("initiative").order_by("opened_at")[:AT_MOST],
        lambda row: Waiting(
            title=_("Trier le cœur et la marge"),
            url=reverse("modelling:workshop", args=[row.initiative.slug]),
            about=row.initiative.title,
            since=row.opened_at,
        ),
    )
