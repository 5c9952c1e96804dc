"""Who may do what in a reading by peers (§ 14 of the domain).

Managers run rounds they have no part in: one who answers for an item, or reads in the round, is a
holder or a reader there like any other. One who has a link with what is read (``conflicts.py``)
leaves the round to the other managers (``barred.managers_free_for``), like a reader would.
"""

from __future__ import annotations

from typing import Any

import rules

from essaim.common.remembered import asked_once
from essaim.peers import runners
from essaim.peers.barred import barred_to
from essaim.peers.models import Conclusion, Item, Reading, Round, Seat
from essaim.people.rules import can_manage


@rules.predicate
def is_signed_in(user: Any) -> bool:
    return bool(user.is_authenticated)


@rules.predicate
@asked_once
def has_no_part(user: Any, found: Round) -> bool:
    return (
        not Item.objects.spoken_for_by(user).filter(round=found).exists()
        and not Item.objects.filter(barred_to(user), round=found).exists()
        and not Seat.objects.with_a_part().filter(user=user, round=found).exists()
    )


@rules.predicate
def is_manager(user: Any, found: Round | None = None) -> bool:
    return bool(can_manage(user))


@rules.predicate
@asked_once
def is_runner(user: Any, found: Round) -> bool:
    """Runs the call whose applications it reads."""
    if not user.is_authenticated:
        return False
    return Round.objects.filter(runners.run_by(user), pk=found.pk).exists()


# Identities, readings, threads, discussion. Agrees with ``Round.objects.visible_to``.
can_run = (is_manager | is_runner) & has_no_part
can_create = can_manage
can_list = can_manage
can_be_peer = is_signed_in


@rules.predicate
def is_reader(user: Any, reading: Reading) -> bool:
    """Their own reading, and no other: not even for managers, who see it where they run it."""
    return bool(user.is_authenticated) and reading.seat.user_id == user.pk


@rules.predicate
@asked_once
def is_invited(user: Any, seat: Seat) -> bool:
    """Agrees with ``Seat.objects.of``."""
    return Seat.objects.of(user).filter(pk=seat.pk).exists()


@rules.predicate
@asked_once
def speaks_for(user: Any, item: Item) -> bool:
    """The holder's side. Agrees with ``Item.objects.spoken_for_by``."""
    return Item.objects.spoken_for_by(user).filter(pk=item.pk).exists()


@rules.predicate
@asked_once
def is_shared(user: Any, item: Item) -> bool:
    return Conclusion.objects.filter(item=item, shared_at__isnull=False).exists()


can_read_feedback = speaks_for
can_reply = speaks_for & is_shared
can_object = speaks_for  # to be read by someone, with a reason
