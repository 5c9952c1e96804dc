"""A form sent twice makes one thing, and its number is no way to what others made."""

from __future__ import annotations

import uuid
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Manager, Model
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError

M = TypeVar("M", bound=Model)


def made_by_form(rows: Manager[M], submission: uuid.UUID | None, **of: Any) -> M | None:
    """What this form already made, or nothing; to be asked inside the transaction that makes it.

    ``of``: whose it must be (what it belongs to, who sent the form). Raises DomainError where the
    number is that of another's: whoever sends a number that was not drawn for them learns nothing
    of what it made, and writes nothing under it. Of two equal forms at once, the second waits here.
    """
    if submission is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [submission.int % 2**63])
    known = rows.filter(submission=submission).first()
    if known is None:
        return None
    for name, value in of.items():
        column = known._meta.get_field(name).attname  # type: ignore[union-attr]
        if getattr(known, column) != (value.pk if isinstance(value, Model) else value):
            raise used_elsewhere()
    return known


def used_elsewhere() -> DomainError:
    return DomainError(_("Ce formulaire a déjà servi : rouvrez-le."))
