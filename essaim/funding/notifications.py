"""One function per message: who is told what, at the moment it becomes true.

Funders are told through those who hold their mandate; the holder through who answers for the
card; whoever follows the card, of what is public.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from essaim.following.actions import announce, tell
from essaim.initiatives.following import ref as card_ref
from essaim.people.models import Function, Membership, Organisation, User
from essaim.replications.notifications import holders as card_holders
from essaim.territories.models import Containment

from .models import (
    COUNTED,
    LIVING,
    Instalment,
    Invitation,
    LegalAct,
    Option,
    OptionState,
    Pool,
    State,
)

POOL, OPTION = "pool", "option"
FORMED, AGREED, OPENED, INVITED = "pool_formed", "pool_agreed", "pool_opened", "pool_invited"
ADVANCED, REPORTED, REPORT_DUE = "pool_advanced", "pool_reported", "pool_report_due"
REVIEW, FOUND, ENDED = "pool_review", "pool_found", "pool_ended"
TO_SIGN, PLEDGED, OPTION_ENDED = "option_to_sign", "option_pledged", "option_ended"
CONFIRMED, COMMITTED, EXPIRING = "option_confirmed", "option_committed", "option_expiring"
AMENDED = "act_amended"
REACHED, ASKED, PAID = "instalment_reached", "payment_asked", "payment_made"
PUBLICATION, MILESTONE = "grant_to_publish", "pilot_milestone_reached"
MEETING, MEETING_MOVED = "pool_meeting", "pool_meeting_moved"
MEETING_TOLD, MEETING_OFF = "pool_meeting_told", "pool_meeting_off"
VISITED, COMMENTED, DISENGAGED = "pool_visited", "pool_commented", "option_disengaged"
POSTPONED, STEP_ENDS, STEP_LATE = "pool_postponed", "pool_step_ends", "pool_step_late"


# --- whom -------------------------------------------------------------------------------------
def mandated(organisations: Any) -> list[User]:
    held = Membership.objects.filter(
        organisation__in=organisations, functions__contains=[Function.FUNDER], user__is_active=True
    )
    return list(User.objects.filter(pk__in=held.values("user")).order_by("pk"))


def members(pool: Pool) -> list[User]:
    """Those with the mandate of the lead, or of a funder whose option stands."""
    funders = Option.objects.filter(pool=pool, state__in=COUNTED).values_list("funder", flat=True)
    return mandated({pool.lead_id, *funders})


def holders(pool: Pool) -> list[User]:
    """``card_holders`` reads ``initiative`` and nothing else of what it is given."""
    return card_holders(pool)  # type: ignore[arg-type]


def pilots(pool: Pool) -> list[User]:
    """Who decides for the organisation that takes the pilot up."""
    taken = Option.objects.filter(pool=pool, is_pilot=True).counted().standing()
    found = Membership.objects.representing().filter(organisation__in=taken.values("adopter"))
    return list(User.objects.filter(pk__in=found.values("user")))


def adopters(pool: Pool) -> list[User]:
    """Who decides for the organisations that take up the sites confirmed."""
    taken = Option.objects.filter(pool=pool, state=OptionState.CONFIRMED)
    found = Membership.objects.representing().filter(organisation__in=taken.values("adopter"))
    return list(User.objects.filter(pk__in=found.values("user")))


def concerned(pool: Pool) -> list[User]:
    """By the end of a pool; to be asked before its options end with it. Those with the mandate of
    a living option's funder, even of one to be countersigned."""
    living = Option.objects.filter(pool=pool).living().values_list("funder", flat=True)
    funders = mandated({pool.lead_id, *living})
    return [*funders, *holders(pool), *pilots(pool), *adopters(pool)]


def _tell(people: Iterable[Any], verb: str, kind: str, key: int, **how: Any) -> None:
    for person in {each.pk: each for each in people if each is not None}.values():
        tell(person, verb, kind, str(key), **how)


# --- pools ------------------------------------------------------------------------------------
def formed(pool: Pool, *, by: Any) -> None:
    _tell(holders(pool), FORMED, POOL, pool.pk, waits=True, by=by)


def holder_agreed(pool: Pool, *, by: Any) -> None:
    _tell(mandated([pool.lead_id]), AGREED, POOL, pool.pk, waits=True, by=by)


