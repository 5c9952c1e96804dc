"""Reporting a content, hiding it or not, and the one appeal.

Each decision writes a row that nobody changes (``ModerationDecision``); the words of it stay on
the case, where they can be erased.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common.errors import DomainError
from essaim.contributions import notifications
from essaim.contributions.limits import check_rate, one_at_a_time
from essaim.contributions.models import (
    Answer,
    Kind,
    ModerationCase,
    ModerationDecision,
    Proposal,
    Question,
    Report,
)
from essaim.initiatives.actions.cards import lock_card
from essaim.initiatives.actions.publication import archive_card, restore_card
from essaim.initiatives.models import Initiative, Publication

MODELS: dict[str, Any] = {
    Kind.CARD: Initiative,
    Kind.QUESTION: Question,
    Kind.ANSWER: Answer,
    Kind.PROPOSAL: Proposal,
}
State = ModerationCase.State
Outcome = ModerationDecision.Outcome


@transaction.atomic
def report(
    kind: str, content: Any, card: Initiative, *, by: Any, reason_code: str, text: str = ""
) -> Report:
    """Tell managers that a content should not be there. Reported twice by one person, it is
    reported once; by several, they are one case."""
    one_at_a_time(by)
    lock_card(card)
    if getattr(content, "author_id", None) == by.pk:
        raise DomainError(_("C’est vous qui l’avez écrit : retirez-le, ou demandez de l’aide."))
    standing = ModerationCase.objects.filter(
        kind=kind, target=content.pk, state__in=ModerationCase.STANDING
    ).first()
    if standing is not None:
        known = standing.reports.filter(by=by).first()
        if known is not None:
            return known
    elif kind != Kind.CARD and _was_examined(kind, content, by):
        # A card changes; words that nobody can change any more were read once.
        raise DomainError(
            _("Vous l’avez déjà signalé : un animateur l’a examiné, et l’a laissé en place.")
        )
    check_rate(by)
    case = standing or ModerationCase.objects.create(
        kind=kind, target=content.pk, card=card, subject_author=content.author
    )
    return Report.objects.create(case=case, by=by, reason_code=reason_code, text=text.strip())


def _was_examined(kind: str, content: Any, by: Any) -> bool:
    return Report.objects.filter(
        by=by, case__kind=kind, case__target=content.pk, case__decided_at__isnull=False
    ).exists()


@transaction.atomic
def decide(
    case: ModerationCase, *, by: Any, hide: bool, reason_code: str, reason: str
) -> ModerationCase:
    """Hide the content, or leave it; with a reason, which its author reads when it is hidden."""
    if not reason.strip():
        raise DomainError(_("Donnez vos raisons : elles sont gardées."), field="reason")
    lock_card(case.card)
    case = _locked(case)
    _check(case, case.hide)
    if hide:
        _hide(case, by)
        case.hide(by)
    else:
        case.dismiss(by)
    case.reason_code, case.reason = reason_code, reason.strip()
    case.save(update_fields=["state", "decided_by", "decided_at", "reason_code", "reason"])
    _keep(case, by, Outcome.HIDDEN if hide else Outcome.DISMISSED)
    if hide:
        notifications.content_hidden(case)
    return case


@transaction.atomic
def appeal(case: ModerationCase, text: str) -> ModerationCase:
    """The author of what was hidden asks that someone else looks again; once."""
    if not text.strip():
        raise DomainError(_("Dites pourquoi cette décision vous semble à revoir."), field="text")
    case = _locked(case)
    if case.state == State.APPEALED:
        return case
    if case.appealed_at is not None:
        raise DomainError(_("Un recours a déjà été examiné : il n’y en a qu’un."))
    _check(case, case.make_appeal)
    case.make_appeal()
    case.appeal = text.strip()
    case.save(update_fields=["state", "appealed_at", "appeal"])
    return case


@transaction.atomic
def decide_appeal(case: ModerationCase, *, by: Any, restore: bool, answer: str) -> ModerationCase:
    """By another than who decided first, which the database checks too."""
    if not answer.strip():
        raise DomainError(_("Répondez à l’auteur : il attend vos raisons."), field="answer")
    lock_card(case.card)
    case = _locked(case)
    _check(case, case.restore)
    if case.decided_by_id == by.pk:
        raise DomainError(_("Vous avez pris la première décision : une autre personne tranche."))
    if restore:
        _restore(case, by)
        case.restore(by)
    else:
        case.uphold(by)
    case.appeal_answer = answer.strip()
    case.save(
        update_fields=["state", "appeal_decided_by", "appeal_decided_at", "appeal_answer"]
    )  # fmt: skip
    _keep(case, by, Outcome.RESTORED if restore else Outcome.UPHELD)
    notifications.appeal_decided(case)
    return case


def content_of(case: ModerationCase) -> Any:
    """What the case is about, or None when it is gone."""
    return MODELS[case.kind].objects.filter(pk=case.target).first()


def _hide(case: ModerationCase, by: Any) -> None:
    content = content_of(case)
    if content is None:
        return
    if case.kind == Kind.CARD:
        if content.publication != Publication.ARCHIVED:
            archive_card(content, by=by)
        return
    content.hidden_at = timezone.now()
    content.save(update_fields=["hidden_at"])


def _restore(case: ModerationCase, by: Any) -> None:
    content = content_of(case)
    if content is None:
        raise DomainError(_("Ce contenu a disparu depuis : il ne peut pas être rétabli."))
    if case.kind == Kind.CARD:
        if content.publication == Publication.ARCHIVED:
            restore_card(content, by=by)
        return
    content.hidden_at = None
    content.save(update_fields=["hidden_at"])


def _keep(case: ModerationCase, by: Any, outcome: str) -> None:
    ModerationDecision.objects.create(
        case=case,
        card=case.card,
        kind=case.kind,
        target=case.target,
        outcome=outcome,
        reason_code=case.reason_code,
        by=by,
    )


def _locked(case: ModerationCase) -> ModerationCase:
    return ModerationCase.objects.select_for_update().get(pk=case.pk)


def _check(case: ModerationCase, transition: Any) -> None:
    if not can_proceed(transition):
        raise DomainError(
            _("Ce signalement est maintenant « %(state)s » : relisez-le.")
            % {"state": case.get_state_display()}
        )
