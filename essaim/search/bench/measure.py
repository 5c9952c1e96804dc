"""Times and memory, taken on the product as it runs: a real server, whole answers."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connections

START_LIMIT = 60  # seconds


@dataclass(frozen=True)
class Times:
    """Milliseconds."""

    median: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Times:
        ordered = sorted(seconds)
        return cls(
            round(ordered[len(ordered) // 2] * 1000, 1),
            round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000, 1),
        )


def timed(work: Callable[[str], Any], questions: Iterable[str]) -> list[float]:
    seconds = []
    for question in questions:
        start = time.perf_counter()
        work(question)
        seconds.append(time.perf_counter() - start)
    return seconds


class Site:
    """A web process on a database, and one reader who keeps the connection open."""

    path = "/initiatives"  # the list that is asked

    def __init__(self, environment: dict[str, str], *, workers: int = 1) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        # As `essaim run` starts it, with a single worker unless more are asked for.
        self.command = [
            str(Path(sys.executable).parent / "granian"), "--interface", "wsgi",
            "--host", "127.0.0.1", "--port", str(self.port), "--workers", str(workers),
            "--blocking-threads", "4", "--no-access-log", "--log-level", "warning",
            "config.wsgi:application",
        ]  # fmt: skip
        self.environment = environment

    def start(self) -> float:
        """Seconds from the start of the process to the end of its first answer."""
        start = time.perf_counter()
        self.process = subprocess.Popen(self.command, env=self.environment, cwd=settings.BASE_DIR)
        while True:
            self.reader = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                self.search("première question posée à ce processus")
                return time.perf_counter() - start
            except OSError:
                if time.perf_counter() - start > START_LIMIT or self.process.poll() is not None:
                    raise
                time.sleep(0.02)

    def search(self, text: str, **filters: str) -> bytes:
        self.reader.request("GET", f"{self.path}?" + urlencode({"q": text, **filters}))
        response = self.reader.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status} for {text!r}: {body[:500]!r}")
        return body

    def memory(self) -> float:
        """Largest resident memory of one of its processes, in MB."""
        return max(_resident(pid) for pid in [self.process.pid, *_children(self.process.pid)])

    def stop(self) -> None:
        self.reader.close()
        self.process.terminate()
        self.process.wait(timeout=20)


@contextmanager
def running(environment: dict[str, str]) -> Iterator[tuple[Site, float]]:
    site = Site(environment)
    try:
        yield site, site.start()
    finally:
        site.stop()


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_children(child)]
    return found


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    match = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(match[1]) / 1024 if match else 0.0


def machine() -> dict[str, str]:
    """What the figures were taken on."""
    cpu = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('shared_buffers'),"
            " (SELECT extversion FROM pg_extension WHERE extname = 'vector')"
        )
        server, buffers, vector = cursor.fetchone()
    return {
        "processor": cpu[1] if cpu else "unknown",
        "cores": str(len(os.sched_getaffinity(0))),
        "load before": f"{os.getloadavg()[0]:.1f}",
        "PostgreSQL": f"{server}, pgvector {vector}, shared_buffers {buffers}",
        "Python": sys.version.split()[0],
    }
