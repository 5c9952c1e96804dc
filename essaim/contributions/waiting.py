"""What waits for a person here: answers from their team (from managers where a card has none),
decisions from managers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common.waiting import Rows, Waiting, one_by_one
from essaim.contributions.models import Interest, ModerationCase, Proposal, Question
from essaim.contributions.models.interest import without_a_team
from essaim.initiatives.models import Initiative
from essaim.people.rules import can_manage

AT_MOST = 50  # of each kind: a workspace is a list to act on


def waiting(user: Any) -> Iterator[Rows]:
    mine = Q(card__in=Initiative.objects.written_by(user).values("pk"))
    if can_manage(user):
        mine |= without_a_team("card")  # nobody else would answer
    yield _proposals(user, mine)
    yield _questions(user, mine)
    yield _interests(user, mine)
    yield _hidden(user)
    if can_manage(user):
        yield _cases(user)


def _proposals(user: Any, mine: Any) -> Rows:
    """Those to answer, and one's own that are not sent."""
    asked = Proposal.objects.waiting().filter(mine).exclude(sent_by=user).values("pk")
    own = Q(sent_by=user, state=Proposal.State.DRAFT)
    rows = Proposal.objects.filter(Q(pk__in=asked) | own)
    return Rows(rows.for_list().order_by("sent_at", "created_at")[: 2 * AT_MOST], _to_propose)


def _to_propose(rows: Iterable[Proposal]) -> Iterator[Waiting]:
    for row in rows:
        if row.state == Proposal.State.DRAFT:
            yield Waiting(
                title=_("Terminer une proposition commencée"),
                url=row.get_absolute_url(),
                about=row.card.title,
                since=row.created_at,
            )
            continue
        yield Waiting(
            title=_("Répondre à une proposition (%(section)s)") % {"section": row.section_title},
            url=row.get_absolute_url(),
            about=row.card.title,
            due=_by(row.sent_at, "answer_days"),
            since=row.sent_at,
        )


def _questions(user: Any, mine: Any) -> Rows:
    rows = Question.objects.unanswered().filter(mine).exclude(author=user)
    return one_by_one(
        rows.select_related("card").order_by("created_at")[:AT_MOST],
        lambda row: Waiting(
            title=_("Répondre à une question"),
            url=row.get_absolute_url(),
            about=row.card.title,
            due=_by(row.created_at, "answer_days"),
            since=row.created_at,
        ),
    )


def _interests(user: Any, mine: Any) -> Rows:
    rows = Interest.objects.waiting().filter(mine).exclude(user=user)
    # All that wait for the card, those beyond the first ones too.
    rows = rows.annotate(of_card=Window(Count("pk"), partition_by="card"))
    return Rows(rows.select_related("card").order_by("created_at")[:AT_MOST], _of_each_card)


def _of_each_card(rows: Iterable[Any]) -> Iterator[Waiting]:
    """One line a card: they are all answered on its page."""
    first_of: dict[int, Any] = {}
    for row in rows:
        first_of.setdefault(row.card_id, row)
    for first in first_of.values():
        yield Waiting(
            title=ngettext(
                "Prendre contact avec une personne intéressée",
                "Prendre contact avec %(n)s personnes intéressées",
                first.of_card,
            )
            % {"n": first.of_card},
            url=reverse("contributions:interests", args=[first.card.slug]),
            about=first.card.title,
            due=_by(first.created_at, "answer_days"),
            since=first.created_at,
        )


def _hidden(user: Any) -> Rows:
    rows = ModerationCase.objects.to_contest().filter(subject_author=user)
    return one_by_one(
        rows.select_related("card").order_by("decided_at")[:AT_MOST],
        lambda row: Waiting(
            title=_("Lire pourquoi un de vos textes est masqué, et répondre si vous voulez"),
            url=reverse("contributions:moderated", args=[row.pk]),
            about=row.card.title,
            since=row.decided_at,
        ),
    )


def _cases(user: Any) -> Rows:
    rows = ModerationCase.objects.to_decide().exclude(subject_author=user)
    rows = rows.exclude(state=ModerationCase.State.APPEALED, decided_by=user)
    return Rows(rows.select_related("card").order_by("opened_at")[:AT_MOST], _to_decide)


def _to_decide(rows: Iterable[ModerationCase]) -> Iterator[Waiting]:
    for row in rows:
        appealed = row.state == ModerationCase.State.APPEALED
        since = row.appealed_at if appealed else row.opened_at
        yield Waiting(
            title=_("Examiner un recours") if appealed else _("Examiner un signalement"),
            url=row.get_absolute_url(),
            about=row.card.title,
            due=_by(since, "report_days"),
            since=since,
        )


def _by(since: dt.datetime | None, delay: str) -> dt.date | None:
    if since is None:
        return None
    days: int = settings.CONTRIBUTIONS[delay]
    return timezone.localtime(since).date() + dt.timedelta(days=days)
