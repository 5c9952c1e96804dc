"""One record of a source as one line of the import format."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.harvest.models.sources import Kind, Source
from essaim.initiatives.interchange.card_format import FIELDS
from essaim.initiatives.interchange.csv_rows import FLAT
from essaim.initiatives.interchange.entry import TooDeep, plain
from essaim.initiatives.interchange.kinds import Words
from essaim.initiatives.interchange.mend.text import storable, strip_html

from .records import Found, Remark, joined

# Fields of a card that a mapping may fill, in the order of the form; « a|b »: a, else b.
TARGETS: dict[str, Any] = {
    "external_id": _("Identifiant"),
    "title": _("Titre"),
    "summary": _("En une phrase"),
    "description": _("Description"),
    "need": _("Besoin auquel elle répond"),
    "objectives": _("Objectifs et effets"),
    "what_failed": _("Ce qui n’a pas marché"),
    "themes": _("Thèmes"),
    "tags": _("Mots-clés"),
    "beneficiaries": _("Bénéficiaires"),
    "territories": _("Territoires"),
    "holder_name": _("Porteur : nom"),
    "holder_siren": _("Porteur : SIREN"),
    "holder_kind": _("Porteur : nature"),
    "holder_territory": _("Porteur : territoire"),
    "track": _("Voie (sociale ou publique)"),
    "status": _("Maturité"),
    "started_on": _("Début"),
    "checked_on": _("Dernière vérification"),
    "url": _("Site web"),
    "source_url": _("Adresse de la fiche à la source"),
    "source_licence": _("Licence de la fiche"),
}
_FEED = {
    "external_id": "id|link",
    "title": "title",
    "summary": "summary",
    "description": "content",
    "tags": "categories",
    "url": "link",
    "source_url": "link",
}
_PAGE = {
    "external_id": "identifier|@id|page",
    "title": "name|headline",
    "summary": "abstract|disambiguatingDescription|description|headline",
    "description": "articleBody|text|description",
    "tags": "keywords",
    "territories": "areaServed.name|spatialCoverage.name|areaServed|spatialCoverage",
    "holder_name": "provider.name|creator.name|funder.name|publisher.name",
    "started_on": "startDate|foundingDate|dateCreated",
    "url": "url|page",
    "source_url": "page",
    "source_licence": "license",
}
DEFAULTS: dict[str, dict[str, str]] = {
    Kind.FEED: _FEED,
    Kind.JSON_FEED: _FEED,
    Kind.SITEMAP: _PAGE,
    Kind.TABLE: {},
    Kind.ESSAIM: {},
}
TITLE, SUMMARY, IDENTIFIER, LINK = 250, 500, 500, 500
# Never taken: addresses of persons stay where they were given.
LEFT = {"contact"}
_SPACES = re.compile(r"\s+")


def mapping_of(source: Source) -> dict[str, str]:
    """Empty: the fields already bear the names of the format."""
    own = {name: path for name, path in source.mapping.items() if path}
    return {**DEFAULTS[source.kind], **own} if own or DEFAULTS[source.kind] else {}


def fields_read(source: Source) -> set[str]:
    """Those of the source that end on cards."""
    named = mapping_of(source)
    if not named:
        return {*FIELDS, *FLAT}
    return {path.strip() for each in named.values() for path in each.split("|") if path.strip()}


def to_line(source: Source, found: Found) -> tuple[str, dict[str, Any]]:
    """(identifier at the source, line of the format without ``external_id``); remarks are added to
    ``found``. The identifier is "" where nothing gives one."""
    named = mapping_of(source)
    line: dict[str, Any] = {}
    if named:
        for target, paths in named.items():
            value = _first(found.fields, paths)
            if value not in (None, "", []):
                _put(line, target, value)
    else:
        for name, value in found.fields.items():
            # A column that the format does not know may hold anything, a name or an address of
            # somebody: it stays at the source.
            if name in FIELDS or name in FLAT:
                _put(line, name, value)
    for name in LEFT:
        line.pop(name, None)
    found.link = link = _link(source, found, line)
    own = line.get("url")
    if isinstance(own, str) and own.strip().startswith(("/", "./", "../", "?")):
        line["url"] = joined(source.url, own)
    identifier = _identifier(line.pop("external_id", None)) or _identifier(link)
    _mend_lengths(line)
    given = line.pop("source", None)
    line["source"] = _credit(
        source, given if isinstance(given, dict) else {}, _origin(found) or link
    )
    try:
        return identifier, plain(line)
    except TooDeep:
        found.remarks.append(Remark("row"))
        return identifier, {}


def _first(fields: dict[str, Any], paths: str) -> Any:
    for path in paths.split("|"):
        value = fields.get(path.strip())
        if value not in (None, "", [], {}):
            return value
    return None


def _put(line: dict[str, Any], target: str, value: Any) -> None:
    if target in FLAT:
        part, key = FLAT[target]
        inner = line.setdefault(part, {})
        if isinstance(inner, dict):
            text = _one(value)
            if text not in (None, ""):
                inner[key] = text
        return
    kind = FIELDS.get(target)
    texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind is not None and texts and not isinstance(kind, Words):
        value = "\n\n".join(value)
    line[target] = value


def _one(value: Any) -> Any:
    return next((item for item in value if item), "") if isinstance(value, list) else value


def _identifier(value: Any) -> str:
    """A text without space nor control character; the same whatever it was written in."""
    value = _one(value)
    if isinstance(value, dict):
        value = value.get("value") or value.get("@value") or ""
    text = _SPACES.sub("_", storable(str(value if value is not None else "")).strip())
    return text[:IDENTIFIER]


def _link(source: Source, found: Found, line: dict[str, Any]) -> str:
    given = line.get("source")
    text = given.get("url") if isinstance(given, dict) else ""
    text = found.fields.get("_link") or text or found.page or _one(line.get("url")) or ""
    link = str(text).strip()
    if link.startswith(("/", "./", "../", "?")):
        link = joined(source.url, link)
    sound = bool(joined(link, "")) and not _SPACES.search(link)
    # Cut, it would lead elsewhere, and make one card of two.
    return link if sound and len(link) <= LINK else ""


def _origin(found: Found) -> str:
    sound = not _SPACES.search(found.origin) and len(found.origin) <= LINK
    return found.origin if sound else ""


def _mend_lengths(line: dict[str, Any]) -> None:
    """A partner's page has no sentence of 500 characters: what follows it stands in the text."""
    title = line.get("title")
    if isinstance(title, str):
        line["title"] = _cut(strip_html(title, block=False, markdown=False), TITLE)
    summary = line.get("summary") or line.get("description") or line.get("title")
    if isinstance(summary, str):
        line["summary"] = _cut(strip_html(summary, block=False, markdown=False), SUMMARY)


def _cut(text: str, most: int) -> str:
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return f"{text[: most - 1].rpartition(' ')[0] or text[: most - 1]}…"


def _credit(source: Source, given: dict[str, Any], link: str) -> dict[str, str]:
    """Who is credited: the source, and whoever it took the card from."""
    first = str(given.get("name") or "").strip()
    known = first and first != source.name
    name = f"{first} (via {source.name})" if known else source.name
    credit = {"name": name[:300], "licence": str(given.get("licence") or source.licence)[:100]}
    return credit | ({"url": link} if link else {})
