"""Who may do what with a pool (§§ 7 and 14 of the domain).

Rights come from the person's function « financeur » in an organisation, and from what that
organisation is to the pool. Whether now is the transition's business.
"""

from __future__ import annotations

from typing import Any

import rules
from django.db.models import Q

from essaim.common.remembered import asked_once, remembered
from essaim.initiatives.models import Publication
from essaim.initiatives.rules import is_of_the_team
from essaim.people.models import Function, Membership, Organisation
from essaim.people.rules import (
    can_manage,
    has_function,
    is_member,
    is_representative,
    memberships_of,
)

from .models import COUNTED, Instalment, Option, Pool


def mandates(user: Any) -> Any:
    """The organisations in whose name this person may take options."""
    if not user.is_authenticated:
        return Organisation.objects.none()
    held = Membership.objects.filter(user=user, functions__contains=[Function.FUNDER])
    return Organisation.objects.filter(pk__in=held.values("organisation"))


def mandate_keys(user: Any) -> set[int]:
    """The keys of ``mandates``, from what the page knows of this person."""
    held = memberships_of(user).items()
    return {pk for pk, membership in held if Function.FUNDER in membership.functions}


@rules.predicate
def acts_for(user: Any, organisation: Organisation) -> bool:
    """Has the mandate of a funder there."""
    return has_function(user, Function.FUNDER, organisation)


def is_signed_by_another(option: Option, user: Any = None) -> bool:
    """A first signature of its confirmation waits, of somebody else who still has the mandate."""
    first = option.confirming_by
    if option.confirming_at is None or first is None or first == user:
        return False
    return acts_for(first, option.funder)


def signatories(organisation: Organisation) -> Any:
    """Memberships of those who may sign an option there."""
    held = Membership.objects.filter(organisation=organisation, user__is_active=True)
    return held.filter(functions__contains=[Function.FUNDER])


def lacks_second(option: Option) -> bool:
    """Its second signature is waited for, and nobody else there may give it."""
    if not option.waits_for_second_signature:
        return False
    others = signatories(option.funder).exclude(user=option.first_signatory_id)
    return not others.exists()


@rules.predicate
def is_funder(user: Any) -> bool:
    return has_function(user, Function.FUNDER)


can_form = is_funder | can_manage


@rules.predicate
def is_lead(user: Any, pool: Pool) -> bool:
    return acts_for(user, pool.lead)


@rules.predicate
def is_of_the_holder(user: Any, pool: Pool) -> bool:
    return is_of_the_team(user, pool.initiative)


def _sides(pool: Pool) -> list[tuple[int, int | None]]:
    """Of the options that count, the funder, and the adopter where it takes the pilot up; asked
    once a page, whoever reads it."""
    rows = Option.objects.filter(pool=pool, state__in=COUNTED)
    return remembered(
        ("funding.sides", pool.pk),
        lambda: [
            (funder, adopter if is_pilot and left is None else None)
            for funder, adopter, is_pilot, left in rows.values_list(
                "funder", "adopter", "is_pilot", "left_on"
            )
        ],
    )


@rules.predicate
@asked_once
def is_of_a_member(user: Any, pool: Pool) -> bool:
    """Belongs to an organisation that holds an option, or to the lead."""
    if not user.is_authenticated:
        return False
    funders = {funder for funder, _adopter in _sides(pool)}
    return bool(is_member(user, pool.lead)) or not funders.isdisjoint(memberships_of(user))


@rules.predicate
@asked_once
def is_of_the_pilot(user: Any, pool: Pool) -> bool:
    """Belongs to the organisation that takes the pilot up: it runs what the pool judges."""
    if not user.is_authenticated:
        return False
    return any(adopter in memberships_of(user) for _funder, adopter in _sides(pool))


def visiting_organisations(user: Any, pool: Pool) -> Any:
    """Those in whose name this person may note a visit of the pilot, or comment on its reports:
    members of the pool, its lead, who carries the card, and who takes the pilot up."""
    if not user.is_authenticated:
        return Organisation.objects.none()
    mine = Q(memberships__user=user)
    member = Q(options__in=Option.objects.filter(pool=pool, state__in=COUNTED))
    pilots = Option.objects.filter(pool=pool, is_pilot=True).counted().standing()
    member |= Q(pk__in=pilots.exclude(adopter=None).values("adopter"))
    own = Q(pk=pool.lead_id) | member | Q(pk=pool.initiative.holder_id)
    return Organisation.objects.filter(mine & own).distinct().order_by("name", "pk")


