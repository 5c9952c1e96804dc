"""The one writer of the ledger."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from essaim.funding.models import Instalment, LedgerLine, LegalAct, Option


def write(
    option: Option,
    kind: str,
    cents: int,
    *,
    key: str,
    by: Any,
    why: str = "",
    on: dt.date | None = None,
    act: LegalAct | None = None,
    instalment: Instalment | None = None,
    beneficiary_id: int | None = None,
    former_id: int | None = None,
) -> LedgerLine:
    """One line for one ``key``: the same act done again returns the line already written.

    The caller holds the pool's lock, so that looking for the key and writing are one.
    """
    known = LedgerLine.objects.filter(key=key).first()
    if known is not None:
        return known
    return LedgerLine.objects.create(
        pool=option.pool,
        option=option,
        kind=kind,
        amount_cents=cents,
        key=key,
        on=on or timezone.localdate(),
        by=by if by is not None and by.pk else None,
        why=why[:200],
        act=act,
        instalment=instalment,
        beneficiary_id=beneficiary_id,
        former_id=former_id,
    )
