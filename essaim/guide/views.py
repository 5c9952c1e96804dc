"""The method, page by page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.guide.pages import PARTS, SLUGS, read


def _contents() -> list[tuple[str, list[object]]]:
    return [(title, [read(slug) for slug in slugs]) for title, slugs in PARTS]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "guide/index.html", {"contents": _contents()})


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in SLUGS:
        raise Http404
    number = SLUGS.index(slug)
    return render(
        request,
        "guide/page.html",
        {
            "shown": read(slug),
            "contents": _contents(),
            "previous": read(SLUGS[number - 1]) if number else None,
            "following": read(SLUGS[number + 1]) if number + 1 < len(SLUGS) else None,
        },
    )
