"""Who may do what on the innovator's path (§§ 9 and 14 of the domain).

Managers see where each file stands and name case officers; they read nothing more of it.
"""

from __future__ import annotations

from typing import Any

import rules
from allauth.account.models import EmailAddress

from essaim.common.remembered import remembered
from essaim.people.rules import can_manage, is_representative

from .models import CaseOfficer, InnovationFile, OpinionRequest, StatusCard


@rules.predicate
def can_enter(user: Any) -> bool:
    """Direct entry: any account, without anyone's permission."""
    return bool(user.is_authenticated)


@rules.predicate
def is_innovator(user: Any, file: InnovationFile) -> bool:
    return bool(user.is_authenticated) and file.innovator_id == user.pk


@rules.predicate
def is_case_officer(user: Any, file: InnovationFile) -> bool:
    return bool(user.is_authenticated) and file.case_officer_id == user.pk


@rules.predicate
def is_on_roster(user: Any) -> bool:
    if not user.is_authenticated:
        return False
    return remembered(("on the roster", user.pk), CaseOfficer.objects.filter(user=user).exists)


@rules.predicate
def is_to_be_taken(user: Any, file: InnovationFile) -> bool:
    return file.is_active and file.case_officer_id is None


# The whole of a file: notes, opinions, budget, rights, and how it ended.
can_read_whole = is_innovator | is_case_officer
# The idea itself, so that a case officer can tell whether to take it up.
can_read_idea = can_read_whole | (is_to_be_taken & is_on_roster)
can_view = can_read_idea | can_manage
can_take = is_to_be_taken & is_on_roster & ~is_innovator
can_name_officer = can_manage
can_list = can_manage | is_on_roster


@rules.predicate
def can_answer(user: Any, request: OpinionRequest) -> bool:
    """The person named, by an address their account has verified; never on one's own file."""
    return (
        bool(user.is_authenticated)
        and request.withdrawn_at is None
        and request.file.innovator_id != user.pk
        and EmailAddress.objects.filter(
            user=user, verified=True, email__iexact=request.email
        ).exists()
    )


@rules.predicate
def is_own_status(user: Any, card: StatusCard) -> bool:
    return bool(user.is_authenticated) and card.user_id == user.pk


@rules.predicate
def represents_employer(user: Any, card: StatusCard) -> bool:
    return card.employer is not None and is_representative(user, card.employer)


@rules.predicate
def can_view_status(user: Any, card: StatusCard) -> bool:
    return (
        card.is_public
        or is_own_status(user, card)
        or (card.agreement in card.EMPLOYER_SEES and represents_employer(user, card))
    )


# Nobody agrees to their own time.
can_agree_status = represents_employer & ~is_own_status
