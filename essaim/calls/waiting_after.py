"""What waits for a person after the results (see ``common.waiting``); a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.common.waiting import Waiting
from essaim.replications.models import Origin, Replication

from .models import (
    RESULTS,
    Application,
    ApplicationState,
    Call,
    DecisionChange,
    Lesson,
    State,
    Support,
    SupportState,
)
from .sites import NAME

MOST = 20


def waiting(user: Any) -> Iterator[Waiting]:
    mine = Application.objects.written_by(user)  # type: ignore[attr-defined]
    won = mine.filter(state=ApplicationState.LAUREATE)
    due = Support.objects.filter(
        application__in=won.values("pk"), state=SupportState.RUNNING, next_report_on__isnull=False
    )
    for plan in due.select_related("application").order_by("next_report_on")[:MOST]:
        yield Waiting(
            title=_("Écrire le bilan d’étape"),
            url=reverse("calls:support_report", args=[plan.application_id]),
            about=plan.application.title, due=plan.next_report_on,
        )  # fmt: skip
    yield from _to_begin(mine)
    yield from _unnamed(user)
    run = list(
        Call.objects.run_by(user)  # type: ignore[attr-defined]
        .filter(officers__user=user, state__in=RESULTS)
        .values_list("pk", flat=True)
    )
    if run:
        yield from _to_run(user, run)


def _to_begin(mine: Any) -> Iterator[Waiting]:
    """A laureate takes up what it asked to: until its own site is made."""
    own = Concat(Value(f"{NAME}:"), Cast(OuterRef("pk"), CharField()))
    made = Replication.objects.filter(origin=Origin.CALL, origin_reference=own)
    won = mine.filter(
        ~Exists(made), state=ApplicationState.LAUREATE, call__state__in=RESULTS,
        adopts__isnull=False, organisation__isnull=False,
    )  # fmt: skip
    for each in won.order_by("pk")[:MOST]:
        yield Waiting(
            title=_("Commencer la reprise que vous avez gagnée"),
            url=reverse("calls:next_steps", args=[each.pk]), about=each.title,
        )  # fmt: skip


def _unnamed(user: Any) -> Iterator[Waiting]:
    """A person who won says whether they are named."""
    won = Application.objects.filter(
        person=user, state=ApplicationState.LAUREATE, call__state__in=RESULTS, credit=None
    )
    for each in won.order_by("pk")[:MOST]:
        yield Waiting(
            title=_("Dire si votre nom figure parmi les lauréats"),
            url=reverse("calls:credit", args=[each.pk]), about=each.title,
        )  # fmt: skip


def _to_run(user: Any, run: list[int]) -> Iterator[Waiting]:
    linked = Application.objects.linked_to(user).filter(call__in=run)  # type: ignore[attr-defined]
    free = Application.objects.filter(call__in=run).exclude(pk__in=linked.values("pk"))
    # Archived, it waits only for those who became laureates by a change: the others had their time.
    running = Q(call__state__in=[State.ANNOUNCED_RESULTS, State.SUPPORT])
    called = DecisionChange.objects.filter(
        application=OuterRef("pk"), after=ApplicationState.LAUREATE
    )
    without = free.filter(
        running | Q(Exists(called)), state=ApplicationState.LAUREATE, support=None
    )
    without = without.select_related("call")
    for each in without.order_by("pk")[:MOST]:
        yield Waiting(
            title=_("Préparer l’accompagnement d’un lauréat"),
            url=reverse("calls:support_plan", args=[each.pk]), about=each.title,
        )  # fmt: skip
    tellers = free.exclude(call__state=State.ARCHIVED)
    told = Lesson.objects.filter(application__in=tellers.values("pk"), mentioned_at=None)
    for lesson in told.select_related("application").order_by("pk")[:MOST]:
        yield Waiting(
            title=_("Lire ce qui n’a pas marché, et donner la mention « droit à l’erreur »"),
            url=reverse("calls:lesson", args=[lesson.application_id]),
            about=lesson.application.title, since=lesson.at,
        )  # fmt: skip
