"""Bringing a card back to what it said."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.initiatives import rules
from essaim.initiatives.actions.cards import lock_card, note_reason, touch, write_section
from essaim.initiatives.models import Initiative, Publication
from essaim.initiatives.revisions import content_at, existing
from essaim.initiatives.sections import SECTIONS, changed_names, read_section
from essaim.people.actions.organisations import one_at_a_time


@transaction.atomic
def restore_revision(
    card: Initiative, event: Any, *, by: Any, version: int, reason: str = ""
) -> Initiative:
    """Write the card as it stood after ``event`` (a row of its history): a new revision.

    Where it stands (publication), its address and its contact do not change, nor does its holder by
    those who only help to write. Raises DomainError when the card is archived or changed since ``version``, the one the person compared with, or
    when it already says the same.
    """
    one_at_a_time()  # the holder of that time may come back
    card = lock_card(card)
    if card.publication == Publication.ARCHIVED:
        raise DomainError(_("Cette fiche est archivée : elle ne se modifie plus."))
    if card.version != version:
        raise DomainError(
            _("La fiche a été modifiée pendant que vous compariez : relisez les différences.")
        )
    then = content_at(card, event)
    changed: list[str] = []
    columns: list[str] = []
    with pghistory.context(user=by.pk, action="restore_revision", revision=event.version):
        for slug, section in SECTIONS.items():
            if slug not in then:  # its text is withdrawn: the card keeps today's
                continue
            current = read_section(card, section)
            content = existing(then[slug], section, card)
            if not rules.can_change_holder(by, card):
                content.pop("holder", None)
            names = changed_names(current, content)
            if names:
                written = {name: content[name] for name in names}
                columns += write_section(card, section, written, current)
                changed += names
        if not changed:
            raise DomainError(_("La fiche dit déjà la même chose que cette version."))
        touch(card, *columns, by=by)
        note_reason(card, reason, by=by)
    return card
