"""Who may do what with replications (§ 14 of the domain). Whether now is the transition's business."""

from __future__ import annotations

from typing import Any

import rules
from django.db.models import Q

from essaim.common.remembered import asked_once
from essaim.contributions.rules import nobody_answers
from essaim.initiatives import rules as cards
from essaim.initiatives.models import Initiative, Publication
from essaim.people.models import Function, Membership, Organisation
from essaim.people.rules import can_manage, has_no_representative, memberships_of

from .models import STANDING, Mentorship, Peer, Replication, Side


def acting_for(user: Any) -> Any:
    """The organisations in whose name this person may take an initiative up: they represent
    them, or have the adopter's function there."""
    if not user.is_authenticated:
        return Organisation.objects.none()
    mine = Membership.objects.filter(
        Q(role=Membership.Role.REPRESENTATIVE) | Q(functions__contains=[Function.ADOPTER]),
        user=user,
    )
    return Organisation.objects.filter(pk__in=mine.values("organisation"))


def can_act_for(user: Any, organisation: Organisation) -> bool:
    """Managers stand in where nobody represents the organisation here."""
    if not user.is_authenticated:
        return False
    held = memberships_of(user).get(organisation.pk)
    if held is not None and (held.is_representative or Function.ADOPTER in held.functions):
        return True
    return bool(can_manage(user)) and has_no_representative(organisation)


@rules.predicate
def can_answer_for_holder(user: Any, card: Initiative) -> bool:
    """The card's team; managers where nobody carries it here."""
    return bool(cards.is_of_the_team(user, card)) or (
        bool(can_manage(user)) and nobody_answers(card)
    )


@rules.predicate
def is_of_adopter(user: Any, replication: Replication) -> bool:
    return replication.adopter_id in memberships_of(user)


@rules.predicate
def is_of_holder(user: Any, replication: Replication) -> bool:
    return bool(cards.is_of_the_team(user, replication.initiative))


@rules.predicate
def is_public(user: Any, replication: Replication) -> bool:
    return (
        replication.committed_on is not None
        and replication.initiative.publication == Publication.PUBLISHED
    )


@rules.predicate
def is_manager(user: Any, replication: Any = None) -> bool:
    return bool(can_manage(user))


can_view = is_public | is_manager | is_of_adopter | is_of_holder
can_declare = cards.is_signed_in & cards.is_published


@rules.predicate
def can_agree_as_adopter(user: Any, replication: Replication) -> bool:
    return can_act_for(user, replication.adopter)


@rules.predicate
def can_agree_as_holder(user: Any, replication: Replication) -> bool:
    """Its team; managers where nobody carries the card here."""
    if not user.is_authenticated:
        return False
    if is_of_holder(user, replication):
        return True
    return bool(can_manage(user)) and nobody_answers(replication.initiative)


can_advance = can_agree_as_adopter
can_stop = can_agree_as_adopter | can_agree_as_holder


@rules.predicate
def can_follow(user: Any, replication: Replication) -> bool:
    """Write what happens on the site: anyone of the adopter; managers where it has nobody."""
    return bool(is_of_adopter(user, replication)) or (
        bool(can_manage(user)) and has_no_representative(replication.adopter)
    )


@rules.predicate
@asked_once
def is_a_peer(user: Any, replication: Replication) -> bool:
    """Of another site of the same initiative."""
    if not user.is_authenticated:
        return False
    others = Replication.objects.filter(
        initiative=replication.initiative_id,
        state__in=STANDING,
        adopter__in=user.memberships.values("organisation"),
    ).exclude(adopter=replication.adopter_id)
    return others.exists()


# News and difficulties: the two sides, the other sites, managers; not the whole world.
can_read_news = is_of_adopter | is_of_holder | is_manager | is_a_peer
# Time given to a site: those who know the initiative, never the site itself.
can_log_advice = can_agree_as_holder | is_a_peer
can_set_out = cards.is_manager | cards.is_of_the_team  # weights, needs, law: on the card
can_record_text = can_set_out


@rules.predicate
def can_propose_costs(user: Any, card: Initiative) -> bool:
    """Who may set out, and who belongs to a site that stands: they know what it costs."""
    if not user.is_authenticated or card.publication != Publication.PUBLISHED:
        return False
    mine = Replication.objects.filter(
        initiative=card, state__in=STANDING, adopter__in=user.memberships.values("organisation")
    )
    return bool(can_set_out(user, card)) or mine.exists()


def sides_of(user: Any, replication: Replication) -> list[Side]:
    """Those in whose name this person may agree."""
    found = []
    if can_agree_as_adopter(user, replication):
        found.append(Side.ADOPTER)
    if can_agree_as_holder(user, replication):
        found.append(Side.HOLDER)
    return found


@rules.predicate
def can_answer_mentorship(user: Any, mentorship: Mentorship) -> bool:
    return can_act_for(user, mentorship.mentor.adopter)


@rules.predicate
def can_end_mentorship(user: Any, mentorship: Mentorship) -> bool:
    return can_act_for(user, mentorship.mentor.adopter) or can_act_for(
        user, mentorship.replication.adopter
    )


@rules.predicate
def can_remove_peer(user: Any, peer: Peer) -> bool:
    return bool(user.is_authenticated) and peer.user_id == user.pk