def opened(pool: Pool, *, by: Any) -> None:
    if pool.audience == Pool.Audience.PUBLIC:
        announce(OPENED, [(POOL, str(pool.pk)), card_ref(pool.initiative)], by=by)
    invited(pool, list(pool.invitations.filter(withdrawn_on=None)), by=by)
    _tell(holders(pool), ADVANCED, POOL, pool.pk, by=by)


def invited(pool: Pool, invitations: Iterable[Invitation], *, by: Any) -> None:
    _tell(_invited(invitations), INVITED, POOL, pool.pk, by=by, once=f"invited:{pool.pk}")


def _asked(pool: Pool) -> Any:
    return _invited(pool.invitations.filter(withdrawn_on=None))


def _invited(invitations: Iterable[Invitation]) -> Any:
    """Those with the mandate of the organisations asked, or of those of the places asked."""
    rows = list(invitations)
    places = {row.territory_id for row in rows if row.territory_id}
    inside = Containment.objects.filter(ancestor__in=places, ancestor__kind="group")
    asked = Q(organisation__in=[row.organisation_id for row in rows if row.organisation_id])
    asked |= Q(organisation__territory__in=places)
    asked |= Q(organisation__territory__in=inside.values("descendant"))
    held = Membership.objects.filter(
        asked, functions__contains=[Function.FUNDER], user__is_active=True
    )
    return User.objects.filter(pk__in=held.values("user"))


def advanced(pool: Pool, *, by: Any) -> None:
    _tell([*members(pool), *holders(pool), *pilots(pool)], ADVANCED, POOL, pool.pk, by=by)


def reported(pool: Pool, *, by: Any) -> None:
    """Whoever of them wrote it, the others are told."""
    _tell_pool(pool, REPORTED, by)


def visited(pool: Pool, *, by: Any) -> None:
    _tell_pool(pool, VISITED, by)


def pilot_milestone_reached(pool: Pool, *, by: Any) -> None:
    _tell_pool(pool, MILESTONE, by)


def _tell_pool(pool: Pool, verb: str, by: Any) -> None:
    """Those of ``rules.can_follow``, managers excepted."""
    _tell([*members(pool), *holders(pool), *pilots(pool)], verb, POOL, pool.pk, by=by)


def commented(pool: Pool, *, by: Any) -> None:
    _tell_pool(pool, COMMENTED, by)


def meeting_planned(pool: Pool, *, by: Any) -> None:
    _tell_pool(pool, MEETING, by)


def meeting_moved(pool: Pool, *, by: Any) -> None:
    _tell_pool(pool, MEETING_MOVED, by)


def meeting_told(pool: Pool, *, by: Any) -> None:
    _tell_pool(pool, MEETING_TOLD, by)


def meeting_cancelled(pool: Pool, *, by: Any) -> None:
    _tell_pool(pool, MEETING_OFF, by)


def postponed(pool: Pool, *, by: Any) -> None:
    people = [*members(pool), *_asked(pool), *holders(pool), *pilots(pool)]
    _tell(people, POSTPONED, POOL, pool.pk, by=by)


def step_ends(pool: Pool, days: int) -> None:
    """To those from whom an option, an opinion or a confirmation is still waited for; a date put
    off is told anew."""
    _tell(
        waited_for(pool), STEP_ENDS, POOL, pool.pk,
        waits=True, once=f"ends:{pool.pk}:{pool.due_on}:{days}",
    )  # fmt: skip


def step_is_late(pool: Pool) -> None:
    _tell(
        mandated([pool.lead_id]), STEP_LATE, POOL, pool.pk,
        waits=True, once=f"late:{pool.pk}:{pool.due_on}",
    )  # fmt: skip


def waited_for(pool: Pool) -> list[User]:
    options = Option.objects.filter(pool=pool)
    if pool.state == State.OPEN:
        here = set(options.filter(state__in=LIVING).values_list("funder", flat=True))
        people = _asked(pool).exclude(memberships__organisation__in=here)
        return list({each.pk: each for each in [*people, *mandated([pool.lead_id])]}.values())
    if pool.state == State.ACTIVATING:
        silent = options.filter(state__in=[OptionState.PREPARED, OptionState.PLEDGED])
        return mandated(silent.values_list("funder", flat=True))
    said = pool.opinions.filter(period=pool.period).values("organisation")
    silent = options.filter(state__in=COUNTED).exclude(funder__in=said)
    recused = pool.recusals.values("organisation")
    return mandated(silent.exclude(funder__in=recused).values_list("funder", flat=True))


