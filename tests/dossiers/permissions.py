"""Who gets in at each address of files, for the one table of ``tests/test_permissions.py``.

The member holds the mandate of the pool's lead: a reader; owner and colleague are of the holder's
organisation, which the owner represents.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from tests.dossiers import factories
from tests.dossiers.factories import Story, asked, deposit, required
from tests.funding.factories import funder

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
MANAGERS = {"manager", "administrator"}
READER, HOLDER, SIGNER = {"member"}, {"colleague", "owner"}, {"owner"}
Arguments = Callable[[SimpleNamespace], list[Any]]


def given(world: SimpleNamespace) -> dict[str, Any]:
    funder(user=world.member)
    return {
        "holder": world.owner, "colleague": world.colleague, "organisation": world.organisation,
        "card": world.published, "lead": world.member,
    }  # fmt: skip


def story(world: SimpleNamespace, make: str) -> Story:
    made: Story = getattr(factories, make)(**given(world))
    return made


def file(make: str = "submitted", *more: Any) -> Arguments:
    return lambda world: [story(world, make).application.pk, *more]


def body(world: SimpleNamespace) -> list[Any]:
    return [world.organisation.slug]


def private_document(world: SimpleNamespace) -> list[Any]:
    return [deposit(world.organisation, world.owner).pk]


def joined_document(world: SimpleNamespace) -> list[Any]:
    from essaim.dossiers.actions.documents import attach

    made = story(world, "complete")
    document = deposit(made.organisation, made.holder)
    attach(made.application, document, by=made.holder)
    factories.submit(made)
    return [document.pk]


def attachment(world: SimpleNamespace) -> list[Any]:
    from essaim.dossiers.actions.documents import attach

    made = story(world, "complete")
    row = attach(made.application, deposit(made.organisation, made.holder), by=made.holder)
    return [made.application.pk, row.pk]


def question(world: SimpleNamespace) -> list[Any]:
    made = story(world, "submitted")
    return [made.application.pk, asked(made).pk]


def request(world: SimpleNamespace) -> list[Any]:
    made = story(world, "submitted")
    return [made.application.pk, required(made, world.member).pk]


def report(make: str) -> Arguments:
    def arguments(world: SimpleNamespace) -> list[Any]:
        made, row = getattr(factories, make)(**given(world))
        return [made.application.pk, row.pk]

    return arguments


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "mine": (ALL - {"visitor"}, lambda world: []),
    "schema": (ALL, lambda world: []),
    "vault": (HOLDER, body),
    "deposit": (HOLDER, body),
    "statements": (SIGNER, body),
    "download": (HOLDER, private_document),
    "download#joined": (HOLDER | READER, joined_document),
    "remove": (HOLDER, private_document),
    "application": (HOLDER | READER | MANAGERS, file()),
    "application#draft": (HOLDER, file("complete")),
    "edit": (HOLDER, file("complete", "projet")),
    "edit#budget": (HOLDER, file("complete", "budget")),
    "submit": (SIGNER, file("complete")),
    "amend": (HOLDER, file()),
    "give_up": (HOLDER, file()),
    "withdraw": (SIGNER, file()),
    "documents": (HOLDER, file("complete")),
    "detach": (HOLDER, attachment),
    "require": (READER, file()),
    "withdraw_request": (READER, request),
    "ask": (READER, file()),
    "answer": (HOLDER, question),
    "version": (HOLDER | READER | MANAGERS, file("submitted", 1)),
    "differences": (HOLDER | READER | MANAGERS, file("amended", 2)),
    "pdf": (HOLDER | READER | MANAGERS, file("submitted", 1)),
    "json": (HOLDER | READER | MANAGERS, file("submitted", 1)),
    "budget": (HOLDER | READER | MANAGERS, file("submitted", 1)),
    "start_report": (HOLDER, lambda world: report("reporting")(world)[:1]),
    "report": (HOLDER, report("reporting")),
    "report#submitted": (HOLDER | READER | MANAGERS, report("reported")),
    "submit_report": (SIGNER, report("reporting")),
    "report_pdf": (HOLDER | READER | MANAGERS, report("reported")),
    "report_lines": (HOLDER | READER | MANAGERS, report("reported")),
}
