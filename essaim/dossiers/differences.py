"""What differs between two states of a block, or two versions of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from essaim.common.money import show_euros
from essaim.common.text import compared
from essaim.common.typography import labelled

from .blocks import Block
from .models import SubmittedVersion
from .reading import (
    Row,
    documents_of_version,
    rows_of,
    sections_of_version,
    statements_of_version,
)


@dataclass(frozen=True)
class Difference:
    section: str
    label: str
    before: list[tuple[str, str]]  # (what, text): "same" or "gone"
    after: list[tuple[str, str]]  # "same" or "new"
    lang: str = ""  # of section and label, as in ``Row``


def as_text(row: Row) -> str:
    if row.costs is not None:
        return "\n".join(
            " · ".join([line["label"], show_euros(line["amount_cents"]), show_euros(line["requested_cents"])])
            for line in row.costs.lines
        )  # fmt: skip
    if row.lines is None:
        return row.text
    return "\n".join(
        " · ".join(part for part in (line["account_label"], line["label"], show_euros(line["amount_cents"])) if part)
        for line in row.lines
    )  # fmt: skip


def block_differences(
    block: Block, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Difference]:
    pairs = zip(rows_of(block, before), rows_of(block, after), strict=True)
    return [
        Difference(
            str(block.title), old.label, *compared(as_text(old), as_text(new)), lang=old.lang
        )
        for old, new in pairs
        if as_text(old) != as_text(new)
    ]


def version_differences(
    before: SubmittedVersion, after: SubmittedVersion, form: str
) -> list[Difference]:
    """Block by block, then documents and statements."""
    found = []
    pairs = zip(sections_of_version(before, form), sections_of_version(after, form), strict=True)
    for old, new in pairs:
        found += block_differences(old.block, old.content, new.content)
    for label, read in (
        (_("Pièces jointes"), _document_lines),
        (_("Attestations"), _statement_lines),
    ):
        was, now = read(before), read(after)
        if was != now:
            found.append(Difference(label, label, *compared("\n".join(was), "\n".join(now))))
    return found


def _document_lines(version: SubmittedVersion) -> list[str]:
    return [labelled(row["kind_label"], row["title"]) for row in documents_of_version(version)]


def _statement_lines(version: SubmittedVersion) -> list[str]:
    return [
        " ".join(str(part) for part in (row["label"], row["text_version"], row["amount"]) if part)
        for row in statements_of_version(version)
    ]
