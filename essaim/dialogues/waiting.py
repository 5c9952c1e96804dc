"""What waits for a person among management dialogues (see ``common.waiting``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common import waiting
from essaim.common.waiting import Rows, Waiting, one_by_one

from .models import CHOSEN, Campaign, Check, Dialogue, ProposalState, Step

SHOWN = 10
SOON = dt.timedelta(days=30)


def _choices(user: Any) -> Iterator[Rows]:
    rows = (
        Dialogue.objects.decided_by(user)
        .filter(state="sent")
        .annotate(waits=Count("proposals", filter=Q(proposals__state=ProposalState.PROPOSED)))
        .select_related("campaign", "territory")
    )
    yield Rows(rows.order_by("campaign__answers_by", "pk")[:SHOWN], _to_choose)


def _to_choose(rows: Iterable[Any]) -> Iterator[Waiting]:
    for row in rows:
        if row.waits:
            title = ngettext(
                "Choisir : %(n)s pratique vous est proposée",
                "Choisir : %(n)s pratiques vous sont proposées",
                row.waits,
            ) % {"n": row.waits}
        else:
            title = _("Conclure vos choix du dialogue de gestion")
        yield Waiting(
            title=title, url=row.get_absolute_url(), about=row.title, due=row.campaign.answers_by
        )


def _steps(user: Any) -> Iterator[Rows]:
    mine = Dialogue.objects.decided_by(user).filter(state__in=["sent", "agreed"]).values("pk")
    rows = Step.objects.filter(
        proposal__dialogue__in=mine, proposal__state__in=CHOSEN, done_on=None,
        due_on__lte=timezone.localdate() + SOON,
    ).select_related("proposal__initiative")  # fmt: skip
    yield one_by_one(
        rows.order_by("due_on", "pk")[:SHOWN],
        lambda step: Waiting(
            title=_("Faire une étape de la feuille de route : %(step)s") % {"step": step.title},
            url=step.proposal.get_absolute_url(),
            about=step.proposal.initiative.title,
            due=step.due_on,
        ),
    )


def _centre(user: Any) -> Iterator[Rows]:
    run = Campaign.objects.run_by(user)
    today = timezone.localdate()
    rows = (
        run.filter(state="open")
        .annotate(
            unsent=Count("dialogues", filter=Q(dialogues__state="preparing"), distinct=True),
            gone=Count(
                "dialogues",
                filter=Q(dialogues__territory__gone_on__isnull=False)
                & ~Q(dialogues__state="closed"),
                distinct=True,
            ),
        )
        .filter(Q(unsent__gt=0) | Q(gone__gt=0) | Q(ends_on__lt=today))
    )
    yield Rows(rows.order_by("answers_by", "pk")[:SHOWN], _to_run)
    checks = Check.objects.filter(
        seen="", on__lte=today, proposal__dialogue__campaign__in=run.values("pk"),
        proposal__dialogue__state__in=["sent", "agreed"],
    ).select_related("proposal__initiative")  # fmt: skip
    yield one_by_one(
        checks.order_by("on", "pk")[:SHOWN],
        lambda check: Waiting(
            title=_("Dire ce qui a été vu sur le terrain"),
            url=check.proposal.get_absolute_url(),
            about=check.proposal.initiative.title,
            due=check.on,
        ),
    )


def _to_run(rows: Iterable[Any]) -> Iterator[Waiting]:
    for row in rows:
        if row.gone:
            title = ngettext(
                "Suivre %(n)s territoire qui n’existe plus",
                "Suivre %(n)s territoires qui n’existent plus",
                row.gone,
            ) % {"n": row.gone}
        elif row.unsent:
            title = ngettext(
                "Préparer %(n)s dialogue de gestion",
                "Préparer %(n)s dialogues de gestion",
                row.unsent,
            ) % {"n": row.unsent}
        else:
            title = _("Clore la campagne et préparer la suivante")
        due = row.ends_on if not (row.gone or row.unsent) else row.answers_by
        yield Waiting(title=title, url=row.get_absolute_url(), about=str(row), due=due)


def register() -> None:
    waiting.register("dialogues.choices", _choices)
    waiting.register("dialogues.steps", _steps)
    waiting.register("dialogues.centre", _centre)
