"""Those who answer for a card: its author, its holder's members, its co-editors."""

from __future__ import annotations

from django.db.models import Q

from essaim.initiatives import rules
from essaim.initiatives.models import Initiative
from essaim.people.models import Function, Membership, User


def team_of(card: Initiative) -> list[User]:
    """Active accounts, each once; the same people as ``initiatives.rules.is_of_the_team``."""
    people = _author(card) | Q(coedited__card=card.pk)
    if card.holder_id is not None:
        people |= Q(memberships__organisation=card.holder_id)
    return list(User.objects.filter(people, is_active=True).distinct().order_by("pk"))


def whom_to_tell(card: Initiative) -> list[User]:
    """Those of the team to whom a message is not noise: its author, its co-editors, who
    represents the holder or carries projects there; the whole team where there is none."""
    members = Membership.objects.filter(organisation=card.holder_id).filter(
        Q(role=Membership.Role.REPRESENTATIVE) | Q(functions__contains=[Function.HOLDER])
    )
    first = _author(card) | Q(coedited__card=card.pk) | Q(pk__in=members.values("user"))
    found = list(User.objects.filter(first, is_active=True).distinct().order_by("pk"))
    return found or team_of(card)


def _author(card: Initiative) -> Q:
    """Unless they left the organisation that carries the card."""
    is_of_it = card.author is not None and rules.is_author(card.author, card)
    return Q(pk=card.author_id if is_of_it else None)
