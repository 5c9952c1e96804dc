"""Proposing a validated practice, sending the dialogue, and what the territory chooses."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.states import move
from essaim.common.text import clean
from essaim.dialogues import notifications
from essaim.dialogues.models import (
    CampaignState,
    Dialogue,
    DialogueState,
    Proposal,
    ProposalState,
)
from essaim.dialogues.practices import difficulties, similar_sites, themes_in_common, validated
from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation
from essaim.replications.actions.common import locked
from essaim.replications.actions.declaring import declare
from essaim.replications.actions.life import stop
from essaim.replications.models import Dimension, Replication, Side, State
from essaim.replications.modes import mode_of

from .common import lock_campaign, lock_dialogue, lock_going, lock_proposal


@transaction.atomic
def propose(
    dialogue: Dialogue,
    card: Initiative,
    *,
    by: Any,
    submission: uuid.UUID,
    words: str = "",
    on: dt.date | None = None,
) -> Proposal:
    """With what is true today of its proof, its cost, and the similar territories where it runs.
    Raises DomainError where the card does not keep the campaign's rule. Proposed after the
    territory had concluded, the talk goes on."""
    dialogue = lock_going(dialogue)
    known = made_by_form(Proposal.objects, submission, dialogue=dialogue)
    if known is not None:
        return known
    campaign = dialogue.campaign
    found = validated(campaign).filter(pk=card.pk).prefetch_related("themes").first()
    if found is None:
        raise DomainError(
            _("Cette fiche ne remplit pas la règle de la campagne : %(rule)s.")
            % {"rule": campaign.validated}
        )
    standing = dialogue.proposals.exclude(state=ProposalState.WITHDRAWN)
    if standing.filter(initiative=card).exists():
        raise DomainError(_("Cette pratique est déjà proposée à ce territoire."))
    if standing.count() >= settings.DIALOGUES["proposals"]:
        raise DomainError(
            _("%(n)s pratiques au plus : un territoire qui en lit trop n’en choisit aucune.")
            % {"n": settings.DIALOGUES["proposals"]}
        )
    like = similar_sites(dialogue, [card.pk])
    row = Proposal.objects.create(
        submission=submission, dialogue=dialogue, initiative=found, proof_level=found.proof_level,
        is_ready=found.is_ready,  # type: ignore[attr-defined]
        first_year_cost=found.first_year_cost, similar=like.sites.get(card.pk, []),
        centre_words=clean(words), proposed_on=on or timezone.localdate(),
    )  # fmt: skip
    indicators = [each.indicator for each in difficulties(dialogue)]
    row.indicators.set(themes_in_common(found, indicators))
    if dialogue.state == DialogueState.AGREED:
        move(dialogue, "reopen")
        dialogue.save(update_fields=["state", "agreed_on"])
    if dialogue.is_shared:
        notifications.sent(dialogue, by=by)
    return row


@transaction.atomic
def withdraw(proposal: Proposal) -> None:
    """As long as the territory has not chosen."""
    proposal = lock_proposal(proposal)
    if proposal.state == ProposalState.WITHDRAWN:
        return
    move(proposal, "withdraw")
    proposal.save(update_fields=["state"])


@transaction.atomic
def send(dialogue: Dialogue, *, by: Any, on: dt.date | None = None) -> Dialogue:
    """Its managers read it from now on, and are told. Sent twice is sent once."""
    campaign = lock_campaign(dialogue.campaign_id)
    dialogue = lock_going(dialogue)
    if dialogue.state != DialogueState.PREPARING:
        return dialogue
    if campaign.state != CampaignState.OPEN:
        raise DomainError(_("Ouvrez d’abord la campagne."))
    if dialogue.territory.gone_on is not None:
        raise DomainError(_("Ce territoire n’existe plus : suivez d’abord son successeur."))
    if not dialogue.managers.exists():
        raise DomainError(_("Nommez d’abord qui répond pour ce territoire."))
    if not dialogue.proposals.filter(state=ProposalState.PROPOSED).exists():
        raise DomainError(_("Proposez d’abord au moins une pratique."))
    move(dialogue, "send")
    dialogue.sent_on = on or dialogue.sent_on
    dialogue.save(update_fields=["state", "sent_on"])
    notifications.sent(dialogue, by=by)
    return dialogue


@transaction.atomic
def choose(
    proposal: Proposal,
    answer: str,
    *,
    by: Any,
    words: str = "",
    adopter: Organisation | None = None,
    is_objective: bool = False,
    objective_by: dt.date | None = None,
    on: dt.date | None = None,
) -> Proposal:
    """The territory's choice: ``adopted``, ``adapted`` or ``declined``; thought over, it changes
    until the dialogue ends. A decline has a reason and no other effect. An adoption begins a
    replication at « interested », or joins the one that is there.

    Raises DomainError where a replication under way would be declined: it is stopped in its own
    room, with what was learnt."""
    proposal = lock_proposal(proposal)
    dialogue = proposal.dialogue
    if dialogue.state == DialogueState.PREPARING:
        raise DomainError(_("Ce dialogue n’est pas encore proposé au territoire."))
    if answer != ProposalState.DECLINED and not proposal.is_readable:
        raise DomainError(
            _("Sa fiche n’est pas publiée aujourd’hui : elle ne peut pas être adoptée.")
        )
    words = clean(words)
    if answer == ProposalState.DECLINED:
        _check_decline(proposal, words)
        if proposal.state != answer:
            move(proposal, "decline", by, words)
        proposal.words = words
        _give_up(proposal, by=by)
        proposal.adopter = None
        if proposal.has_replication and not proposal.began_replication:
            # Found there, not begun by the choice: it goes on by itself, and may be joined again.
            proposal.replication = None
    else:
        if answer == ProposalState.ADAPTED and not words:
            raise DomainError(_("Dites ce que vous adaptez."), field="words")
        if is_objective and objective_by is not None and objective_by < dialogue.campaign.opens_on:
            raise DomainError(
                _("L’objectif est pour plus tard que l’ouverture de la campagne."),
                field="objective_by",
            )
        if proposal.state != answer:
            move(proposal, "adopt" if answer == ProposalState.ADOPTED else "adapt", by, words)
        # Whose words these now are.
        proposal.words, proposal.answered_by = words, by
        proposal.is_objective = is_objective
        proposal.objective_by = objective_by if is_objective else None
        if adopter is not None:
            _take_up(proposal, adopter, by=by, on=on)
    proposal.answered_on = on or proposal.answered_on
    proposal.save()
    if dialogue.state == DialogueState.AGREED:
        move(dialogue, "reopen")
        dialogue.save(update_fields=["state", "agreed_on"])
    notifications.answered(proposal, by=by)
    return proposal


def _check_decline(proposal: Proposal, words: str) -> None:
    if not words:
        raise DomainError(_("Dites pourquoi : c’est votre mot, il n’entraîne rien."), field="words")
    if proposal.replication is not None:
        # Held until the end: whoever commits it meanwhile waits, and is not undone by this choice.
        proposal.replication = locked(proposal.replication)
    going = proposal.replication
    if going is not None and going.state not in (State.INTERESTED, State.STOPPED):
        raise DomainError(
            _(
                "La reprise est engagée : arrêtez-la sur sa page, avec ce que l’on en a appris ;"
                " ce choix la suivra."
            )
        )


def _give_up(proposal: Proposal, *, by: Any) -> None:
    """An intention begun here ends with the choice; the territory's words stay here."""
    going = proposal.replication
    if going is None or going.state != State.INTERESTED or not proposal.began_replication:
        return
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Le territoire n’a finalement pas retenu cette pratique.")
        lesson = _("Rien n’était encore engagé.")
    stop(going, by=by, reason=reason, lesson=lesson)


