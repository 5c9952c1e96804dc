"""Two cards become one: introductions to the other go on with the one that stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.contributions.models import Interest
from essaim.contributions.rules import nobody_answers
from essaim.initiatives.actions.merging import move_rows
from essaim.initiatives.carried import Column
from essaim.initiatives.following import tell_merged
from essaim.initiatives.models import Initiative
from essaim.initiatives.rules import is_of_the_team
from essaim.introductions import notifications
from essaim.introductions.models import Introduction, Side


@transaction.atomic
def join_cards(kept: Initiative, other: Initiative, *, by: Any, occasion: str) -> None:
    """What is going on with the same adopter for both goes on once, as far as it is; what has
    ended stays with the team that led it, and what it noted for itself. Raises DomainError where
    the team of ``other`` is in touch with adopters and would lose them."""
    rows = Introduction.objects.select_for_update(of=("self",)).select_related(
        "adopter", "asked_by", "answered_by", "interest"
    )
    theirs = list(rows.filter(card=other).order_by("pk"))
    if not theirs:
        return
    _check_nobody_is_left_out(theirs, kept, other)
    mine = {_adopter(row): row for row in rows.filter(card=kept).open().order_by("pk")}
    for row in theirs:
        same = mine.get(_adopter(row)) if row.is_open else None
        if same is not None:
            _one_of(same, row)
    same_team = kept.holder_id is not None and kept.holder_id == other.holder_id
    which = {} if same_team or nobody_answers(other) else {"state__in": Introduction.OPEN}
    move_rows(Column(Introduction, "card", where=which), kept, other)
    for row in theirs:
        if row.is_open:  # an adopter already in touch with the one kept is told of that one
            row.card = kept
            adopters = notifications.people_of(row, Side.ADOPTER)
            tell_merged(kept, adopters, by=by, occasion=occasion)


def _adopter(row: Introduction) -> tuple[str, int | None]:
    if row.organisation_id is not None:
        return "organisation", row.organisation_id
    return "person", row.adopter_id


def _one_of(first: Introduction, second: Introduction) -> None:
    """The one that went further stays open, with the interest that stays."""
    steps = Introduction.OPEN
    further, twice = first, second
    if steps.index(second.state) > steps.index(first.state):
        further, twice = second, first
    open_interest = twice.interest
    twice.withdraw()
    if open_interest is not None and open_interest.state in Interest.OPEN:
        twice.interest = None
        twice.save()
        if further.interest is None or further.interest.state not in Interest.OPEN:
            further.interest = open_interest
            further.save(update_fields=["interest"])
    else:
        twice.save()


def _check_nobody_is_left_out(
    theirs: list[Introduction], kept: Initiative, other: Initiative
) -> None:
    """What is open goes with its messages and the notes of its side: to those who wrote them."""
    people = {person for row in theirs if row.is_open for person in _who_led(row)}
    for person in people:
        if not person.is_active:
            continue
        if is_of_the_team(person, other) and not is_of_the_team(person, kept):
            raise DomainError(
                _(
                    "L’équipe de « %(other)s » est en relation avec des repreneurs : gardez cette"
                    " fiche, ou invitez d’abord cette équipe à coéditer « %(kept)s »."
                )
                % {"other": other.title, "kept": kept.title}
            )


def _who_led(row: Introduction) -> Iterator[Any]:
    """Of the holder's side: who asked or answered, once it is accepted, and who wrote."""
    answers = row.asked_by if row.side == Side.HOLDER else row.answered_by
    if row.is_going and answers is not None:
        yield answers
    for written in (row.notes, row.messages):
        for each in written.filter(side=Side.HOLDER).select_related("author"):
            if each.author is not None:
                yield each.author
