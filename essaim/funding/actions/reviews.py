"""The judgement on the pilot: opinions, the finding, a second period."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.months import add_months
from essaim.funding import notifications, rules
from essaim.funding.models import COUNTED, Finding, Opinion, Option, Pool, Recusal, State
from essaim.people.models import Organisation

from .common import (
    lock_pool,
    move,
    require_in_time,
    require_mandate,
    require_state,
    tell_card,
    without_contacts,
)


@dataclass(frozen=True)
class Count:
    """Where the vote stands. Members that withdrew for an interest are not counted."""

    members: int
    voters: int
    favourable: int
    quorum_percent: int
    majority_percent: int

    @property
    def has_quorum(self) -> bool:
        return self.voters > 0 and self.voters * 100 >= self.members * self.quorum_percent

    @property
    def is_full(self) -> bool:
        return 0 < self.members <= self.voters

    @property
    def is_positive(self) -> bool:
        return self.favourable * 100 > self.voters * self.majority_percent

    @property
    def needed(self) -> int:
        """Voters for the quorum."""
        return max(1, -(-self.members * self.quorum_percent // 100))


def count(pool: Pool) -> Count:
    """Of the current period; the same rule is counted again by the database when published."""
    out = set(Recusal.objects.filter(pool=pool).values_list("organisation", flat=True))
    funders = Option.objects.filter(pool=pool, state__in=COUNTED).values_list("funder", flat=True)
    members = set(funders) - out
    votes = dict(
        Opinion.objects.filter(pool=pool, period=pool.period).values_list(
            "organisation", "is_favourable"
        )
    )
    cast = [value for organisation, value in votes.items() if organisation in members]
    return Count(len(members), len(cast), sum(cast), pool.quorum_percent, pool.majority_percent)


@transaction.atomic
def start_review(pool: Pool, *, by: Any, today: dt.date | None = None) -> None:
    """The pilot has something to say: at least one report of this period."""
    pool = lock_pool(pool.pk)
    require_state(pool, State.PILOTING)
    if not pool.reports.filter(period=pool.period).exists():
        raise DomainError(_("Le pilote n’a encore donné aucun rapport pour cette période."))
    pool.next_report_on = None
    day = today or timezone.localdate()
    pool.vote_until = day + dt.timedelta(days=settings.FUNDING["vote_days"])
    move(pool, "start_review", on=day, columns=("next_report_on", "vote_until"))
    tell_card(pool, by=by)
    notifications.review_started(pool, by=by)


@transaction.atomic
def give_opinion(
    pool: Pool,
    *,
    by: Any,
    organisation: Organisation,
    is_favourable: bool,
    reasons: str,
    today: dt.date | None = None,
) -> Opinion:
    """The opinion of one member, by someone with its mandate; given again, it replaces the first,
    until the finding is published or the date of the vote is past."""
    pool = lock_pool(pool.pk)
    require_mandate(by, organisation)
    require_state(pool, State.REVIEWING)
    if Finding.objects.filter(pool=pool, period=pool.period).exists():
        raise DomainError(_("Le constat est publié : les avis ne changent plus."))
    require_in_time(pool, today or timezone.localdate())
    if not rules.voting_organisations(by, pool).filter(pk=organisation.pk).exists():
        raise DomainError(
            _("Vous ne pouvez pas voter ici : votre organisation n’est pas membre, ou elle a un intérêt dans le projet.")
        )  # fmt: skip
    if not reasons.strip():
        raise DomainError(_("Un avis donne ses motifs."), field="reasons")
    opinion, _created = Opinion.objects.update_or_create(
        pool=pool,
        period=pool.period,
        organisation=organisation,
        defaults={"is_favourable": is_favourable, "reasons": reasons.strip(), "by": by},
    )
    return opinion


@transaction.atomic
def recuse(pool: Pool, *, by: Any, organisation: Organisation, reason: str) -> Recusal:
    """A member with an interest withdraws from the vote; what it had said is not counted."""
    pool = lock_pool(pool.pk)
    require_mandate(by, organisation)
    require_state(pool, State.OPEN, State.PILOTING, State.REVIEWING)
    if Finding.objects.filter(pool=pool, period=pool.period).exists():
        raise DomainError(_("Le constat est publié : les avis ne changent plus."))
    kept = without_contacts(reason, "reason")
    if not kept:
        raise DomainError(_("Dites quel est cet intérêt."), field="reason")
    found, _created = Recusal.objects.get_or_create(
        pool=pool, organisation=organisation, defaults={"reason": kept[:300], "by": by}
    )
    return found


@transaction.atomic
def publish_finding(pool: Pool, *, by: Any, today: dt.date | None = None) -> Finding:
    """Close the vote and tell everyone at one moment. Positive, confirmations begin; negative,
    the pool decides a second period, or stops. Published once: asked again, it is returned."""
    pool = lock_pool(pool.pk)
    known = Finding.objects.filter(pool=pool, period=pool.period).first()
    if known is not None:
        return known
    require_state(pool, State.REVIEWING)
    votes = count(pool)
    if not votes.has_quorum:
        raise DomainError(
            _("Le quorum n’est pas atteint : %(voters)s avis, il en faut %(needed)s.")
            % {"voters": votes.voters, "needed": votes.needed}
        )
    day = today or timezone.localdate()
    finding = Finding.objects.create(
        pool=pool, period=pool.period, is_positive=votes.is_positive, members=votes.members,
        voters=votes.voters, favourable=votes.favourable, on=day, by=by,
    )  # fmt: skip
    if finding.is_positive:
        pool.confirm_until = day + dt.timedelta(days=settings.FUNDING["confirm_days"])
        move(pool, "activate", on=day, columns=("confirm_until",))
    tell_card(pool, by=by)
    notifications.finding_published(pool, by=by)
    return finding


@transaction.atomic
def pilot_again(pool: Pool, *, by: Any, today: dt.date | None = None) -> None:
    """A second pilot period instead of a finding, or after a negative one."""
    pool = lock_pool(pool.pk)
    require_state(pool, State.REVIEWING)
    day = today or timezone.localdate()
    pool.next_report_on = add_months(day, pool.report_months)
    move(pool, "pilot_again", on=day, columns=("next_report_on",))
    tell_card(pool, by=by)
    notifications.advanced(pool, by=by)
