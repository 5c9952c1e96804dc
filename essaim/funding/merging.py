"""Two organisations become one: never where that would change who committed public money, or to
whom."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.funding.models import (
    Invitation,
    LedgerLine,
    LegalAct,
    Opinion,
    Option,
    Pool,
    Recusal,
)
from essaim.people.models import Organisation
from essaim.people.signals import organisations_merged


def on_organisations_merged(
    sender: Any, kept: Organisation, other: Organisation, by: Any, **kwargs: Any
) -> None:
    acted = (
        Option.objects.filter(funder=other),
        Pool.objects.filter(lead=other),
        Opinion.objects.filter(organisation=other),
        Recusal.objects.filter(organisation=other),
        LegalAct.objects.filter(beneficiary=other),
        LedgerLine.objects.filter(beneficiary=other),
    )
    if any(rows.exists() for rows in acted):
        raise DomainError(
            _(
                "%(name)s a pris part à une subvention d’essaimage : ce qu’elle a engagé ou reçu reste à"
                " son nom. Gardez plutôt celle-là."
            )
            % {"name": other.name}
        )
    both = Invitation.objects.filter(organisation=kept).values("pool")
    Invitation.objects.filter(organisation=other, pool__in=both).delete()


def register() -> None:
    organisations_merged.connect(on_organisations_merged, dispatch_uid="funding.merged")
