"""A card written by a program: the same sections, rules and history as on the pages."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.initiatives.actions.cards import create_card, lock_card, save_section
from essaim.initiatives.interchange.entry import Entry, read_entry
from essaim.initiatives.interchange.issues import Issue, Notes
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import PART_LISTS, SECTIONS, digest, read_section
from essaim.open_data.models import ApiToken
from essaim.people.models import Organisation
from essaim.territories.resolve import resolve_territories
from essaim.themes.matching import Vocabulary

# Given by the site, or kept by an app that the sections do not write.
LEFT = {"external_id", "economic_assumptions", "_meta"}
KNOWN = {
    name
    for section in SECTIONS.values()
    for name in (*section.columns, *section.relations, *section.lists)
} | {"source"}


@dataclass
class NotValid(Exception):
    """What stops the record: every error of it, each with its place."""

    issues: list[Issue]


@dataclass(frozen=True)
class Written:
    card: Initiative
    created: bool
    warnings: list[Issue]


def read(record: dict[str, Any], *, title: str, summary: str) -> Entry:
    """The record as the format understands it; what it does not say of title and summary is what
    the card has. Raises NotValid."""
    notes = Notes(1)
    given = {name: value for name, value in record.items() if name not in LEFT}
    given = {"title": title, "summary": summary, **given, "external_id": "api"}
    for name in given:
        if name not in KNOWN | {"external_id"}:
            notes.error(name, "key_unknown")
    entry = read_entry(given, notes)
    if entry is None or notes.errors:
        raise NotValid(list(notes.errors))
    return entry


@transaction.atomic
def write_new_card(record: dict[str, Any], *, key: uuid.UUID, token: ApiToken, by: Any) -> Written:
    """A draft. ``key``: the same sent twice gives the same card, as it was made.

    Raises NotValid, DomainError.
    """
    entry = read(record, title="", summary="")
    values = entry.values
    known = Initiative.objects.filter(external_id=f"essaim-{key}").first()
    card = create_card(
        key=str(key), title=values["title"], summary=values["summary"],
        track=values.get("track", ""), by=by,
    )  # fmt: skip
    if known is not None:
        return Written(card, False, list(entry.notes.warnings))
    card = _write(card, entry, record, token=token, by=by, reason="")
    return Written(card, True, list(entry.notes.warnings))


@transaction.atomic
def change_card(
    card: Initiative, record: dict[str, Any], *, token: ApiToken, by: Any, reason: str = ""
) -> Written:
    """Write the fields that the record names, all or none. Raises NotValid, DomainError."""
    card = lock_card(card)
    entry = read(record, title=card.title, summary=card.summary)
    card = _write(card, entry, record, token=token, by=by, reason=reason)
    return Written(card, False, list(entry.notes.warnings))


def _write(
    card: Initiative, entry: Entry, record: dict[str, Any], *, token: ApiToken, by: Any, reason: str
) -> Initiative:
    content = _content(entry, {*record, "title", "summary"})
    holder, new_holder = _holder(entry, token)
    if token.organisation_id is not None and holder not in {None, token.organisation_id}:
        raise DomainError(
            _("Ce jeton est d’une organisation : il n’écrit que ses fiches."), field="holder"
        )
    if holder is not None:
        content["holder"] = holder
    for section in SECTIONS.values():
        names = (*section.columns, *section.relations, *section.lists)
        part = {name: content[name] for name in names if name in content}
        named = new_holder if section.slug == "essentiel" else None
        if not part and not named:
            continue
        current = read_section(card, section)
        # Lists are looked at whole.
        part = {name: current[name] for name in section.lists if name not in part} | part
        card = save_section(
            card, section.slug, part, by=by, version=card.version, seen=digest(current),
            new_holder=named, reason=reason, origin={"action": "api", "token": token.pk},
        )  # fmt: skip
    return card


def _content(entry: Entry, said: set[str]) -> dict[str, Any]:
    """What the record says, as sections hold it."""
    values = {name: value for name, value in entry.values.items() if name in said}
    content: dict[str, Any] = {}
    for name, value in values.items():
        if name in PART_LISTS:
            fields = PART_LISTS[name].fields
            content[name] = [{key: row[key] for key in fields} for row in value]
        elif name == "themes":
            found, strangers = Vocabulary.load().themes(value)
            if strangers:
                raise _unknown("themes", strangers)
            content[name] = sorted(theme.pk for theme in found)
        elif name == "territories":
            places = resolve_territories(set(value))
            strangers = [given for given in value if places[given].territory is None]
            if strangers:
                raise _unknown("territories", strangers)
            content[name] = sorted({places[v].territory.pk for v in value})  # type: ignore[union-attr]
        elif name == "source":
            for key in ("name", "url", "licence"):
                content[f"source_{key}"] = value.get(key, "") if value else ""
        elif name not in {"holder", "external_id"}:
            content[name] = value
    return content


def _unknown(where: str, words: list[str]) -> DomainError:
    return DomainError(
        _("Inconnu : %(words)s.") % {"words": ", ".join(word[:80] for word in words[:10])},
        field=where,
    )


def _holder(entry: Entry, token: ApiToken) -> tuple[int | None, dict[str, Any] | None]:
    """The organisation that carries the card: known by its SIREN or its name, or newly named,
    which gives no right in it."""
    given = entry.values.get("holder")
    if not given:
        return token.organisation_id, None
    siren = "".join(c for c in given["siren"] if c.isdigit())[:9]
    known = Organisation.objects.filter(siren=siren).first() if siren else None
    if known is None and given["name"]:
        known = Organisation.objects.filter(name__iexact=given["name"]).order_by("pk").first()
    if known is not None:
        return known.pk, None
    if not given["name"]:
        raise _unknown("holder.siren", [given["siren"]])
    if token.organisation_id is not None:
        return -1, None  # not its own: refused by the caller
    return None, {"name": given["name"], "kind": given["kind"]}
