"""What has served is not kept; who leaves takes along what only they could answer for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from essaim.events.models import (
    Challenge,
    Document,
    Encounter,
    Event,
    FollowUp,
    Idea,
    Organiser,
    Partnership,
    PersonalFeed,
    Planning,
    Registration,
    ThirdPlace,
    Vote,
)
from essaim.people.models import Organisation

from .registrations import leave

LISTS = ("themes_brought", "themes_sought", "initiatives", "needs")
WORDS = {
    "brings": "", "seeks": "", "answers": {}, "profiles_sought": [], "profile": "", "meets": False,
    "is_listed": False,
}  # fmt: skip


@transaction.atomic
def forget_person(user: Any) -> None:
    """What is to come is left, and the next of the list comes; of the past, that someone came."""
    coming = Registration.objects.current().filter(user=user, event__in=Event.objects.coming())
    for row in coming.order_by("event"):
        leave(row, by=user)
    rows = Registration.objects.filter(user=user)
    _forget_words(rows)
    Encounter.objects.filter(seats__registration__in=rows, seats__met=None).delete()
    _forget_unconfirmed(Encounter.objects.filter(seats__registration__in=rows))
    _forget_reasons(Encounter.objects.filter(seats__registration__in=rows))
    rows.update(user=None, organisation=None)
    Vote.objects.filter(user=user).delete()
    PersonalFeed.objects.filter(user=user).delete()
    for model, field in (
        (Event, "created_by"), (ThirdPlace, "created_by"), (Challenge, "by"), (Idea, "by"),
        (Document, "by"), (Partnership, "by"), (Planning, "asked_by"),
    ):  # fmt: skip
        model._default_manager.filter(**{field: user}).update(**{field: None})


def _forget_words(rows: Any) -> int:
    keys = list(rows.values_list("pk", flat=True))
    for name in LISTS:
        getattr(Registration, name).through.objects.filter(registration__in=keys).delete()
    FollowUp.objects.filter(registration__in=keys).update(note="")
    return Registration.objects.filter(pk__in=keys).update(**WORDS)


@transaction.atomic
def forget_registrations(days: int) -> int:
    """Of events that ended so long ago: answers, what people said of themselves, whom they were to
    meet without saying that they did. Numbers stay. Returns how many lost something."""
    limit = timezone.now() - dt.timedelta(days=days)
    old = Registration.objects.filter(event__ends_at__lt=limit)
    Encounter.objects.filter(event__ends_at__lt=limit, introduction=None, seats__met=None).delete()
    _forget_unconfirmed(Encounter.objects.filter(event__ends_at__lt=limit))
    _forget_reasons(Encounter.objects.filter(event__ends_at__lt=limit))
    said = ~Q(follow_ups__note="") & Q(follow_ups__isnull=False)
    for name, nothing in WORDS.items():
        said |= ~Q(**{name: nothing})
    for name in LISTS:
        said |= Q(**{f"{name}__isnull": False})
    return _forget_words(old.filter(pk__in=old.filter(said).values("pk")))


def _forget_unconfirmed(encounters: Any) -> None:
    """Met by chance, as one of the two alone says: it is of no use to anyone any more."""
    keys = encounters.by_chance().values("pk")
    alone = Encounter.objects.filter(pk__in=keys).exclude(
        pk__in=Encounter.objects.happened().values("pk")
    )
    alone.filter(introduction=None).delete()


def _forget_reasons(encounters: Any) -> None:
    """Why two met keeps its codes and themes, not the words that they typed."""
    for each in encounters.filter(reasons__icontains='"about"').distinct():
        kept = [{k: v for k, v in why.items() if k != "about"} for why in each.reasons]
        if kept != each.reasons:
            Encounter.objects.filter(pk=each.pk).update(reasons=kept)


@transaction.atomic
def join_organisations(kept: Organisation, other: Organisation) -> None:
    """Both organised the same event: once. What they did together is no partnership any more."""
    own = Organiser.objects.filter(organisation=kept).values("event")
    Organiser.objects.filter(organisation=other, event__in=own).delete()
    both = [kept.pk, other.pk]
    Partnership.objects.filter(one__in=both, other__in=both).exclude(one=F("other")).delete()
