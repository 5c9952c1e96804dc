"""One scheme ↔ one record: what files say of it, mended where certain, noted where not.

The format and the mapping of other sources' columns are in docs/schemes-format.md.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.fields import parse_partial_date
from essaim.common.text import fold
from essaim.schemes.kinds import (
    EARLIEST,
    LATEST,
    Recurrence,
    Stage,
    Track,
)
from essaim.schemes.models import Scheme
from essaim.schemes.vocabulary import ALIASES, LISTS_OF_WORDS, SYNONYMS
from essaim.territories.models import Territory
from essaim.territories.resolve import Resolution, resolve_territories
from essaim.themes.matching import Vocabulary
from essaim.themes.models import Theme

_TEXTS = ("description", "amount", "contact")
_SHORT = {"title": 300, "url": 500, "licence": 100}
# What JSON can write and PostgreSQL cannot keep: the null sign, halves of a pair.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_DAY = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")


def _clean(value: Any) -> str:
    try:
        return _UNWRITABLE.sub("", str(value))
    except RecursionError:  # lists in lists, without end
        return ""


@dataclass(frozen=True)
class Issue:
    line: int
    field: str
    reason: str
    refused: bool = False  # the record was not taken


@dataclass
class Record:
    """One scheme as a file says it, ready to be written: what the file does not speak of is
    absent from ``columns`` and None in the lists, and stays as it is."""

    line: int
    external_id: str
    columns: dict[str, Any] = field(default_factory=dict)
    themes: list[Theme] | None = None
    territories: list[Territory] | None = None
    # (label, opens, closes)
    windows: list[tuple[str, dt.date | None, dt.date | None]] | None = None


class _Reader:
    """One record's values; what is wrong is noted, what is impossible refuses the record."""

    def __init__(self, line: int, data: Mapping[str, Any]) -> None:
        self.line = line
        self.data = _canonical(data)
        self.issues: list[Issue] = []

    def note(self, name: str, reason: str, *, refused: bool = False) -> None:
        self.issues.append(Issue(self.line, name, reason, refused))

    def text(self, name: str, length: int | None = None) -> str:
        value = self.data.get(name)
        if value is None:
            return ""
        if isinstance(value, dict | list):
            self.note(name, _("Un texte est attendu ; la valeur est laissée de côté."))
            return ""
        text = _clean(value).strip()
        if length is not None and len(text) > length:
            self.note(name, _("Plus de %(n)s caractères : coupé.") % {"n": length})
            text = text[: length - 1].rstrip() + "…"
        return text

    def items(self, name: str) -> list[str]:
        """A list; a text is cut at « ; » and at « | »."""
        value = self.data.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, str):
            value = re.split(r"[;|\n]", value)
        if not isinstance(value, list):
            self.note(name, _("Une liste est attendue ; la valeur est laissée de côté."))
            return []
        texts = [" ".join(_clean(item).split()) for item in value]
        return list(dict.fromkeys(text for text in texts if text))

    def word(self, name: str, choices: type[models.TextChoices], given: str) -> str | None:
        folded = fold(given)
        by_name = {fold(value): value for value in choices.values}
        by_label = {fold(str(label)): value for value, label in choices.choices}
        found = by_name.get(folded) or by_label.get(folded)
        return found or SYNONYMS.get(name, {}).get(folded)

    def address(self, name: str) -> str:
        text = self.text(name, 500)
        if not text:
            return ""
        try:
            URLValidator(schemes=["http", "https"])(text)
        except ValidationError:
            self.note(name, _("« %(text)s » n’est pas une adresse web.") % {"text": text[:80]})
            return ""
        return text

    def partial_date(self, name: str) -> str:
        text = self.text(name)
        if match := _DAY.match(text):
            day, month, year = match.groups()
            text = f"{year}-{int(month):02}-{int(day):02}"
        if not text:
            return ""
        try:
            parse_partial_date(text)
        except ValidationError as error:
            self.note(name, error.messages[0])
            return ""
        return text

    def past(self, name: str) -> str:
        """A date that cannot be after today: of a check, of what is known."""
        text = self.partial_date(name)
        if text and parse_partial_date(text)[0] > timezone.localdate():
            self.note(
                name, _("« %(day)s » n’est pas encore venu : laissé de côté.") % {"day": text}
            )
            return ""
        return text

    def day(self, name: str) -> dt.date | None:
        """A whole day; a month or a year alone is not one."""
        text = self.partial_date(name)
        if len(text) == 10:
            day = dt.date.fromisoformat(text)
            if EARLIEST <= day <= LATEST:
                return day
            self.note(
                name,
                _("« %(day)s » n’est pas entre 2000 et 2100 : laissé de côté.") % {"day": text},
            )
            return None
        if text:
            self.note(name, _("Un jour entier est attendu (2026-09-30)."))
        return None


