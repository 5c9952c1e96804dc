"""What instructing, reading and deciding tell the rest of the product at start-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.calls import access
from essaim.common import waiting
from essaim.common.waiting import Rows, Waiting
from essaim.peers import runners

from .models import (
    RESULTS,
    Appeal,
    Application,
    Call,
    CallRound,
    Decision,
    DecisionChange,
    Deliberation,
    EligibilityDecision,
    Officer,
    Recusal,
)
from .models.links import ITEM
from .reading_notes import notes_of

AT_MOST = 50


def register_deciding() -> None:
    from essaim.calls import keeping_deciding, notifications_deciding, tasks_deciding
    from essaim.calls.actions.reading import on_round_abandoned
    from essaim.peers.signals import round_abandoned

    assert tasks_deciding.tell_results, "the worker knows the jobs of this room"
    waiting.register("calls.deciding", waits)
    notifications_deciding.register()
    keeping_deciding.register()
    round_abandoned.connect(on_round_abandoned, dispatch_uid="calls.round_abandoned")
    runners.register("calls", runners.Room(
        _rounds_of, _people_of, _holds, _place_of, _keeps_out, access.record_in_round, notes_of,
        _subjects_of,
    ))  # fmt: skip


# --- rounds of peers ----------------------------------------------------------------------------
def _rounds_of(user: Any) -> Q:
    calls = Officer.objects.filter(user=user).values("call")
    return Q(pk__in=CallRound.objects.filter(call__in=calls).values("round"))


def _people_of(found: Any) -> set[int]:
    officers = Officer.objects.filter(call__reading_round__round=found)
    return set(officers.values_list("user", flat=True))


def _holds(found: Any) -> str:
    if not CallRound.objects.filter(round=found).exists():
        return ""
    return _(
        "C’est la lecture d’un appel : chaque candidat reçoit sa décision et ses motifs avec les"
        " résultats, depuis la page de l’appel."
    )


def _place_of(found: Any) -> tuple[str, str] | None:
    known = CallRound.objects.filter(round=found).select_related("call").first()
    if known is None:
        return None
    return known.call.title, reverse("calls:reading", args=[known.call.slug])


def _subjects_of(rounds: Collection[int]) -> dict[int, runners.Subject]:
    """Its readers are no officers: the public page of the call."""
    known = CallRound.objects.filter(round__in=rounds)
    return {
        key: runners.Subject(_("appel"), title, reverse("calls:call", args=[slug]))
        for key, title, slug in known.values_list("round", "call__title", "call__slug")
    }


def _keeps_out(reference: str, person: Any) -> bool:
    if not reference.startswith(ITEM):
        return False
    key = int(reference.removeprefix(ITEM))
    return Recusal.objects.filter(application=key, person=person).exists()


# --- what waits for whom ------------------------------------------------------------------------
def waits(user: Any) -> Iterator[Rows]:
    """What appeals ask; the rest of the way is in ``waiting``."""
    yield _to_answer(user, Call.objects.told_to(user))


def _to_answer(user: Any, run: Any) -> Rows:
    """Appeals before silence refuses them, for whoever took no part in the decision; once the
    results are known, what an appeal against ineligibility took up: expected as long after it as
    the call says that its service takes to answer (ours)."""
    appeals = Appeal.objects.filter(application=OuterRef("pk"))
    upheld = appeals.filter(state=Appeal.State.UPHELD).order_by("-answered_at")
    appealed = Q(call__in=run.filter(state__in=[*RESULTS, "closed", "reading", "deciding"])) & Q(
        Exists(appeals.open())
    )
    taken_up = Q(call__in=run.filter(state__in=RESULTS), state__in=["submitted", "eligible"])
    found = Application.objects.instructed_by(user).filter(
        appealed & ~decided_by(user) | taken_up
    )  # fmt: skip
    found = found.annotate(
        answer_by=Subquery(appeals.open().values("answer_by")[:1]),
        upheld_at=Subquery(upheld.values("answered_at")[:1]),
    )
    return Rows(found.select_related("call").order_by("pk")[:AT_MOST], _answers)


def _answers(rows: Iterable[Any]) -> Iterator[Waiting]:
    for application in rows:
        call, due = application.call, application.answer_by
        is_taken_up = application.state in {"submitted", "eligible"}
        if is_taken_up and application.upheld_at is not None:
            due = application.upheld_at + dt.timedelta(days=call.answer_days)
        yield Waiting(
            title=_("Décider, après un recours accueilli")
            if is_taken_up
            else _("Répondre à un recours"),
            url=reverse("calls:file", args=[call.slug, application.pk]), about=application.title,
            due=due.astimezone(call.clock).date() if due else None,
        )  # fmt: skip


def decided_by(user: Any) -> Q:
    """Of applications: those whose decision, now contested, this person took part in; they answer
    no appeal against it (``actions.appeals.authors_of``, in SQL)."""
    mine = {"application": OuterRef("pk")}
    last = EligibilityDecision.objects.filter(**mine).order_by("-at", "-pk").values("by")[:1]
    made = Decision.objects.filter(Q(prepared_by=user) | Q(checked_by=user), **mine)
    published = Deliberation.objects.filter(call=OuterRef("call"), published_by=user)
    late = DecisionChange.objects.filter(cause=DecisionChange.Cause.APPEAL, by=user, **mine)
    refused = Q(state="ineligible")
    # Coalesced: of an account that is gone, nobody is known, and « not » must still hold.
    refuser = Q(Exact(Coalesce(Subquery(last), Value(0), output_field=BigIntegerField()), user.pk))
    return refused & refuser | ~refused & (Q(Exists(made)) | Q(Exists(published)) | Q(Exists(late)))
