"""The types of files that a kit may hold. Whatever is not here is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Format:
    extension: str
    label: Any
    media_type: str
    family: str  # how its content is checked: odf, ooxml, pdf, text, image
    is_open: bool = True
    instead: str = ""  # for those that are not: the open one to prefer


_ODF = "application/vnd.oasis.opendocument."
_OOXML = "application/vnd.openxmlformats-officedocument."
FORMATS = {
    each.extension: each
    for each in [
        Format("odt", _("texte OpenDocument"), _ODF + "text", "odf"),
        Format("ods", _("tableur OpenDocument"), _ODF + "spreadsheet", "odf"),
        Format("odp", _("présentation OpenDocument"), _ODF + "presentation", "odf"),
        Format("odg", _("dessin OpenDocument"), _ODF + "graphics", "odf"),
        Format("pdf", _("document PDF"), "application/pdf", "pdf"),
        Format("txt", _("texte"), "text/plain; charset=utf-8", "text"),
        Format("md", _("texte Markdown"), "text/markdown; charset=utf-8", "text"),
        Format("csv", _("tableau CSV"), "text/csv; charset=utf-8", "text"),
        Format("png", _("image PNG"), "image/png", "image"),
        Format("jpg", _("image JPEG"), "image/jpeg", "image"),
        Format("webp", _("image WebP"), "image/webp", "image"),
        Format(
            "docx", _("texte Word"), _OOXML + "wordprocessingml.document", "ooxml", False, "odt"
        ),
        Format(
            "xlsx", _("tableur Excel"), _OOXML + "spreadsheetml.sheet", "ooxml", False, "ods"
        ),
        Format(
            "pptx", _("présentation PowerPoint"), _OOXML + "presentationml.presentation", "ooxml",
            False, "odp",
        ),
    ]
}  # fmt: skip
ALIASES = {"jpeg": "jpg", "text": "txt", "markdown": "md"}
ACCEPT = ",".join(f".{name}" for name in [*FORMATS, *ALIASES])


def format_of(name: str) -> Format | None:
    """The format that a file's name announces, if it is one of ours."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    return FORMATS.get(ALIASES.get(extension, extension))


# Licences that let others reuse; "other" asks for its name. Keys are SPDX where there is one.
LICENCES = {
    "etalab-2.0": ("Licence Ouverte 2.0 (Etalab)", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"),
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "CC-BY-4.0": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC-BY-SA-4.0": ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "CC-BY-NC-4.0": ("CC BY-NC 4.0", "https://creativecommons.org/licenses/by-nc/4.0/"),
    "CC-BY-NC-SA-4.0": ("CC BY-NC-SA 4.0", "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
}  # fmt: skip