def key_of(proposal: Proposal) -> uuid.UUID:
    """Of the replication that it begins: the same whoever chooses, and how often; another once
    the former one was stopped."""
    former = proposal.replication_id or 0
    return uuid.uuid5(proposal.submission, f"replication:{proposal.adopter_id}:{former}")


def _take_up(proposal: Proposal, adopter: Organisation, *, by: Any, on: dt.date | None) -> None:
    """Through replications' own action; one that is already there is joined."""
    if proposal.has_replication:
        return
    proposal.adopter = adopter
    card, place = proposal.initiative, proposal.dialogue.territory
    here = (
        Replication.objects.filter(initiative=card, adopter=adopter, territory=place)
        .exclude(state=State.STOPPED)
        .order_by("pk")
        .first()
    )
    proposal.began_replication = here is None
    proposal.replication = here or declare(
        card, side=Side.ADOPTER, adopter=adopter, territory=place, mode=mode_of(card),
        dimensions=[Dimension.SITE], by=by, submission=key_of(proposal), on=on, intention=True,
        changes=proposal.words[:500] if proposal.state == ProposalState.ADAPTED else "",
    )  # fmt: skip


@transaction.atomic
def conclude(dialogue: Dialogue, *, by: Any, on: dt.date | None = None) -> Dialogue:
    """Every practice has its answer: the commitments stand, the follow-up begins."""
    dialogue = lock_going(dialogue)
    if dialogue.state == DialogueState.AGREED:
        return dialogue
    if dialogue.proposals.filter(state=ProposalState.PROPOSED).exists():
        raise DomainError(_("Une pratique attend encore un choix."))
    move(dialogue, "agree")
    dialogue.agreed_on = on or dialogue.agreed_on
    dialogue.save(update_fields=["state", "agreed_on"])
    notifications.agreed(dialogue, by=by)
    return dialogue


@transaction.atomic
def resume(dialogue: Dialogue) -> Dialogue:
    """One that was ended by mistake goes on as it was, while its campaign is open."""
    campaign = lock_campaign(dialogue.campaign_id)
    dialogue = lock_dialogue(dialogue)
    if not dialogue.is_closed:
        return dialogue
    if campaign.state != CampaignState.OPEN:
        raise DomainError(_("Sa campagne n’est plus ouverte : il se lit, il ne change plus."))
    if dialogue.continued_in_id is not None:
        raise DomainError(_("Il se poursuit avec le territoire qui a remplacé celui-ci."))
    move(dialogue, "resume")
    dialogue.save(update_fields=["state", "closed_on"])
    return dialogue


@transaction.atomic
def end(dialogue: Dialogue) -> Dialogue:
    dialogue = lock_going(dialogue)
    move(dialogue, "close")
    dialogue.save(update_fields=["state", "closed_on"])
    return dialogue
