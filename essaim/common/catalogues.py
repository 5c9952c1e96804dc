"""Message catalogues without system tools: extract, compile and check, in pure Python.

French is the language of the sources; every app keeps its English in
``<app>/locale/en/LC_MESSAGES/django.po``. Its French is the sources' own, as French sets it
(``common.typography``): compiled from the same file, it has no text one to keep.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from essaim.common.typography import french

APPS = Path(__file__).resolve().parent.parent
KEYWORDS = {
    name: spec
    for names, spec in [
        (("_", "gettext", "gettext_lazy", "gettext_noop"), None),
        (("ngettext", "ngettext_lazy"), (1, 2)),
        (("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
        (("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
    ]
    for name in names
}


@dataclass(frozen=True)
class Problem:
    app: str
    message: str
    why: str  # "missing", "fuzzy" or "obsolete"


def apps() -> list[str]:
    return sorted(p.parent.name for p in APPS.glob("*/apps.py"))


def po_path(app: str) -> Path:
    return APPS / app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def _messages(path: Path) -> Iterator[tuple[Any, str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Read as Python, a template's indentation would mean something.
        lines = templatize(text, origin=str(path)).splitlines()
        text = "\n".join(line.strip() for line in lines)
    source = io.BytesIO(text.encode())
    for _line, message, _comments, context in extract("python", source, keywords=KEYWORDS):
        yield message, context


def source_catalog(app: str) -> Catalog:
    """Every translatable text of the app, in a stable order."""
    catalog = Catalog(project="Essaim", charset="utf-8")
    root = APPS / app
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.html"), *root.rglob("*.txt")]):
        if "migrations" in path.parts or "data" in path.parts:
            continue
        place = path.relative_to(APPS.parent).as_posix()
        for message, context in _messages(path):
            catalog.add(message, locations=[(place, 0)], context=context)
    return catalog


def read(app: str) -> Catalog:
    path = po_path(app)
    if not path.exists():
        return Catalog(locale="en", project="Essaim", charset="utf-8")
    with path.open("rb") as handle:
        return read_po(handle, locale="en")


def update(app: str) -> int:
    """Bring the app's English catalogue up to its sources; returns how many lack a translation."""
    catalog = read(app)
    catalog.update(source_catalog(app), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    if not len(catalog):
        return 0
    catalog.fuzzy = False
    catalog.header_comment = "# English texts of Essaim."
    catalog.version = ""
    path = po_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    write_po(out, catalog, width=100, sort_output=True, omit_header=False, include_lineno=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    stamped = (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Generated-By",
        "Report-Msgid",
        "Language-Team",
    )
    path.write_text("".join(x for x in lines if not any(s in x for s in stamped)), "utf-8")
    return sum(1 for problem in problems(app))


def compile_catalogue(app: str) -> bool:
    """Write the binary catalogues Django reads, where the text one is newer."""
    po = po_path(app)
    english = po.with_suffix(".mo")
    in_french = APPS / app / "locale" / "fr" / "LC_MESSAGES" / "django.mo"
    if not po.exists() or all(_is_newer(mo, po) for mo in (english, in_french)):
        return False
    known = read(app)
    in_french.parent.mkdir(parents=True, exist_ok=True)
    for path, catalog in ((english, known), (in_french, as_french(known))):
        with path.open("wb") as handle:
            write_mo(handle, catalog)
    return True


def _is_newer(mo: Path, po: Path) -> bool:
    return mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime


def as_french(known: Catalog) -> Catalog:
    """What French sets otherwise than the sources are typed; « 0 fiche » is singular there."""
    catalog = Catalog(locale="fr", project="Essaim", charset="utf-8")
    for message in known:
        forms: Any = message.id
        if isinstance(forms, str):
            set_so: Any = french(forms)
        else:
            set_so = [french(form) for form in forms]
        if forms and (set_so != forms or not isinstance(forms, str)):
            catalog.add(forms, set_so, context=message.context)
    return catalog


def _key(message: Message) -> tuple[str, str | None]:
    return (message.id if isinstance(message.id, str) else message.id[0]), message.context


def problems(app: str) -> list[Problem]:
    """What keeps the English of an app from being complete."""
    known = {_key(message): message for message in read(app) if message.id}
    wanted = {_key(message) for message in source_catalog(app) if message.id}
    found = [Problem(app, text, "obsolete") for text, _context in known.keys() - wanted]
    for text, context in wanted:
        entry = known.get((text, context))
        text_or_forms: Any = entry.string if entry is not None else ""
        strings = [text_or_forms] if isinstance(text_or_forms, str) else list(text_or_forms)
        if entry is None or not strings or not all(strings):
            found.append(Problem(app, text, "missing"))
        elif entry.fuzzy:
            found.append(Problem(app, text, "fuzzy"))
    return sorted(found, key=lambda problem: problem.message)
