"""What members of the jury read of the decision board: nothing that they have a link with, and
nothing beyond what the call lets them see. They change nothing there."""

from __future__ import annotations

from typing import Any

from essaim.peers.conflicts import conflicts_between
from essaim.peers.models import Item, Seat
from essaim.people.models import User

from .board import Row, rows_of
from .models import (
    DECIDED,
    RESULTS,
    Application,
    Call,
    CallRound,
    CollegeKind,
    Deliberation,
    JurySees,
    State,
)
from .models.links import ITEM

OPEN = [State.DECIDING.value, *RESULTS]


def seats_of(call: Call) -> Any:
    """Taken in the jury college of the round that reads this call."""
    rounds = CallRound.objects.filter(call=call).exclude(round__state="abandoned").values("round")
    return Seat.objects.taken().filter(round__in=rounds, college__kind=CollegeKind.JURY)


def members_of(call: Call) -> list[User]:
    seated = seats_of(call).filter(user__isnull=False).values("user")
    return list(User.objects.filter(pk__in=seated, is_active=True).order_by("pk"))


def boards_seen_by(user: Any) -> Any:
    """Calls whose board this person reads as a member of the jury: from the decision on, where the
    call shows its jury anything."""
    if not user.is_authenticated:
        return Call.objects.none()
    seated = Seat.objects.taken().filter(user=user, college__kind=CollegeKind.JURY)
    shown = Call.objects.filter(state__in=OPEN, reading_round__round__in=seated.values("round"))
    hidden = Deliberation.objects.filter(jury_sees=JurySees.NOTHING)
    return shown.exclude(reading_round__round__state="abandoned").exclude(
        pk__in=hidden.values("call")
    )


def sees_board(user: Any, call: Call) -> bool:
    return call.state in OPEN and bool(boards_seen_by(user).filter(pk=call.pk).exists())


def judged_by(user: Any, call: Call) -> Any:
    """Applications of the call without those that this person has a link with, by the rules of
    the call and by those of readings among peers."""
    items = list(Item.objects.filter(round__in=CallRound.objects.filter(call=call).values("round")))
    barred = {item for item, _person in conflicts_between(items, {user.pk})}
    kept_out = [
        int(item.reference.removeprefix(ITEM))
        for item in items
        if item.pk in barred and item.reference.startswith(ITEM)
    ]
    free = Application.objects.filter(call=call, last_number__gt=0).exclude(pk__in=kept_out)
    return free.exclude(pk__in=Application.objects.linked_to(user).values("pk"))


def board_of(call: Call, user: Any, deliberation: Deliberation) -> list[Row]:
    """The rows of the board, ranked, as this member of the jury may read them: where reading was
    blind nothing tells who applies, and what is prepared is told only where the call says so."""
    rows = rows_of(call, user, deliberation, seen=judged_by(user, call))
    titles = _covered_titles(call) if call.blind else {}
    shows_prepared = deliberation.jury_sees == JurySees.DECISIONS
    for row in rows:
        if call.blind:
            row.title = titles.get(row.pk, "")
            row.applicant = row.region = row.holder_kind = ""
        # After the results too, what an appeal took up again is decided later, by itself.
        if not shows_prepared and row.state not in DECIDED:
            row.outcome, row.waiting_rank, row.amount = "", None, None
    return rows


def _covered_titles(call: Call) -> dict[int, str]:
    """As readers had them: without names."""
    rounds = CallRound.objects.filter(call=call).values("round")
    found = Item.objects.filter(round__in=rounds, reference__startswith=ITEM)
    return {
        int(reference.removeprefix(ITEM)): title.partition(" – ")[2]
        for reference, title in found.values_list("reference", "title")
    }
