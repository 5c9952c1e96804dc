"""One function per message: who is told what, at the moment it becomes true."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.db.models.functions import Lower

from essaim.following.actions import tell
from essaim.people.models import Membership, User

from .models import Campaign, Check, Dialogue, Manager, Proposal, Step

KIND = "dialogue"
SENT, ANSWERED, AGREED = "dialogue_sent", "dialogue_answered", "dialogue_agreed"
MEETING, CHOICES, STEP = "dialogue_meeting", "dialogue_choices", "dialogue_step"
CHECK, CHECK_DUE = "dialogue_check", "dialogue_check_due"


def territory_people(dialogue: Dialogue, *, of: Manager | None = None) -> list[User]:
    """Who chooses for the territory: persons named, representatives of organisations named."""
    rows = Manager.objects.filter(dialogue=dialogue)
    if of is not None:
        rows = rows.filter(pk=of.pk)
    representing = Membership.objects.representing().filter(
        organisation__in=rows.exclude(organisation=None).values("organisation")
    )
    proven = (
        EmailAddress.objects.filter(verified=True)
        .annotate(small=Lower("email"))
        .filter(small__in=rows.exclude(email="").values("email"))
    )
    return list(
        User.objects.filter(
            Q(pk__in=rows.exclude(user=None).values("user"))
            | Q(pk__in=proven.values("user"))
            | Q(pk__in=representing.values("user")),
            is_active=True,
        ).order_by("pk")
    )


def centre_people(campaign: Campaign) -> list[User]:
    """Those named to run it; the centre's representatives where nobody was."""
    named = list(
        User.objects.filter(
            pk__in=campaign.runners.values("user"),
            memberships__organisation=campaign.centre_id,
            is_active=True,
        ).distinct().order_by("pk")
    )  # fmt: skip
    if named:
        return named
    rows = Membership.objects.representing().filter(organisation=campaign.centre_id)
    return list(User.objects.filter(pk__in=rows.values("user")).order_by("pk"))


def _tell(people: list[User], verb: str, dialogue: Dialogue, **how: Any) -> int:
    told = [tell(person, verb, KIND, str(dialogue.pk), **how) for person in people]
    return sum(each is not None for each in told)


def sent(dialogue: Dialogue, *, by: Any) -> None:
    count = dialogue.proposals.count()
    _tell(
        territory_people(dialogue), SENT, dialogue, by=by, waits=True,
        once=f"sent:{dialogue.pk}:{count}",
    )  # fmt: skip


def sent_to(dialogue: Dialogue, manager: Manager) -> None:
    _tell(
        territory_people(dialogue, of=manager), SENT, dialogue, waits=True,
        once=f"sent:{dialogue.pk}:manager:{manager.pk}",
    )  # fmt: skip


def answered(proposal: Proposal, *, by: Any) -> None:
    dialogue = proposal.dialogue
    _tell(
        centre_people(dialogue.campaign), ANSWERED, dialogue, by=by,
        once=f"answered:{proposal.pk}:{proposal.state}",
    )  # fmt: skip


def agreed(dialogue: Dialogue, *, by: Any) -> None:
    people = centre_people(dialogue.campaign) + territory_people(dialogue)
    _tell(people, AGREED, dialogue, by=by, once=f"agreed:{dialogue.pk}:{dialogue.agreed_on}")


def meeting(dialogue: Dialogue, *, by: Any) -> None:
    people = centre_people(dialogue.campaign) + territory_people(dialogue)
    at = dialogue.meeting_at.isoformat() if dialogue.meeting_at else ""
    where = crc32(f"{dialogue.meeting_place}\n{dialogue.meeting_link}".encode())
    _tell(people, MEETING, dialogue, by=by, waits=True, once=f"meeting:{dialogue.pk}:{at}:{where}")


def choices_due(dialogue: Dialogue, *, once: str) -> int:
    return _tell(territory_people(dialogue), CHOICES, dialogue, waits=True, once=once)


def step_due(step: Step) -> int:
    dialogue = step.proposal.dialogue
    once = f"step:{step.pk}:{step.due_on}"
    return _tell(territory_people(dialogue), STEP, dialogue, waits=True, once=once)


def check(row: Check, *, by: Any) -> None:
    """Planned or seen: the other party learns of it."""
    dialogue = row.proposal.dialogue
    people = centre_people(dialogue.campaign) + territory_people(dialogue)
    _tell(people, CHECK, dialogue, by=by, once=f"check:{row.pk}:{row.on}:{bool(row.seen)}")


def check_due(row: Check) -> int:
    dialogue = row.proposal.dialogue
    return _tell(
        centre_people(dialogue.campaign), CHECK_DUE, dialogue, waits=True,
        once=f"check_due:{row.pk}:{row.on}",
    )  # fmt: skip
