"""What the worker does: tell followers, write to those for whom something waits, send digests.

None of these jobs takes a lock: a worker killed under one would leave it taken, while rows
claimed one by one already keep two of them from doing the same thing twice.
"""

from __future__ import annotations

from procrastinate.contrib.django import app

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
    from essaim.following.actions import mailing

    mailing.send_due_digests()


@app.periodic(cron="40 3 * * *")
@app.task(name="following.forget_old", queue="following")
def forget_old(timestamp: int) -> None:
    from essaim.following.actions import retention

    retention.forget_old()
