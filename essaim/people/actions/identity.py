"""What a person answers about the organisation that their identity provider names."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.people.actions.organisations import add_member
from essaim.people.models import Membership, Organisation, User
from essaim.people.proposals import proposed_organisation


@transaction.atomic
def accept_proposal(user: User, *, siren: str) -> Organisation:
    """Join the organisation of this SIREN, as a member. ``siren``: the one that was read.

    Raises DomainError where the provider proposes another one, or nothing any more.
    """
    proposal = proposed_organisation(user)
    if proposal is None or proposal.organisation is None or proposal.siren != siren:
        raise DomainError(_("Cette proposition n’est plus à jour : rechargez la page."))
    _join(proposal.organisation, user)
    return proposal.organisation


@transaction.atomic
def decline_proposal(user: User, *, siren: str) -> None:
    """Not proposed again, until the provider names another organisation."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.declined_siren = siren
    locked.save(update_fields=["declined_siren"])


def _join(organisation: Organisation, user: User) -> None:
    """The provider vouches that the person works there, and they confirmed it: a plain member.

    Nobody's role is lowered.
    """
    if not Membership.objects.filter(organisation=organisation, user=user).exists():
        add_member(organisation, user)
