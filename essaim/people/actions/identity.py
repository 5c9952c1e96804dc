"""What a person answers about the organisation that their identity provider names."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.people.actions.membership_requests import request_to_join
from essaim.people.actions.organisations import add_member
from essaim.people.models import Membership, Organisation, User
from essaim.people.proposals import proposed_organisation


@transaction.atomic
def accept_proposal(user: User, *, siren: str) -> tuple[Organisation, bool]:
    """Join the organisation of this SIREN, or ask its representatives. ``siren``: the one that
    was read. Returns it, and whether the person is a member already.

    Raises DomainError where the provider proposes another one, or nothing any more.
    """
    proposal = proposed_organisation(user)
    if proposal is None or proposal.organisation is None or proposal.siren != siren:
        raise DomainError(_("Cette proposition n’est plus à jour : rechargez la page."))
    return proposal.organisation, _join(proposal.organisation, user)


@transaction.atomic
def decline_proposal(user: User, *, siren: str) -> None:
    """Not proposed again, until the provider names another organisation."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.declined_siren = siren
    locked.save(update_fields=["declined_siren"])


def _join(organisation: Organisation, user: User) -> bool:
    """Its representatives are asked; where there is none, the provider's word and the person's
    yes make a plain member. Nobody's role is lowered. Returns whether the person is a member."""
    if Membership.objects.filter(organisation=organisation, user=user).exists():
        return True
    if organisation.memberships.representing().exists():
        request_to_join(
            organisation,
            user,
            _("%(name)s indique que je travaille dans cette organisation.")
            % {"name": settings.OPENID["name"]},
        )
        return False
    add_member(organisation, user)
    return True
