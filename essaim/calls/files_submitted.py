"""The files of what was submitted, as an archive takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import IO, Any

from .archiving import Joined
from .exporting import Row
from .models import ApplicationFile


def files_of(rows: Sequence[Row]) -> Mapping[int, Sequence[Joined]]:
    """By application; one query a batch. What was joined or taken out since is not what was
    submitted: the version alone says which files are its own."""
    named = {
        row.application.pk: [
            (str(one.get("block", "")), one) for one in row.files if isinstance(one.get("id"), int)
        ]
        for row in rows
    }
    keys = {one["id"] for each in named.values() for _block, one in each}
    known = {
        (each.application_id, each.pk): each
        for each in ApplicationFile.objects.filter(pk__in=keys, application__in=named)
    }
    return {
        application: [
            _joined(block, one, known.get((application, one["id"]))) for block, one in each
        ]
        for application, each in named.items()
    }


def _joined(block: str, one: Mapping[str, Any], found: ApplicationFile | None) -> Joined:
    return Joined(
        block, str(one.get("name") or ""), found.size if found else 0, str(one["sha256"]),
        partial(_open, found),
    )  # fmt: skip


def _open(found: ApplicationFile | None) -> IO[bytes]:
    if found is None:
        raise FileNotFoundError
    opened: IO[bytes] = found.file.storage.open(found.file.name or "", "rb")
    return opened