def _canonical(data: Mapping[str, Any]) -> dict[str, Any]:
    given = {fold(str(key)).replace(" ", "_"): value for key, value in data.items()}
    for name, others in ALIASES.items():
        for other in others:
            folded = fold(other).replace(" ", "_")
            if name not in given and folded in given:
                given[name] = given[folded]
    return given


def read(
    rows: Sequence[tuple[int, Mapping[str, Any]]], vocabulary: Vocabulary
) -> tuple[list[Record], list[Issue]]:
    """Records of a batch of lines, and what was noted; two queries whatever their number."""
    readers = [_Reader(line, data) for line, data in rows]
    addresses = [address for reader in readers for address in reader.items("territories")]
    places = resolve_territories(addresses)
    records, issues = [], []
    for reader in readers:
        record = _read(reader, vocabulary, places)
        issues += reader.issues
        if record is not None:
            records.append(record)
    return records, issues


def _read(
    reader: _Reader, vocabulary: Vocabulary, places: Mapping[str, Resolution]
) -> Record | None:
    title = " ".join(reader.text("title", _SHORT["title"]).split())
    external_id = re.sub(r"\s+", "-", reader.text("id"))[:200]
    if not title:
        reader.note(
            "title", _("Sans intitulé, le dispositif ne peut pas être repris."), refused=True
        )
    if not external_id:
        reader.note(
            "id",
            _("Sans identifiant, le même dispositif serait repris deux fois."),
            refused=True,
        )
    if not title or not external_id:
        return None
    record = Record(reader.line, external_id)
    unmatched: dict[str, list[str]] = {}
    columns = record.columns
    columns["title"] = title
    columns["funders"] = [funder[:200] for funder in reader.items("funders")]
    for name, choices in LISTS_OF_WORDS.items():
        known: list[str] = []
        unknown: list[str] = []
        for given in reader.items(name):
            value = reader.word(name, choices, given)
            (known if value else unknown).append(value or given)
        columns[name] = list(dict.fromkeys(known))
        _keep(reader, unmatched, name, unknown)
    for name, choices in (("track", Track), ("recurrence", Recurrence)):
        given = reader.text(name)
        value = reader.word(name, choices, given) if given else ""
        columns[name] = value or ""
        _keep(reader, unmatched, name, [given] if given and not value else [])
    columns |= {name: reader.text(name) for name in _TEXTS}
    columns["stage_notes"] = _notes(reader)
    columns["url"] = reader.address("url")
    _source(reader, columns)
    columns |= {name: reader.past(name) for name in ("as_of", "checked_on")}
    columns["ended_on"] = reader.day("ended_on")
    if "themes" in reader.data:
        record.themes, unknown_themes = vocabulary.themes(reader.items("themes"))
        _keep(reader, unmatched, "themes", unknown_themes)
    if "territories" in reader.data:
        record.territories = _places(reader, places, unmatched)
    record.windows = _windows(reader)
    kept = {"title", *reader.data}
    record.columns = {name: columns[name] for name in columns if name in kept}
    record.columns["unmatched"] = unmatched
    return record


def _places(
    reader: _Reader, places: Mapping[str, Resolution], unmatched: dict[str, list[str]]
) -> list[Territory]:
    found: dict[int, Territory] = {}
    for address in reader.items("territories"):
        resolution = places[address]
        if resolution.note:
            reader.note("territories", resolution.note)
        if resolution.territory is None:
            unmatched.setdefault("territories", []).append(address)
        else:
            found[resolution.territory.pk] = resolution.territory
    return list(found.values())


