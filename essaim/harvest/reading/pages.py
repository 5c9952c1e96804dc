"""A plan of a site (sitemap.xml) whose pages carry schema.org JSON-LD."""

from __future__ import annotations

import gzip
import re
import tempfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any
from urllib.parse import urlsplit

from django.conf import settings

from essaim.harvest.failures import Broken, sentence

from . import xml
from .fetching import Fetcher
from .records import Found, Remark, flatten, joined, parsed

# What may be an initiative; a page also carries its breadcrumb, its site, its publisher.
TYPES = {
    *("CreativeWork", "Article", "NewsArticle", "BlogPosting", "Report", "ScholarlyArticle"),
    *("Project", "ResearchProject", "Service", "GovernmentService", "Action", "Event"),
    *("HowTo", "Course", "Product", "LearningResource", "TechArticle", "WebPage"),
    *("SocialEvent", "EducationEvent", "NGO", "Organization"),
}
# The most telling first, where a page carries several.
_ORDER = [
    *("Project", "ResearchProject", "Service", "GovernmentService", "CreativeWork", "HowTo"),
    *("Article", "NewsArticle", "BlogPosting", "Report", "TechArticle", "Event", "Course"),
]
_PAGE_BYTES = 5 * 1024 * 1024
_DEEPEST, _PLANS = 3, 2000  # plans of plans; all of them together
DEPTH = 12  # levels of a JSON-LD that are read
_BEGIN = re.compile(r"<!--|<script\b(?P<tag>[^<>]{0,2000})>", re.IGNORECASE)
_END = re.compile(r"</script", re.IGNORECASE)
_LD = re.compile(r"""\btype\s*=\s*["']?\s*application/ld\+json\b""", re.IGNORECASE)

# What is known of a page since the last passage: (etag, last_modified, dated), or nothing.
Known = Callable[[str], tuple[str, str, str] | None]


def read_site(
    fetcher: Fetcher, file: IO[bytes], base: str, known: Known, most: int | None = None
) -> Iterator[Found]:
    """A page that its plan dates as before, or whose server says so, is not read again; nor is any
    page after the ``most`` first ones, of which the plan alone is told."""
    for number, (address, dated) in enumerate(listed(fetcher, file, base), 1):
        if most is not None and number > most:
            yield Found(number, page=address, dated=dated, unchanged=True)
        else:
            yield _page(fetcher, number, address, dated, known(address))


def listed(
    fetcher: Fetcher, file: IO[bytes], base: str, depth: int = 1, passed: set[str] | None = None
) -> Iterator[tuple[str, str]]:
    """(address, date) of each page of the plan, and of the plans that it names, each once."""
    passed = {base} if passed is None else passed
    with unpacked(file, settings.HARVEST["file_mb"] * 1024 * 1024) as plan:
        yield from _listed(fetcher, plan, base, depth, passed)


def _listed(
    fetcher: Fetcher, file: IO[bytes], base: str, depth: int, passed: set[str]
) -> Iterator[tuple[str, str]]:
    nodes = xml.read(file, {"url", "sitemap"})
    root = next(nodes, None)
    if root is None or root.name not in {"urlset", "sitemapindex"}:
        raise Broken("not_a_sitemap")
    for node in nodes:
        address = node.text_of("loc")
        if not address:
            continue
        address = joined(base, address) or address
        if node.name == "url":
            yield address, node.text_of("lastmod")[:50]
        elif depth < _DEEPEST and address not in passed:
            passed.add(address)
            if len(passed) > _PLANS:
                raise Broken("too_many", most=_PLANS)
            inner = fetcher.body(address)
            if inner.file is not None:
                with inner.file as opened:
                    yield from listed(fetcher, opened, address, depth + 1, passed)


def unpacked(file: IO[bytes], most: int) -> IO[bytes]:
    """A plan given as ``sitemap.xml.gz``, opened: no larger than one that was not packed (bytes).
    Raises Broken."""
    begins = file.read(2)
    file.seek(0)
    if begins != b"\x1f\x8b":
        return file
    opened: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
    read = 0
    try:
        with gzip.GzipFile(fileobj=file) as packed:
            while piece := packed.read(64 * 1024):
                read += len(piece)
                if read > most:
                    raise Broken("too_large")
                opened.write(piece)
    except (OSError, EOFError, zlib.error):
        opened.close()
        raise Broken("packed") from None
    except BaseException:
        opened.close()
        raise
    opened.seek(0)
    return opened


