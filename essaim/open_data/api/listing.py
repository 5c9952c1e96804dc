"""A list page by page: what there is after a position, and the address of the next page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from essaim.open_data import conditional, cursors
from essaim.open_data.api import reading
from essaim.open_data.records.common import site

Records = Callable[[list[Any]], list[dict[str, Any]]]


def listing(
    request: HttpRequest,
    queryset: QuerySet[Any],
    order: Sequence[str],
    records: Records,
    *,
    fetched: Callable[[list[int]], list[Any]] | None = None,
) -> HttpResponse:
    """``order``: columns that all go one way, the last one unique. ``fetched``: objects of keys,
    where they are large and read apart; else ``queryset`` gives them."""
    size = reading.limit(request)
    position = reading.position(request)
    counted = reading.flag(request, "count")
    names = [name.removeprefix("-") for name in order]
    page = queryset.order_by(*order)
    if position is not None:
        page = page.filter(cursors.after(order, position))
    if fetched is None:
        rows = list(page[: size + 1])
        places = [[getattr(row, name) for name in names] for row in rows]
    else:
        places = [list(row) for row in page.values_list(*names)[: size + 1]]
        rows = fetched([place[-1] for place in places[:size]])
    following = places[size - 1] if len(places) > size else None
    total = queryset.count() if counted else None
    return envelope(request, records(rows[:size]), following, total)


def envelope(
    request: HttpRequest,
    items: list[dict[str, Any]],
    following: Sequence[Any] | None,
    total: int | None,
    **more: Any,
) -> HttpResponse:
    value: dict[str, Any] = {"items": items, "next": None}
    headers = {}
    if following is not None:
        query = request.GET.copy()
        query["cursor"] = cursors.write(reading.query_of(request), following)
        value["next"] = site(f"{request.path}?{query.urlencode()}")
        headers["Link"] = f'<{value["next"]}>; rel="next"'
    if total is not None:
        value["count"] = total
    answer = conditional.answer(request, value | more)
    for name, text in headers.items():
        answer[name] = text
    return answer


def by_offset(
    request: HttpRequest, found: Callable[[int, int], tuple[list[dict[str, Any]], int]]
) -> HttpResponse:
    """For ranked lists, whose order no column holds: ``found(size, offset)`` gives the items and
    how many there are. The cursor carries the size of its first page, which all its pages keep:
    another ``limit`` on the way repeats and skips nothing."""
    size = reading.limit(request)
    position = reading.position(request)
    offset = 0
    if position:
        offset, size = int(position[0]), int(position[1] if len(position) > 1 else size)
    items, total = found(size, offset)
    following = [offset + size, size] if offset + size < total else None
    return envelope(request, items, following, total if reading.flag(request, "count") else None)
