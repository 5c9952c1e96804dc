"""Who may do what with what people bring to a card (§ 14 of the domain).

Whether now is the transition's business. Each ``can_view_…`` agrees with its ``visible_to``.
"""

from __future__ import annotations

from typing import Any

import rules

from essaim.common.remembered import remembered
from essaim.contributions.models import Answer, Interest, ModerationCase, Proposal, Question
from essaim.contributions.models.interest import without_a_team
from essaim.initiatives.models import Initiative
from essaim.initiatives.rules import (
    can_edit,
    can_view,
    is_of_the_team,
    is_published,
    is_signed_in,
)
from essaim.people.rules import can_manage

# On a card: what everyone may bring to a published one.
can_contribute = is_signed_in & is_published
can_propose = can_ask = can_be_interested = can_contribute
can_report = is_signed_in & can_view
can_decide_proposals = can_edit


@rules.predicate
def can_view_proposal(user: Any, proposal: Proposal) -> bool:
    if not user.is_authenticated:
        return False
    if proposal.sent_by_id == user.pk:
        return True
    if proposal.sent_at is None:
        return False
    if proposal.author_id == user.pk or can_manage(user):
        return True
    return proposal.hidden_at is None and is_of_the_team(user, proposal.card)


@rules.predicate
def can_decide_proposal(user: Any, proposal: Proposal) -> bool:
    return can_view_proposal(user, proposal) and can_edit(user, proposal.card)


@rules.predicate
def can_withdraw_proposal(user: Any, proposal: Proposal) -> bool:
    return bool(user.is_authenticated) and user.pk in {proposal.sent_by_id, proposal.author_id}


@rules.predicate
def can_write_proposal(user: Any, proposal: Proposal) -> bool:
    return bool(user.is_authenticated) and proposal.sent_by_id == user.pk


@rules.predicate
def can_view_question(user: Any, question: Question) -> bool:
    if can_manage(user):
        return True
    if user.is_authenticated and question.author_id == user.pk:
        return True
    if not can_view(user, question.card) or question.hidden_at is not None:
        return False
    return not question.is_private or is_of_the_team(user, question.card)


@rules.predicate
def can_answer(user: Any, question: Question) -> bool:
    """Anyone signed in where all read it; where it is private, who asked and who writes the card."""
    if not user.is_authenticated or not can_view_question(user, question):
        return False
    if not question.is_private or question.author_id == user.pk:
        return True
    return bool(can_edit(user, question.card))


@rules.predicate
def can_change_said(user: Any, said: Question | Answer) -> bool:
    """One's own words, while they are fresh."""
    return bool(user.is_authenticated) and said.author_id == user.pk and said.is_fresh


@rules.predicate
def can_mark_useful(user: Any, question: Question) -> bool:
    return (
        bool(user.is_authenticated)
        and can_view_question(user, question)
        and (question.author_id == user.pk or can_edit(user, question.card))
    )


@rules.predicate
def can_add_to_card(user: Any, answer: Answer) -> bool:
    """The author of an answer, or who writes the card; never from a private conversation."""
    if not user.is_authenticated or answer.question.is_private or not answer.is_shown:
        return False
    return can_view_question(user, answer.question) and (
        answer.author_id == user.pk or can_edit(user, answer.question.card)
    )


def nobody_answers(card: Initiative) -> bool:
    """No account carries this card here: managers stand in."""
    found = Initiative.objects.filter(without_a_team(), pk=card.pk)
    return remembered(("nobody answers", card.pk), found.exists)


@rules.predicate
def can_read_interests(user: Any, card: Initiative) -> bool:
    """Who is interested is the business of who carries the card, not of the whole platform."""
    return is_of_the_team(user, card) or (can_manage(user) and nobody_answers(card))


@rules.predicate
def can_view_interest(user: Any, interest: Interest) -> bool:
    if not user.is_authenticated:
        return False
    return interest.user_id == user.pk or can_read_interests(user, interest.card)


@rules.predicate
def can_moderate(user: Any) -> bool:
    return can_manage(user)


@rules.predicate
def can_decide_case(user: Any, case: ModerationCase) -> bool:
    """Nobody judges their own words."""
    return can_manage(user) and case.subject_author_id != user.pk


@rules.predicate
def can_decide_appeal(user: Any, case: ModerationCase) -> bool:
    """Another than who decided first: another manager, or an administrator."""
    return can_decide_case(user, case) and case.decided_by_id != user.pk


@rules.predicate
def can_appeal(user: Any, case: ModerationCase) -> bool:
    return bool(user.is_authenticated) and case.subject_author_id == user.pk