def _page(
    fetcher: Fetcher, number: int, address: str, dated: str, before: tuple[str, str, str] | None
) -> Found:
    found = Found(number, page=address, dated=dated)
    etag, last_modified, date_before = before or ("", "", "")
    if before is not None and dated and dated == date_before:
        found.unchanged, found.etag, found.last_modified = True, etag, last_modified
        return found
    if not joined(address, ""):  # « javascript: », « http://[ »
        detail = sentence("address", {})
        found.remarks.append(Remark("page_refused", {"detail": detail}))
        return found
    try:
        if not fetcher.allowed(address):
            found.remarks.append(Remark("page_robots"))
            return found
        body = fetcher.body(
            address,
            etag=etag,
            last_modified=last_modified,
            accept="text/html,application/xhtml+xml",
            max_bytes=_PAGE_BYTES,
            deadline=settings.HARVEST["page_seconds"],
        )
    except Broken as broken:
        if broken.code in {"connection", "timeout", "unknown_host", "stopped", "busy"}:
            raise  # the server itself: the pages that follow would fare no better
        if broken.code == "status":
            found.remarks.append(Remark("page_status", broken.params))
        elif broken.code == "robots":  # that it leads to
            found.remarks.append(Remark("page_robots"))
        else:
            detail = sentence(broken.code, broken.params)
            found.remarks.append(Remark("page_refused", {"detail": detail}))
        return found
    found.etag, found.last_modified = body.etag, body.last_modified
    if body.file is None:
        found.unchanged = True
        return found
    with body.file as opened:
        text = _decoded(opened.read(), body.content_type)
    _describe(found, text, address)
    return found


def _decoded(data: bytes, content_type: str) -> str:
    charset = content_type.lower().partition("charset=")[2].split(";")[0].strip(" \"'")
    for name in (charset, "utf-8", "windows-1252"):
        try:
            return data.decode(name or "utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def blocks(text: str) -> Iterator[str]:
    """The JSON-LD of a page. Read as a browser reads scripts, up to their first end, and in one
    pass over the page: one made to be endless is as quick as another."""
    place = 0
    while (begun := _BEGIN.search(text, place)) is not None:
        if begun["tag"] is None:
            place = text.find("-->", begun.end())
        else:
            end = _END.search(text, begun.end())
            place = end.start() if end else -1
            if place >= 0 and _LD.search(begun["tag"]):
                yield text[begun.end() : place]
        if place < 0:
            return


def _describe(found: Found, text: str, address: str) -> None:
    nodes: list[dict[str, Any]] = []
    broken = False
    for block in blocks(text):
        try:
            _collect(parsed(block), nodes)
        except (ValueError, RecursionError):
            broken = True
    told = [node for node in nodes if _types(node) & TYPES and (_title(node))]
    if not told:
        found.remarks.append(Remark("record_json" if broken else "page_without_data"))
        return
    best = min(told, key=_rank)
    found.fields = flatten(_without_persons(best, DEPTH)) | {"page": address}
    host = urlsplit(address).netloc
    link = found.fields.get("url")
    if not isinstance(link, str) or urlsplit(joined(address, link)).netloc != host:
        found.fields["url"] = address


def _collect(value: Any, nodes: list[dict[str, Any]]) -> None:
    if isinstance(value, list):
        for item in value:
            _collect(item, nodes)
    elif isinstance(value, dict):
        nodes.append(value)
        _collect(value.get("@graph"), nodes)
        _collect(value.get("mainEntity"), nodes)


def _types(node: dict[str, Any]) -> set[str]:
    given = node.get("@type")
    names = given if isinstance(given, list) else [given]
    return {str(name).rpartition("/")[2].removeprefix("schema:") for name in names if name}


def _title(node: dict[str, Any]) -> Any:
    return node.get("name") or node.get("headline")


def _rank(node: dict[str, Any]) -> int:
    return min((_ORDER.index(t) if t in _ORDER else len(_ORDER) for t in _types(node)), default=99)


def _without_persons(value: Any, depth: int) -> Any:
    """Who wrote a page is not who carries an initiative, and is personal data. Nor is anything
    kept of what lies deeper than the format goes."""
    if isinstance(value, list | dict) and not depth:
        return None
    if isinstance(value, list):
        return [_without_persons(item, depth - 1) for item in value if not _is_person(item)]
    if isinstance(value, dict):
        items = ((k, item) for k, item in value.items() if not _is_person(item))
        return {k: _without_persons(item, depth - 1) for k, item in items}
    return value


def _is_person(value: Any) -> bool:
    return isinstance(value, dict) and "Person" in _types(value)
