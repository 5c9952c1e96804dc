"""What jobs that read a file or a source share: one at a time, and none queued twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob


def queued(task: str) -> set[int]:
    """The keys (``pk``) for which a job of this name waits. One that is « doing » does not count: it
    may be that of a worker that was killed, for ever."""
    waiting = ProcrastinateJob.objects.filter(task_name=task, status="todo")
    return {arguments.get("pk") for arguments in waiting.values_list("args", flat=True)}


@contextmanager
def alone(lock: int, pk: int) -> Iterator[bool]:
    """Whether no other job is at it; ``lock`` tells the kind of job. Held by the session, so that a
    worker that dies lets go of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [lock, pk % 2**31])
        mine = cursor.fetchone() == (True,)
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [lock, pk % 2**31])
