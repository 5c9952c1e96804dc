"""Several people, as many connections, the same instant."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection

from essaim.common.errors import DomainError


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run the acts in as many threads; what each ended with ("done", or the refusal)."""
    start, ends = Barrier(len(acts)), ["?"] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
            ends[number] = "done"
        except DomainError:
            ends[number] = "refused"
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(ends)
