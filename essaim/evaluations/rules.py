"""Who may do what with an evaluation (§§ 6, 14 and 15 of the domain).

Those who answer for the card decide who works on its evaluation; only those who work on it read
its data, managers included among those who do not.
"""

from __future__ import annotations

from typing import Any

import rules

from essaim.common.remembered import asked_once
from essaim.initiatives import rules as cards
from essaim.initiatives.judges import links_with, open_as_peer
from essaim.initiatives.models import Initiative, Publication
from essaim.people.rules import can_manage

from .models import Evaluation, IndependentEvaluation, IndependentState, Member, State, Survey


@rules.predicate
def is_public(user: Any, evaluation: Evaluation) -> bool:
    return (
        evaluation.published_at is not None
        and evaluation.state != State.ABANDONED
        and evaluation.initiative.publication == Publication.PUBLISHED
    )


@rules.predicate
def answers_for_the_card(user: Any, evaluation: Evaluation) -> bool:
    return bool(cards.is_of_the_team(user, evaluation.initiative))


@rules.predicate
@asked_once
def is_named(user: Any, evaluation: Evaluation) -> bool:
    return (
        bool(user.is_authenticated)
        and Member.objects.filter(evaluation=evaluation, user=user).exists()
    )


# Who leaves the card's team leaves the evaluation's too, at once.
is_member = is_named & answers_for_the_card


@rules.predicate
def manages(user: Any, evaluation: Evaluation) -> bool:
    return bool(can_manage(user))


@rules.predicate
def can_create(user: Any, card: Initiative) -> bool:
    return bool(cards.is_of_the_team(user, card)) and card.publication not in {
        Publication.ARCHIVED,
        Publication.REFUSED,
    }


can_follow = answers_for_the_card | manages  # its plan, states and journal
can_view = is_public | can_follow  # agrees with Evaluation.objects.visible_to
can_plan = answers_for_the_card
can_read_data = is_member  # and add, analyse, take away
can_conclude = is_member
can_name_members = answers_for_the_card
can_abandon = can_plan
can_withdraw = can_plan | manages


# Of a card: who asks its users, who attaches a report about it.
@rules.predicate
def answers_for(user: Any, card: Initiative) -> bool:
    return bool(cards.is_of_the_team(user, card))


@rules.predicate
def manages_cards(user: Any, card: Initiative) -> bool:
    return bool(can_manage(user))


@rules.predicate
def is_alive(user: Any, card: Initiative) -> bool:
    return card.publication not in {Publication.ARCHIVED, Publication.REFUSED}


can_attach_independent = is_alive & (answers_for | manages_cards)
can_survey = is_alive & answers_for


# Of an independent evaluation.
@rules.predicate
def is_confirmed(user: Any, report: IndependentEvaluation) -> bool:
    return (
        report.confirmed_at is not None and report.initiative.publication == Publication.PUBLISHED
    )


@rules.predicate
def wrote_the_card(user: Any, report: IndependentEvaluation) -> bool:
    return bool(user.is_authenticated) and report.initiative.author_id == user.pk


@rules.predicate
def attached_it(user: Any, report: IndependentEvaluation) -> bool:
    return bool(user.is_authenticated) and report.attached_by_id == user.pk


@rules.predicate
def did_not_retain_it(user: Any, report: IndependentEvaluation) -> bool:
    return (
        bool(user.is_authenticated)
        and report.state == IndependentState.REFUSED
        and report.decided_by_id == user.pk
    )


@rules.predicate
def is_a_peer_for(user: Any, report: IndependentEvaluation) -> bool:
    """As readings by peers know them (``initiatives.judges``), while it waits."""
    return (
        report.state == IndependentState.PROPOSED
        and report.initiative.publication == Publication.PUBLISHED
        and report.initiative_id in open_as_peer(user, [report.initiative])
    )


@rules.predicate
def has_a_link(user: Any, report: IndependentEvaluation) -> bool:
    """Same administration, contributor, co-author, declared…: the rules of readings by peers."""
    return bool(links_to(user, report))


def links_to(user: Any, report: IndependentEvaluation) -> list[Any]:
    """Why this person leaves the report to others, in words; asked once for a report as fetched."""
    known: dict[Any, list[Any]] = report.__dict__.setdefault("_links", {})
    if user.pk not in known:
        found = links_with(user, [report.initiative])
        known[user.pk] = found.get(report.initiative_id, [])
    return known[user.pk]


can_follow_independent = answers_for_the_card | attached_it | manages
# Agrees with visible_to.
can_view_independent = is_confirmed | can_follow_independent | is_a_peer_for | did_not_retain_it
# Nobody confirms what they attached, nor what is said of their own initiative (§ 6: a manager or
# a peer), nor of one they have a link with.
can_decide_independent = (
    (manages | is_a_peer_for) & ~attached_it & ~wrote_the_card & ~answers_for_the_card & ~has_a_link
)
can_withdraw_independent = answers_for_the_card | (manages & ~has_a_link)


# Of a survey of users.
@rules.predicate
def is_told(user: Any, survey: Survey) -> bool:
    return (
        survey.published_at is not None and survey.initiative.publication == Publication.PUBLISHED
    )


can_run_survey = answers_for_the_card
can_follow_survey = answers_for_the_card | manages
can_view_survey = is_told | can_follow_survey  # agrees with Survey.objects.visible_to
can_withdraw_survey = answers_for_the_card | manages
