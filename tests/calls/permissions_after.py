"""Who may open what (after): see tests/test_permissions.py.

The colleague is an officer of the call; the member represents the organisation that applied.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from essaim.calls.actions import exports
from essaim.calls.models import Application, CallExport, ColumnTemplate, Lesson, Milestone
from essaim.people.models import Membership
from tests.calls.factories import CallFactory, officer
from tests.calls.factories_after import after, laureate, results, supported
from tests.people.factories import MembershipFactory, OrganisationFactory

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
MANAGERS = {"manager", "administrator"}
RUN = {"colleague"} | MANAGERS
SIDE = {"member"}
Arguments = Callable[[SimpleNamespace], list[Any]]


def call(world: SimpleNamespace) -> list[Any]:
    made = CallFactory()
    officer(made, world.colleague)
    return [made.slug]


def published(world: SimpleNamespace) -> list[Any]:
    return [won(world).call.slug]


def won(world: SimpleNamespace) -> Application:
    made = results()
    officer(made, world.colleague)
    organisation = OrganisationFactory()
    MembershipFactory(
        user=world.member, organisation=organisation, role=Membership.Role.REPRESENTATIVE
    )
    return laureate(made, organisation=organisation)


def one(world: SimpleNamespace) -> list[Any]:
    return [won(world).pk]


def own(world: SimpleNamespace) -> list[Any]:
    """Of a person."""
    made = results()
    officer(made, world.colleague)
    return [after(made, state="laureate", person=world.member).pk]


def running(world: SimpleNamespace) -> list[Any]:
    return [supported(won(world)).application_id]


def milestone(world: SimpleNamespace) -> list[Any]:
    plan = supported(won(world))
    step = Milestone.objects.create(support=plan, position=0, title="Lancer")
    return [plan.application_id, step.pk]


def lesson(world: SimpleNamespace) -> list[Any]:
    found = won(world)
    Lesson.objects.create(application=found, tried="Un essai.", failed="Sans succès.")
    return [found.pk]


def export(world: SimpleNamespace) -> list[Any]:
    """The officer's own: nobody else's, managers included."""
    made = CallFactory()
    officer(made, world.colleague)
    asked = exports.ask(made, by=world.colleague, format="csv", columns=["title"])
    exports.make(asked.pk)
    return [made.slug, CallExport.objects.get(pk=asked.pk).key]


def template(world: SimpleNamespace) -> list[Any]:
    made = CallFactory()
    officer(made, world.colleague)
    kept = ColumnTemplate.objects.create(call=made, name="Jury", columns=["title"])
    return [made.slug, kept.pk]


ROWS: dict[str, Any] = {
    "calendar": (ALL,),
    "feed": (ALL,),
    "call_calendar": (ALL, call),
    "unmet": (SIGNED_IN,),
    "results": (ALL, published),
    "numbers": (RUN, call),
    "accesses": (MANAGERS, call),
    "exports": (RUN, call),
    "export": ({"colleague"}, export),
    "export_progress": ({"colleague"}, export),
    "export_file": ({"colleague"}, export),
    "delete_export": ({"colleague"}, export),
    "drop_column_template": (RUN, template),
    "supports": (RUN, published),
    "begin_support": (RUN, published),
    "archive": (RUN, published),
    "support": (SIDE | RUN, running),
    "support_plan": (RUN, one),
    "support_report": (SIDE, running),
    "close_support": (RUN, running),
    "open_support_again": (RUN, running),
    "reach_milestone": (SIDE | RUN, milestone),
    "next_steps": (SIDE, one),
    "begin_sites": (SIDE | RUN, one),
    "write_card": (SIDE, one),
    "credit": (SIDE, own),
    "lesson": (SIDE | RUN, lesson),
    "mention_lesson": (RUN, lesson),
    "propose_lesson": (SIDE, lesson),
}
