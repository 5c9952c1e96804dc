"""What a deposited file really is: its content against the type that its name announces.

Nothing here writes to the database. Each check reads the file in pieces, so that its cost in
memory does not grow with its size.
"""

from __future__ import annotations

import io
import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.errors import DomainError
from essaim.kits.formats import FORMATS, Format, format_of

CHUNK = 1024 * 1024
ENTRIES_AT_MOST = 5_000
RATIO_AT_MOST = 200  # of an office file: texts of XML shrink a lot, bombs a thousand times
RATIO_MATTERS_FROM = 10 * CHUNK  # a small file of repeated text harms nobody
TEXT_AT_MOST = 20 * CHUNK
# Programs that an office file carries: what opens it may run them.
_PROGRAMS = ("vbaproject.bin", "vbadata.xml", "activex", "basic/", "scripts/")
_RUNS = {
    *("exe", "dll", "com", "scr", "msi", "bat", "cmd", "ps1", "vbs", "js", "jar", "sh", "hta"),
    *("lnk", "app", "apk", "html", "htm", "svg", "php", "py"),
}
_OOXML_MAIN = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
}
INDEX_AT_MOST = 2 * CHUNK
# The record that ends an archive, its index's locator when there are very many entries, and how
# far from the end the record may stand (APPNOTE.TXT 6.3.10, 4.3.15 and 4.3.16).
_END, _END_SIGN = struct.Struct("<4s4H2LH"), b"PK\x05\x06"
_LOCATOR_SIZE, _LOCATOR_SIGN = 20, b"PK\x06\x07"
END_RECORD_WITHIN = 65_536 + _END.size
# Python unpacks these piece by piece; the others without bound.
_BOUNDED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What zipfile raises on files that are not what they claim; RuntimeError is its own way of saying
# that an entry needs a password, or is packed in a manner it does not know: the file is refused.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, OSError, RuntimeError),
)
_IMAGES = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}


class Refused(DomainError):
    """The file is not taken; the message says why and what to do."""

    def __init__(self, message: str):
        super().__init__(message, field="file")


def checked(file: IO[bytes], name: str, size: int) -> tuple[Format, IO[bytes]]:
    """The format of the file and what to keep of it: the file itself, or an image drawn again.

    Raises Refused. The file is left at its beginning.
    """
    kind = format_of(name)
    if kind is None:
        raise Refused(
            _("Ce type de fichier n’est pas accepté. Types possibles : %(types)s.")
            % {"types": ", ".join(FORMATS)}
        )
    limit = settings.KITS["file_mb"]
    if size > limit * 1024 * 1024:
        raise Refused(_("Ce fichier dépasse %(limit)s Mo.") % {"limit": limit})
    if size == 0:
        raise Refused(_("Ce fichier est vide."))
    file.seek(0)
    kept = _CHECKS[kind.family](file, kind)
    kept.seek(0)
    return kind, kept


def _bomb() -> Refused:
    return Refused(_("Ce fichier se déploierait en un volume démesuré : il n’est pas accepté."))


def _lies(kind: Format) -> Refused:
    return Refused(
        _(
            "Le contenu de ce fichier n’est pas celui d’un fichier .%(extension)s : "
            "enregistrez-le de nouveau depuis votre logiciel, dans ce format."
        )
        % {"extension": kind.extension}
    )


