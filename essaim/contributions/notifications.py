"""One function per message: who is told what, at the moment it becomes true.

What waits for a person reaches them at once; what they only await, with the rest. Nothing said
here is stored: titles and words are read when they are shown, for who reads.
"""

from __future__ import annotations

from typing import Any

from essaim.contributions.models import Answer, Interest, ModerationCase, Proposal, Question
from essaim.contributions.team import whom_to_tell
from essaim.following.actions import tell
from essaim.initiatives.models import Initiative

PROPOSAL, QUESTION, ANSWER, INTEREST, CASE = (
    *("proposal", "question", "answer", "interest", "moderation"),
)
SENT, ACCEPTED, AMENDED, DECLINED = (
    *("proposal_sent", "proposal_accepted", "proposal_amended", "proposal_declined"),
)
ASKED, ANSWERED, CONTINUED = "question_asked", "question_answered", "question_continued"
STAYS = "private_question_stays"
INTERESTED, IN_CONTACT = "interest_received", "interest_in_contact"
HIDDEN, UPHELD, RESTORED = "content_hidden", "hiding_upheld", "content_restored"


def _tell_team(card: Initiative, verb: str, kind: str, pk: int, *, by: Any) -> None:
    """It waits for those who answer for the card."""
    for person in whom_to_tell(card):
        tell(person, verb, kind, str(pk), waits=True, by=by, once="once")


def proposal_sent(proposal: Proposal) -> None:
    _tell_team(proposal.card, SENT, PROPOSAL, proposal.pk, by=proposal.sent_by)


def proposal_decided(proposal: Proposal) -> None:
    """To who is credited, and to who sent the form when that is another."""
    verb = {"accepted": ACCEPTED, "amended": AMENDED, "declined": DECLINED}[proposal.state]
    for person in {proposal.author, proposal.sent_by}:
        tell(person, verb, PROPOSAL, str(proposal.pk), by=proposal.decided_by, once="once")


def question_asked(question: Question) -> None:
    _tell_team(question.card, ASKED, QUESTION, question.pk, by=question.author)


def question_answered(answer: Answer) -> None:
    asker = answer.question.author
    if asker is not None and asker.pk == answer.author_id:
        # Before any answer, the question itself still waits.
        if Question.objects.unanswered().filter(pk=answer.question_id).exists():
            return
        _tell_team(answer.question.card, CONTINUED, ANSWER, answer.pk, by=asker)
        return
    tell(
        asker, ANSWERED, ANSWER, str(answer.pk), by=answer.author, once="once"
    )  # fmt: skip


def private_question_stays(question: Question, *, by: Any, occasion: str) -> None:
    """Its card is made one with another's: who asked goes on reading it, with the same team."""
    tell(question.author, STAYS, QUESTION, str(question.pk), by=by, once=occasion)


def interest_received(interest: Interest) -> None:
    _tell_team(interest.card, INTERESTED, INTEREST, interest.pk, by=interest.user)


def interest_in_contact(interest: Interest) -> None:
    tell(
        interest.user, IN_CONTACT, INTEREST, str(interest.pk),
        by=interest.contacted_by, once="once",
    )  # fmt: skip


def content_hidden(case: ModerationCase) -> None:
    """Its author may contest. Who decided is not told: the platform did."""
    tell(case.subject_author, HIDDEN, CASE, str(case.pk), waits=True, once="once")


def appeal_decided(case: ModerationCase) -> None:
    """At once, to who asked for it."""
    verb = RESTORED if case.state == ModerationCase.State.RESTORED else UPHELD
    tell(case.subject_author, verb, CASE, str(case.pk), waits=True, once="once")
