"""What goes when a person leaves; the rest stays, credited as they chose."""

from __future__ import annotations

from django.db import transaction

from essaim.contributions.actions.interest import close_interest
from essaim.contributions.models import Interest, ModerationCase, Proposal, Report
from essaim.people.models import User


@transaction.atomic
def forget_person(user: User) -> None:
    """Drafts that only they read; interests, for nobody can be called any more; words of reports
    and appeals.

    What is proposed still waits for its answer; what is said stays said.
    """
    Proposal.objects.filter(sent_by=user, state=Proposal.State.DRAFT).delete()
    for interest in Interest.objects.filter(user=user, state__in=Interest.OPEN):
        close_interest(interest, by=user)
    Interest.objects.filter(user=user).delete()
    Report.objects.filter(by=user).update(text="")
    # One that is still examined keeps its words until it is decided.
    mine = ModerationCase.objects.filter(subject_author=user)
    mine.exclude(state=ModerationCase.State.APPEALED).update(appeal="")
