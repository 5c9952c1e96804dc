"""RSS, RDF and Atom; JSON Feed. One flat record for each entry, by the same names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from essaim.harvest.failures import Broken

from . import xml
from .records import Found, flatten, whole_json

_ROOTS = {"rss", "RDF", "feed"}


def read_feed(file: IO[bytes]) -> Iterator[Found]:
    """Fields: id, title, link, summary, content, categories, author, rights, date, updated, and
    whatever else an entry holds under its own name."""
    nodes = xml.read(file, {"item", "entry"})
    root = next(nodes, None)
    if root is None or root.name not in _ROOTS:
        raise Broken("not_a_feed")
    for number, node in enumerate(nodes, 1):
        yield Found(number, _atom(node) if node.name == "entry" else _rss(node))


def _rss(item: xml.Node) -> dict[str, Any]:
    link = item.text_of("link") or _atom_link(item)
    guid = item.first("guid")
    permalink = guid is not None and guid.attributes.get("isPermaLink", "true") != "false"
    identifier = item.text_of("guid", "identifier") or item.attributes.get("about", "") or link
    if not link and permalink and identifier.startswith(("http://", "https://")):
        link = identifier
    return _filled(
        _others(item)
        | {
            "id": identifier,
            "title": item.text_of("title"),
            "link": link,
            "summary": item.text_of("description", "summary"),
            "content": item.text_of("encoded") or item.text_of("description"),
            "categories": [c.text for c in item.children if c.name in {"category", "subject"}],
            "author": item.text_of("author", "creator"),
            "rights": item.text_of("license", "rights", "copyright"),
            "date": item.text_of("pubDate", "date"),
            "updated": item.text_of("modified", "pubDate", "date"),
        }
    )


def _atom(entry: xml.Node) -> dict[str, Any]:
    link = _atom_link(entry)
    author = entry.first("author")
    return _filled(
        _others(entry)
        | {
            "id": entry.text_of("id") or link,
            "title": _construct(entry.first("title")),
            "link": link,
            "summary": _construct(entry.first("summary", "content")),
            "content": _construct(entry.first("content", "summary")),
            "categories": [
                c.attributes.get("label") or c.attributes.get("term", "")
                for c in entry.children
                if c.name == "category"
            ],
            "author": author.text_of("name") if author else "",
            "rights": entry.text_of("rights"),
            "date": entry.text_of("published", "issued", "updated"),
            "updated": entry.text_of("updated", "modified"),
        }
    )


def _construct(node: xml.Node | None) -> str:
    if node is None:
        return ""
    return node.markup if node.attributes.get("type") == "xhtml" else node.text


def _atom_link(node: xml.Node) -> str:
    links = [c for c in node.children if c.name == "link" and c.attributes.get("href")]
    for link in links:
        if link.attributes.get("rel", "alternate") == "alternate":
            return link.attributes["href"]
    return ""


def _others(node: xml.Node) -> dict[str, Any]:
    """What else the entry holds, for a mapping that names it."""
    found: dict[str, list[str]] = {}
    for child in node.children:
        if child.text:
            found.setdefault(child.name, []).append(child.text)
    return {name: texts if len(texts) > 1 else texts[0] for name, texts in found.items()}


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in ("", [], None)}


def read_json_feed(file: IO[bytes]) -> Iterator[Found]:
    """A JSON Feed is one document: the limit of its size is that of memory."""
    document = whole_json(file)
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise Broken("not_a_json_feed")
    for number, item in enumerate(document["items"], 1):
        yield Found(number, _json_item(item) if isinstance(item, dict) else {})


def _json_item(item: dict[str, Any]) -> dict[str, Any]:
    found = flatten(item)
    authors = found.get("authors.name") or found.get("author.name") or ""
    return _filled(
        found
        | {
            "id": str(item.get("id") or item.get("url") or ""),
            "title": item.get("title") or "",
            "link": item.get("url") or item.get("external_url") or "",
            "summary": item.get("summary") or item.get("content_text") or item.get("content_html"),
            "content": item.get("content_html") or item.get("content_text") or item.get("summary"),
            "categories": item.get("tags") or [],
            "author": authors[0] if isinstance(authors, list) else authors,
            "date": item.get("date_published") or "",
            "updated": item.get("date_modified") or "",
        }
    )
