"""Intellectual property of the State and the innovator, and the sharing of gains."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.innovators.models import Gain, InnovationFile, PropertyRights, State

from .files import locked, not_in_future


@transaction.atomic
def record_rights(
    file: InnovationFile,
    *,
    by: Any,
    nature: str,
    office: str,
    recorded_on: dt.date,
    state_share: Decimal,
    innovator_share: Decimal,
    others_share: Decimal = Decimal(0),
    others: str = "",
    reference: str = "",
) -> PropertyRights:
    """Shares make exactly 100 %. Recorded again, they replace the former ones (history keeps
    both) and hold for gains to come: those already split stay as they were."""
    not_in_future(recorded_on, "recorded_on")
    file = locked(file)
    if file.state in {State.ENTERED, State.INTERVIEWED}:
        raise DomainError(_("Les droits s’établissent une fois le dossier ouvert."))
    if min(state_share, innovator_share, others_share) < 0:
        raise DomainError(_("Une part ne peut pas être négative."))
    if state_share + innovator_share + others_share != 100:
        raise DomainError(_("Les parts doivent faire 100 % ensemble."))
    if others_share and not others.strip():
        raise DomainError(_("Nommez les autres ayants droit."), field="others")
    rights, _created = PropertyRights.objects.update_or_create(
        file=file,
        defaults={
            "nature": nature.strip(),
            "office": office.strip(),
            "reference": reference.strip(),
            "recorded_on": recorded_on,
            "recorded_by": by,
            "state_share": state_share,
            "innovator_share": innovator_share,
            "others_share": others_share,
            "others": others.strip(),
        },
    )
    return rights


def split(amount_cents: int, shares: tuple[Decimal, Decimal, Decimal]) -> tuple[int, int, int]:
    """Cents for each share, adding up exactly: the cents left by rounding down go to the largest
    remainders, the State last where they are equal."""
    sign = -1 if amount_cents < 0 else 1
    exact = [abs(amount_cents) * share / 100 for share in shares]
    parts = [int(value) for value in exact]
    order = sorted(range(3), key=lambda i: (parts[i] - exact[i], -i))
    for index in order[: abs(amount_cents) - sum(parts)]:
        parts[index] += 1
    state, innovator, others = (sign * part for part in parts)
    return state, innovator, others


@transaction.atomic
def record_gain(
    file: InnovationFile,
    *,
    by: Any,
    on: dt.date,
    source: str,
    amount_cents: int,
    submission: uuid.UUID | None = None,
) -> Gain:
    """One line of the ledger, split by the shares of today; negative to correct another line."""
    not_in_future(on, "on")
    locked(file)
    rights = PropertyRights.objects.select_for_update().filter(file=file).first()
    if rights is None:
        raise DomainError(_("Établissez d’abord les parts de chacun."))
    if amount_cents == 0:
        raise DomainError(_("Un gain nul ne s’enregistre pas."), field="amount_cents")
    state, innovator, others = split(
        amount_cents, (rights.state_share, rights.innovator_share, rights.others_share)
    )
    known = made_by_form(Gain.objects, submission, rights=rights, recorded_by=by)
    return known or Gain.objects.create(
        submission=submission or uuid.uuid4(),
        rights=rights,
        on=on,
        source=" ".join(source.split()),
        amount_cents=amount_cents,
        state_cents=state,
        innovator_cents=innovator,
        others_cents=others,
        recorded_by=by,
    )
