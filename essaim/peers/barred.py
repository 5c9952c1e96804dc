"""The same conflicts as ``conflicts.py`` for one person, as a query: managers meet lists of rounds,
and these may hold thousands of items. A test proves that both agree.
"""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import F, Q
from django.db.models.functions import Lower

from essaim.contributions.models import Proposal
from essaim.initiatives.models import CoEditor, Initiative, InitiativeEvent  # type: ignore[attr-defined]
from essaim.people.models import Membership, Organisation, User
from essaim.people.rules import can_manage

from . import runners
from .conflicts import RULES, WRITING, conflicts_between
from .models import Conflict, Declaration, Item, Round, Seat


def barred_to(user: Any) -> Q:
    """Of items: those that this person must neither read nor have read."""
    mine = Membership.objects.filter(user=user)
    sirens = mine.exclude(organisation__siren="").values("organisation__siren")
    linked = Organisation.objects.filter(
        Q(pk__in=mine.values("organisation"))
        | Q(siren__in=sirens)
        | Q(pk__in=Declaration.objects.filter(user=user).values("organisation"))
    ).values("pk")
    carried = Item.organisations.through.objects.filter(organisation__in=linked)
    read = Item.objects.filter(initiative__isnull=False).values("initiative")
    taken = Proposal.objects.filter(card__in=read, author=user, state__in=Proposal.TAKEN)
    wrote = InitiativeEvent.objects.filter(
        pgh_obj__in=read, pgh_context__action__in=WRITING, pgh_context__user=user.pk
    )
    # Who writes any card with them: its author and its co-editors.
    shared = CoEditor.objects.filter(Q(user=user) | Q(card__author=user)).values("card")
    company = User.objects.filter(
        Q(coedited__card__in=shared)
        | Q(pk__in=Initiative.objects.filter(pk__in=shared).values("author"))
    ).values("pk")
    of_them = Item.people.through.objects.filter(Q(user=user) | Q(user__in=company))
    editing = CoEditor.objects.filter(Q(user=user) | Q(user__in=company)).values("card")
    proved = EmailAddress.objects.filter(user=user, verified=True)
    declared = Conflict.objects.filter(
        Q(person=user)
        | Q(organisation__in=mine.values("organisation"))
        | Q(email__in=proved.values(address=Lower("email"))) & ~Q(email="")
    )
    return (
        Q(pk__in=carried.values("item"))
        | Q(pk__in=of_them.values("item"))
        | Q(pk__in=declared.values("item"))
        | Q(initiative__holder__in=linked)
        | Q(initiative__author=user)
        | Q(initiative__author__in=company)
        | Q(initiative__in=editing)
        | Q(initiative__in=taken.values("card"))
        | Q(initiative__in=wrote.values("pgh_obj"))
    )


def managers_free_for(found: Round) -> list[User]:
    """Those who may run this round: no conflict with anything it reads, no seat in it."""
    managers = User.objects.filter(
        Q(is_manager=True) | Q(is_superuser=True) | Q(pk__in=runners.people_of(found)),
        is_active=True,
    ).in_bulk()
    out = {person for _item, person in conflicts_between(list(found.items.all()), managers)}
    out |= set(
        Seat.objects.with_a_part()
        .filter(round=found, user__isnull=False)
        .values_list("user", flat=True)
    )
    free = [person for pk, person in managers.items() if pk not in out]
    return sorted(free, key=lambda person: (person.name, person.pk))


def why_barred(found: Round, user: Any) -> list[Any]:
    """In words, without what was declared of whom."""
    rules: dict[str, None] = {}
    for why in conflicts_between(list(found.items.all()), [user.pk]).values():
        rules.update(dict.fromkeys(reason.rule for reason in why))
    return [RULES[rule] for rule in rules]


def set_aside_from(user: Any) -> Any:
    """Rounds under way that this manager does not run."""
    if not can_manage(user):
        return Round.objects.none()
    seen = Round.objects.visible_to(user).values("pk")
    return Round.objects.under_way().exclude(pk__in=seen).order_by(F("created_at").desc(), "-pk")
