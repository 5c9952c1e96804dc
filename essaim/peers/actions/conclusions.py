"""What comes back to the holder, their right of reply, and what is published."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.text import clean
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Fact
from essaim.peers import notifications, runners, signals
from essaim.peers.models import Conclusion, Item, Reading, Round, State

from .common import check_state, lock_round, reason_given


@transaction.atomic
def save_feedback(item: Item, feedback: str, *, by: Any, version: int) -> Conclusion:
    """The manager's words, made of what readers wrote for the holder. ``version``: 0 for the
    first; two managers at once do not overwrite each other."""
    found = lock_round(item.round_id)
    check_state(found, State.DISCUSSING)
    feedback = clean(feedback)
    known = Conclusion.objects.filter(item=item).first()
    if known is None:
        return Conclusion.objects.create(item=item, feedback=feedback, prepared_by=by)
    if known.feedback == feedback:
        return known
    if known.shared_at is not None:
        raise DomainError(_("Le retour est envoyé au porteur : il ne change plus."))
    if known.version != version:
        raise DomainError(
            _("Ce retour a été enregistré ailleurs entre-temps : rien n’a été écrasé."),
            field="feedback",
        )
    known.feedback, known.prepared_by = feedback, by
    known.version += 1
    known.save(update_fields=["feedback", "prepared_by", "version"])
    return known


@transaction.atomic
def share_feedback(item: Item, *, by: Any) -> Conclusion:
    """The holder is told, and has the round's days to reply. Twice is once."""
    found = lock_round(item.round_id)
    known = Conclusion.objects.filter(item=item).first()
    if known is not None and known.shared_at is not None:
        return known
    check_state(found, State.DISCUSSING)
    if held := runners.why_held(found):
        raise DomainError(held)
    if known is None or not known.feedback:
        raise DomainError(_("Écrivez le retour au porteur avant de l’envoyer."))
    known.shared_at = timezone.now()
    known.reply_by = known.shared_at + dt.timedelta(days=found.reply_days)
    with pghistory.context(user=by.pk, action="share_feedback"):
        known.save(update_fields=["shared_at", "reply_by"])
    notifications.feedback_shared(item)
    return known


@transaction.atomic
def reply(item: Item, text: str, *, by: Any, is_public: bool) -> Conclusion:
    """The holder's, until the conclusion is given; written again it replaces the former."""
    found = lock_round(item.round_id)
    known = Conclusion.objects.filter(item=item).first()
    if known is None or known.shared_at is None:
        raise DomainError(_("Le retour n’est pas encore envoyé."))
    if known.concluded_at is not None or found.state != State.DISCUSSING:
        raise DomainError(_("La conclusion est rendue : votre texte est resté dans la page."))
    known.reply = reason_given(text, "text")[:10_000]
    known.reply_is_public = is_public
    known.replied_at, known.replied_by = timezone.now(), by
    with pghistory.context(user=by.pk, action="reply_to_feedback"):
        known.save(update_fields=["reply", "reply_is_public", "replied_at", "replied_by"])
    notifications.holder_replied(item)
    return known


@transaction.atomic
def conclude_item(
    item: Item,
    *,
    level: int | None,
    statement: str,
    reasons: str,
    uses_adjusted: bool = False,
    by: Any,
) -> Conclusion:
    """Once, with reasons, after the holder could reply. The card learns it as a fact; when it is
    the last item of the round, the round is concluded."""
    found = lock_round(item.round_id)
    known = Conclusion.objects.filter(item=item).first()
    if known is not None and known.concluded_at is not None:
        if (known.level, known.statement) == (level, statement.strip()):
            return known
        raise DomainError(_("Une conclusion est déjà rendue."))
    check_state(found, State.DISCUSSING)
    if known is None or known.shared_at is None:
        raise DomainError(_("Envoyez d’abord le retour au porteur : il a le droit d’y répondre."))
    if known.replied_at is None and known.reply_by and known.reply_by > timezone.now():
        raise DomainError(
            _("Le porteur peut encore répondre : attendez sa réponse ou la fin de son délai.")
        )
    if not Reading.objects.filter(item=item).submitted().exists() and level is not None:
        raise DomainError(
            _("Aucune lecture n’est rendue : aucun niveau ne peut être dit."), field="level"
        )
    known.level = level
    known.statement = reason_given(statement, "statement")
    known.reasons = reason_given(reasons)
    known.uses_adjusted = uses_adjusted
    known.concluded_at, known.concluded_by = timezone.now(), by
    with pghistory.context(user=by.pk, action="conclude_item"):
        known.save()
    if item.initiative is not None:
        record_fact(
            item.initiative,
            Fact.Kind.EVALUATION_CONCLUDED,
            f"round:{found.pk}",
            {
                "kind": "peer",
                "level": level,
                "title": found.title,
                "url": f"{item.initiative.get_absolute_url()}#pairs",
            },
            timezone.localdate().isoformat(),
            by=by,
        )
    signals.item_concluded.send(sender=Item, item=item, conclusion=known)
    notifications.concluded(item)
    _end_if_last(found, by)
    return known


def _end_if_last(found: Round, by: Any) -> None:
    if found.items.filter(conclusion__concluded_at=None).exists():
        return
    found.conclude()
    found.decided_by = by
    with pghistory.context(user=by.pk, action="conclude_round"):
        found.save(update_fields=["state", "concluded_at", "decided_by"])
    signals.round_concluded.send(sender=Round, round=found)
