"""What the worker does: tell followers, write to those for whom something waits, send digests.

None of these jobs takes a lock: a worker killed under one would leave it taken, while rows
claimed one by one already keep two of them from doing the same thing twice.
"""

from __future__ import annotations

from procrastinate.contrib.django import app

# Digests of one job: some seconds.
SLICE = 500
# Actions enqueue jobs and jobs call actions: these are imported when a job runs.


@app.task(name="following.spread", queue="following", retry=3)
def spread(announcements: list[int]) -> None:
    """Tell everyone these announcements reach."""
    from essaim.following.actions import announcements as actions

    for pk in announcements:
        actions.spread(pk)


@app.periodic(cron="* * * * *")
@app.task(name="following.each_minute", queueing_lock="following.each_minute", queue="following")
def each_minute(timestamp: int) -> None:
    """Messages about what waits for someone; announcements whose job was killed."""
    from essaim.following.actions import announcements, mailing

    announcements.spread_forgotten()
    mailing.mail_what_waits()


@app.periodic(cron="*/10 * * * *")
@app.task(name="following.digests", queueing_lock="following.digests", queue="following")
def digests(timestamp: int) -> None:
    """Those due that no earlier run has sent: most leave in one run of the morning."""
    _some_digests()


@app.task(name="following.more_digests", queue="following")
def more_digests() -> None:
    _some_digests()


def _some_digests() -> None:
    """A slice, then the next one as another job: what people wait for passes in between."""
    from essaim.following.actions import mailing

    if mailing.send_due_digests(at_most=SLICE) >= SLICE:
        more_digests.defer()
