"""Which territories take part, and who speaks for each."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.states import move
from essaim.dialogues import notifications
from essaim.dialogues.models import Campaign, Dialogue, DialogueState, Manager, ProposalState
from essaim.people.models import Organisation
from essaim.territories.models import Territory

from .common import lock_campaign, lock_dialogue, lock_going, lock_open_campaign
from .findings import read_again


@transaction.atomic
def add_territories(campaign: Campaign, territories: Sequence[Territory]) -> int:
    """Those not yet in it; where exactly one public body is placed on a territory, it becomes its
    manager, to be checked. Returns how many came. Raises DomainError for a territory that ended:
    its successor is named."""
    campaign = lock_open_campaign(campaign)
    gone = [each for each in territories if each.gone_on is not None]
    if gone:
        raise DomainError(
            _("%(name)s n’existe plus : choisissez le territoire qui l’a remplacé (%(after)s).")
            % {
                "name": gone[0].label,
                "after": gone[0].successor.label if gone[0].successor else _("inconnu"),
            },
            field="territories",
        )
    known = set(campaign.dialogues.values_list("territory", flat=True))
    new = [each for each in territories if each.pk not in known]
    most = settings.DIALOGUES["territories"]
    if len(known) + len(new) > most:
        raise DomainError(
            _("Une campagne a %(n)s territoires au plus.") % {"n": most}, field="territories"
        )
    bodies: dict[int, list[int]] = {}
    kinds = settings.DIALOGUES["managing_kinds"]
    for pk, place in Organisation.objects.filter(territory__in=new, kind__in=kinds).values_list(
        "pk", "territory"
    ):
        bodies.setdefault(place, []).append(pk)
    for each in new:
        dialogue = Dialogue.objects.create(campaign=campaign, territory=each)
        here = bodies.get(each.pk, [])
        if len(here) == 1:
            Manager.objects.create(dialogue=dialogue, organisation_id=here[0])
    return len(new)


@transaction.atomic
def remove_territory(dialogue: Dialogue) -> None:
    """As long as the territory has read nothing."""
    lock_open_campaign(dialogue.campaign_id)
    found = Dialogue.objects.select_for_update(of=("self",)).filter(pk=dialogue.pk).first()
    if found is None:
        return
    if found.state != DialogueState.PREPARING:
        raise DomainError(_("Le territoire a déjà reçu ce dialogue : terminez-le plutôt."))
    found.proposals.all().delete()
    found.delete()


@transaction.atomic
def add_organisation(dialogue: Dialogue, organisation: Organisation) -> Manager:
    dialogue = lock_going(dialogue)
    row, made = Manager.objects.get_or_create(dialogue=dialogue, organisation=organisation)
    if made and dialogue.is_shared:
        notifications.sent_to(dialogue, row)
    return row


@transaction.atomic
def add_person(dialogue: Dialogue, email: str) -> Manager:
    """Whoever has proved this address to be theirs, or will. The same whether an account has it:
    an address tells nothing of who is here."""
    dialogue = lock_going(dialogue)
    row, made = Manager.objects.get_or_create(dialogue=dialogue, email=email.strip().lower())
    if made and dialogue.is_shared:
        notifications.sent_to(dialogue, row)
    return row


@transaction.atomic
def remove_manager(manager: Manager) -> None:
    """The last one goes only before the territory has read anything: somebody must answer."""
    dialogue = lock_going(manager.dialogue_id)
    rows = dialogue.managers
    if dialogue.is_shared and not rows.exclude(pk=manager.pk).exists():
        raise DomainError(_("Nommez d’abord quelqu’un d’autre : il faut qui réponde."))
    rows.filter(pk=manager.pk).delete()


@transaction.atomic
def follow_successor(dialogue: Dialogue) -> Dialogue:
    """A territory merged in mid-campaign: the dialogue goes on with what replaced it, nothing is
    lost. Where that one is in the campaign already, what was agreed goes there and this one ends.
    Returns the dialogue that goes on."""
    lock_campaign(dialogue.campaign_id)
    dialogue = lock_dialogue(dialogue)
    if dialogue.continued_in_id is not None:
        return Dialogue.objects.get(pk=dialogue.continued_in_id)
    place = dialogue.territory
    if place.gone_on is None:
        return dialogue
    if dialogue.is_closed:
        raise DomainError(_("Ce dialogue est terminé : il se lit, il ne change plus."))
    if place.successor is None:
        raise DomainError(
            _("Aucun successeur n’est connu : ajoutez vous-même le territoire à la campagne.")
        )
    other = (
        Dialogue.objects.select_for_update(of=("self",))
        .filter(campaign=dialogue.campaign_id, territory=place.successor)
        .first()
    )
    if other is None:
        dialogue.moved_from, dialogue.territory = place, place.successor
        dialogue.save(update_fields=["moved_from", "territory"])
        read_again(dialogue)
        return dialogue
    if other.is_closed:
        raise DomainError(_("Le dialogue du territoire qui l’a remplacé est déjà terminé."))
    _join(dialogue, other)
    return other


def _join(dialogue: Dialogue, other: Dialogue) -> None:
    """What both have stays in each; the rest moves. Managers keep speaking, and go on reading what
    was sent to them: the dialogue that it joins is then sent too."""
    shared = dialogue.is_shared and other.state == DialogueState.PREPARING
    if shared:
        move(other, "send")
        other.sent_on = dialogue.sent_on
        other.save(update_fields=["state", "sent_on"])
    theirs = set(
        other.proposals.exclude(state=ProposalState.WITHDRAWN).values_list("initiative", flat=True)
    )
    for proposal in dialogue.proposals.exclude(state=ProposalState.WITHDRAWN):
        if proposal.initiative_id not in theirs:
            proposal.dialogue = other
            proposal.save(update_fields=["dialogue"])
            if proposal.state == ProposalState.PROPOSED and other.state == DialogueState.AGREED:
                # A choice is expected again.
                move(other, "reopen")
                other.save(update_fields=["state", "agreed_on"])
    for row in dialogue.managers.all():
        Manager.objects.get_or_create(
            dialogue=other,
            organisation_id=row.organisation_id,
            user_id=row.user_id,  # type: ignore[misc]
            email=row.email,
        )
    if shared:
        waits = other.proposals.filter(state=ProposalState.PROPOSED).exists()
        if dialogue.state == DialogueState.AGREED and not waits:
            move(other, "agree")
            other.agreed_on = dialogue.agreed_on
            other.save(update_fields=["state", "agreed_on"])
        notifications.sent(other, by=None)
    dialogue.continued_in = other
    dialogue.close()
    dialogue.save(update_fields=["continued_in", "state", "closed_on"])
