"""Who may lead a workshop, and who may speak for the holder there."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from essaim.initiatives import rules
from essaim.initiatives.models import CoEditor, Initiative
from essaim.people.models import Membership, User


def of_the_holder(card: Initiative) -> Any:
    """The holder's members, and the card's author unless they left the holder."""
    members = Membership.objects.filter(organisation=card.holder_id).values("user")
    is_of_it = card.author is not None and rules.is_author(card.author, card)
    author = Q(pk=card.author_id if is_of_it else None)
    return User.objects.filter(Q(pk__in=members) | author, is_active=True)


def may_facilitate(card: Initiative, by: Any) -> Any:
    """Whoever writes the card, managers who open the workshop included: someone from elsewhere is
    first invited to write it with its holder."""
    coeditors = CoEditor.objects.filter(card=card).values("user")
    return User.objects.filter(
        Q(pk__in=of_the_holder(card).values("pk")) | Q(pk__in=coeditors) | Q(pk=by.pk),
        is_active=True,
    )
