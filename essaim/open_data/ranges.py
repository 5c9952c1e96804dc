"""A part of a file, so that a download that was cut goes on where it stopped (RFC 9110, § 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from django.http import HttpRequest
from django.utils.http import parse_http_date_safe

BLOCK = 64 * 1024
# One part: several at once, or another unit, are answered by the whole, as the standard allows.
_ONE = re.compile(r"bytes=[ \t]*([0-9]{0,40})-([0-9]{0,40})[ \t]*", re.IGNORECASE)


class Unsatisfiable(Exception):
    """What was asked begins after the end of the file."""


def asked(request: HttpRequest, *, size: int, etag: str, modified: int) -> tuple[int, int] | None:
    """First and last byte of the part that is asked, or None for the whole: where nothing is asked,
    where what is asked is not read, and where the file is no longer the one that was begun
    (``If-Range``: this very ``etag``, or the date of the last change, in seconds).

    Raises Unsatisfiable.
    """
    found = _ONE.fullmatch(request.headers.get("Range", "").strip())
    if request.method != "GET" or found is None or not _same(request, etag, modified):
        return None
    first, last = found.groups()
    if first:
        begin, end = int(first), min(int(last or size - 1), size - 1)
        if last and int(last) < begin:
            return None
    elif last:
        begin, end = max(size - int(last), 0), size - 1
    else:
        return None
    if begin > end:
        raise Unsatisfiable
    return begin, end


def _same(request: HttpRequest, etag: str, modified: int) -> bool:
    given = request.headers.get("If-Range", "").strip()
    return not given or given == etag or parse_http_date_safe(given) == modified


class Part:
    """The bytes from ``begin`` to ``end``, both included, block by block. The answer that sends
    it closes the file, whether it was read or not."""

    def __init__(self, content: IO[bytes], begin: int, end: int) -> None:
        self._content, self._left = content, end - begin + 1
        content.seek(begin)

    def __iter__(self) -> Iterator[bytes]:
        while self._left and (block := self._content.read(min(BLOCK, self._left))):
            self._left -= len(block)
            yield block

    def close(self) -> None:
        self._content.close()
