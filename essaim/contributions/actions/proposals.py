"""Proposing a change to a card, and deciding of it.

Every decision locks the card, then the proposal, and is made once: a second click finds it
made, a second person is told by whom.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.contributions import notifications
from essaim.contributions.content import freeze, merge, thaw
from essaim.contributions.limits import check_organisation, check_rate, one_at_a_time
from essaim.contributions.models import Answer, Proposal
from essaim.initiatives.actions.cards import EditConflict, lock_card, save_section
from essaim.initiatives.models import Initiative, Publication
from essaim.initiatives.sections import (
    ROWS_AT_MOST,
    SECTIONS,
    Content,
    changed_names,
    digest,
    plain,
    read_section,
)
from essaim.people.actions.organisations import one_at_a_time as organisations_one_at_a_time
from essaim.people.models import Organisation

State = Proposal.State
_NEVER = -1  # a version no card has: the section itself is compared


@transaction.atomic
def save_proposal(
    card: Initiative,
    slug: str,
    content: Content,
    *,
    by: Any,
    key: uuid.UUID,
    seen: str,
    reason: str = "",
    organisation: Organisation | None = None,
    kind: str = Proposal.Kind.SECTION,
    answer: Answer | None = None,
    send: bool = True,
    counted: bool = True,
) -> Proposal:
    """Keep a proposal as a draft, or send it to those who write the card.

    ``key`` is the form's own: sent twice, it proposes once; a draft is changed under its key.
    ``seen`` is the digest of the section that the form was opened on: raises EditConflict when
    the card changed since, so that nothing of that change is undone by mistake. From an
    ``answer``, the credit goes to its author. Not ``counted``: a partner's bank brought it, and what
    one person may post in an hour says nothing of it. Side effect: the team is told of what is sent.
    """
    one_at_a_time(by)
    card = Initiative.objects.get(pk=card.pk)
    known = made_by_form(Proposal.objects, key, sent_by=by, card=card)
    if known is not None:
        known = Proposal.objects.select_for_update().get(pk=known.pk)
    if known is not None and known.state != State.DRAFT:
        if plain(known.content) == plain(freeze(content)):
            return known
        raise DomainError(
            _(
                "Cette proposition est déjà envoyée. Votre texte est resté dans la page :"
                " ouvrez une nouvelle proposition pour l’y copier."
            )
        )
    if card.publication != Publication.PUBLISHED:
        raise DomainError(_("Cette fiche n’est plus publiée : elle ne reçoit plus de proposition."))
    section = SECTIONS[slug]
    current = read_section(card, section)
    if seen != digest(current):
        raise EditConflict(card, current)
    _check_content(section.lists, current, content, reason, send)
    check_organisation(by, organisation)
    if known is None and counted:
        check_rate(by)
    proposal = known or Proposal(
        submission=key, card=card, sent_by=by, kind=kind, section=slug, answer=answer
    )
    if proposal.answer is not None:
        proposal.author = proposal.answer.author
        proposal.organisation = proposal.answer.organisation
    else:
        proposal.author, proposal.organisation = by, organisation
    proposal.base_version, proposal.seen = card.version, seen
    proposal.before, proposal.content = freeze(current), freeze(content)
    proposal.reason = reason.strip()
    if send:
        proposal.send()
    proposal.save()
    if send:
        notifications.proposal_sent(proposal)
    return proposal


def _check_content(
    lists: tuple[str, ...], current: Content, content: Content, reason: str, send: bool
) -> None:
    if not changed_names(current, content):
        raise DomainError(_("Vous n’avez rien changé : modifiez le texte, puis envoyez."))
    for name in lists:
        if len(content[name]) > ROWS_AT_MOST:
            raise DomainError(_("Trop de lignes : %(n)s au plus.") % {"n": ROWS_AT_MOST})
    if send and not reason.strip():
        raise DomainError(_("Dites en une phrase pourquoi ce changement."), field="reason")


def merged_content(proposal: Proposal, current: Content) -> Content:
    """The section as it is now, with what the proposal changes."""
    section = SECTIONS[proposal.section]
    return merge(thaw(section, proposal.before), thaw(section, proposal.content), current)


@transaction.atomic
def accept_proposal(
    proposal: Proposal,
    *,
    by: Any,
    content: Content | None = None,
    seen: str = "",
    word: str = "",
) -> Proposal:
    """Write the card with what was proposed, once; its author is credited and told.

    Without ``content``, as it is: raises EditConflict when the section changed since it was
    proposed. With ``content``, what the person decided after reading the section whose digest
    is ``seen``: raises EditConflict when it changed since then. Accepted as it is or with the
    changes that the card itself imposed, the proposal is accepted; reworded, it is amended.
    ``word`` goes to the author.
    """
    if "holder" in SECTIONS[proposal.section].columns:
        organisations_one_at_a_time()
    card = lock_card(proposal.card)
    proposal = _locked(proposal)
    proposal.card = card
    if proposal.state in Proposal.TAKEN and proposal.decided_by_id == by.pk:
        return proposal
    _check(proposal, proposal.accept)
    section = SECTIONS[proposal.section]
    current = read_section(card, section)
    merged = merged_content(proposal, current)
    if content is None:
        written, seen = merged, proposal.seen
    else:
        written = content
    reworded = plain(freeze(written)) != plain(freeze(merged))
    save_section(
        card,
        proposal.section,
        written,
        by=by,
        version=_NEVER,
        seen=seen,
        reason=proposal.reason,
        origin={
            "action": "accept_proposal",
            "proposal": proposal.pk,
            "contributor": proposal.author_id,
            "organisation": proposal.organisation_id,
            "amended": reworded,
        },
    )
    if reworded:
        proposal.amend(by)
    else:
        proposal.accept(by)
    proposal.decision = word.strip()
    proposal.taken = freeze(written)
    proposal.save(update_fields=["state", "decided_by", "decided_at", "decision", "taken"])
    notifications.proposal_decided(proposal)
    return proposal


@transaction.atomic
def decline_proposal(proposal: Proposal, *, by: Any, reason: str) -> Proposal:
    """Say no, with a reason that its author reads."""
    if not reason.strip():
        raise DomainError(_("Dites à l’auteur pourquoi vous déclinez."), field="reason")
    card = lock_card(proposal.card)
    proposal = _locked(proposal)
    proposal.card = card
    if proposal.state == State.DECLINED and proposal.decided_by_id == by.pk:
        return proposal
    _check(proposal, proposal.decline)
    proposal.decline(by)
    proposal.decision = reason.strip()
    proposal.save(update_fields=["state", "decided_by", "decided_at", "decision"])
    notifications.proposal_decided(proposal)
    return proposal


@transaction.atomic
def withdraw_proposal(proposal: Proposal) -> Proposal:
    """Taken back by who brought it, before it is decided; twice is once."""
    proposal = _locked(proposal)
    if proposal.state == State.WITHDRAWN:
        return proposal
    _check(proposal, proposal.withdraw)
    proposal.withdraw()
    proposal.save(update_fields=["state"])
    return proposal


def _locked(proposal: Proposal) -> Proposal:
    """Without joins: after a wait, they would be read as they were before it."""
    return Proposal.objects.select_for_update().get(pk=proposal.pk)


def _check(proposal: Proposal, transition: Any) -> None:
    if not can_proceed(transition):
        raise DomainError(
            _("Cette proposition est maintenant « %(state)s » : relisez-la.")
            % {"state": proposal.get_state_display()}
        )
