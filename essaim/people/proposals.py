"""The organisation that an identity provider names: proposed, never joined without a yes.

ProConnect gives the SIRET of the establishment where the person works; its first nine digits are
the SIREN of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError

from essaim.people.models import MembershipRequest, Organisation
from essaim.people.siren import clean_siren, clean_siret


@dataclass(frozen=True)
class Proposal:
    siren: str
    siret: str
    name: str  # of the organisation, where the provider gives it
    organisation: Organisation | None  # None: nobody has created it yet
    represented: bool  # its representatives will be asked


def proposed_organisation(user: Any) -> Proposal | None:
    """What to ask this person; None where there is nothing to ask, or they have said no."""
    if not user.is_authenticated:
        return None
    account = SocialAccount.objects.filter(user=user).order_by("-last_login").first()
    siret = "".join(str((account.extra_data or {}).get("siret", "")).split()) if account else ""
    siren = _siren(siret)
    if not siren or siren == user.declined_siren:
        return None
    # The establishment, else the whole; never another establishment: services of the State, for
    # example, share one SIREN.
    known = Organisation.objects.for_detail().filter(siren=siren, siret__in=[siret, ""])
    organisation = known.order_by("-siret").first()
    if organisation is None:
        return Proposal(siren, _valid(siret), _name(account), None, represented=False)
    if organisation.memberships.filter(user=user).exists():
        return None
    if MembershipRequest.objects.pending().filter(organisation=organisation, user=user).exists():
        return None
    represented = organisation.memberships.representing().exists()
    return Proposal(siren, siret, _name(account), organisation, represented)


def _name(account: Any) -> str:
    return str((account.extra_data or {}).get("organization_name", ""))[:200] if account else ""


def _valid(siret: str) -> str:
    """Empty where its key is wrong: a form would only refuse it."""
    try:
        return clean_siret(siret)
    except ValidationError:
        return ""


def _siren(siret: str) -> str:
    if len(siret) != 14:
        return ""
    try:
        return clean_siren(siret[:9])
    except ValidationError:
        return ""
