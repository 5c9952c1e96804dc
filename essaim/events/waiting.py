"""What waits for a person among events (see ``common.waiting``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common import waiting
from essaim.common.waiting import Rows, Waiting, one_by_one
from essaim.people.rules import can_manage

from .models import FollowUp, Partnership, Registration, Seat, Task, ThirdPlace

SHOWN = 10


def _mine(user: Any) -> Iterator[Rows]:
    soon = timezone.now() + dt.timedelta(days=7)
    rows = Registration.objects.registered().filter(
        user=user, event__state__in=["announced", "open"], event__starts_at__lte=soon,
        event__ends_at__gt=timezone.now(),
    )  # fmt: skip
    yield one_by_one(
        rows.select_related("event").order_by("event__starts_at")[:SHOWN],
        lambda row: Waiting(
            title=_("Venir à un événement auquel vous êtes inscrit"),
            url=row.event.get_absolute_url(),
            about=row.event.title,
            due=timezone.localdate(row.event.starts_at),
        ),
    )
    asked = FollowUp.objects.filter(registration__user=user, answered_on=None)
    yield one_by_one(
        asked.select_related("registration__event").order_by("asked_on", "pk")[:SHOWN],
        lambda each: Waiting(
            title=_("Dire ce qui est sorti d’un événement"),
            url=reverse("events:follow_up", args=[each.registration.event.slug]),
            about=each.registration.event.title,
        ),
    )
    said = Seat.objects.to_say(user).select_related("encounter__event").order_by("pk")
    yield one_by_one(
        said[:SHOWN],
        lambda seat: Waiting(
            title=_("Dire si vous avez rencontré quelqu’un à un événement"),
            url=reverse("events:my_meetings", args=[seat.encounter.event.slug]),
            about=seat.encounter.event.title,
        ),
    )
    yield one_by_one(
        Partnership.objects.to_confirm(user).select_related("event", "one")[:SHOWN],
        lambda made: Waiting(
            title=_("Confirmer un partenariat avec %(name)s") % {"name": made.one.name},
            url=reverse("events:after", args=[made.event.slug]),
            about=made.event.title,
        ),
    )


def _tasks(user: Any) -> Iterator[Rows]:
    rows = Task.objects.open().for_team(user).select_related("initiative")
    yield one_by_one(
        rows.order_by("pk")[:SHOWN],
        lambda task: Waiting(
            title=_("Faire ce qu’une séance de créativité a retenu : %(task)s")
            % {"task": task.title},
            url=f"{task.initiative.get_absolute_url()}#taches",
            about=task.initiative.title,
            due=task.due_on,
        ),
    )


def _places(user: Any) -> Iterator[Rows]:
    if not can_manage(user):
        return
    yield Rows(ThirdPlace.objects.filter(state="proposed"), _to_review)


def _to_review(places: QuerySet[ThirdPlace]) -> Iterator[Waiting]:
    count = places.count()
    yield Waiting(
        title=ngettext(
            "Relire %(n)s tiers-lieu proposé", "Relire %(n)s tiers-lieux proposés", count
        )
        % {"n": count},
        url=f"{reverse('events:places')}?waiting=on",
    )


def register() -> None:
    waiting.register("events.mine", _mine)
    waiting.register("events.tasks", _tasks)
    waiting.register("events.places", _places)
