"""What one reading of a page asks many times, asked once.

Rights are asked by the frame, by each panel and by each line of a page. While a page is read
(``GET``, ``HEAD``) the answer to a question is kept; a request that writes asks each time, since
what it does may change the answer. Outside of a request nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

T = TypeVar("T")
Handler = Callable[[HttpRequest], HttpResponse]
_READING = frozenset({"GET", "HEAD"})
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("essaim_remembered", default=None)


def remembered(question: Hashable, ask: Callable[[], T]) -> T:
    """The answer of ``ask``, which is called once for a ``question`` while a page is read."""
    kept = _kept.get()
    if kept is None:
        return ask()
    if question not in kept:
        kept[question] = ask()
    answer: T = kept[question]
    return answer


def asked_once(rule: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """A rule of a person about one object, asked of the database once a page."""
    name = f"{rule.__module__}.{rule.__name__}"

    @wraps(rule)
    def asked(user: Any, row: Any) -> bool:
        return remembered((name, user.pk, row.pk), lambda: bool(rule(user, row)))

    return asked


def while_reading(get_response: Handler) -> Handler:
    """The middleware: answers are kept from here to the end of the view."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in _READING:
            return get_response(request)
        token = _kept.set({})
        try:
            return get_response(request)
        finally:
            _kept.reset(token)

    return middleware
