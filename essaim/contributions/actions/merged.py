"""Two cards become one: what readers brought to the other is brought to the one that stays."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.contributions import notifications
from essaim.contributions.actions.interest import count_interests
from essaim.contributions.actions.merged_proposals import join_proposals
from essaim.contributions.actions.moderation import State as CaseState
from essaim.contributions.actions.moderation import decide
from essaim.contributions.models import (
    Answer,
    Interest,
    Kind,
    ModerationCase,
    Proposal,
    Question,
    Reason,
)
from essaim.contributions.rules import nobody_answers
from essaim.initiatives.actions.merging import move_rows
from essaim.initiatives.carried import Column
from essaim.initiatives.following import tell_merged
from essaim.initiatives.models import Initiative
from essaim.initiatives.rules import is_of_the_team


@transaction.atomic
def join_cards(kept: Initiative, other: Initiative, *, by: Any, occasion: str) -> None:
    """Interests, each person's once (the one that the team is in contact about), questions,
    proposals and reports that nobody decided; what was asked in private of another holder's team
    stays with that team, and who asked is told so; so do interests that have ended. Who said the
    others is told of the card that stays; its team, of what waits for it there."""
    waiting = _join_interests(kept, other, by=by, occasion=occasion)
    join_proposals(kept, other, by=by, occasion=occasion)
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
    _join_cases(kept, other, by=by)
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
    # The words of one that has ended were for that team.
    same_team = kept.holder_id is not None and kept.holder_id == other.holder_id
    which = {} if same_team or nobody_answers(other) else {"state__in": Interest.OPEN}
    move_rows(Column(Interest, "card", where=which), kept, other)
    for card in (kept, other):
        count_interests(card, by=by)
    tell_merged(kept, people, by=by, occasion=occasion)
    return waiting


def _join_cases(kept: Initiative, other: Initiative, *, by: Any) -> None:
    """Reports of what has moved go with it. Those of the card itself too, while nobody decided:
    unless the team of the one that stays alone complained of the other, which is then closed."""
    moved = {
        Kind.QUESTION: Question.objects.filter(card=kept),
        Kind.ANSWER: Answer.objects.filter(question__card=kept),
        Kind.PROPOSAL: Proposal.objects.filter(card=kept),
    }
    for kind, rows in moved.items():
        cases = ModerationCase.objects.filter(card=other, kind=kind, target__in=rows.values("pk"))
        cases.update(card=kept)
    cases = ModerationCase.objects.select_for_update(of=("self",)).filter(kind=Kind.CARD)
    case = cases.filter(target=other.pk, state=CaseState.OPEN).first()
    if case is None:
        return
    reports = list(case.reports.select_related("by"))
    if reports and all(each.by and is_of_the_team(each.by, kept) for each in reports):
        reason = _("La fiche signalée est réunie avec celle de qui la signalait.")
        decide(case, by=by, hide=False, reason_code=Reason.OTHER, reason=reason)
        return
    standing = cases.filter(target=kept.pk, state__in=ModerationCase.STANDING).first()
    if standing is None:
        case.target, case.card, case.subject_author = kept.pk, kept, kept.author
        case.save(update_fields=["target", "card", "subject_author"])
        return
    mine = {each.by_id: each for each in standing.reports.exclude(by=None)}
    for each in reports:
        known = mine.get(each.by_id)
        if known is None:
            each.case = standing
            each.save(update_fields=["case"])
        else:
            known.text = "\n\n".join(text for text in (known.text, each.text) if text)
            known.save(update_fields=["text"])
            each.delete()
    case.delete()  # all that it held is in the other


def on_cards_merged(
    sender: Any, kept: Initiative, other: Initiative, by: Any, occasion: str, **kwargs: Any
) -> None:
    join_cards(kept, other, by=by, occasion=occasion)
