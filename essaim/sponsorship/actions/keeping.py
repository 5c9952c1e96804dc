"""What has served is not kept; who leaves takes their words along."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from essaim.sponsorship.models import Advice, Coordinator, HelpRequest, Proposal, Sponsor

from .requests import find_sponsors


@transaction.atomic
def forget_person(user: Any) -> None:
    """Their profile goes; requests they had taken up are put to others. Their own requests are
    withdrawn and lose their words; advice they gave stays its holder's, without author."""
    today = timezone.localdate()
    held = HelpRequest.objects.open().filter(sponsor__user=user)
    for request in held.select_for_update(of=("self",)).order_by("pk"):
        if request.state == HelpRequest.State.TAKEN_UP:
            request.hand_back()
        request.sponsor, request.due_on = None, None
        request.save()
        request.proposals.filter(sponsor__user=user).update(state=Proposal.State.RELEASED)
        find_sponsors(request)
    Sponsor.objects.filter(user=user).delete()
    Coordinator.objects.filter(user=user).delete()
    mine = HelpRequest.objects.filter(asker=user)
    for request in mine.open().select_for_update(of=("self",)).order_by("pk"):
        request.withdraw()
        request.save()
        request.proposals.filter(state__in=Proposal.CURRENT).update(state=Proposal.State.RELEASED)
    _forget_words(mine.values_list("pk", flat=True))
    mine.update(asker=None, ended_on=today)
    Advice.objects.filter(by=user).update(by=None)


@transaction.atomic
def forget_ended_requests(days: int) -> int:
    """Questions, notes and names of contacts of requests ended that long ago; what was shared
    stays, without them. Returns how many lost something."""
    limit = timezone.localdate() - dt.timedelta(days=days)
    old = HelpRequest.objects.filter(ended_on__lt=limit).exclude(question="–")
    return _forget_words(list(old.values_list("pk", flat=True)))


def _forget_words(pks: Any) -> int:
    pks = list(pks)
    changed = HelpRequest.objects.filter(pk__in=pks).update(question="–", outcome_note="")
    advice = Advice.objects.filter(request__in=pks)
    advice.filter(shared="").delete()
    advice.update(contact="–", procedure="", by=None)
    from essaim.sponsorship.models import Step

    Step.objects.filter(request__in=pks).delete()
    return changed