@rules.predicate
def can_visit(user: Any, pool: Pool) -> bool:
    """Whether ``visiting_organisations`` has one."""
    of_holder = pool.initiative.holder_id in memberships_of(user)
    return of_holder or is_of_a_member(user, pool) or is_of_the_pilot(user, pool)


@rules.predicate
def is_public(user: Any, pool: Pool) -> bool:
    """What visitors read; agrees with ``PoolQuerySet.visible_to``, and asks the database for
    nothing once the card is known."""
    return (
        pool.opened_on is not None
        and pool.audience == Pool.Audience.PUBLIC
        and pool.initiative.publication == Publication.PUBLISHED
    )


@rules.predicate
@asked_once
def can_view(user: Any, pool: Pool) -> bool:
    return Pool.objects.visible_to(user).filter(pk=pool.pk).exists()


can_run = is_lead | can_manage
can_set_milestones = is_lead | is_of_the_holder | can_manage | is_of_the_pilot
can_agree_as_holder = is_of_the_holder
can_report = is_of_the_holder | is_lead | is_of_the_pilot
# Reports, questions, the whole ledger: the pool, its holder, who runs the pilot, who animates.
can_follow = is_of_a_member | is_of_the_holder | can_manage | is_of_the_pilot
can_tell_lesson = is_lead | is_of_the_holder
can_add_paper = is_lead | is_of_the_holder | can_manage


@rules.predicate
def can_pledge(user: Any, pool: Pool) -> bool:
    return is_funder(user) and can_view(user, pool)


@rules.predicate
def is_funder_of(user: Any, option: Option) -> bool:
    return acts_for(user, option.funder)


@rules.predicate
def is_of_the_funder(user: Any, option: Option) -> bool:
    return is_member(user, option.funder)


@rules.predicate
def is_of_the_adopter(user: Any, option: Option) -> bool:
    return option.adopter is not None and bool(is_member(user, option.adopter))


@rules.predicate
def is_of_its_holder(user: Any, option: Option) -> bool:
    return is_of_the_team(user, option.pool.initiative)


@rules.predicate
def can_ask_for_payment(user: Any, option: Option) -> bool:
    """The adopter, or the holder while none is found: nobody asks for the money of another."""
    if option.adopter_id is None:
        return is_of_its_holder(user, option)
    return is_of_the_adopter(user, option)


@rules.predicate
def can_ask_for(user: Any, instalment: Instalment) -> bool:
    """The holder for the transfer (its engineering, the innovator's days); as above for the rest."""
    if instalment.is_transfer:
        return is_of_its_holder(user, instalment.option)
    return can_ask_for_payment(user, instalment.option)


can_follow_option = is_of_the_funder | is_of_the_adopter | is_of_its_holder


@rules.predicate
def can_set_budget(user: Any, option: Option) -> bool:
    """Any funder of the site, its adopter, or the holder where none is found yet."""
    site = Option.objects.of_site(option).living().values("funder")
    return mandates(user).filter(pk__in=site).exists() or can_ask_for_payment(user, option)


def voting_organisations(user: Any, pool: Pool) -> Any:
    """Those in whose name this person may give an opinion: members of the pool that did not
    withdraw from the vote; none for whoever is of the holder's team, or of the pilot's adopter."""
    if not user.is_authenticated or is_of_the_team(user, pool.initiative):
        return Organisation.objects.none()
    mine = user.memberships.values("organisation")
    interested = Q(is_pilot=True, adopter__in=mine)
    if Option.objects.filter(interested, pool=pool).exclude(adopter=None).exists():
        return Organisation.objects.none()
    return recusing_organisations(user, pool)


@rules.predicate
@asked_once
def can_vote(user: Any, pool: Pool) -> bool:
    return bool(voting_organisations(user, pool).exists())


def recusing_organisations(user: Any, pool: Pool) -> Any:
    """Those that this person may withdraw from the vote: members of the pool in whose name they act,
    theirs being interested or not."""
    members = Option.objects.filter(pool=pool, state__in=COUNTED).values("funder")
    return mandates(user).filter(pk__in=members).exclude(pool_recusals__pool=pool)


@rules.predicate
@asked_once
def can_recuse(user: Any, pool: Pool) -> bool:
    return bool(recusing_organisations(user, pool).exists())


can_set_four_eyes = is_representative


@rules.predicate
def writes_notes(user: Any, pool: Pool) -> bool:
    return is_funder(user) and can_view(user, pool)
