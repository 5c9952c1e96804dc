"""Who gets in at each address of a pool, for the one table of ``tests/test_permissions.py``.

The member holds the mandate of the lead; owner and colleague are of the card's team.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from essaim.funding.actions import meetings, milestones, options, papers, pools, reports
from tests.dates import today
from tests.funding import factories
from tests.funding.factories import Story, funder, instalment, organisation_of, record_act
from tests.people.factories import MembershipFactory, OrganisationFactory

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
MANAGERS = {"manager", "administrator"}
LEAD, HOLDER = {"member"}, {"colleague", "owner"}
RUN, FOLLOW = LEAD | MANAGERS, LEAD | HOLDER | MANAGERS
Arguments = Callable[[SimpleNamespace], list[Any]]


def story(world: SimpleNamespace, make: str = "opened") -> Story:
    funder(user=world.member)
    made: Story = getattr(factories, make)(
        lead=world.member, holder=world.owner, card=world.published
    )
    return made


def pool(make: str = "opened") -> Arguments:
    return lambda world: [story(world, make).pool.slug]


def option(make: str = "with_options") -> Arguments:
    """The lead's own."""

    def arguments(world: SimpleNamespace) -> list[Any]:
        found = story(world, make)
        return [found.pool.slug, found.pilot.pk]

    return arguments


def invitation(world: SimpleNamespace) -> list[Any]:
    found = story(world)
    made = pools.invite(found.pool, by=found.lead, organisations=[OrganisationFactory()])
    return [found.pool.slug, made[0].pk]


def report(world: SimpleNamespace) -> list[Any]:
    found = story(world, "reviewing")
    return [found.pool.slug, found.pool.reports.get().pk]


def note(world: SimpleNamespace) -> list[Any]:
    found = story(world)
    made = reports.write_note(
        found.pool, by=found.lead, organisation=organisation_of(found.lead),
        submission=uuid.uuid4(), text="Réservé.",
    )  # fmt: skip
    return [found.pool.slug, made.pk]


def act(world: SimpleNamespace) -> list[Any]:
    found = story(world, "piloting")
    return [found.pool.slug, found.pilot.pk, record_act(found.pilot, found.lead).pk]


def paper(world: SimpleNamespace) -> list[Any]:
    """For the pool and the holder."""
    found = story(world)
    made = papers.add_paper(
        found.pool, by=found.lead, submission=uuid.uuid4(), title="Règlement", audience="pool",
        file=io.BytesIO(factories.PDF), file_name="reglement.pdf",
        file_size=len(factories.PDF),
    )  # fmt: skip
    return [found.pool.slug, made.pk]


def milestone(reached: bool) -> Arguments:
    def arguments(world: SimpleNamespace) -> list[Any]:
        found = story(world, "piloting")
        record_act(found.pilot, found.lead)
        row = instalment(found.pilot, found.lead, 1_000, reached=reached)
        return [found.pool.slug, found.pilot.pk, row.pk]

    return arguments


def without_adopter(world: SimpleNamespace) -> list[Any]:
    """Of a site whose adopter is still to be found."""
    found = story(world, "activating")
    option, person = found.others[0], found.funders[0]
    options.confirm(option, by=person)
    record_act(option, person)
    return [found.pool.slug, option.pk, instalment(option, person, 1_000).pk]


def of_the_adopter(world: SimpleNamespace) -> list[Any]:
    """A restricted pool that another leads; the member is of who takes the pilot up."""
    made = factories.piloting(
        lead=funder(),
        holder=world.owner,
        card=world.published,
        audience="restricted",
        adopter=MembershipFactory(user=world.member).organisation,
    )
    record_act(made.pilot, made.lead)
    return [made.pool.slug, made.pilot.pk, instalment(made.pilot, made.lead, 1_000).pk]


def four_eyes_pledge(world: SimpleNamespace) -> list[Any]:
    """Prepared by a colleague of the lead: only their organisation knows of it."""
    found = story(world)
    body = organisation_of(found.lead)
    options.set_four_eyes(body, True)
    made = factories.pledged(found.pool, funder(body))
    return [found.pool.slug, made.pk]


def planned(world: SimpleNamespace) -> list[Any]:
    found = story(world, "piloting")
    made = milestones.plan_milestone(
        found.pool, by=found.lead, submission=uuid.uuid4(), title="Ouvert", planned_on=today(9)
    )
    return [found.pool.slug, made.pk]


