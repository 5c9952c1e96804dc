"""Who gets in at each address of management dialogues, for ``tests/test_permissions.py``.

The world's organisation is the centre, or answers for the territory where the row says so
(``#territory``): its representative (owner) acts, its other members (colleague) read as the
territory and read nothing of the centre. Programme managers have no part; administrators read.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from essaim.dialogues.actions import figure_files, follow_up, proposals, training
from essaim.dialogues.models import CampaignIndicator
from essaim.people.models import Membership
from tests.dates import today
from tests.dialogues.factories import adopted, begun, measured, talk

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
OWNER = {"owner"}
READ = {"owner", "administrator"}
BOTH = {"owner", "colleague", "administrator"}
TEAM = {"colleague", "owner", "manager", "administrator"}

Arguments = Callable[[SimpleNamespace], list[Any]]


def ours(world: SimpleNamespace, **fields: Any) -> SimpleNamespace:
    return talk(centre=world.organisation, **fields)


def theirs(world: SimpleNamespace, **fields: Any) -> SimpleNamespace:
    return talk(body=world.organisation, sent=True, **fields)


def campaign(world: SimpleNamespace) -> list[Any]:
    return [ours(world).campaign.pk]


def empty(world: SimpleNamespace) -> list[Any]:
    return [begun(world.organisation).pk]


def own(world: SimpleNamespace) -> list[Any]:
    made = begun(world.organisation)
    return [made.pk, measured(made, series=None, own_name="Nos chiffres").pk]


def own_file(world: SimpleNamespace) -> list[Any]:
    campaign, indicator = own(world)
    made = figure_files.deposit(
        CampaignIndicator.objects.get(pk=indicator), by=world.owner, submission=uuid.uuid4(),
        file=io.BytesIO(b"commune;x\ncommune:38185;4\n"), name="files.csv", year=2025,
    )  # fmt: skip
    return [campaign, indicator, made.pk]


def dialogue(world: SimpleNamespace) -> list[Any]:
    return [ours(world).dialogue.pk]


def ended(world: SimpleNamespace) -> list[Any]:
    return [proposals.end(ours(world).dialogue).pk]


def of_territory(world: SimpleNamespace) -> list[Any]:
    return [theirs(world).dialogue.pk]


def manager(world: SimpleNamespace) -> list[Any]:
    there = ours(world)
    return [there.dialogue.pk, there.dialogue.managers.get().pk]


def practice(world: SimpleNamespace) -> list[Any]:
    there = ours(world, proposed=False)
    return [there.dialogue.pk, there.card.slug]


def proposal(world: SimpleNamespace) -> list[Any]:
    return [ours(world).proposal.pk]


def chosen(world: SimpleNamespace) -> list[Any]:
    return [theirs(world).proposal.pk]


def followed(world: SimpleNamespace) -> list[Any]:
    there = theirs(world)
    return [adopted(there).pk]


def step(world: SimpleNamespace) -> list[Any]:
    there = theirs(world)
    row = follow_up.add_step(
        adopted(there), submission=uuid.uuid4(), title="Ouvrir", due_on=today(20)
    )
    return [row.pk]


def helper(world: SimpleNamespace) -> list[Any]:
    there = theirs(world)
    row = follow_up.add_helper(
        adopted(there), submission=uuid.uuid4(), by=there.head, name="Cellule", contact="01",
        hours="mardi",
    )  # fmt: skip
    return [row.pk]


def check(world: SimpleNamespace) -> list[Any]:
    there = theirs(world)
    row = follow_up.plan_check(adopted(there), submission=uuid.uuid4(), by=there.head, on=today(10))
    return [row.pk]


def module(world: SimpleNamespace) -> list[Any]:
    row = training.add_module(
        world.published, by=world.owner, submission=uuid.uuid4(), title="Accueillir", hours=7,
        audience="Agents",
    )  # fmt: skip
    return [row.pk]


def session(world: SimpleNamespace) -> list[Any]:
    from essaim.dialogues.models import Module

    (pk,) = module(world)
    row = training.schedule(
        Module.objects.get(pk=pk), by=world.owner, submission=uuid.uuid4(), setting="continuing",
        starts_on=today(20), ends_on=None, organisation=world.organisation, place="Lyon",
    )  # fmt: skip
    return [row.pk]


def training_of(world: SimpleNamespace) -> list[Any]:
    module(world)
    return [world.published.slug]


def runner(world: SimpleNamespace) -> list[Any]:
    from essaim.dialogues.actions.campaigns import name_runners

    there = ours(world)
    assert world.colleague.memberships.get().role == Membership.Role.MEMBER
    name_runners(there.campaign, [world.colleague])
    return [there.campaign.pk]


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "mine": (SIGNED_IN, nothing),
    "new": (OWNER, nothing),
    "campaign": (READ, campaign),
    "campaign#runner": (BOTH, runner),
    "edit": (OWNER, campaign),
    "open": (OWNER, campaign),
    "close": (OWNER, campaign),
    "reopen": (OWNER, campaign),
    "discard": (OWNER, campaign),
    "copy": (OWNER, campaign),
    "runners": (OWNER, campaign),
    "add_territories": (OWNER, empty),
    "take_findings": (OWNER, campaign),
    "add_indicator": (OWNER, empty),
    "indicator": (OWNER, own),
    "remove_indicator": (OWNER, own),
    "figures": (OWNER, own),
    "figure_file": (OWNER, own_file),
    "figure_progress": (OWNER, own_file),
    "figure_lines": (OWNER, own_file),
    "figure_again": (OWNER, own_file),
    "dialogue": (READ, dialogue),
    "dialogue#territory": (BOTH, of_territory),
    "managers": (OWNER, dialogue),
    "remove_manager": (OWNER, manager),
    "remove": (OWNER, dialogue),
    "successor": (OWNER, dialogue),
    "practices": (OWNER, dialogue),
    "propose": (OWNER, practice),
    "send": (OWNER, dialogue),
    "meeting": (OWNER, dialogue),
    "meeting#territory": (OWNER, of_territory),
    "notes": (OWNER, dialogue),
    "words": (OWNER, of_territory),
    "conclude": (OWNER, of_territory),
    "end": (OWNER, dialogue),
    "resume": (OWNER, ended),
    "contract_pdf": (BOTH, of_territory),
    "contract_text": (BOTH, of_territory),
    "choose": (OWNER, chosen),
    "withdraw": (OWNER, proposal),
    "add_step": (OWNER, followed),
    "remove_step": (OWNER, step),
    "step_done": (OWNER, step),
    "step_undone": (OWNER, step),
    "add_helper": (OWNER, followed),
    "remove_helper": (OWNER, helper),
    "add_check": (OWNER, followed),
    "note_check": (OWNER, check),
    "remove_check": (OWNER, check),
    "training": (ALL, training_of),
    "add_module": (TEAM, lambda world: [world.published.slug]),
    "remove_module": (TEAM, module),
    "add_session": (TEAM, module),
    "cancel_session": (TEAM, session),
}
