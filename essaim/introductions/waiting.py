"""What waits for a person: an answer, a word on what came out, a talk to take up again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common import waiting
from essaim.common.waiting import Rows, Waiting
from essaim.contributions.models import Interest
from essaim.introductions.models import Introduction, Side
from essaim.people.models import Function, Membership

AT_MOST = 50


def _to_answer(user: Any) -> Iterator[Rows]:
    """What said an interest waits on its own page (contributions); the rest waits here."""
    told_there = Q(interest__state=Interest.State.INTERESTED)
    for_holder = Introduction.objects.for_holder(user).filter(~told_there, side=Side.ADOPTER)
    answering = Membership.objects.filter(user=user)
    answering = answering.filter(role=Membership.Role.REPRESENTATIVE) | answering.filter(
        functions__contains=[Function.ADOPTER]
    )
    for_adopter = Introduction.objects.filter(
        side=Side.HOLDER, organisation__in=answering.values("organisation")
    )
    found = (for_holder | for_adopter).filter(state=Introduction.State.REQUESTED)
    rows = found.exclude(asked_by=user).select_related("card").order_by("created_at", "pk")
    yield Rows(rows[:AT_MOST], _answers)


def _answers(rows: Iterable[Introduction]) -> Iterator[Waiting]:
    days: int = settings.INTRODUCTIONS["answer_days"]
    for row in rows:
        yield Waiting(
            title=_("Répondre à une demande de mise en relation"),
            url=row.get_absolute_url(),
            about=row.card.title,
            due=timezone.localdate(row.created_at) + dt.timedelta(days=days),
            since=row.created_at,
        )


def _to_say(user: Any) -> Iterator[Rows]:
    """Going on, and its day has passed: one click leads to the form. Or put off until a date that
    both sides gave: for thirty days from then."""
    today = timezone.localdate()
    mine = Introduction.objects.for_holder(user) | Introduction.objects.for_adopter(user)
    put_off = Q(
        outcome="not_now",
        ask_again_on__lte=today,
        ask_again_on__gt=today - dt.timedelta(days=30),
    )
    rows = mine.filter(Q(state__in=Introduction.GOING) | put_off).select_related("card")
    yield Rows(rows.order_by("moved_on", "pk")[: 2 * AT_MOST], _words)


def _words(rows: Iterable[Introduction]) -> Iterator[Waiting]:
    today = timezone.localdate()
    delays: dict[str, int] = settings.INTRODUCTIONS["say_days"]
    for row in rows:
        if row.state not in Introduction.GOING:
            yield Waiting(
                title=_("Reparler d’une initiative, comme convenu"),
                url=row.get_absolute_url(),
                about=row.card.title,
                due=row.ask_again_on,
            )
            continue
        due = row.moved_on + dt.timedelta(days=delays[row.state])
        agreed = [day for day in (row.exchange_on, row.visit_on) if day and day >= today]
        if due <= today and not agreed:
            yield Waiting(
                title=_("Dire ce qu’il en a été d’une mise en relation"),
                url=reverse("introductions:close", args=[row.pk]),
                about=row.card.title,
                due=due,
            )


def register() -> None:
    waiting.register("introductions.answer", _to_answer)
    waiting.register("introductions.say", _to_say)