# --- texts and PDF ---------------------------------------------------------------------------
def _text(file: IO[bytes], kind: Format) -> IO[bytes]:
    """UTF-8, without the null bytes that programs and other binary files have."""
    import codecs

    decoder, total = codecs.getincrementaldecoder("utf-8")(), 0
    while piece := file.read(CHUNK):
        total += len(piece)
        if total > TEXT_AT_MOST:
            raise Refused(
                _("Un texte ne dépasse pas %(limit)s Mo.") % {"limit": TEXT_AT_MOST // CHUNK}
            )
        if b"\0" in piece:
            raise _lies(kind)
        try:
            decoder.decode(piece)
        except UnicodeDecodeError:
            raise Refused(
                _("Ce texte n’est pas en UTF-8 : enregistrez-le dans cet encodage.")
            ) from None
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise _lies(kind) from None
    return file


def _pdf(file: IO[bytes], kind: Format) -> IO[bytes]:
    """From its very first byte to its end: a page put before it could run elsewhere."""
    if not file.read(8).startswith(b"%PDF-"):
        raise _lies(kind)
    file.seek(0, io.SEEK_END)
    file.seek(max(0, file.tell() - 2048))
    if b"%%EOF" not in file.read():
        raise Refused(_("Ce PDF est incomplet : déposez-le de nouveau."))
    return file


# --- office files: archives, whose inside is looked at ----------------------------------------
def _opened(file: IO[bytes], kind: Format) -> zipfile.ZipFile:
    if not file.read(4).startswith(b"PK\x03\x04"):
        raise _lies(kind)
    _check_end_record(file, kind)
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except (*_UNREADABLE, ValueError):
        raise _lies(kind) from None


def _check_end_record(file: IO[bytes], kind: Format) -> None:
    """The size of the index, before Python loads it whole: the record that zipfile would use."""
    start = max(0, _size(file) - END_RECORD_WITHIN)
    file.seek(start)
    tail = file.read()
    at = len(tail) - _END.size
    if at < 0 or not (tail[at:].startswith(_END_SIGN) and tail.endswith(b"\0\0")):
        at = tail.rfind(_END_SIGN)
    if at < 0 or at + _END.size > len(tail):
        raise _lies(kind)
    _sign, _disk, _first, here, entries, index, offset, _comment = _END.unpack_from(tail, at)
    huge = 0xFFFF in (here, entries) or 0xFFFFFFFF in (index, offset)
    locator = at - _LOCATOR_SIZE  # zipfile believes it whatever the record says
    if locator >= 0 and tail.startswith(_LOCATOR_SIGN, locator):
        huge = True
    if locator < 0 < start:  # the comment is as long as may be: nothing honest is so written
        raise _lies(kind)
    if huge or max(here, entries) > ENTRIES_AT_MOST or index > INDEX_AT_MOST:
        raise _bomb()


def _odf(file: IO[bytes], kind: Format) -> IO[bytes]:
    """The first entry of an OpenDocument is its type, stored as it is (ODF 1.2, part 3, § 3.3)."""
    with _opened(file, kind) as archive:
        _look_inside(archive, kind, _size(file))
        first = archive.infolist()[0] if archive.infolist() else None
        if first is None or first.filename != "mimetype" or first.file_size > 200:
            raise _lies(kind)
        if archive.read(first).decode("ascii", "replace").strip() != kind.media_type:
            raise _lies(kind)
    return file


def _ooxml(file: IO[bytes], kind: Format) -> IO[bytes]:
    with _opened(file, kind) as archive:
        _look_inside(archive, kind, _size(file))
        if not {"[Content_Types].xml", _OOXML_MAIN[kind.extension]} <= set(archive.namelist()):
            raise _lies(kind)
    return file


_ARCHIVE = Format("zip", gettext_lazy("archive ZIP"), "application/zip", "archive")


def unpacked(file: IO[bytes], size: int) -> Iterator[tuple[str, IO[bytes], int]]:
    """The files of an archive, once it is known to be no bomb: (name, content, size in bytes).

    Raises Refused; what each file is remains for the caller to check.
    """
    with _opened(file, _ARCHIVE) as archive:
        _look_inside(archive, _ARCHIVE, size, programs=False)
        for entry in archive.infolist():
            if not entry.is_dir():
                with archive.open(entry) as opened:
                    yield entry.filename, opened, entry.file_size


def _size(file: IO[bytes]) -> int:
    file.seek(0, io.SEEK_END)
    return file.tell()


def _look_inside(
    archive: zipfile.ZipFile, kind: Format, size: int, *, programs: bool = True
) -> None:
    """Refuse bombs, programs, encrypted entries and names that would leave their folder.
    ``programs``: false where the caller names the file that it refuses.

    What the index announces is checked first, then every entry is unpacked in pieces and
    counted: an index may lie.
    """
    entries = archive.infolist()
    bomb = _bomb()
    if len(entries) > ENTRIES_AT_MOST:
        raise bomb
    if sum(entry.compress_size for entry in entries) > size:
        raise bomb  # entries that overlap: the same bytes unpacked many times
    limit = settings.KITS["unpacked_mb"] * 1024 * 1024
    if sum(entry.file_size for entry in entries) > limit:
        raise bomb
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        lower = entry.filename.lower()
        if entry.flag_bits & 0x1:
            raise Refused(_("Ce fichier est protégé par un mot de passe : retirez-le."))
        if path.is_absolute() or ".." in path.parts:
            raise _lies(kind)
        if entry.compress_type not in _BOUNDED:
            raise _lies(kind)
        if not programs:
            continue
        if any(part in lower for part in _PROGRAMS) or lower.rpartition(".")[2] in _RUNS:
            raise Refused(
                _("Ce fichier contient des macros ou un programme : enregistrez-le sans eux.")
            )
    unpacked = 0
    for entry in entries:
        try:
            with archive.open(entry) as opened:
                while piece := opened.read(CHUNK):
                    unpacked += len(piece)
                    too_much = unpacked > RATIO_MATTERS_FROM and unpacked > RATIO_AT_MOST * size
                    if unpacked > limit or too_much:
                        raise bomb
        except _UNREADABLE:
            raise _lies(kind) from None


# --- images ------------------------------------------------------------------------------------
def _image(file: IO[bytes], kind: Format) -> IO[bytes]:
    """The picture drawn again, without what came along: place of the shot, notes, hidden files.

    Its size is read from its first bytes: one that is too large is refused before it is drawn.
    """
    name = _IMAGES[kind.extension]
    made: Any = tempfile.TemporaryFile()  # noqa: SIM115 - the caller reads it, then closes it
    try:
        _draw_again(file, made, kind, name)
    except BaseException:
        made.close()
        raise
    return made  # type: ignore[no-any-return]


def _draw_again(file: IO[bytes], made: IO[bytes], kind: Format, name: str) -> None:
    import warnings

    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=[name]) as image:
                if image.width * image.height > settings.KITS["megapixels"] * 1_000_000:
                    raise _too_large()
                mode = "RGBA" if name != "JPEG" and _has_alpha(image) else "RGB"
                drawn = image.convert(mode)
            del image  # never more than two copies in memory
            ImageOps.exif_transpose(drawn, in_place=True)
            drawn.info.clear()
            drawn.save(made, name, exif=b"", **({} if name == "PNG" else {"quality": 90}))
    except (OSError, SyntaxError, ValueError, struct.error):
        raise _lies(kind) from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_large() from None


def _too_large() -> Refused:
    return Refused(
        _(
            "Cette image est trop grande : %(limit)s millions de points au plus. Réduisez-la dans"
            " un logiciel d’images, puis déposez-la de nouveau."
        )
        % {"limit": settings.KITS["megapixels"]}
    )


def _has_alpha(image: Any) -> bool:
    return "A" in image.getbands() or "transparency" in image.info


_CHECKS = {"text": _text, "pdf": _pdf, "odf": _odf, "ooxml": _ooxml, "image": _image}
