"""Asking a partner's server politely: robots.txt, a pause between requests, limits, and nothing that
did not change."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlsplit

from django.conf import settings

from essaim.common import outbound
from essaim.common.retry_after import seconds_asked
from essaim.harvest.failures import Broken

from . import robots

REDIRECTS = 5
_ROBOTS_BYTES = 512 * 1024  # RFC 9309 asks to read at least 500 KiB
BUSY = {429, 503}


@dataclass
class Body:
    """An answer, whole, in a file of its own. ``file`` is None where nothing changed (304)."""

    file: IO[bytes] | None
    url: str
    etag: str = ""
    last_modified: str = ""
    content_type: str = ""


class Fetcher:
    """``waiting``: called in pauses and before requests; it raises to stop there."""

    def __init__(
        self,
        hosts: frozenset[str],
        *,
        delay: float,
        waiting: Callable[[], None] = lambda: None,
    ) -> None:
        self.hosts, self.delay, self._waiting = hosts, delay, waiting
        self._robots: dict[str, robots.Robots] = {}
        self._last: dict[str, float] = {}

    def body(
        self,
        url: str,
        *,
        etag: str = "",
        last_modified: str = "",
        accept: str = "*/*",
        max_bytes: int | None = None,
        deadline: float | None = None,
    ) -> Body:
        """Raises Broken: a refusal, a status that is not 200 or 304."""
        limits = settings.HARVEST
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            with self._answered(
                url,
                headers=headers,
                max_bytes=max_bytes or limits["file_mb"] * 1024 * 1024,
                deadline=deadline or limits["file_seconds"],
            ) as (answer, pieces):
                if answer.not_modified and (etag or last_modified):
                    file.close()
                    return Body(None, answer.url, etag, last_modified)
                if answer.status != 200:
                    raise Broken("status", status=answer.status)
                if answer.headers.get("content-encoding", "identity").lower() != "identity":
                    raise Broken("compressed")
                for piece in pieces:
                    file.write(piece)
                    self._waiting()  # minutes of it must not look like a dead job
        except outbound.Refused as refused:
            file.close()
            raise Broken(refused.code) from None
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return Body(
            file,
            answer.url,
            _mark(answer.headers.get("etag", ""), 500),
            _mark(answer.headers.get("last-modified", ""), 100),
            answer.headers.get("content-type", ""),
        )

    @contextmanager
    def _answered(self, url: str, **options: Any) -> Iterator[tuple[outbound.Answer, Any]]:
        """The answer at the end of the redirects: each server on the way is asked as politely as
        the first. A server that asks for a short wait is asked again, more slowly."""
        passed = patience = 0
        while True:
            self._ask_robots(url)
            self._pause(url)
            with outbound.opened(url, hosts=self.hosts, **options) as (answer, pieces):
                if answer.status in BUSY:
                    wait = seconds_asked(answer.headers.get("retry-after", ""))
                    patience += 1
                    if wait is None or wait > settings.HARVEST["longest_delay"] or patience > 2:
                        raise Broken("busy", status=answer.status)
                    self.delay = max(self.delay, wait)
                    continue
                following = outbound.redirected(url, answer)
                if not following:
                    yield answer, pieces
                    return
            passed += 1
            if passed > REDIRECTS:
                raise outbound.Refused("too_many_redirects")
            url = following

    # --- politeness -----------------------------------------------------------------------
    def _pause(self, url: str) -> None:
        """Between two requests to one server."""
        place = urlsplit(url).netloc
        asked = self._robots[place].delay if place in self._robots else 0.0
        delay = max(self.delay, min(asked, settings.HARVEST["longest_delay"]))
        end = self._last.get(place, -delay) + delay
        while (left := end - time.monotonic()) > 0:
            self._waiting()
            time.sleep(min(left, 5.0))
        self._waiting()
        self._last[place] = time.monotonic()

    def allowed(self, url: str) -> bool:
        """Whether robots.txt lets this address be read; reads it once for each server."""
        parts = urlsplit(url)
        if parts.netloc not in self._robots:
            self._robots[parts.netloc] = self._read_robots(f"{parts.scheme}://{parts.netloc}")
        return self._robots[parts.netloc].allows(url)

    def _ask_robots(self, url: str) -> None:
        if not self.allowed(url):
            raise Broken("robots")

    def _read_robots(self, site: str) -> robots.Robots:
        try:
            answer = outbound.fetch(
                f"{site}/robots.txt",
                hosts=self.hosts,
                redirects=REDIRECTS,
                max_bytes=_ROBOTS_BYTES,
            )
        except outbound.Refused as refused:
            if refused.code == "too_large":
                return robots.Robots()  # no file of rules: what a server gives for any address
            raise Broken(refused.code) from None
        if answer.status >= 500 or answer.status == 429:
            # RFC 9309: a server in trouble is left alone.
            raise Broken("robots_unreachable", status=answer.status)
        text = answer.body.decode("utf-8", "replace") if answer.status == 200 else ""
        return robots.read(text, outbound.AGENT)


def _mark(value: str, most: int) -> str:
    """What a server asks to be told next time; "" where it could neither be kept nor sent back."""
    return value if len(value) <= most and value.isprintable() else ""
