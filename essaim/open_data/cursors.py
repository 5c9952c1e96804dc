"""Where a list goes on: opaque, signed, tied to the list it was given for."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.db.models import BooleanField, F, Func, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.translation import gettext as _

from essaim.open_data.problems import Problem

SALT = "open_data.cursor"


def write(query: str, position: Sequence[Any]) -> str:
    """``query``: the list, as ``digest`` names it; ``position``: of its last item."""
    plain = [p.isoformat() if isinstance(p, dt.datetime | dt.date) else p for p in position]
    # Without an hour: the same list gives the same answer, and its « ETag » says so.
    return signing.Signer(salt=SALT).sign_object([query, plain], compress=True)


def read(text: str, query: str) -> list[Any]:
    """Raises Problem for what was not written here, or for another list."""
    try:
        of, position = signing.Signer(salt=SALT).unsign_object(text)
    except (signing.BadSignature, ValueError):
        raise _wrong(_("Ce curseur n’est pas de cette API.")) from None
    if of != query:
        raise _wrong(_("Ce curseur est celui d’une autre liste : gardez les mêmes filtres."))
    return list(position)


def digest(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def after(order: Sequence[str], position: Sequence[Any]) -> Any:
    """The condition « comes after this position » in an order whose columns all go one way, as
    one comparison of rows that an index on these columns answers."""
    names = [name.removeprefix("-") for name in order]
    descending = order[0].startswith("-")
    here = Func(*(Value(value) for value in position), function="ROW", output_field=BooleanField())
    there = Func(*(F(name) for name in names), function="ROW", output_field=BooleanField())
    return (LessThan if descending else GreaterThan)(there, here)


def _wrong(detail: str) -> Problem:
    return Problem(422, detail, errors=[{"where": "cursor", "detail": detail}])
