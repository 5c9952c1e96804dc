"""Another instance of Essaim, by its published API (docs/api.md): cards come whole, in the import
format, page after page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

from essaim.harvest.failures import Broken

from .fetching import Fetcher
from .records import Found, Remark, joined, whole_json

LIST = "/api/v1/initiatives"


def first_page(address: str) -> str:
    """Of the address of a site, or of a list with its filters."""
    parts = urlsplit(address)
    if parts.path.rstrip("/").endswith(LIST):
        query = parts.query if "limit=" in parts.query else f"{parts.query}&limit=100".lstrip("&")
        return parts._replace(query=query, fragment="").geturl()
    path = f"{parts.path.rstrip('/')}{LIST}"
    return parts._replace(path=path, query="limit=100", fragment="").geturl()


def read_pages(fetcher: Fetcher, file: IO[bytes], address: str) -> Iterator[Found]:
    number, passed = 0, {address}
    while True:
        with file:
            items, following = _page(file)
        for item in items:
            number += 1
            meta = item.get("_meta") if isinstance(item.get("_meta"), dict) else {}
            assert isinstance(meta, dict)
            fields = {key: value for key, value in item.items() if not key.startswith("_")}
            link = str(meta.get("url") or "")
            found = Found(number, fields | {"_link": link}, origin=_first_given(item) or link)
            if _is_ours(link) or _is_ours(found.origin):
                found.left_out = True
                found.remarks.append(Remark("from_here", is_error=False))
            yield found
        if not following:
            return
        after = joined(address, following)
        if not after or not items:  # a page of nothing that promises another never ends
            raise Broken("pages")
        # The address it was asked by, not the one it believes it has.
        address = urlsplit(after)._replace(
            scheme=urlsplit(address).scheme, netloc=urlsplit(address).netloc
        ).geturl()  # fmt: skip
        if address in passed:
            raise Broken("pages")
        passed.add(address)
        body = fetcher.body(address, accept="application/json")
        if body.file is None:
            raise Broken("not_essaim")
        file = body.file


def _first_given(item: dict[str, object]) -> str:
    """Where its own source has it: two banks that read each other must know what went round."""
    source = item.get("source")
    address = source.get("url") if isinstance(source, dict) else ""
    return joined(address, "") if isinstance(address, str) else ""


def _is_ours(address: str) -> bool:
    return bool(address) and _site(address) == _site(settings.PUBLIC_URL)


def _site(address: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(address)
        usual = 443 if parts.scheme == "https" else 80
        return (parts.hostname or "").rstrip("."), parts.port or usual
    except ValueError:
        return "", None


def _page(file: IO[bytes]) -> tuple[list[dict[str, object]], str]:
    document = whole_json(file)
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise Broken("not_essaim")
    items = [item for item in document["items"] if isinstance(item, dict)]
    following = document.get("next") or ""
    return items, following if isinstance(following, str) else ""
