"""From draft to the public, and back: submit, publish, send back, archive, restore.

Refusing and what follows it is in ``refusals``.

Each raises DomainError where the card's state does not allow it: a second click, or someone
who acted first, is told what the card has become.
"""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common.errors import DomainError
from essaim.initiatives import following
from essaim.initiatives.actions.cards import lock_card, touch
from essaim.initiatives.completeness import completeness
from essaim.initiatives.models import CardMerge, Initiative, Publication
from essaim.initiatives.signals import card_published, card_removed


@transaction.atomic
def submit_card(card: Initiative, *, by: Any) -> Initiative:
    """Hand the card to the managers. Raises DomainError when a required part is missing."""
    card = lock_card(card)
    check(card, card.submit)
    missing = completeness(card).blocking
    if missing:
        names = ", ".join(str(part.label) for part in missing)
        raise DomainError(
            _("Avant de soumettre la fiche, complétez : %(parts)s.") % {"parts": names}
        )
    with pghistory.context(user=by.pk, action="submit"):
        card.submit()
        touch(card, "publication", "submitted_at", by=by)
    return card


@transaction.atomic
def publish_card(card: Initiative, *, by: Any) -> Initiative:
    """Show the card to all. An incomplete one may be published: it says what it lacks.

    Side effects: ``card_published`` the first time; followers are told.
    """
    card = lock_card(card)
    check(card, card.publish)
    is_new = card.published_at is None
    with pghistory.context(user=by.pk, action="publish"):
        card.publish()
        touch(card, "publication", "published_at", "return_reason", by=by)
    if is_new:
        following.published([card.pk], by=by)
        following.accepted(card, by=by)
        card_published.send(sender=Initiative, initiatives=[card.pk])
    else:
        following.restored(card, by=by)
    return card


@transaction.atomic
def send_back(card: Initiative, reason: str, *, by: Any) -> Initiative:
    """Ask the author for more, who is told at once."""
    card = lock_card(card)
    check(card, card.send_back)
    if not reason.strip():
        raise DomainError(_("Dites à l’auteur ce qu’il doit compléter."), field="reason")
    with pghistory.context(user=by.pk, action="send_back"):
        card.send_back(reason.strip())
        touch(card, "publication", "return_reason", by=by)
    following.returned(card, by=by)
    return card


@transaction.atomic
def archive_card(card: Initiative, *, by: Any) -> Initiative:
    """Take the card out of the bank; its author, its holder and managers still read it."""
    card = lock_card(card)
    check(card, card.archive)
    was_public = card.publication == Publication.PUBLISHED
    with pghistory.context(user=by.pk, action="archive"):
        card.archive()
        touch(card, "publication", by=by)
    if was_public:
        following.archived(card, by=by)
    return card


@transaction.atomic
def restore_card(card: Initiative, *, by: Any) -> Initiative:
    """Bring an archived card back: to the public if it was there once, else to its author. Merged
    with another, it stands on its own again."""
    card = lock_card(card)
    check(card, card.restore)
    with pghistory.context(user=by.pk, action="restore"):
        CardMerge.objects.filter(other=card).delete()
        card.restore()
        touch(card, "publication", by=by)
    if card.publication == Publication.PUBLISHED:
        following.restored(card, by=by)
    return card


@transaction.atomic
def delete_card(card: Initiative, *, by: Any) -> None:
    """Erase a card (administrators: a legal request, a mistake). Its history keeps its rows.

    Side effect: ``card_removed``, before the rows go.
    """
    card = lock_card(card)
    with pghistory.context(user=by.pk, action="delete"):
        card_removed.send(sender=Initiative, initiatives=[card.pk])
        following.erased(card)
        card.delete()


def check(card: Initiative, transition: Any) -> None:
    if not can_proceed(transition):
        raise DomainError(
            _("Cette fiche est maintenant « %(state)s » : cette action n’a plus lieu d’être.")
            % {"state": card.get_publication_display()}
        )
