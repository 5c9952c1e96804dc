"""Withdrawing what past versions of a card said."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.initiatives import revisions, rules
from essaim.initiatives.actions.cards import lock_card
from essaim.initiatives.models import (  # type: ignore[attr-defined]
    Initiative,
    InitiativeEvent,
    RevisionNote,
    Withdrawal,
)
from essaim.initiatives.sections import SECTIONS, Content
from essaim.initiatives.signals import text_withdrawn

# From which versions: this one, this one and those before it, all but today's.
ONE, UNTIL, ALL = "one", "until", "all"


@transaction.atomic
def withdraw_text(
    card: Initiative,
    event: Any,
    *,
    section: str,
    scope: str,
    ground: str,
    reason: str,
    with_reasons: bool = False,
    by: Any,
) -> Withdrawal:
    """Nobody reads any more what the section said in these versions; they stay in the list.

    ``with_reasons``: what authors gave as reasons of these changes is erased too. Raises
    DomainError where it is today's version, or what the card still says today (the card itself is
    to be changed first: today's version would be read once past), or where the ground is one that
    only managers judge.
    """
    card = lock_card(card)
    if section not in SECTIONS or scope not in {ONE, UNTIL, ALL}:
        raise DomainError(_("Choisissez la section et les versions."), field="section")
    if ground not in Withdrawal.Ground.values or (
        ground != Withdrawal.Ground.PERSONAL and not rules.is_manager(by)
    ):
        raise DomainError(
            _("Seul un animateur retire un texte pour ce motif : signalez-le-lui."), field="ground"
        )
    if not reason.strip():
        raise DomainError(_("Dites pourquoi ce texte est retiré."), field="reason")
    events = InitiativeEvent.objects.filter(pgh_obj=card.pk)
    today = events.latest("pgh_id")
    said = revisions.said_at(card, section, today)
    last = before_today_said_so(card, section, events, today, said) if scope == ALL else event
    if (
        last is None
        or last.pgh_id == today.pgh_id
        or (scope != ONE and revisions.said_at(card, section, event) == said)
    ):
        raise DomainError(
            _(
                "C’est la version d’aujourd’hui : retirez d’abord le texte de la fiche, puis de"
                " cette version."
            )
        )
    first = event if scope == ONE else events.earliest("pgh_id")
    with pghistory.context(user=by.pk, action="withdraw_text"):
        made = Withdrawal.objects.create(
            initiative=card,
            section=section,
            first=first.pgh_id,
            last=last.pgh_id,
            first_at=first.pgh_created_at,
            last_at=last.pgh_created_at,
            ground=ground,
            reason=reason.strip(),
            by=by,
        )
    if with_reasons:
        RevisionNote.objects.filter(
            initiative=card, version__gte=first.version, version__lte=last.version
        ).delete()
    text_withdrawn.send(
        sender=Withdrawal,
        withdrawal=made,
        versions=(first.version, last.version),
        with_reasons=with_reasons,
    )
    return made


def before_today_said_so(
    card: Initiative, section: str, events: Any, today: Any, said: Content
) -> Any:
    """The last version whose section said otherwise than today's: those since say what is read."""
    past = events.filter(version__lt=today.version).order_by("-pgh_id")
    return next((row for row in past if revisions.said_at(card, section, row) != said), None)
