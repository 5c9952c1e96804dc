"""What waits for a person among sponsors (see ``common.waiting``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common import waiting
from essaim.common.waiting import Rows, Waiting, one_by_one
from essaim.people.rules import can_manage
from essaim.sponsorship.models import HelpRequest, Sponsor, Step
from essaim.sponsorship.notifications import shown

STEPS_SHOWN = 10


def _requests(user: Any) -> Iterator[Rows]:
    """Put to this person as a sponsor; advice given, it is the asker's turn to say what came of
    it."""
    put = HelpRequest.objects.open().filter(sponsor__user=user, advised_on=None).values("pk")
    advised = Q(asker=user, state=HelpRequest.State.TAKEN_UP, advised_on__isnull=False)
    found = HelpRequest.objects.filter(Q(pk__in=put) | advised).select_related("card")
    yield Rows(found.order_by("due_on", "pk"), _advice)


def _advice(requests: Iterable[HelpRequest]) -> Iterator[Waiting]:
    for request in requests:
        if request.advised_on is not None:
            yield Waiting(
                title=_("Dire ce qu’il en a été d’un conseil"),
                url=reverse("sponsorship:end", args=[request.pk]),
                about=request.title,
            )
            continue
        waits = request.state == HelpRequest.State.WAITING
        yield Waiting(
            title=_("Prendre en charge une demande d’aide") if waits else _("Donner votre conseil"),
            url=request.get_absolute_url(),
            about=request.title,
            due=request.due_on,
            since=request.created_at,
        )


def _my_plan(user: Any) -> Iterator[Rows]:
    """The next dates of the calendars that sponsors gave."""
    steps = Step.objects.filter(request__asker=user, done_on=None).select_related("request__card")
    yield one_by_one(
        steps.order_by("due_on", "pk")[:STEPS_SHOWN],
        lambda step: Waiting(
            title=step.title,
            url=step.request.get_absolute_url(),
            about=step.request.title,
            due=step.due_on,
        ),
    )


def _agreements(user: Any) -> Iterator[Rows]:
    yield one_by_one(
        Sponsor.objects.awaiting(user).select_related("user"),
        lambda sponsor: Waiting(
            title=_("Répondre à une demande d’accord pour être parrain"),
            url=reverse("sponsorship:agreement", args=[sponsor.pk]),
            about=shown(sponsor.user),
        ),
    )


def _without_sponsor(user: Any) -> Iterator[Rows]:
    """For coordinators, of their territory, in one line."""
    yield Rows(HelpRequest.objects.coordinated_by(user).without_sponsor(), _nobody)


def _nobody(requests: QuerySet[HelpRequest]) -> Iterator[Waiting]:
    count = requests.count()
    yield Waiting(
        title=ngettext(
            "Trouver un parrain à %(n)s demande", "Trouver un parrain à %(n)s demandes", count
        )
        % {"n": count},
        url=f"{reverse('sponsorship:manage')}?only=nobody",
    )


def _late(user: Any) -> Iterator[Rows]:
    """Delays, for those named to coordinate a territory; managers read them on their list."""
    if not can_manage(user):
        yield Rows(HelpRequest.objects.coordinated_by(user).late(), _delays)


def _delays(requests: QuerySet[HelpRequest]) -> Iterator[Waiting]:
    count = requests.count()
    yield Waiting(
        title=ngettext("Voir %(n)s demande en retard", "Voir %(n)s demandes en retard", count)
        % {"n": count},
        url=f"{reverse('sponsorship:manage')}?only=late",
    )


def register() -> None:
    waiting.register("sponsorship.requests", _requests)
    waiting.register("sponsorship.plan", _my_plan)
    waiting.register("sponsorship.agreements", _agreements)
    waiting.register("sponsorship.nobody", _without_sponsor)
    waiting.register("sponsorship.late", _late)
