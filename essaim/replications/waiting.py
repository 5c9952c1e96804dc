"""What waits for a person in replications (see ``common.waiting``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.waiting import Rows, Waiting, one_by_one
from essaim.initiatives.models import Initiative
from essaim.replications.models import (
    STANDING,
    Mentorship,
    Mode,
    Replication,
    Report,
    Side,
    State,
    quarter_before,
    quarter_of,
)
from essaim.replications.modes import lacking_q
from essaim.replications.rules import acting_for

AT_MOST = 20
# What the page of the site names as its next step, of those that one side alone may do.
TO_DO = {
    State.INTERESTED: gettext_lazy("Donner votre accord à une reprise"),
    State.COMMITTED: gettext_lazy("Commencer la préparation d’une reprise"),
    State.PREPARING: gettext_lazy("Mettre en service une reprise"),
}

TO_GIVE = gettext_lazy("Donner ce que le mode demande à une reprise")


def waiting(user: Any) -> Iterator[Rows]:
    """Agreements to give, sites to prepare and to open, the quarter's news, sites that ask for a
    mentor."""
    acting = acting_for(user).values("pk")
    cards = Initiative.objects.written_by(user).values("pk")
    to_agree = Q(state=State.INTERESTED) & (
        Q(adopter__in=acting, adopter_agreed_at=None)
        | Q(initiative__in=cards, holder_agreed_at=None) & ~Q(mode=Mode.DISSEMINATION)
    )
    # Both agreed: what the mode asks is given by either.
    to_give = Q(state=State.INTERESTED, adopter_agreed_at__isnull=False) & lacking_q()
    to_give &= Q(holder_agreed_at__isnull=False) & (Q(adopter__in=acting) | Q(initiative__in=cards))
    to_begin = Q(state__in=[State.COMMITTED, State.PREPARING], adopter__in=acting)
    found = Replication.objects.filter(to_agree | to_give | to_begin).for_list()
    mine = Exists(acting_for(user).filter(pk=OuterRef("adopter")))
    yield Rows(found.annotate(adopts=mine)[:AT_MOST], _steps)
    yield _news(user)
    asked = Mentorship.objects.filter(
        state=Mentorship.State.ASKED, mentor__adopter__in=acting
    ).select_related("replication__adopter", "replication__territory")
    yield one_by_one(
        asked[:AT_MOST],
        lambda mentorship: Waiting(
            _("Répondre à un site qui demande un mentor"),
            reverse("replications:mentorship", args=[mentorship.pk]),
            mentorship.replication.title,
            since=mentorship.asked_at,
        ),
    )


def _steps(rows: Iterable[Any]) -> Iterator[Waiting]:
    for each in rows:
        both = each.adopter_agreed_at is not None and each.holder_agreed_at is not None
        intended = each.state == State.INTERESTED
        yield Waiting(
            str(TO_GIVE if intended and both else TO_DO[State(each.state)]),
            _agreement(each, adopts=each.adopts) if intended else each.get_absolute_url(),
            f"{each.initiative.title} ({each.title})",
            due=each.planned_on if each.state != State.INTERESTED else None,
            since=each.created_at,
        )


def _agreement(site: Replication, *, adopts: bool) -> str:
    """The form by which this reader's side agrees; where they are of both, the side that has not."""
    as_adopter = adopts and (site.adopter_agreed_at is None or site.holder_agreed_at is not None)
    side = Side.ADOPTER if as_adopter else Side.HOLDER
    return reverse("replications:agree", args=[site.pk, side])


def _news(user: Any) -> Rows:
    quarter = quarter_before(quarter_of(timezone.localdate()))
    ended = quarter_of(quarter + dt.timedelta(days=100))
    told = Report.objects.filter(replication=OuterRef("pk"), quarter=quarter)
    silent = Replication.objects.filter(
        Q(reporter=user, adopter__in=user.memberships.values("organisation"))
        # Nobody is named: whoever may act for the adopter.
        | Q(reporter=None, adopter__in=acting_for(user).values("pk")),
        state__in=STANDING,
        committed_on__lt=ended,
    ).exclude(Exists(told))
    return one_by_one(
        silent.for_list()[:AT_MOST],
        lambda each: Waiting(
            _("Donner les nouvelles du trimestre"),
            reverse("replications:report", args=[each.pk, quarter.year, (quarter.month + 2) // 3]),
            f"{each.initiative.title} ({each.title})",
            due=ended + dt.timedelta(days=settings.REPLICATIONS["link_days"]),
        ),
    )
