"""What may be joined to an application: the types of an organisation's documents, presentations
and tables, and archives that hold nothing else."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from django.utils.translation import gettext as _

from essaim.calls.reading import limit
from essaim.common.errors import DomainError
from essaim.kits.content import checked, unpacked
from essaim.kits.formats import format_of

TYPES = ("pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "png", "jpg", "jpeg", "csv", "txt")
ARCHIVE = "zip"
ACCEPT = ",".join(f".{name}" for name in (*TYPES, ARCHIVE))


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _types() -> str:
    return ", ".join((*TYPES, ARCHIVE))


def checked_file(file: IO[bytes], name: str, size: int) -> tuple[str, IO[bytes]]:
    """Its media type and what to keep of it. Raises DomainError on the field ``file``."""
    most = limit("file_mb")
    if size > most * 1024 * 1024:
        raise DomainError(_("Ce fichier dépasse %(limit)s Mo.") % {"limit": most}, field="file")
    if _extension(name) == ARCHIVE:
        _check_archive(file, size)
        file.seek(0)
        return "application/zip", file
    if _extension(name) not in TYPES:
        raise DomainError(
            _("Ce type de fichier n’est pas accepté ici. Types possibles : %(types)s.")
            % {"types": _types()},
            field="file",
        )
    kind, kept = checked(file, name, size)
    return kind.media_type, kept


def _check_archive(file: IO[bytes], size: int) -> None:
    """Each file inside is what a file outside must be: neither a program nor another archive."""
    count = 0
    for name, opened, length in unpacked(file, size):
        count += 1
        if _extension(name) not in TYPES or format_of(name) is None:
            raise DomainError(
                _("L’archive contient « %(name)s », d’un type qui n’est pas accepté : retirez-le. Types possibles : %(types)s.")
                % {"name": name[-100:], "types": ", ".join(TYPES)},
                field="file",
            )  # fmt: skip
        _check_inside(name, opened, length)
    if not count:
        raise DomainError(_("Cette archive est vide."), field="file")


def _check_inside(name: str, opened: IO[bytes], length: int) -> None:
    copy: Any = tempfile.SpooledTemporaryFile(max_size=5 * 1024 * 1024)  # noqa: SIM115
    try:
        while piece := opened.read(1024 * 1024):
            copy.write(piece)
        copy.seek(0)
        kept = checked(copy, name, length)[1]
        if kept is not copy:
            kept.close()
    except DomainError as error:
        raise DomainError(
            _("Dans l’archive, « %(name)s » : %(why)s")
            % {"name": name[-100:], "why": error.message},
            field="file",
        ) from None
    finally:
        copy.close()