def _keep(
    reader: _Reader, unmatched: dict[str, list[str]], name: str, words: Iterable[str]
) -> None:
    """What no list knows is kept word for word, and said."""
    for word in words:
        unmatched.setdefault(name, []).append(word)
        reader.note(name, _("« %(word)s » est inconnu : gardé tel quel.") % {"word": word[:80]})


def _notes(reader: _Reader) -> dict[str, str]:
    given = reader.data.get("stage_notes") or {}
    if not isinstance(given, dict):
        reader.note("stage_notes", _("Un objet est attendu ; la valeur est laissée de côté."))
        return {}
    return {key: _clean(text) for key, text in given.items() if key in Stage.values}


def _source(reader: _Reader, columns: dict[str, Any]) -> None:
    given = reader.data.get("source")
    if isinstance(given, dict):
        known = {key: given[key] for key in ("name", "url") if key in given}
        reader.data |= {f"source_{key}": value for key, value in known.items()}
        if "licence" in given:
            reader.data.setdefault("licence", given["licence"])
    elif isinstance(given, str):
        reader.data.setdefault("source_name", given)
    columns["source_name"] = reader.text("source_name", 300)
    columns["source_url"] = reader.address("source_url")
    columns["licence"] = reader.text("licence", _SHORT["licence"])


def _windows(reader: _Reader) -> list[tuple[str, dt.date | None, dt.date | None]] | None:
    given = reader.data.get("windows")
    if given is None and not {"opening", "deadline"} & reader.data.keys():
        return None
    windows: list[tuple[str, dt.date | None, dt.date | None]] = []
    if isinstance(given, list):
        for item in given:
            if not isinstance(item, dict):
                reader.note("windows", _("Un objet est attendu ; la valeur est laissée de côté."))
                continue
            one = _Reader(reader.line, item)
            label = one.text("label", 200)
            windows.append((label, one.day("opens_on"), one.day("closes_on")))
            reader.issues += one.issues
    else:
        windows.append(("", reader.day("opening"), reader.day("deadline")))
    kept = []
    for label, opens, closes in windows:
        if opens and closes and opens > closes:
            reader.note(
                "windows",
                _("La clôture (%(closes)s) précède l’ouverture (%(opens)s) : laissé de côté.")
                % {"closes": closes, "opens": opens},
            )
        elif opens or closes:
            kept.append((label, opens, closes))
    return list(dict.fromkeys(kept))


def write(scheme: Scheme) -> dict[str, Any]:
    """The record of a scheme, as ``read`` takes it back; expects ``for_detail()``. The contact
    stays out: a file travels where nobody signed in."""
    record: dict[str, Any] = {
        "id": scheme.external_id,
        "title": scheme.title,
        "funders": scheme.funders,
        "track": scheme.track,
        "stages": scheme.stages,
        "stage_notes": scheme.stage_notes,
        "helps": scheme.helps,
        "applicants": scheme.applicants,
        "points": scheme.points,
        "themes": [theme.slug for theme in scheme.themes.all()],
        "territories": [place.address for place in scheme.territories.all()],
        "description": scheme.description,
        "amount": scheme.amount,
        "recurrence": scheme.recurrence,
        "windows": [
            {
                "label": window.label,
                "opens_on": window.opens_on and window.opens_on.isoformat(),
                "closes_on": window.closes_on and window.closes_on.isoformat(),
            }
            for window in scheme.windows.all()
        ],
        "url": scheme.url,
        "source": {
            "name": scheme.source_name,
            "url": scheme.source_url,
            "licence": scheme.licence,
        },
        "as_of": scheme.as_of,
        "checked_on": scheme.checked_on,
        "ended_on": scheme.ended_on and scheme.ended_on.isoformat(),
    }
    empty: tuple[Any, ...] = ("", None, [], {})
    record["source"] = {k: v for k, v in record["source"].items() if v not in empty}
    return {key: value for key, value in record.items() if value not in empty}
