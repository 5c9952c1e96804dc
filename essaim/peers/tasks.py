"""What the worker does for rounds: large assignments, invitations by address, reminders."""

from __future__ import annotations

import procrastinate
from django.utils import timezone
from procrastinate.contrib.django import app

from essaim.peers import notifications
from essaim.peers.actions import planning, reminders
from essaim.peers.actions.items import owner_of
from essaim.peers.models import Plan, Seat, SeatState, State

ATTEMPTS = 2


@app.task(
    name="peers.compute_plan",
    queue="peers",
    pass_context=True,
    retry=procrastinate.RetryStrategy(max_attempts=ATTEMPTS, linear_wait=5),
)
def compute_plan(context: procrastinate.JobContext, pk: int) -> None:
    """A large assignment; the page shows how far it is."""

    def tell(percent: int) -> None:
        Plan.objects.filter(pk=pk).update(percent=min(99, percent), touched_at=timezone.now())

    try:
        planning.compute(pk, tell)
    except Exception:
        if context.job.attempts >= ATTEMPTS:
            planning.give_up(pk)
        raise


@app.task(name="peers.send_invitation", queue="mail")
def send_invitation(pk: int) -> None:
    """Looked up here, not in the page: who invites learns nothing of who has an account."""
    seat = (
        Seat.objects.select_related("round", "college")
        .filter(pk=pk, state=SeatState.INVITED, round__state=State.INVITING)
        .first()
    )
    if seat is None:
        return
    owner = owner_of(seat.email)
    if owner is not None:
        seat.user = owner  # told as themselves; the seat keeps the address until they answer
        notifications.invited(seat)
    else:
        notifications.invited_by_address(seat)


@app.periodic(cron="20 7 * * *")
@app.task(name="peers.remind_readers", queueing_lock="peers.remind_readers", queue="mail")
def remind_readers(timestamp: int) -> None:
    reminders.remind_readers()
