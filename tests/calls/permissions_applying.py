"""Who may open what (applying): see tests/test_permissions.py.

Owner and colleague are of the organisation that applies, which the owner represents; the member
represents a partner.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from essaim.calls.actions import files, partner_invitations, partners
from essaim.calls.models import Application, Editor, Partner, PartnerInvitation
from tests.calls.factories import BLOCKS, CallFactory, officer
from tests.calls.factories_applying import Story, begin, save, submit
from tests.funding.factories import PDF
from tests.people.factories import (
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    confirmed,
)

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
MANAGERS = {"manager", "administrator"}
SIDE, SIGNER, PARTNER = {"colleague", "owner"}, {"owner"}, {"member"}
Arguments = Callable[[SimpleNamespace], list[Any]]
WITH_FILE = [
    *BLOCKS,
    {
        "slug": "pieces", "title": "Pièces",
        "fields": [{"name": "letter", "label": "Lettre", "kind": "file", "required": False}],
    },
]  # fmt: skip


def story(world: SimpleNamespace, *, submitted: bool = False) -> Story:
    call = CallFactory(content=WITH_FILE)
    made = begin(call, world.owner, world.organisation)
    found = Story(made, world.owner, world.colleague)
    for slug, content in (("projet", {"what": "x"}), ("essaimage", {}), ("pieces", {})):
        save(found, slug, content)
    found.fresh()
    if submitted:
        submit(found)
        found.fresh()
    return found


def draft(world: SimpleNamespace) -> list[Any]:
    return [story(world).application.pk]


def done(world: SimpleNamespace) -> list[Any]:
    return [story(world, submitted=True).application.pk]


def version(world: SimpleNamespace) -> list[Any]:
    return [*done(world), 1]


def block(world: SimpleNamespace) -> list[Any]:
    return [*draft(world), "projet"]


def asked_file(world: SimpleNamespace) -> list[Any]:
    return [*draft(world), "pieces", "letter"]


def joined(world: SimpleNamespace) -> list[Any]:
    found = story(world)
    row = files.join_file(
        found.application, "pieces", "letter", by=world.owner, submission=uuid.uuid4(),
        file=io.BytesIO(PDF), file_name="lettre.pdf", file_size=len(PDF),
    )  # fmt: skip
    return [found.application.pk, row.pk]


def along(world: SimpleNamespace) -> Partner:
    organisation = OrganisationFactory()
    MembershipFactory(organisation=organisation, user=world.member, role="representative")
    return partners.invite_partner(
        story(world).application, organisation, by=world.owner, submission=uuid.uuid4()
    )


def partner(world: SimpleNamespace) -> list[Any]:
    row = along(world)
    return [row.application_id, row.pk]


def by_mail(world: SimpleNamespace) -> PartnerInvitation:
    """The member's confirmed address is asked."""
    made = partner_invitations.ask_partner(
        story(world).application, by=world.owner, submission=uuid.uuid4(), organisation=None,
        siren="732829320", name="Commune du Bourg", email=confirmed(world.member).email,
    )  # fmt: skip
    assert isinstance(made, PartnerInvitation)
    return made


def mailed_link(world: SimpleNamespace) -> list[Any]:
    return [partner_invitations.token_of(by_mail(world))]


def asked_by_mail(world: SimpleNamespace) -> list[Any]:
    made = by_mail(world)
    return [made.application_id, made.pk]


def with_partner(world: SimpleNamespace) -> list[Any]:
    return partner(world)[:1]


def editor(world: SimpleNamespace) -> list[Any]:
    pk = draft(world)[0]
    row = Editor.objects.create(
        application=Application.objects.get(pk=pk), user=UserFactory(), by=world.owner
    )
    return [pk, row.pk]


def opened(world: SimpleNamespace) -> list[Any]:
    return [CallFactory().slug]


def question(world: SimpleNamespace) -> list[Any]:
    from essaim.calls.actions import questions

    call = CallFactory()
    officer(call, world.colleague)
    row = questions.ask(call, by=world.member, submission=uuid.uuid4(), text="Qui ?", private=False)
    return [call.slug, row.pk]


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "mine": (SIGNED_IN, lambda world: []),
    "accept_editing": (SIGNED_IN, lambda world: ["forged"]),
    "start": (SIGNED_IN, opened),
    "application": (SIDE | MANAGERS, done),
    "application#draft": (SIDE, draft),
    "application#partner": (SIDE | PARTNER, with_partner),
    "essentials": (SIDE, draft),
    "accept_form": (SIDE, draft),
    "replication_help": (SIDE, draft),
    "submit": (SIGNER, draft),
    "reopen": (SIDE, done),
    "keep_submitted": (SIDE, done),
    "withdraw_application": (SIGNER, draft),
    "extend": (MANAGERS, draft),
    "version": (SIDE | MANAGERS, version),
    "version_pdf": (SIDE | MANAGERS, version),
    "receipt": (SIDE | MANAGERS, version),
    "receipt_pdf": (SIDE | MANAGERS, version),
    "team": (SIDE, draft),
    "invite_partner": (SIDE, draft),
    "invite_editor": (SIDE, draft),
    "remove_editor": (SIDE, editor),
    "partner_invitation": ({"visitor"} | PARTNER, mailed_link),
    "answer_partner_invitation": (PARTNER, mailed_link),
    "decline_partner_invitation": (PARTNER, mailed_link),
    "send_partner_invitation": (SIDE, asked_by_mail),
    "withdraw_partner_invitation": (SIDE, asked_by_mail),
    "partner": (SIDE | PARTNER, partner),
    "sign_partner": (PARTNER, partner),
    "decline_partner": (PARTNER, partner),
    "leave_partner": (SIDE | PARTNER, partner),
    "change_partner": (SIDE, partner),
    "application_file": (SIDE, joined),
    "remove_file": (SIDE, joined),
    "application_block": (SIDE, block),
    "join_file": (SIDE, asked_file),
    "questions": (ALL, opened),
    "answer_question": ({"colleague"} | MANAGERS, question),
}
