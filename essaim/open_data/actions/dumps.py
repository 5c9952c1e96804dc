"""The files of the night: written aside, then put in the place of those of the night before."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from essaim.open_data.dumping import SOURCES, Made, write
from essaim.open_data.models import Dump


def make_all() -> list[str]:
    """Every table, in French; the names of the files."""
    names = []
    with override("fr"):
        for source in SOURCES:
            with tempfile.TemporaryDirectory() as folder:
                for name, made in write(source, Path(folder)).items():
                    keep(name, made)
                    names.append(name)
    return names


@transaction.atomic
def keep(name: str, made: Made) -> Dump:
    """Who was downloading the former file reads it to its end: it goes once this is written."""
    dump = Dump.objects.select_for_update().filter(name=name).first() or Dump(name=name)
    before = dump.file.name
    stamp = timezone.now()
    with made.path.open("rb") as content:
        dump.file.save(f"{stamp:%Y%m%d%H%M%S}-{name}", File(content), save=False)
    dump.sha256, dump.bytes, dump.rows, dump.made_at = made.sha256, made.bytes, made.rows, stamp
    dump.save()
    if before and before != dump.file.name:
        transaction.on_commit(lambda: default_storage.delete(before))
    return dump
