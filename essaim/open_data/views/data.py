"""What can be taken away whole: the files of the night, their sums, their schemas."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from essaim.open_data import conditional, publishing, ranges
from essaim.open_data.dumping import SOURCES
from essaim.open_data.models import Dump
from essaim.open_data.records.common import site
from essaim.themes.models import Theme

GZIP = "application/gzip"
# What a page of another site may read of an answer.
EXPOSED = "Accept-Ranges, Content-Length, Content-Range, ETag"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    dumps = {dump.name: dump for dump in Dump.objects.all()}
    tables = [
        {
            "name": source.name,
            "title": source.title,
            "files": [
                dumps[name]
                for name in (f"{source.name}.csv.gz", f"{source.name}.jsonl.gz")
                if name in dumps
            ],
        }
        for source in SOURCES
    ]
    context = {
        "tables": tables,
        "made_at": max((dump.made_at for dump in dumps.values()), default=None),
        "themes": Theme.objects.all(),
        "base": settings.PUBLIC_URL,
    }
    return render(request, "open_data/data.html", context)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The same, for a program: what to fetch, and how to know that it came whole."""
    value = {
        "files": [
            {
                "name": dump.name,
                "url": site(f"/donnees/fichiers/{dump.name}"),
                "sha256": dump.sha256,
                "bytes": dump.bytes,
                "rows": dump.rows,
                "made_at": dump.made_at.isoformat(),
                "schema": site(f"/schemas/tables/{dump.name.partition('.')[0]}.json"),
            }
            for dump in Dump.objects.all()
        ]
    }
    return conditional.answer(request, value)


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    dump = get_object_or_404(Dump, name=name)
    etag = f'"{dump.sha256[:32]}"'
    modified = int(dump.made_at.timestamp())
    known = get_conditional_response(request, etag=etag, last_modified=modified, response=None)
    response: HttpResponseBase
    response = _whole_or_part(request, dump, etag, modified) if known is None else known
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified)
    response["Accept-Ranges"] = "bytes"
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = EXPOSED
    return response


def _whole_or_part(request: HttpRequest, dump: Dump, etag: str, modified: int) -> HttpResponseBase:
    try:
        part = ranges.asked(request, size=dump.bytes, etag=etag, modified=modified)
    except ranges.Unsatisfiable:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{dump.bytes}"
        return refused
    try:
        content = dump.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response: HttpResponseBase
    if part is None:
        response = FileResponse(content, content_type=GZIP, filename=dump.name)
    else:
        begin, end = part
        response = StreamingHttpResponse(
            ranges.Part(content, begin, end), status=206, content_type=GZIP
        )
        response["Content-Length"] = str(end - begin + 1)
        response["Content-Range"] = f"bytes {begin}-{end}/{dump.bytes}"
    response["Content-Disposition"] = f'attachment; filename="{dump.name}"'
    return response


@require_safe
def schema(request: HttpRequest, name: str) -> HttpResponse:
    value = _schema(name)
    return conditional.answer(request, value, max_age=3600)


@require_safe
def schema_page(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "open_data/schema.html", {"schema": _schema(name), "name": name})


def _schema(name: str) -> dict[str, Any]:
    if name not in publishing.names():
        raise Http404
    return publishing.table_schema(name)
