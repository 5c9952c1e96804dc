"""Who may open what (setting): see tests/test_permissions.py.

The colleague is an officer of the call; owner and colleague are members of the organiser.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from types import SimpleNamespace
from typing import Any

from essaim.calls.actions import calendar, documents, setting
from essaim.calls.models import Call
from tests.calls.factories import BLOCKS, CallFactory, SeriesFactory, officer

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
MANAGERS = {"manager", "administrator"}
RUN = {"colleague"} | MANAGERS
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def call(world: SimpleNamespace, **fields: Any) -> Call:
    made: Call = CallFactory(organiser=world.organisation, **fields)
    officer(made, world.colleague)
    return made


def draft(world: SimpleNamespace) -> list[Any]:
    return [call(world, draft=True).slug]


def opened(world: SimpleNamespace) -> list[Any]:
    return [call(world).slug]


def closed(world: SimpleNamespace) -> list[Any]:
    return [call(world, closed=True).slug]


def announced(world: SimpleNamespace) -> list[Any]:
    return [call(world, announced=True).slug]


def edition(world: SimpleNamespace) -> list[Any]:
    made = call(world)
    calendar.first_edition(made, by=world.manager)
    return [made.slug]


def document(world: SimpleNamespace) -> list[Any]:
    made = call(world, draft=True)
    paper = documents.add_document(
        made, by=world.manager, submission=uuid.uuid4(), title="Règlement",
        file=io.BytesIO(PDF), file_name="reglement.pdf", file_size=len(PDF),
    )  # fmt: skip
    assert paper.sha256 == hashlib.sha256(PDF).hexdigest()
    return [made.slug, paper.pk]


def colleague_there(world: SimpleNamespace) -> list[Any]:
    made = call(world, draft=True)
    row = setting.add_officer(made, world.owner, by=world.manager)
    return [made.slug, row.pk]


def permanent(world: SimpleNamespace) -> list[Any]:
    return [call(world, series=SeriesFactory(), wave=1).slug]


def block(world: SimpleNamespace) -> list[Any]:
    return [*draft(world), BLOCKS[0]["slug"]]


def field(world: SimpleNamespace) -> list[Any]:
    return [*block(world), BLOCKS[0]["fields"][0]["name"]]


ROWS: dict[str, Any] = {
    "calls": (ALL, lambda world: []),
    "export_list": (ALL, lambda world: []),
    "new": (MANAGERS, lambda world: []),
    "call": (ALL, opened),
    "call#draft": (RUN, draft),
    "preview": (RUN, opened),
    "editions": (ALL, edition),
    "edition": (ALL, lambda world: [*edition(world), 1]),
    "document": (RUN, document),
    "announce": (RUN, draft),
    "take_back": (RUN, announced),
    "open": (RUN, announced),
    "close": (RUN, opened),
    "open_again": (RUN, closed),
    "drop": (RUN, closed),
    "skip_reading": (RUN, closed),
    "end_series": (MANAGERS, permanent),
    "preparation": (RUN, draft),
    "setting": (RUN, lambda world: [*draft(world), "texte"]),
    "builder": (RUN, draft),
    "publish_form": (RUN, opened),
    "give_up_form": (RUN, opened),
    "block": (RUN, block),
    "move_block": (RUN, block),
    "remove_block": (RUN, block),
    "new_field": (RUN, block),
    "field": (RUN, field),
    "move_field": (RUN, field),
    "remove_field": (RUN, field),
    "remove_document": (RUN, document),
    # Who would be removed runs the call until then.
    "remove_officer": (RUN | {"owner"}, colleague_there),
}
