"""Innovators who have agreed time to advise, with the holders of what is proposed: only those who
chose a public page, and only what they show there."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.privacy import mask_personal
from essaim.innovators.models import StatusCard

from .initiatives import shown
from .registry import Answer, Asked, Section, Source

SHOWN = 5


def find(asked: Asked) -> Section | None:
    """None where nobody: a page about people is no place to say that there are none."""
    proposed: dict[int, str] = {}
    for each in shown(asked.answers.initiatives):
        if each.obj.holder_id and not each.dismissed:
            proposed.setdefault(each.obj.holder_id, mask_personal(each.obj.title))
    if not proposed:
        return None
    today = timezone.localdate()
    cards = (
        StatusCard.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
            user__memberships__organisation=F("employer"),  # still there
            is_public=True,
            show_employer=True,
            show_time=True,
            advice_days__gt=0,
            agreement__in=StatusCard.HOLDS,
            starts_on__lte=today,
            employer__in=proposed,
            user__is_active=True,
        )
        .for_list()
        .order_by("-advice_days", "pk")[:SHOWN]
    )
    answers = [_line(card, proposed) for card in cards]
    return Section(answers) if answers else None


def _line(card: Any, proposed: dict[int, str]) -> Answer:
    return Answer(
        "person",
        card.pk,
        str(card.user.name),
        card.get_absolute_url(),
        line=card.employer.name,
        reasons=[
            _("A du temps convenu pour conseiller qui reprend « %(title)s ».")
            % {"title": proposed[card.employer_id]}
        ],
    )


SOURCE = Source("person", gettext_lazy("Des personnes à qui parler"), find, order=60)
