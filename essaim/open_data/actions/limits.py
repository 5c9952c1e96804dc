"""How often one client may ask: counted in the database, so that all processes agree."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import connection, transaction

WINDOW = 60  # seconds

_COUNT = """
INSERT INTO open_data_requestcounter (client, minute, count) VALUES (%s, %s, 1)
ON CONFLICT (client, minute) DO UPDATE SET count = open_data_requestcounter.count + 1
RETURNING count
"""


@dataclass(frozen=True)
class Quota:
    limit: int
    count: int
    reset: int  # seconds

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.count)

    @property
    def is_exceeded(self) -> bool:
        return self.count > self.limit


def count_request(client: str, limit: int) -> Quota:
    """Count one more request of this client in the current minute."""
    now = time.time()
    with transaction.atomic(), connection.cursor() as cursor:
        # A counter lost in a crash matters to nobody: its commit need not wait for the disk.
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(_COUNT, [client, int(now // WINDOW)])
        count: int = cursor.fetchone()[0]
    return Quota(limit, count, WINDOW - int(now % WINDOW))


def forget_counters(days: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM open_data_requestcounter WHERE minute < %s",
            [int((time.time() - days * 86400) // WINDOW)],
        )
        return int(cursor.rowcount)
