"""What has served is not kept."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from essaim.innovators.models import Budget, InnovationFile, OpinionLink, OpinionRequest, Outcome


@transaction.atomic
def forget_persons_of_ended_files(days: int) -> int:
    """Notes, reasons, names and addresses in files that ended that long ago.

    Dates, states, answers, amounts and rights stay: public money was spent on them, and gains may
    still come. So do the reasons of an objection and of a closing, which are decisions. Returns
    how many files lost something.
    """
    limit = timezone.localdate() - dt.timedelta(days=days)
    ended = InnovationFile.objects.filter(ended_on__lt=limit)
    told = (
        ~Q(interview_notes="")
        | ~Q(reported_to="")
        | ~Q(determined_why="")
        | Q(opinions__in=OpinionRequest.objects.exclude(email=""))
        | Q(budget__in=Budget.objects.exclude(buyer_email=""))
    )
    pks = list(ended.filter(told).values_list("pk", flat=True).distinct())
    InnovationFile.objects.filter(pk__in=pks).update(
        interview_notes="", reported_to="", determined_why=""
    )
    OpinionLink.objects.filter(request__file__in=pks).delete()
    OpinionRequest.objects.filter(file__in=pks).update(name="", function="", email="")
    Budget.objects.filter(file__in=pks).update(buyer_name="", buyer_email="")
    Outcome.objects.filter(file__in=pks).exclude(kind=Outcome.Kind.CLOSED).update(reason="")
    return len(pks)
