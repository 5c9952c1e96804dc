"""Refusing a card, contesting the refusal, deciding on it."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.initiatives import following
from essaim.initiatives.actions.cards import lock_card, touch
from essaim.initiatives.actions.publication import check
from essaim.initiatives.models import Initiative, Refusal
from essaim.initiatives.signals import card_published


@transaction.atomic
def refuse_card(card: Initiative, reason: str, *, by: Any) -> Initiative:
    """The card will not be published; its author reads why and may contest it once.

    Its author is told at once.
    """
    card = lock_card(card)
    check(card, card.refuse)
    if not reason.strip():
        raise DomainError(_("Dites à l’auteur pourquoi la fiche est refusée."), field="reason")
    earlier = Refusal.objects.current(card)
    if earlier is not None and earlier.outcome == Refusal.Outcome.OVERTURNED:
        raise DomainError(_("Le refus de cette fiche a été levé : elle ne se refuse plus."))
    Refusal.objects.create(initiative=card, by=by, reason=reason.strip())
    with pghistory.context(user=by.pk, action="refuse"):
        card.refuse()
        touch(card, "publication", "return_reason", by=by)
    following.refused(card, by=by)
    return card


@transaction.atomic
def appeal_refusal(card: Initiative, words: str, *, by: Any) -> Initiative:
    """Contest the refusal, once: someone other than who refused decides."""
    card = lock_card(card)
    check(card, card.appeal)
    refusal = Refusal.objects.current(card)
    if refusal is None or not refusal.may_be_appealed:
        raise DomainError(_("Ce refus a déjà été contesté : la décision est définitive."))
    if not words.strip():
        raise DomainError(_("Dites pourquoi ce refus vous semble mal fondé."), field="appeal")
    refusal.appeal = words.strip()
    refusal.appealed_at, refusal.appealed_by = timezone.now(), by
    refusal.save(update_fields=["appeal", "appealed_at", "appealed_by"])
    with pghistory.context(user=by.pk, action="appeal"):
        card.appeal()
        touch(card, "publication", by=by)
    return card


@transaction.atomic
def decide_appeal(card: Initiative, outcome: str, reason: str, *, by: Any) -> Initiative:
    """Uphold the refusal, publish, or send back for more; with reasons the author reads.

    Who may is ``rules.can_decide_appeal``. Its author and who contested are told at once.
    """
    card = lock_card(card)
    check(card, card.uphold_refusal)
    refusal = Refusal.objects.current(card)
    if refusal is None or not refusal.awaits_decision:
        raise DomainError(_("Aucune contestation n’attend de décision pour cette fiche."))
    if not reason.strip():
        raise DomainError(_("Donnez les raisons de la décision."), field="decision")
    if outcome not in Refusal.Outcome.values:
        raise DomainError(_("Choisissez une décision."), field="outcome")
    is_new = card.published_at is None
    refusal.outcome, refusal.decision = outcome, reason.strip()
    refusal.decided_by, refusal.decided_at = by, timezone.now()
    refusal.save(update_fields=["outcome", "decision", "decided_by", "decided_at"])
    with pghistory.context(user=by.pk, action=outcome):
        match outcome:
            case Refusal.Outcome.OVERTURNED:
                card.overturn_refusal()
            case Refusal.Outcome.RETURNED:
                card.return_after_appeal(reason.strip())
            case _:
                card.uphold_refusal()
        touch(card, "publication", "published_at", "return_reason", by=by)
    if outcome == Refusal.Outcome.OVERTURNED and is_new:
        following.published([card.pk], by=by)
        card_published.send(sender=Initiative, initiatives=[card.pk])
    following.appeal_decided(card, contested_by=refusal.appealed_by, by=by)
    return card
