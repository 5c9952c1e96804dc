"""Several people, as many connections, the same instant."""

from __future__ import annotations

import os
import time
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


_kept: list[object] = []


def in_processes(*acts: Callable[[], object]) -> list[str]:
    """The same with a process for each: a fork that connects by itself and waits for the others.
    "failed" where an act ended neither done nor refused, or did not end within a minute."""
    ready, go = os.pipe()
    children = []
    for act in acts:
        child = os.fork()
        if child == 0:
            # The parent's socket is not ours: neither used nor closed.
            _kept.append(connection.connection)
            connection.connection = None
            os.close(go)
            code = 1
            try:
                connection.ensure_connection()
                os.read(ready, 1)  # until the parent closes its end
                act()
                code = 0
            except DomainError:
                code = 3
            finally:
                os._exit(code)
        children.append(child)
    os.close(ready)
    os.close(go)
    return sorted(_end_of(child) for child in children)


def _end_of(child: int) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1
            return {0: "done", 3: "refused"}.get(code, "failed")
        time.sleep(0.02)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return "failed"
