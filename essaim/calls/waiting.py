"""What waits for those who run a call (see ``common.waiting``); a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common.waiting import Rows, Waiting

from .models import Application, ApplicationState, Call, State

SHOWN = 20
INSTRUCTING = (State.CLOSED, State.READING, State.DECIDING)


def waiting(user: Any) -> Iterator[Rows]:
    states = [State.DRAFT, State.ANNOUNCED, *INSTRUCTING]
    found = Call.objects.told_to(user).filter(state__in=states, is_template=False)
    yield Rows(found.order_by("opens_at", "pk")[:SHOWN], lambda calls: _told(calls, user))


def _told(calls: Iterable[Call], user: Any) -> Iterator[Waiting]:
    rows = list(calls)
    for call in rows:
        if call.state in (State.DRAFT, State.ANNOUNCED):
            yield from _to_open(call)
    # After the closing too: a delay that ended brings one later than the others.
    closed = [call for call in rows if call.state in INSTRUCTING]
    if closed:
        yield from _to_instruct(user, closed)
    for call in rows:
        if call.state == State.DECIDING:
            yield Waiting(
                title=_("Décider, et publier les résultats"),
                url=reverse("calls:board", args=[call.slug]), about=call.title,
                due=call.results_on,
            )  # fmt: skip


def _to_open(call: Call) -> Iterator[Waiting]:
    due = call.opens_at.astimezone(call.clock).date() if call.opens_at else None
    if call.state == State.DRAFT:
        yield Waiting(
            title=_("Préparer et annoncer un appel"),
            url=reverse("calls:preparation", args=[call.slug]), about=call.title, due=due,
            since=call.created_at,
        )  # fmt: skip
    elif call.opens_at and call.opens_at <= timezone.now():
        # The clock would have opened it: something is missing.
        yield Waiting(
            title=_("Compléter un appel qui n’a pas pu s’ouvrir"),
            url=reverse("calls:preparation", args=[call.slug]), about=call.title, due=due,
        )  # fmt: skip


def _to_instruct(user: Any, closed: list[Call]) -> Iterator[Waiting]:
    """Whether what was received is eligible; what this person has a link with is not counted."""
    received = Application.objects.instructed_by(user).filter(
        call__in=closed, state=ApplicationState.SUBMITTED
    )
    rows = received.order_by().values("call__slug", "call__title")
    rows = rows.annotate(n=Count("pk"), since=Min("submitted_at")).order_by("since")
    for row in rows:
        yield Waiting(
            title=ngettext(
                "Dire si %(n)s candidature est recevable",
                "Dire si %(n)s candidatures sont recevables",
                row["n"],
            ) % {"n": row["n"]},
            url=reverse("calls:instruction", args=[row["call__slug"]]) + "?a_faire=recevabilite",
            about=row["call__title"], since=row["since"],
        )  # fmt: skip
