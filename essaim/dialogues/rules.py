"""Who may do what in a management dialogue. Whether now is the transition's business.

Two parties and nobody else: programme managers have no part in it; administrators read, and what
they opened is kept.
"""

from __future__ import annotations

from typing import Any

import rules

from essaim.common.remembered import asked_once
from essaim.initiatives import rules as cards
from essaim.initiatives.models import Initiative
from essaim.people.rules import is_representative, memberships_of

from .models import Campaign, CampaignState, Dialogue, DialogueState, Module, Proposal, Session


@rules.predicate
def can_begin(user: Any, centre: Any = None) -> bool:
    """A campaign is its centre's: a representative begins it. Without a centre: of some."""
    if not user.is_authenticated:
        return False
    if centre is None:
        return any(each.is_representative for each in memberships_of(user).values())
    return bool(is_representative(user, centre))


@rules.predicate
@asked_once
def runs(user: Any, campaign: Campaign) -> bool:
    if not user.is_authenticated:
        return False
    theirs = Campaign.objects.run_by(user).filter(pk=campaign.pk)
    return theirs.exists()


@rules.predicate
def is_administrator(user: Any, row: Any = None) -> bool:
    return bool(user.is_authenticated and user.is_superuser)


can_view_campaign = runs | is_administrator


@rules.predicate
def can_name_runners(user: Any, campaign: Campaign) -> bool:
    return bool(is_representative(user, campaign.centre))


# Who begins one may take it back, as long as no territory has read of it.
can_discard = can_name_runners


@rules.predicate
def runs_dialogue(user: Any, dialogue: Dialogue) -> bool:
    return bool(runs(user, dialogue.campaign))


@rules.predicate
@asked_once
def is_of_territory(user: Any, dialogue: Dialogue) -> bool:
    if not user.is_authenticated:
        return False
    theirs = Dialogue.objects.of_territory(user).filter(pk=dialogue.pk)
    return theirs.exists()


@rules.predicate
@asked_once
def decides(user: Any, dialogue: Dialogue) -> bool:
    """Chooses for the territory."""
    if not user.is_authenticated:
        return False
    theirs = Dialogue.objects.decided_by(user).filter(pk=dialogue.pk)
    return theirs.exists()


can_view = runs_dialogue | is_of_territory | is_administrator
# Roadmap, helpline, checks, meeting: either party keeps them.
can_follow = runs_dialogue | decides


@rules.predicate
def can_change_campaign(user: Any, campaign: Campaign) -> bool:
    return bool(runs(user, campaign)) and campaign.state != CampaignState.CLOSED


@rules.predicate
def can_propose(user: Any, dialogue: Dialogue) -> bool:
    return bool(runs(user, dialogue.campaign)) and dialogue.state != DialogueState.CLOSED


@rules.predicate
def can_resume(user: Any, dialogue: Dialogue) -> bool:
    """One that was ended by mistake."""
    open_ = dialogue.campaign.state == CampaignState.OPEN
    return bool(runs(user, dialogue.campaign)) and open_ and dialogue.continued_in_id is None


@rules.predicate
def can_answer(user: Any, proposal: Proposal) -> bool:
    return bool(decides(user, proposal.dialogue))


@rules.predicate
def can_write_modules(user: Any, card: Initiative) -> bool:
    return bool(cards.can_edit(user, card))


@rules.predicate
def can_schedule(user: Any, module: Module) -> bool:
    """Who carries the card, and the parties of a dialogue where it is proposed. A draft proposes
    nothing to anybody: beginning a campaign gives no hand on the public pages of others."""
    if not user.is_authenticated:
        return False
    if cards.can_edit(user, module.initiative):
        return True
    mine = Proposal.objects.standing().filter(
        initiative=module.initiative_id, dialogue__sent_on__isnull=False
    )
    run = Campaign.objects.run_by(user).values("pk")
    decided = Dialogue.objects.decided_by(user).values("pk")
    return (
        mine.filter(dialogue__campaign__in=run).exists()
        or mine.filter(dialogue__in=decided).exists()
    )


@rules.predicate
def can_cancel_session(user: Any, session: Session) -> bool:
    """Whoever represents who gives it, and the card's team."""
    if not user.is_authenticated:
        return False
    return bool(is_representative(user, session.organisation)) or bool(
        cards.can_edit(user, session.module.initiative)
    )
