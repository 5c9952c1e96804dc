"""Grants whose essential data the law has published: by when, and that it is done."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.following.models import Announcement
from essaim.funding import notifications
from essaim.funding.models import GrantPublication, LegalAct

from .common import lock_option, require_mandate

NOTICE_DAYS = 15


def due_on(act: LegalAct) -> dt.date:
    """By when the essential data of the grant are to be public: from the convention's signature,
    or from the act where there is none. The delay is a setting, to be checked by the operator."""
    delay: int = settings.FUNDING["publication_days"]
    return (act.convention_on or act.on) + dt.timedelta(days=delay)


def due_by(acts: Any, day: dt.date) -> Any:
    """Of these acts, those that are ``due_on`` this day or before, each with ``since``, the day
    that its delay runs from."""
    signed = day - dt.timedelta(days=settings.FUNDING["publication_days"])
    return acts.annotate(since=Coalesce("convention_on", "on")).filter(since__lte=signed)


@transaction.atomic
def mark_published(
    act: LegalAct, *, by: Any, submission: uuid.UUID, on: dt.date, url: str
) -> GrantPublication:
    """Where and since when, by who holds the mandate; said again, it is corrected."""
    option = lock_option(act.option)
    require_mandate(by, option.funder)
    if on > timezone.localdate():
        raise DomainError(_("Cette date est à venir."), field="on")
    if on < act.on:
        raise DomainError(_("À cette date, l’acte n’était pas signé."), field="on")
    made_by_form(GrantPublication.objects, submission, act=act)
    publication, _made = GrantPublication.objects.update_or_create(
        act=act,
        defaults={"on": on, "url": url, "by": by},
        create_defaults={"on": on, "url": url, "by": by, "submission": submission},
    )
    return publication


def remind(today: dt.date | None = None) -> int:
    """Tell funders whose grants are to be published soon, or are late and were never told (an act
    recorded late, a worker that was stopped); each act once. Returns how many."""
    day = today or timezone.localdate()
    late = day - dt.timedelta(days=settings.FUNDING["publication_days"])
    said = Announcement.objects.filter(
        verb=notifications.PUBLICATION, kind=notifications.OPTION,
        key=Cast(OuterRef("option"), CharField()),
        once=Concat(Value("publish:"), Cast(OuterRef("pk"), CharField())),
    )  # fmt: skip
    near = day + dt.timedelta(days=NOTICE_DAYS)
    waiting = due_by(LegalAct.objects.to_publish(), near)
    waiting = waiting.filter(Q(since__gte=late) | ~Exists(said))
    told = 0
    for act in waiting.select_related("option").order_by("pk"):
        notifications.to_publish(act.option, act.pk)
        told += 1
    return told
