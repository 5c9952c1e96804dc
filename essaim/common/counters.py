"""How many times something was done lately: a window of time, one count for all processes."""

from __future__ import annotations

import time

from django.core.cache import cache
from django.db import connection, transaction


def count(name: str, seconds: int) -> int:
    """Count one more in the current window of so many seconds; returns how many with this one.

    The cache's own ``incr`` reads, then writes, and makes the count live five minutes more: two at
    once would be counted as one. Here they wait for each other, and the window ends when it ends.
    """
    window = f"{name}:{int(time.time() // seconds)}"
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [window])
        number = int(cache.get(window, 0)) + 1
        cache.set(window, number, seconds)
    return number
