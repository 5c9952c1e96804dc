"""Who may open what (deciding): see tests/test_permissions.py.

The colleague is an officer of the call; the member represents the organisation that applies.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from essaim.calls.actions import appeals, eligibility, meetings
from essaim.people.models import Membership
from tests.calls.factories import officer
from tests.calls.factories_deciding import Jury, _now
from tests.people.factories import MembershipFactory, OrganisationFactory

MANAGERS = {"manager", "administrator"}
RUN = {"colleague"} | MANAGERS
SIDE = {"member"}
Arguments = Callable[[SimpleNamespace], list[Any]]


def jury(world: SimpleNamespace) -> Jury:
    made = Jury(3, organiser=world.organisation)
    officer(made.call, world.colleague)
    organisation = OrganisationFactory()
    MembershipFactory(
        user=world.member, organisation=organisation, role=Membership.Role.REPRESENTATIVE
    )
    for application in made.applications:
        application.organisation = organisation
        application.save(update_fields=["organisation"])
    return made


def slug(step: str = "eligible") -> Arguments:
    return lambda world: [getattr(jury(world), step)().call.slug]


def reading(world: SimpleNamespace) -> list[Any]:
    made = jury(world)
    made.round()
    return [made.call.slug]


def file(step: str = "refresh") -> Arguments:
    def arguments(world: SimpleNamespace) -> list[Any]:
        made = jury(world)
        getattr(made, step)()
        return [made.call.slug, made.applications[0].pk]

    return arguments


def own(number: int = 0) -> Arguments:
    def arguments(world: SimpleNamespace) -> list[Any]:
        return [jury(world).skipping().published().applications[number].pk]

    return arguments


def appealed(world: SimpleNamespace) -> list[Any]:
    made = jury(world).skipping().published()
    one = made.applications[2]
    found = appeals.appeal(one, "Non.", by=world.member, key=uuid.uuid4())
    return [made.call.slug, one.pk, found.pk]


def asked(world: SimpleNamespace) -> list[Any]:
    """What lacks, asked while it is read."""
    made = jury(world)
    made.round()
    one = made.applications[0]
    eligibility.ask_completion(one, asked="Qui ?", due_at=_now(days=5), by=made.officer)
    return [one.pk]


def meeting(world: SimpleNamespace) -> list[Any]:
    made = jury(world)
    row = meetings.add_meeting(made.call, key=uuid.uuid4(), by=made.officer, at=made.call.closes_at)
    return [made.call.slug, row.pk]


def checked(world: SimpleNamespace) -> list[Any]:
    made = jury(world).skipping().prepared()
    return [made.call.slug, made.applications[0].pk]


ROWS: dict[str, Any] = {
    "instruction": (RUN, slug()),
    "file": (RUN, file()),
    "complete": (RUN, file()),
    "eligibility": (RUN, file()),
    "look_again": (RUN, file()),
    "recuse": (RUN, file()),
    "prepare": (RUN, file("skipping")),
    "check": (RUN, checked),
    "publish_late": (RUN, checked),
    "answer_appeal": (RUN, appealed),
    "reading": (RUN, slug()),
    "reading#round": (RUN, reading),
    "start_deciding": (RUN, slug()),
    "board": (RUN, slug("skipping")),
    "refresh_scores": (RUN, slug("skipping")),
    "deliberation": (RUN, slug("skipping")),
    "waiting_list": (RUN, slug("skipping")),
    "publish_results": (RUN, slug("skipping")),
    "meetings": (RUN, slug()),
    "meeting": (RUN, meeting),
    "minutes": (RUN, slug("skipping")),
    # The applicant's side.
    "decision": (SIDE, own()),
    "appeal": (SIDE, own(2)),
    "give_up": (SIDE, own(0)),
    "complement": (SIDE, asked),
}
