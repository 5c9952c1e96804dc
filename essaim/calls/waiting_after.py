"""What waits for a person after the results (see ``common.waiting``); a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.common.waiting import Rows, Waiting, one_by_one
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


def waiting(user: Any) -> Iterator[Rows]:
    mine = Application.objects.written_by(user)  # type: ignore[attr-defined]
    won = mine.filter(state=ApplicationState.LAUREATE)
    due = Support.objects.filter(
        application__in=won.values("pk"), state=SupportState.RUNNING, next_report_on__isnull=False
    )
    yield one_by_one(
        due.select_related("application").order_by("next_report_on")[:MOST],
        lambda plan: Waiting(
            title=_("Écrire le bilan d’étape"),
            url=reverse("calls:support_report", args=[plan.application_id]),
            about=plan.application.title,
            due=plan.next_report_on,
        ),
    )
    yield from _to_begin(mine)
    yield from _unnamed(user)
    run = Call.objects.run_by(user)  # type: ignore[attr-defined]
    run = run.filter(officers__user=user, state__in=RESULTS)
    yield from _to_run(user, run.values("pk"))


def _to_begin(mine: Any) -> Iterator[Rows]:
    """A laureate takes up what it asked to: until its own site is made."""
    own = Concat(Value(f"{NAME}:"), Cast(OuterRef("pk"), CharField()))
    made = Replication.objects.filter(origin=Origin.CALL, origin_reference=own)
    won = mine.filter(
        ~Exists(made), state=ApplicationState.LAUREATE, call__state__in=RESULTS,
        adopts__isnull=False, organisation__isnull=False,
    )  # fmt: skip
    yield one_by_one(
        won.order_by("pk")[:MOST],
        lambda each: Waiting(
            title=_("Commencer la reprise que vous avez gagnée"),
            url=reverse("calls:next_steps", args=[each.pk]),
            about=each.title,
        ),
    )


def _unnamed(user: Any) -> Iterator[Rows]:
    """A person who won says whether they are named."""
    won = Application.objects.filter(
        person=user, state=ApplicationState.LAUREATE, call__state__in=RESULTS, credit=None
    )
    yield one_by_one(
        won.order_by("pk")[:MOST],
        lambda each: Waiting(
            title=_("Dire si votre nom figure parmi les lauréats"),
            url=reverse("calls:credit", args=[each.pk]),
            about=each.title,
        ),
    )


def _to_run(user: Any, run: Any) -> Iterator[Rows]:
    linked = Application.objects.linked_to(user).filter(call__in=run)  # type: ignore[attr-defined]
    free = Application.objects.filter(call__in=run).exclude(pk__in=linked.values("pk"))
    # Archived, it waits only for those who became laureates by a change: the others had their time.
    running = Q(call__state__in=[State.ANNOUNCED_RESULTS, State.SUPPORT])
    called = DecisionChange.objects.filter(
        application=OuterRef("pk"), after=ApplicationState.LAUREATE
    )
    without = free.filter(
        running | Q(Exists(called)), state=ApplicationState.LAUREATE, support=None
    ).select_related("call")
    yield one_by_one(
        without.order_by("pk")[:MOST],
        lambda each: Waiting(
            title=_("Préparer l’accompagnement d’un lauréat"),
            url=reverse("calls:support_plan", args=[each.pk]),
            about=each.title,
        ),
    )
    told = Lesson.objects.filter(
        application__in=free.exclude(call__state=State.ARCHIVED).values("pk"), mentioned_at=None
    )
    yield one_by_one(
        told.select_related("application").order_by("pk")[:MOST],
        lambda lesson: Waiting(
            title=_("Lire ce qui n’a pas marché, et donner la mention « droit à l’erreur »"),
            url=reverse("calls:lesson", args=[lesson.application_id]),
            about=lesson.application.title,
            since=lesson.at,
        ),
    )