def report_due(pool: Pool) -> None:
    """Once for each due date, to those who write it."""
    once = f"due:{pool.next_report_on}"
    _tell(
        [*holders(pool), *pilots(pool), *mandated([pool.lead_id])], REPORT_DUE, POOL, pool.pk,
        waits=True, once=once,
    )  # fmt: skip


def review_started(pool: Pool, *, by: Any) -> None:
    _tell(members(pool), REVIEW, POOL, pool.pk, waits=True, by=by)


def finding_published(pool: Pool, *, by: Any) -> None:
    """To the pool, its holder and who takes the pilot up; once each, be they followers too."""
    once = f"found:{pool.pk}:{pool.period}"
    _tell(members(pool), FOUND, POOL, pool.pk, waits=True, by=by, once=once)
    _tell([*holders(pool), *pilots(pool)], FOUND, POOL, pool.pk, by=by, once=once)
    if pool.audience == Pool.Audience.PUBLIC:
        announce(FOUND, [(POOL, str(pool.pk)), card_ref(pool.initiative)], by=by, once=once)


def ended(pool: Pool, people: Iterable[User], *, by: Any) -> None:
    """``people``: as ``concerned`` gave them."""
    _tell(people, ENDED, POOL, pool.pk, by=by)


# --- options ----------------------------------------------------------------------------------
def to_sign(option: Option, *, by: Any) -> None:
    _tell(mandated([option.funder_id]), TO_SIGN, OPTION, option.pk, waits=True, by=by)


def pledged(option: Option, *, by: Any) -> None:
    people = [*holders(option.pool), *mandated([option.pool.lead_id])]
    _tell(people, PLEDGED, OPTION, option.pk, by=by)


def option_ended(option: Option, *, by: Any) -> None:
    funders = mandated([option.funder_id, option.pool.lead_id])
    _tell([*funders, *holders(option.pool)], OPTION_ENDED, OPTION, option.pk, by=by)


def expiring(option: Option, days: int) -> None:
    _tell(
        mandated([option.funder_id]), EXPIRING, OPTION, option.pk,
        waits=True, once=f"expires:{option.pk}:{option.expires_on}:{days}",
    )  # fmt: skip


def confirmed(option: Option, *, by: Any) -> None:
    people = [*holders(option.pool), *mandated([option.funder_id, option.pool.lead_id])]
    _tell(people, CONFIRMED, OPTION, option.pk, by=by)


def committed(act: LegalAct, *, by: Any) -> None:
    option = act.option
    of_holder = act.beneficiary_id not in {None, option.adopter_id}
    people = holders(option.pool) if of_holder else _beneficiaries(option)
    _tell(people, COMMITTED, OPTION, option.pk, by=by)


def amended(act: LegalAct, former: Organisation, *, by: Any) -> None:
    """The new beneficiary as of any act; and who lost it."""
    committed(act, by=by)
    found = Membership.objects.representing().filter(organisation=former)
    people = User.objects.filter(pk__in=found.values("user"))
    _tell(list(people), AMENDED, OPTION, act.option_id, by=by)


def disengaged(option: Option, *, by: Any) -> None:
    site = Option.objects.of_site(option).filter(state__in=COUNTED).values_list("funder", flat=True)
    people = [*mandated({option.pool.lead_id, *site}), *holders(option.pool)]
    _tell([*people, *_beneficiaries(option)], DISENGAGED, OPTION, option.pk, by=by)


def milestone_reached(instalment: Instalment, *, by: Any) -> None:
    _tell(_receivers(instalment), REACHED, OPTION, instalment.option_id, waits=True, by=by)


def payment_asked(option: Option, *, by: Any) -> None:
    _tell(mandated([option.funder_id]), ASKED, OPTION, option.pk, waits=True, by=by)


def paid(instalment: Instalment, *, by: Any) -> None:
    _tell(_receivers(instalment), PAID, OPTION, instalment.option_id, by=by)


def to_publish(option: Option, act: int) -> None:
    _tell(
        mandated([option.funder_id]), PUBLICATION, OPTION, option.pk,
        waits=True, once=f"publish:{act}",
    )  # fmt: skip


def _receivers(instalment: Instalment) -> list[Any]:
    option = instalment.option
    return holders(option.pool) if instalment.is_transfer else _beneficiaries(option)


def _beneficiaries(option: Option) -> list[Any]:
    if option.adopter_id is None:
        return holders(option.pool)
    found = Membership.objects.representing().filter(organisation=option.adopter_id)
    return list(User.objects.filter(pk__in=found.values("user")))
