"""Who may do what with introductions, territories where a card would serve, and choices."""

from __future__ import annotations

from typing import Any

import rules

from essaim.contributions.rules import nobody_answers
from essaim.initiatives.models import Initiative
from essaim.initiatives.rules import is_of_the_team, is_published
from essaim.people.models import Function, Organisation
from essaim.people.rules import can_manage, is_representative, memberships_of

from .models import Introduction, Side


@rules.predicate
def is_holder_side(user: Any, introduction: Introduction) -> bool:
    """The card's team; managers, where it has none."""
    return is_of_the_team(user, introduction.card) or (
        can_manage(user) and nobody_answers(introduction.card)
    )


@rules.predicate
def is_adopter_side(user: Any, introduction: Introduction) -> bool:
    """The organisation's members; without an organisation, the person."""
    if not user.is_authenticated:
        return False
    if introduction.organisation_id is None:
        return introduction.adopter_id == user.pk
    return introduction.organisation_id in memberships_of(user)


@rules.predicate
def answers_for_adopter(user: Any, introduction: Introduction) -> bool:
    """Who represents the organisation or takes projects up there decides for it."""
    if introduction.organisation_id is None:
        return bool(user.is_authenticated) and introduction.adopter_id == user.pk
    held = memberships_of(user).get(introduction.organisation_id)
    return held is not None and (held.is_representative or Function.ADOPTER in held.functions)


def side_of(user: Any, introduction: Introduction) -> str:
    """A value of ``Side``, or nothing; of both, the adopter's, which a few people make."""
    if is_adopter_side(user, introduction):
        return Side.ADOPTER
    return Side.HOLDER if is_holder_side(user, introduction) else ""


@rules.predicate
def is_asked(user: Any, introduction: Introduction) -> bool:
    """The side that answers, and not who asked."""
    if introduction.asked_by_id == user.pk:
        return False
    if introduction.asked == Side.HOLDER:
        return bool(is_holder_side(user, introduction))
    return bool(answers_for_adopter(user, introduction))


@rules.predicate
def is_asking(user: Any, introduction: Introduction) -> bool:
    """Who asked; for a holder's proposal, its whole team; for an organisation's, who decides."""
    if introduction.side == Side.HOLDER:
        return bool(is_holder_side(user, introduction))
    return bool(answers_for_adopter(user, introduction)) or (
        introduction.asked_by_id == user.pk and bool(is_adopter_side(user, introduction))
    )


can_view = is_holder_side | is_adopter_side  # agrees with Introduction.objects.visible_to
can_take_part = can_view  # dates, outcome, messages, notes of one's side
can_answer = is_asked
can_withdraw = is_asking


@rules.predicate
def can_look_for_territories(user: Any, card: Initiative) -> bool:
    """The card's team and managers; a card that is not public is proposed to nobody."""
    return bool(is_of_the_team(user, card)) or can_manage(user)


@rules.predicate
def can_propose(user: Any, card: Initiative) -> bool:
    """The team alone, managers where there is none: a holder speaks for their initiative."""
    return is_published(user, card) and (
        bool(is_of_the_team(user, card)) or (can_manage(user) and nobody_answers(card))
    )


@rules.predicate
def can_choose(user: Any, organisation: Organisation) -> bool:
    return is_representative(user, organisation)
