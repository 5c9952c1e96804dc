"""What every act begins with. Locks in one order: campaign, dialogue, proposal, card."""

from __future__ import annotations

from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.dialogues.models import Campaign, CampaignState, Dialogue, DialogueState, Proposal


def lock_campaign(campaign: Campaign | int) -> Campaign:
    pk = campaign if isinstance(campaign, int) else campaign.pk
    return Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def lock_open_campaign(campaign: Campaign | int) -> Campaign:
    found = lock_campaign(campaign)
    if found.state == CampaignState.CLOSED:
        raise DomainError(_("Cette campagne est close : elle se lit, elle ne change plus."))
    return found


def lock_dialogue(dialogue: Dialogue | int) -> Dialogue:
    pk = dialogue if isinstance(dialogue, int) else dialogue.pk
    return Dialogue.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def lock_going(dialogue: Dialogue | int) -> Dialogue:
    """A dialogue that has not ended."""
    found = lock_dialogue(dialogue)
    if found.state == DialogueState.CLOSED:
        raise DomainError(_("Ce dialogue est terminé : il se lit, il ne change plus."))
    return found


def lock_proposal(proposal: Proposal) -> Proposal:
    """With its dialogue, locked before it."""
    dialogue = lock_going(proposal.dialogue_id)
    found = Proposal.objects.select_for_update(of=("self",), no_key=True).get(pk=proposal.pk)
    found.dialogue = dialogue
    return found
