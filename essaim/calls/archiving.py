"""All the files of the applications of a call in one archive, at constant memory."""

from __future__ import annotations

import hashlib
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import IO, Any

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common.spreadsheets import Cell, as_csv, safe

from .exporting import BATCH, CHUNK, Row, applicant_of, rows
from .models import Application

NAME_LENGTH = 60


@dataclass(frozen=True)
class Joined:
    """A file of what was submitted. ``open`` raises FileNotFoundError where it is gone."""

    block: str
    name: str
    size: int
    sha256: str
    open: Callable[[], IO[bytes]]


_WINDOWS = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def safe_name(name: str, fallback: str = "fichier") -> str:
    """One that every system takes: plain letters, no folder, no device of Windows, not too long;
    the extension stays."""
    path = PurePosixPath(name.replace("\\", "/"))
    stem = slugify(path.stem)[:NAME_LENGTH].strip("-") or fallback
    extension = slugify(path.suffix.lstrip("."))[:10]
    stem = f"{stem}-" if _WINDOWS.match(stem) else stem
    return f"{stem}.{extension}" if extension else stem


def folder_of(application: Application) -> str:
    who = application.organisation.name if application.organisation else application.title
    return f"{application.number or 0:04d}-{safe_name(who, 'candidature').replace('.', '-')}"


Files = Callable[[Sequence[Row]], Mapping[int, Sequence[Joined]]]


def write_archive(
    out: IO[bytes], keys: Sequence[int], site: str, *, files: Files, left_out: int,
    tell: Callable[[int], None],
) -> None:  # fmt: skip
    """A folder an application, and ``manifeste.csv``: each file with its size and SHA-256, those
    that could not be read, and how many applications are not in it and why."""
    done = 0
    with (
        tempfile.SpooledTemporaryFile(max_size=1_000_000) as lines,
        zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive,
    ):
        manifest = _Manifest(lines)
        remaining = rows(keys, site)
        while batch := list(islice(remaining, BATCH)):
            found = files(batch)
            for row in batch:
                _add(archive, manifest, row, found.get(row.application.pk, ()))
                done += 1
            tell(done)
        if left_out:
            manifest.note(
                ngettext(
                    "Une candidature n’y est pas : vous avez un lien avec elle.",
                    "%(n)s candidatures n’y sont pas : vous avez un lien avec elles.",
                    left_out,
                )
                % {"n": left_out}
            )
        lines.seek(0)
        with archive.open(_info("manifeste.csv", zipfile.ZIP_DEFLATED), "w") as target:
            while piece := lines.read(CHUNK):
                target.write(piece)


class _Manifest:
    def __init__(self, lines: Any) -> None:
        self.lines = lines
        self.add(
            _("numéro"), _("candidat"), _("bloc"), _("nom donné par le candidat"),
            _("chemin dans l’archive"), _("octets"), _("SHA-256"), _("remarque"),
        )  # fmt: skip

    def add(self, *cells: Cell) -> None:
        parts = as_csv([[safe(cell) for cell in cells]])
        # The mark of UTF-8 begins the file and nothing else.
        mark = next(parts)
        if self.lines.tell() == 0:
            self.lines.write(mark)
        for part in parts:
            self.lines.write(part)

    def note(self, words: str) -> None:
        self.add("", "", "", "", "", None, "", words)


def _info(path: str, how: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, date_time=timezone.localtime().timetuple()[:6])
    info.compress_type = how
    info.external_attr = 0o644 << 16
    return info


def _add(archive: zipfile.ZipFile, manifest: _Manifest, row: Row, files: Iterable[Joined]) -> None:
    folder, taken = folder_of(row.application), set[str]()
    who = applicant_of(row)
    for joined in files:
        name = _free(safe_name(joined.name), taken)
        path = f"{folder}/{name}"
        try:
            source = joined.open()
        except (FileNotFoundError, ValueError):
            manifest.add(
                row.application.number, who, joined.block, joined.name, "", joined.size,
                joined.sha256, _("fichier introuvable"),
            )  # fmt: skip
            continue
        digest, size = hashlib.sha256(), 0
        info = _info(path)
        info.file_size = joined.size  # decides whether the entry needs 64 bits
        with source, archive.open(info, "w") as target:
            while piece := source.read(CHUNK):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        changed = "" if digest.hexdigest() == joined.sha256 else _("diffère de ce qui fut déposé")
        manifest.add(
            row.application.number, who, joined.block, joined.name, path, size,
            digest.hexdigest(), changed,
        )  # fmt: skip


def _free(name: str, taken: set[str]) -> str:
    """Two files of one name stay two; case does not tell them apart everywhere."""
    stem, dot, extension = name.rpartition(".")
    stem, end = (stem, f".{extension}") if dot else (name, "")
    found, number = name, 2
    while found.lower() in taken:
        found, number = f"{stem}-{number}{end}", number + 1
    taken.add(found.lower())
    return found
