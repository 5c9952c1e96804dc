"""What waits for a person about organisations: invitations, requests, networks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.waiting import Rows, Waiting, one_by_one, register
from essaim.people.models import DataArchive, Invitation, MembershipRequest, NetworkMembership

SHOWN = 20


def of_organisations(user: Any) -> Iterator[Rows]:
    yield one_by_one(
        DataArchive.objects.available().visible_to(user)[:1],  # type: ignore[attr-defined]
        lambda archive: Waiting(
            title=_("Télécharger l’archive de mes données"),
            url=reverse("people:take_data_away"),
            due=timezone.localdate(archive.expires_at),
            since=archive.ready_at,
        ),
    )
    received = Invitation.objects.open().visible_to(user).for_list()
    yield one_by_one(
        received[:SHOWN],
        lambda invitation: Waiting(
            title=_("Répondre à l’invitation"),
            url=invitation.get_absolute_url(),
            about=invitation.organisation.name,
            due=timezone.localdate(invitation.expires_at),
            since=invitation.sent_at,
        ),
    )
    yield one_by_one(
        MembershipRequest.objects.waiting_for(user).for_list()[:SHOWN],
        lambda request: Waiting(
            title=_("Répondre à une demande pour rejoindre l’organisation"),
            url=request.get_absolute_url(),
            about=request.organisation.name,
            since=request.created_at,
        ),
    )
    yield Rows(NetworkMembership.objects.waiting_for(user).for_list()[:SHOWN], _networks)


def _networks(proposals: Iterable[NetworkMembership]) -> Iterator[Waiting]:
    for proposal in proposals:
        text = (
            _("Répondre au réseau « %(name)s »") % {"name": proposal.network.name}
            if proposal.proposed_by_network
            else _("Répondre à « %(name)s », qui demande à être membre du réseau")
            % {"name": proposal.organisation.name}
        )
        yield Waiting(
            title=text,
            url=proposal.get_absolute_url(),
            about=proposal.asked.name,
            since=proposal.proposed_at,
        )


def register_waiting() -> None:
    register("people.organisations", of_organisations)
