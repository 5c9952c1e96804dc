"""Who may do what with sponsors and requests (§§ 8 and 14 of the domain)."""

from __future__ import annotations

from typing import Any

import rules

from essaim.common.remembered import asked_once, remembered
from essaim.people.rules import can_manage, is_representative

from .models import Coordinator, HelpRequest, Proposal, Sponsor


@rules.predicate
def is_self(user: Any, sponsor: Sponsor) -> bool:
    return bool(user.is_authenticated) and sponsor.user_id == user.pk


@rules.predicate
def is_listed(user: Any, sponsor: Sponsor) -> bool:
    return sponsor.is_listed and sponsor.user.is_active and sponsor.agreement_holds


@rules.predicate
def answers_for_employer(user: Any, sponsor: Sponsor) -> bool:
    return (
        bool(user.is_authenticated)
        and sponsor.agreement in Sponsor.EMPLOYER_SEES
        and is_representative(user, sponsor.employer)
    )


can_view = is_listed | is_self | can_manage | answers_for_employer
# Nobody agrees to their own time.
can_answer_agreement = answers_for_employer & ~is_self


@rules.predicate
def is_asker(user: Any, request: HelpRequest) -> bool:
    return bool(user.is_authenticated) and request.asker_id == user.pk


@rules.predicate
def is_its_sponsor(user: Any, request: HelpRequest) -> bool:
    """The one it is put to, or who took it up."""
    return (
        bool(user.is_authenticated)
        and request.sponsor is not None
        and request.sponsor.user_id == user.pk
    )


@rules.predicate
@asked_once
def has_it_before_them(user: Any, request: HelpRequest) -> bool:
    return (
        bool(user.is_authenticated)
        and request.proposals.filter(sponsor__user=user, state__in=Proposal.SEES).exists()
    )


@rules.predicate
@asked_once
def coordinates(user: Any, request: HelpRequest) -> bool:
    """Agrees with ``HelpRequestQuerySet.coordinated_by``."""
    if not user.is_authenticated:
        return False
    return HelpRequest.objects.filter(pk=request.pk).of_coordinator(user).exists()


@rules.predicate
def can_coordinate(user: Any) -> bool:
    """Somewhere: managers everywhere."""
    if not user.is_authenticated:
        return False
    theirs = Coordinator.objects.filter(user=user)
    return can_manage(user) or remembered(("coordinates", user.pk), theirs.exists)


can_view_request = is_asker | has_it_before_them | can_manage | coordinates
can_name_coordinators = can_manage
can_take_up = is_its_sponsor
can_advise = is_its_sponsor
can_end = is_asker
can_reassign = can_manage | coordinates
can_look_again = is_asker | can_reassign
