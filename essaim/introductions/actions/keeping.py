"""What has served is not kept; who leaves takes along what only they could answer for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from essaim.introductions import notifications
from essaim.introductions.models import (
    Introduction,
    Message,
    Note,
    OrganisationChoice,
    PersonChoice,
)
from essaim.people.models import Organisation


@transaction.atomic
def forget_person(user: Any) -> None:
    """Theirs alone: withdrawn, its words erased. Their organisation's goes on without their
    name. Their notes go; what they told the other side stays said."""
    alone = Introduction.objects.filter(organisation=None, adopter=user)
    for row in alone.open().select_for_update(of=("self",)).order_by("pk"):
        row.withdraw()
        row.save()
        notifications.withdrawn(row, by=user)
    _forget_words(list(alone.values_list("pk", flat=True)))
    Note.objects.filter(author=user).delete()
    Message.objects.filter(author=user).update(author=None)
    for field in ("asked_by", "adopter", "answered_by"):
        Introduction.objects.filter(**{field: user}).update(**{field: None})
    OrganisationChoice.objects.filter(by=user).update(by=None)
    PersonChoice.objects.filter(user=user).delete()


@transaction.atomic
def forget_ended(days: int) -> int:
    """Texts of introductions ended that long ago; dates, states and outcomes stay. Returns how
    many lost something."""
    limit = timezone.localdate() - dt.timedelta(days=days)
    # Of an interest taken back the reason is gone already; notes and messages are not.
    texts = Exists(Message.objects.filter(introduction=OuterRef("pk"))) | Exists(
        Note.objects.filter(introduction=OuterRef("pk"))
    )
    said = ~Q(reason="") | ~Q(decline_reason="") | ~Q(outcome_note="")
    old = Introduction.objects.filter(said | texts, ended_on__lt=limit)
    return _forget_words(list(old.values_list("pk", flat=True)))


def _forget_words(pks: list[int]) -> int:
    Message.objects.filter(introduction__in=pks).delete()
    Note.objects.filter(introduction__in=pks).delete()
    return Introduction.objects.filter(pk__in=pks).update(
        reason="", decline_reason="", outcome_note=""
    )


@transaction.atomic
def join_organisations(kept: Organisation, other: Organisation, *, by: Any) -> None:
    """The two become one: what is going on with both for one card goes on with ``kept``; a
    choice of ``kept`` wins."""
    own = Introduction.objects.filter(organisation=kept).open().values("card")
    twice = Introduction.objects.filter(organisation=other, card__in=own).open()
    for row in twice.select_for_update(of=("self",)).order_by("pk"):
        row.withdraw()
        row.save()
    if OrganisationChoice.objects.filter(organisation=kept).exists():
        OrganisationChoice.objects.filter(organisation=other).delete()
