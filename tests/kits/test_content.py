"""A file that lies about its type, a bomb, a macro: refused with words one can act on."""

from __future__ import annotations

import io
import resource
import zipfile
from typing import Any

import pytest
from PIL import Image

from essaim.common.typography import french
from essaim.kits.content import Refused, checked
from tests.kits.factories import PDF, docx, odt, photo


def peak_mb() -> int:
    """The most memory that this process ever held (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def take(name: str, content: bytes) -> bytes:
    _format, kept = checked(io.BytesIO(content), name, len(content))
    with kept:
        return kept.read()


class TestWhatIsTaken:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("methode.pdf", PDF),
            ("modele.odt", odt()),
            ("modele.DOCX", docx()),
            ("notes.md", "# Étapes\n".encode()),
            ("roles.csv", "rôle;jours\nréférent;2,5\n".encode()),
        ],
    )
    def test_a_file_that_is_what_it_says_is_kept_as_it_is(self, name: str, content: bytes) -> None:
        assert take(name, content) == content

    @pytest.mark.parametrize(
        ("name", "form"), [("a.png", "PNG"), ("a.jpeg", "JPEG"), ("a.webp", "WEBP")]
    )
    def test_an_image_is_drawn_again(self, name: str, form: str) -> None:
        with Image.open(io.BytesIO(take(name, photo(form)))) as image:
            assert (image.format, image.size) == (form, (60, 40))

    def test_the_place_of_a_photo_does_not_come_along(self) -> None:
        exif = Image.Exif()
        exif[0x010E] = "Chez Claire Martin, 3 rue des Lilas"
        original = photo(exif=exif) + b"<script>alert(1)</script>"
        kept = take("photo.jpg", original)
        assert b"Lilas" in original and b"Lilas" not in kept
        assert b"script" not in kept
        with Image.open(io.BytesIO(kept)) as image:
            assert not image.getexif()


class TestLies:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("methode.pdf", b"MZ\x90\x00 a program"),
            ("methode.pdf", b"<html><script>alert(1)</script></html>"),
            ("methode.pdf", b"<html>" + PDF),  # a page first, a PDF after
            ("modele.odt", docx()),
            ("modele.docx", odt()),
            ("modele.odt", odt(mimetype="application/vnd.oasis.opendocument.spreadsheet")),
            ("modele.odt", PDF),
            ("modele.odt", b"PK\x03\x04 and nothing more"),
            ("image.png", photo("JPEG")),
            ("image.jpg", b"GIF89a" + b"\0" * 40),
            ("image.png", photo("PNG")[:60]),
            ("notes.txt", b"MZ\x90\x00"),
        ],
    )
    def test_are_refused(self, name: str, content: bytes) -> None:
        with pytest.raises(Refused, match="Le contenu de ce fichier n’est pas celui d’un fichier"):
            take(name, content)

    @pytest.mark.parametrize(
        "name",
        [
            "page.html",
            "dessin.svg",
            "outil.exe",
            "outil.pdf.exe",
            "macro.docm",
            "sans-nom",
            "a.zip",
        ],
    )
    def test_types_out_of_the_list_are_refused(self, name: str) -> None:
        with pytest.raises(Refused, match=french("Types possibles : odt, ods")):
            take(name, PDF)

    def test_an_empty_file_is_refused(self) -> None:
        with pytest.raises(Refused, match="vide"):
            take("methode.pdf", b"")

    def test_a_text_in_another_encoding_is_told(self) -> None:
        with pytest.raises(Refused, match="UTF-8"):
            take("notes.txt", "été".encode("latin-1"))

    def test_half_a_pdf_is_told(self) -> None:
        with pytest.raises(Refused, match="incomplet"):
            take("methode.pdf", PDF[:20])


class TestInsideOfficeFiles:
    @pytest.mark.parametrize(
        "content",
        [
            docx({"word/vbaProject.bin": b"macro"}),
            odt({"Basic/Standard/Module1.xml": b"<script/>"}),
            odt({"Pictures/outil.exe": b"MZ"}),
            odt({"Pictures/image.svg": b"<svg onload='x'/>"}),
        ],
        ids=["vba", "basic", "program", "svg"],
    )
    def test_what_could_run_is_refused(self, content: bytes) -> None:
        name = "a.docx" if b"word/" in content else "a.odt"
        with pytest.raises(Refused, match="macros ou un programme"):
            take(name, content)

    def test_a_name_that_leaves_its_folder_is_refused(self) -> None:
        with pytest.raises(Refused):
            take("a.odt", odt({"../../etc/passwd": b"x"}))

    def test_a_bomb_is_refused(self) -> None:
        bomb = odt({"Pictures/zeros.bin": b"\0" * 30_000_000})
        assert len(bomb) < 100_000
        with pytest.raises(Refused, match="volume démesuré"):
            take("a.odt", bomb)

    def test_a_bomb_whose_index_lies_is_refused(self) -> None:
        """The index announces ten bytes; the entry holds thirty million."""
        bomb = bytearray(odt({"Pictures/zeros.bin": b"\0" * 30_000_000}))
        size = (30_000_000).to_bytes(4, "little")
        assert bomb.count(size) == 2
        bomb = bytearray(bytes(bomb).replace(size, (10).to_bytes(4, "little")))
        with pytest.raises(Refused):
            take("a.odt", bytes(bomb))

    def test_entries_that_overlap_are_refused(self) -> None:
        """The same bytes under a thousand names: each is small, all together are not."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.text")
            archive.writestr("content.xml", b"x" * 5000)
            for number in range(1000):
                info = zipfile.ZipInfo(f"copy{number}.xml")
                first = archive.getinfo("content.xml")
                info.header_offset, info.CRC = first.header_offset, first.CRC
                info.compress_size = info.file_size = first.file_size
                archive.filelist.append(info)
            archive._didModify = True
        with pytest.raises(Refused):
            take("a.odt", made.getvalue())

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_what_python_unpacks_without_bound_is_refused_before_it_is_opened(
        self, method: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = io.BytesIO(odt())
        with zipfile.ZipFile(made, "a") as archive:
            archive.writestr("Pictures/zeros.bin", b"\0" * 5_000_000, method)
        monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args, **kwargs: pytest.fail("opened"))
        with pytest.raises(Refused):
            take("a.odt", made.getvalue())

    @pytest.mark.parametrize(
        ("at", "value"),
        [(8, b"\x89\x13"), (10, b"\x89\x13"), (10, b"\xff\xff"), (12, b"\1\0\x20\0"),
         (12, b"\xff" * 4), (16, b"\xff" * 4)],
        ids=["entries here", "entries", "zip64", "index", "index zip64", "offset zip64"],
    )  # fmt: skip
    def test_an_index_announced_too_large_is_not_loaded(
        self, at: int, value: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        content = bytearray(odt())
        end = content.rindex(b"PK\x05\x06")
        content[end + at : end + at + len(value)] = value
        monkeypatch.setattr(zipfile, "ZipFile", lambda *args: pytest.fail("loaded"))
        with pytest.raises(Refused, match="volume démesuré"):
            take("a.odt", bytes(content))

    def test_an_index_elsewhere_is_not_loaded(self) -> None:
        content = odt()
        end = content.rindex(b"PK\x05\x06")
        locator = b"PK\x06\x07" + b"\0" * 16
        with pytest.raises(Refused, match="volume démesuré"):
            take("a.odt", content[:end] + locator + content[end:])

    def test_an_image_too_large_to_draw_is_refused(self) -> None:
        """Small on disk, gigabytes once drawn."""
        made = io.BytesIO()
        Image.new("1", (12_000, 12_000)).save(made, "PNG", optimize=True)
        assert len(made.getvalue()) < 100_000
        with pytest.raises(Refused, match="trop grande"):
            take("a.png", made.getvalue())

    @pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
    def test_one_point_too_many_is_refused_before_it_is_drawn(
        self, form: str, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.KITS = settings.KITS | {"megapixels": 1}
        name = {"PNG": "a.png", "JPEG": "a.jpg", "WEBP": "a.webp"}[form]
        fits, too_many = photo(form, (1000, 1000)), photo(form, (1000, 1001))
        take(name, fits)
        drawn: list[str] = []
        monkeypatch.setattr(Image.Image, "convert", lambda *given: drawn.append("once"))
        with pytest.raises(Refused, match="1 millions de points au plus"):
            take(name, too_many)
        assert not drawn

    def test_the_largest_one_costs_two_copies_at_most(self) -> None:
        """160 MB for 20 million points of four bytes; the process's own peak tells."""
        made = io.BytesIO()
        Image.new("RGBA", (5000, 4000)).save(made, "PNG")
        before = peak_mb()
        take("a.png", made.getvalue())
        assert peak_mb() - before < 200
