"""One function per message: who is told what, at the moment it becomes true."""

from __future__ import annotations

from typing import Any

from essaim.contributions.team import whom_to_tell
from essaim.following.actions import tell
from essaim.people.models import User

from .models import Introduction, Side
from .models.choices import who_answers

KIND = "introduction"
PROPOSED, ACCEPTED, DECLINED = "intro_proposed", "intro_accepted", "intro_declined"
WITHDRAWN, MESSAGE, CLOSED = "intro_withdrawn", "intro_message", "intro_closed"
ANSWER, SAY, AGAIN = "intro_answer", "intro_say", "intro_again"


def people_of(introduction: Introduction, side: str) -> list[Any]:
    """Whom to tell on a side: who asked or answered in the name of an organisation and still
    belongs to it, else who decides for it; a person alone; the card's team."""
    if side == Side.HOLDER:
        return whom_to_tell(introduction.card)
    person = introduction.adopter
    if introduction.organisation_id is None:
        return [person] if person is not None else []
    if (
        person is not None
        and person.memberships.filter(organisation=introduction.organisation_id).exists()
    ):
        return [person]
    answering = who_answers(introduction.organisation_id).values("user")
    return list(User.objects.filter(pk__in=answering).order_by("pk"))


def _tell(introduction: Introduction, side: str, verb: str, *, by: Any = None, **how: Any) -> None:
    for person in people_of(introduction, side):
        tell(person, verb, KIND, str(introduction.pk), by=by, **how)


def proposed(introduction: Introduction) -> None:
    _tell(introduction, Side.ADOPTER, PROPOSED, by=introduction.asked_by, waits=True)


def accepted(introduction: Introduction, *, by: Any) -> None:
    """Where an interest was said, its own page already tells it."""
    if introduction.interest_id is None:
        _tell(introduction, introduction.side, ACCEPTED, by=by, waits=True)


def declined(introduction: Introduction, *, by: Any) -> None:
    _tell(introduction, introduction.side, DECLINED, by=by)


def withdrawn(introduction: Introduction, *, by: Any) -> None:
    _tell(introduction, introduction.asked, WITHDRAWN, by=by)


def written(introduction: Introduction, side: str, *, by: Any) -> None:
    other = Side.ADOPTER if side == Side.HOLDER else Side.HOLDER
    _tell(introduction, other, MESSAGE, by=by, waits=True)


def closed(introduction: Introduction, *, by: Any) -> None:
    for side in Side.values:
        _tell(introduction, side, CLOSED, by=by)


def remind_to_answer(introduction: Introduction) -> None:
    once = f"answer:{introduction.pk}:{introduction.reminders}"
    _tell(introduction, introduction.asked, ANSWER, waits=True, once=once)


def remind_to_say(introduction: Introduction) -> None:
    """To both sides: whoever says it first says it for the two."""
    once = f"say:{introduction.pk}:{introduction.state}:{introduction.reminders}"
    for side in Side.values:
        _tell(introduction, side, SAY, waits=True, once=once)


def ask_again(introduction: Introduction) -> None:
    once = f"again:{introduction.pk}"
    for side in Side.values:
        _tell(introduction, side, AGAIN, waits=True, once=once)
