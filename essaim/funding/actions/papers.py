"""Documents of a pool: added, taken away."""

from __future__ import annotations

import uuid
from functools import partial
from typing import IO, Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.funding.models import ALIVE, Pool, PoolDocument
from essaim.kits.content import checked

from .common import lock_pool, require_state

PAPER_TYPES = ("pdf", "odt", "ods", "docx", "xlsx", "png", "jpg")
AT_MOST = 30


@transaction.atomic
def add_paper(
    pool: Pool,
    *,
    by: Any,
    submission: uuid.UUID,
    title: str,
    audience: str,
    file: IO[bytes],
    file_name: str,
    file_size: int,
) -> PoolDocument:
    """The same form twice adds one."""
    pool = lock_pool(pool.pk)
    known = made_by_form(PoolDocument.objects, submission, pool=pool, by=by)
    if known is not None:
        return known
    require_state(pool, *ALIVE)
    if pool.documents.count() >= AT_MOST:
        raise DomainError(
            _("Une subvention d’essaimage a au plus %(n)s documents : retirez-en d’abord.")
            % {"n": AT_MOST}
        )
    if file_name.rpartition(".")[2].lower() not in PAPER_TYPES:
        raise DomainError(
            _("Ce type de fichier n’est pas accepté ici. Types possibles : %(types)s.")
            % {"types": ", ".join(PAPER_TYPES)},
            field="file",
        )
    kind, kept = checked(file, file_name, file_size)
    paper = PoolDocument(
        submission=submission, pool=pool, title=" ".join(title.split()), audience=audience,
        file_name=file_name[-200:], media_type=kind.media_type, size=file_size, by=by,
    )  # fmt: skip
    paper.file.save(file_name, File(kept), save=False)
    paper.save(force_insert=True)
    return paper


@transaction.atomic
def remove_paper(paper: PoolDocument) -> None:
    """Its file goes with it, once the removal is sure."""
    lock_pool(paper.pool_id)
    found = PoolDocument.objects.filter(pk=paper.pk).first()
    if found is None:
        return
    storage, name = found.file.storage, found.file.name or ""
    found.delete()
    transaction.on_commit(partial(storage.delete, name))
