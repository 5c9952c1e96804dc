"""Two cards become one: what readers brought to the other is brought to the one that stays."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from essaim.contributions import notifications
from essaim.contributions.actions.interest import count_interests
from essaim.contributions.models import Interest, Question
from essaim.initiatives.actions.merging import move_rows
from essaim.initiatives.carried import Column
from essaim.initiatives.following import tell_merged
from essaim.initiatives.models import Initiative


@transaction.atomic
def join_cards(kept: Initiative, other: Initiative, *, by: Any, occasion: str) -> None:
    """Interests, each person's once (the one that the team is in contact about), and questions;
    what was asked in private of another holder's team stays with that team, and who asked is told
    so. Who said the others is told of the card that stays; its team, of what waits for it there."""
    waiting = _join_interests(kept, other, by=by, occasion=occasion)
    same_holder = kept.holder_id is not None and kept.holder_id == other.holder_id
    which = {} if same_holder else {"is_private": False}
    questions = list(Question.objects.filter(card=other, **which).select_related("author"))
    move_rows(Column(Question, "card", where=which), kept, other)
    tell_merged(
        kept, {q.author for q in questions if q.author is not None}, by=by, occasion=occasion
    )
    staying = Question.objects.filter(card=other, withdrawn_at=None).exclude(author=None)
    for question in staying.select_related("author").order_by("pk"):
        notifications.private_question_stays(question, by=by, occasion=occasion)
    for interest in Interest.objects.filter(pk__in=waiting).order_by("pk"):
        notifications.interest_received(interest)
    moved = [question.pk for question in questions]
    for question in Question.objects.unanswered().filter(pk__in=moved).order_by("pk"):
        notifications.question_asked(question)


def _join_interests(kept: Initiative, other: Initiative, *, by: Any, occasion: str) -> list[int]:
    """Returns those that the team of ``kept`` has yet to answer."""
    rows = Interest.objects.select_for_update(of=("self",)).select_related("user")
    theirs = list(rows.filter(card=other).order_by("pk"))
    if not theirs:
        return []
    mine = {
        (each.user_id, each.organisation_id): each
        for each in rows.filter(card=kept, state__in=Interest.OPEN).order_by("pk")
    }
    waiting, people = [], set()
    for interest in theirs:
        if interest.state not in Interest.OPEN:
            continue
        people.add(interest.user)
        same = mine.get((interest.user_id, interest.organisation_id))
        if same is not None:
            called = interest.state == Interest.State.IN_CONTACT != same.state
            twice = same if called else interest
            # What they wrote is kept: it is no less said for having been said twice.
            twice.close()
            twice.save(update_fields=["state", "closed_at"])
        if interest.state == Interest.State.INTERESTED:
            waiting.append(interest.pk)
    move_rows(Column(Interest, "card"), kept, other)
    for card in (kept, other):
        count_interests(card, by=by)
    tell_merged(kept, people, by=by, occasion=occasion)
    return waiting


def on_cards_merged(
    sender: Any, kept: Initiative, other: Initiative, by: Any, occasion: str, **kwargs: Any
) -> None:
    join_cards(kept, other, by=by, occasion=occasion)
