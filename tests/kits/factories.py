"""Materials of kits, and the files to deposit, made in memory."""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from essaim.initiatives.models import Initiative
from essaim.kits.actions import archives
from essaim.kits.actions.materials import add_material
from essaim.kits.models import ArchiveState, KitArchive, KitMaterial
from essaim.people.models import User
from tests.people.factories import UserFactory

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
ODT = "application/vnd.oasis.opendocument.text"


def odt(extra: dict[str, bytes] | None = None, mimetype: str = ODT) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        archive.writestr("content.xml", "<office:document-content/>", zipfile.ZIP_DEFLATED)
        for name, content in (extra or {}).items():
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def docx(extra: dict[str, bytes] | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return made.getvalue()


def photo(form: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "orange").save(made, form, **options)
    return made.getvalue()


def upload(name: str = "methode.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def deposited(card: Initiative, *, by: Any = None, **fields: Any) -> KitMaterial:
    """A material in the kit of the card, through the action."""
    name, content = fields.pop("name", "methode.pdf"), fields.pop("content", PDF)
    values: dict[str, Any] = {
        "kind": KitMaterial.Kind.METHOD,
        "title": "Méthode en six étapes",
        "licence": "etalab-2.0",
        "credit": "Ville d’exemple",
        "submission": uuid.uuid4(),
    }
    return add_material(
        card, file=io.BytesIO(content), name=name, size=len(content),
        by=by or UserFactory(), **(values | fields),
    )  # fmt: skip


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def build(card: Any) -> KitArchive:
    """Ask for the archive and do what the worker does."""
    archive = archives.ask_archive(card)
    archives.build(archive.pk)
    return KitArchive.objects.get(initiative=card, state=ArchiveState.READY)


def body(answer: Any) -> bytes:
    """Of a file that was sent; read to its end, it is closed."""
    return b"".join(answer.streaming_content)
