"""Organisations that join a network: proposed by either, accepted by the other."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.people import notifications
from essaim.people.models import NetworkMembership, Organisation, OrganisationKind, User


@transaction.atomic
def propose(
    network: Organisation, organisation: Organisation, *, by_network: bool, by: User
) -> NetworkMembership:
    """Propose that the organisation be a member of the network; the other side is told.

    Proposed by both sides, it is agreed. Twice is once.
    """
    network, organisation = _lock_both(network, organisation)
    if network.kind != OrganisationKind.NETWORK:
        raise DomainError(_("« %(name)s » n’est pas un réseau.") % {"name": network.name})
    if network.pk == organisation.pk:
        raise DomainError(_("Un réseau n’est pas membre de lui-même."))
    known = NetworkMembership.objects.filter(
        network=network, organisation=organisation, until__isnull=True
    ).first()
    if known is None:
        _refuse_flood(by)
        proposal = NetworkMembership.objects.create(
            network=network,
            organisation=organisation,
            proposed_by_network=by_network,
            proposed_by=by,
        )
        notifications.network_proposed(proposal)
        return proposal
    if known.is_proposed and known.proposed_by_network != by_network:
        _begin(known, by)
    return known


@transaction.atomic
def accept(membership: NetworkMembership, *, by: User) -> NetworkMembership:
    membership = _locked(membership)
    if membership.is_current:
        return membership
    if not membership.is_proposed:
        raise DomainError(_("Cette proposition a entre-temps été retirée ou déclinée."))
    _begin(membership, by)
    return membership


@transaction.atomic
def end(membership: NetworkMembership, *, by: User) -> None:
    """Decline or take back a proposal, or leave the network. Twice is once."""
    membership = _locked(membership)
    if membership.until is None:
        membership.until, membership.ended_by = timezone.localdate(), by
        membership.save(update_fields=["until", "ended_by"])


def _refuse_flood(by: User) -> None:
    """Each proposal is mailed to the other side, one taken back at once too."""
    limit = settings.ORGANISATIONS["proposals_a_day"]
    day = timezone.now() - dt.timedelta(days=1)
    if NetworkMembership.objects.filter(proposed_by=by, proposed_at__gt=day).count() >= limit:
        raise DomainError(
            _("Vous avez déjà fait %(n)s propositions depuis hier : reprenez demain.")
            % {"n": limit}
        )


def _begin(membership: NetworkMembership, by: User) -> None:
    membership.since, membership.accepted_by = timezone.localdate(), by
    membership.save(update_fields=["since", "accepted_by"])


def _lock_both(*pair: Organisation) -> tuple[Organisation, Organisation]:
    """Always in the same order, so that two acts never wait for each other in a circle."""
    rows = Organisation.objects.select_for_update(no_key=True).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[each.pk for each in pair])}
    try:
        return found[pair[0].pk], found[pair[1].pk]
    except KeyError:
        raise DomainError(_("Cette organisation n’existe plus.")) from None


def _locked(membership: NetworkMembership) -> NetworkMembership:
    _lock_both(membership.network, membership.organisation)
    return NetworkMembership.objects.select_related("network", "organisation").get(pk=membership.pk)
