"""One function per message: who is told what, at the moment it becomes true."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from essaim.following.actions import tell

from .models import Coordinator, HelpRequest, Proposal, Sponsor

REQUEST, SPONSOR = "help_request", "sponsor"
PUT, TAKEN, ADVISED, ENDED = "help_put", "help_taken", "help_advised", "help_ended"
NOBODY, LATE, CONCLUDE = "help_nobody", "help_late", "help_conclude"
COORDINATOR, NAMED = "sponsor_coordinator", "sponsor_coordinator_named"
AGREEMENT_ASKED, AGREEMENT_ANSWERED = "sponsor_agreement_asked", "sponsor_agreement_answered"


def shown(person: Any) -> str:
    """A person's chosen name, never their address (``str(user)`` falls back on it)."""
    return (person.name if person is not None else "") or _("une personne sans nom affiché")


def put_to_sponsor(request: HelpRequest, proposal: Proposal) -> None:
    tell(proposal.sponsor.user, PUT, REQUEST, str(request.pk), waits=True)


def nobody_found(request: HelpRequest) -> None:
    """Once for each request, however often it is looked for again."""
    tell(request.asker, NOBODY, REQUEST, str(request.pk), once=f"nobody:{request.pk}")


def taken_up(request: HelpRequest) -> None:
    tell(request.asker, TAKEN, REQUEST, str(request.pk))


def advised(request: HelpRequest) -> None:
    tell(request.asker, ADVISED, REQUEST, str(request.pk), waits=True)


def late(request: HelpRequest) -> None:
    if request.sponsor is not None:
        tell(request.sponsor.user, LATE, REQUEST, str(request.pk), waits=True)


def remind_to_conclude(request: HelpRequest) -> None:
    if request.asker is not None:
        tell(request.asker, CONCLUDE, REQUEST, str(request.pk), waits=True)


def ended(request: HelpRequest, sponsor: Sponsor | None) -> None:
    if sponsor is not None:
        tell(sponsor.user, ENDED, REQUEST, str(request.pk))


def agreement_asked(sponsor: Sponsor, representatives: list[Any]) -> None:
    for person in representatives:
        tell(person, AGREEMENT_ASKED, SPONSOR, str(sponsor.pk), waits=True)


def agreement_answered(sponsor: Sponsor) -> None:
    tell(sponsor.user, AGREEMENT_ANSWERED, SPONSOR, str(sponsor.pk), waits=True)


def named(coordinator: Coordinator) -> None:
    tell(coordinator.user, NAMED, COORDINATOR, str(coordinator.pk), by=coordinator.named_by)