def meeting(world: SimpleNamespace) -> list[Any]:
    found = story(world)
    return [found.pool.slug, meetings.plan_meeting(found.pool, by=found.lead, on=today(9)).pk]


def filed(world: SimpleNamespace) -> list[Any]:
    from tests.dossiers.factories import started

    funder(user=world.member)
    made = started(
        holder=world.owner, colleague=world.colleague, organisation=world.organisation,
        card=world.published, lead=world.member,
    )  # fmt: skip
    return [made.pool.pool.slug]


def as_funder(world: SimpleNamespace) -> list[Any]:
    funder(user=world.member)
    return []


def may_form(world: SimpleNamespace) -> list[Any]:
    funder(user=world.member)
    return [world.published.slug]


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "pools": (ALL, lambda world: []),
    "export": (ALL, lambda world: []),
    "publications": (ALL - {"visitor"}, as_funder),
    "publications_export": (ALL - {"visitor"}, as_funder),
    "of_card": (ALL, lambda world: [story(world).pool.initiative.slug]),
    "form": (RUN, may_form),
    "four_eyes": ({"owner"}, lambda world: [world.organisation.slug]),
    "pool": (ALL, pool("activating")),
    "pool#forming": (FOLLOW, pool("forming")),
    "start_application": (HOLDER, pool("forming")),
    "take_amounts": (HOLDER, filed),
    "change": (RUN, pool("forming")),
    "agree": (HOLDER, pool("forming")),
    "open": (RUN, pool("forming")),
    "invite": (RUN, pool()),
    "propose_invitations": (RUN, pool()),
    "withdraw_invitation": (RUN, invitation),
    "press": (ALL, pool()),
    "add_paper": (FOLLOW, pool()),
    "paper": (FOLLOW, paper),
    "remove_paper": (FOLLOW, paper),
    "meeting": (RUN, pool()),
    "change_meeting": (RUN, meeting),
    "remove_meeting": (RUN, meeting),
    "postpone": (RUN, pool()),
    "start_pilot": (RUN, pool("with_options")),
    "close": (RUN, pool("activating")),
    "abandon": (RUN, pool()),
    "lesson": (LEAD | HOLDER, pool("abandoned")),
    "follow": (FOLLOW, pool("reviewing")),
    "report": (LEAD | HOLDER, pool("piloting")),
    "comment": (FOLLOW, report),
    "visit": (LEAD | HOLDER, pool("piloting")),
    "plan_milestone": (FOLLOW, pool("piloting")),
    "reach_milestone": (FOLLOW, planned),
    "remove_milestone": (FOLLOW, planned),
    "start_review": (RUN, pool("piloting")),
    "opinion": (LEAD, pool("reviewing")),
    "recuse": (LEAD, pool("reviewing")),
    "publish": (RUN, pool("reviewing")),
    "pilot_again": (RUN, pool("reviewing")),
    "notes": (LEAD, pool()),
    "delete_note": (LEAD, note),
    "ledger": (FOLLOW, pool("piloting")),
    "ledger_export": (FOLLOW, lambda world: [story(world, "piloting").pool.slug, "csv"]),
    "summary_export": (FOLLOW, lambda world: [story(world, "piloting").pool.slug, "csv"]),
    "scdl": (ALL, lambda world: act(world)[:1]),
    "pledge": (LEAD, pool()),
    "option": (ALL, option()),
    "option#confirmed": (ALL, lambda world: act(world)[:2]),
    "option#prepared": (LEAD, four_eyes_pledge),
    "document": (ALL, option()),
    "sign": (LEAD, four_eyes_pledge),
    "reduce": (LEAD, option()),
    "prolong": (LEAD, option()),
    "withdraw": (LEAD, option()),
    "decline": (LEAD, option()),
    "confirm": (LEAD, option()),
    "adopter": (LEAD, option()),
    "find_adopter": (FOLLOW, option()),
    "act": (LEAD, option("piloting")),
    "act_file": (FOLLOW, act),
    "mark_published": (LEAD, act),
    "amend": (LEAD, act),
    "site_budget": (LEAD, option("piloting")),
    "plan": (LEAD, option("piloting")),
    "reach": (LEAD, milestone(False)),
    "ask": (HOLDER, without_adopter),
    "ask#restricted": ({"member"}, of_the_adopter),
    "cancel_instalment": (LEAD, milestone(True)),
    "pay": (LEAD, milestone(True)),
    "disengage": (LEAD, option("piloting")),
    "recover": (LEAD, option("piloting")),
}
