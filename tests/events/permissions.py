"""Who gets in at each address of events, for the one table of ``tests/test_permissions.py``.

Owner: represents the organiser; colleague: of the same organisation, without representing it;
member: registered where the row says so; the others are nothing to the event.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile

from essaim.events.actions.places import make_feed
from essaim.events.actions.programme import add_question, save_session
from essaim.events.models import Document, FollowUp, Task
from tests.events.factories import (
    ChallengeFactory,
    EventFactory,
    IdeaFactory,
    PartnershipFactory,
    ThirdPlaceFactory,
    comes,
    encounter,
)
from tests.people.factories import OrganisationFactory

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
MANAGERS = {"manager", "administrator"}
RUN = {"owner"} | MANAGERS
MEMBER = {"member"}

Arguments = Callable[[SimpleNamespace], list[Any]]


def one(world: SimpleNamespace, **fields: Any) -> Any:
    return EventFactory(organisers=[world.organisation], **fields)


def slug(**fields: Any) -> Arguments:
    return lambda world: [one(world, **fields).slug]


def registered(**fields: Any) -> Arguments:
    def make(world: SimpleNamespace) -> list[Any]:
        event = one(world, **fields)
        comes(event, world.member)
        return [event.slug]

    return make


def session(world: SimpleNamespace) -> list[Any]:
    event = one(world)
    made = save_session(event, title="Accueil", starts_at=event.starts_at, ends_at=event.ends_at)
    return [event.slug, made.pk]


def question(world: SimpleNamespace) -> list[Any]:
    event = one(world)
    return [
        event.slug,
        add_question(event, text="Un régime ?", answers="text", options=[], is_required=False).pk,
    ]


def met(world: SimpleNamespace) -> list[Any]:
    event = one(world, past=True)
    made = encounter(comes(event, world.member), comes(event))
    made.seats.update(met=True)
    return [event.slug, made.pk]


def challenge(world: SimpleNamespace) -> list[Any]:
    event = one(world, kind="holdup")
    comes(event, world.member)
    return [event.slug, ChallengeFactory(event=event).pk]


def idea(world: SimpleNamespace) -> list[Any]:
    event_slug, pk = challenge(world)
    return [event_slug, IdeaFactory(challenge_id=pk).pk]


def own_idea(world: SimpleNamespace) -> list[Any]:
    event_slug, pk = challenge(world)
    return [event_slug, IdeaFactory(challenge_id=pk, by=world.member).pk]


def canvas(world: SimpleNamespace) -> list[Any]:
    return challenge(world)[:1]


def task(world: SimpleNamespace) -> list[Any]:
    made = Task.objects.create(initiative=world.published, event=one(world), title="Essayer")
    return [made.pk, "fait"]


def document(audience: str) -> Arguments:
    def make(world: SimpleNamespace) -> list[Any]:
        event = one(world, past=True)
        comes(event, world.member)
        row = Document(
            event=event, title="Compte rendu", audience=audience, file_name="cr.pdf",
            media_type="application/pdf", size=3, submission=uuid.uuid4(),
        )  # fmt: skip
        row.file.save("cr.pdf", ContentFile(b"%PD"), save=False)
        row.save()
        return [event.slug, row.pk]

    return make


def partnership(world: SimpleNamespace) -> list[Any]:
    event = EventFactory(past=True)
    row = PartnershipFactory(event=event, one=OrganisationFactory(), other=world.organisation)
    return [event.slug, row.pk, "confirmer"]


def asked(world: SimpleNamespace) -> list[Any]:
    event = one(world, past=True)
    FollowUp.objects.create(registration=comes(event, world.member), months=3)
    return [event.slug]


def network(world: SimpleNamespace) -> list[Any]:
    return [OrganisationFactory(kind="network").slug]


def place(**fields: Any) -> Arguments:
    return lambda world: [ThirdPlaceFactory(organisation=world.organisation, **fields).slug]


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "list": (ALL, nothing),
    "export": (ALL, nothing),
    "export_places": (ALL, nothing),
    "calendar": (ALL, nothing),
    "personal_calendar": (ALL, lambda world: [make_feed(world.member).key]),
    "mine": (SIGNED_IN, nothing),
    "make_feed": (SIGNED_IN, nothing),
    "new": (RUN, nothing),
    "detail": (ALL, slug()),
    "detail#draft": (RUN, slug(draft=True)),
    "event_calendar": (ALL, slug()),
    "edit": (RUN, slug()),
    "announce": (RUN, slug(draft=True)),
    "open": (RUN, slug(announced=True)),
    "close": (RUN, slug()),
    "cancel": (RUN, slug()),
    "discard": (RUN, slug(draft=True)),
    "sessions": (RUN, slug()),
    "session": (RUN, session),
    "remove_session": (RUN, session),
    "questions": (RUN, slug()),
    "remove_question": (RUN, question),
    "register": (SIGNED_IN, slug()),
    "leave": (SIGNED_IN, slug()),
    "attendees": (RUN, registered()),
    "sheet_xlsx": (RUN, registered()),
    "sheet": (RUN, registered()),
    "my_meetings": (MEMBER, registered(meets=True)),
    "organise": (RUN, registered()),
    "slots": (RUN, slug()),
    "remove_slots": (RUN, slug()),
    "compute": (RUN, slug()),
    "print": (RUN, registered()),
    "by_chance": (MEMBER, registered(past=True)),
    "list_me": (MEMBER, registered()),
    "met": (MEMBER, met),
    "introduce": (MEMBER, met),
    "tables": (RUN, slug()),
    "session_page": (ALL, slug(kind="holdup")),
    "add_challenge": (RUN, slug(kind="holdup")),
    "add_idea": (RUN | MEMBER, challenge),
    "edit_challenge": (RUN, challenge),
    "remove_challenge": (RUN, challenge),
    "edit_idea": (RUN, idea),
    "edit_idea#own": (RUN | MEMBER, own_idea),
    "remove_idea": (RUN, idea),
    "vote": (RUN | MEMBER, idea),
    "keep": (RUN, idea),
    "canvas": (ALL, canvas),
    "task": ({"owner", "colleague"} | MANAGERS, task),
    "after": (ALL, slug(past=True)),
    "add_document": (RUN, slug(past=True)),
    "document": (RUN | MEMBER, document("registered")),
    "document#page": (ALL, document("page")),
    "remove_document": (RUN, document("registered")),
    "declare": ({"owner"}, slug(past=True)),
    "answer_partnership": ({"owner"}, partnership),
    "follow_up": (MEMBER, asked),
    "places": (ALL, nothing),
    "new_place": (SIGNED_IN, nothing),
    "place": (ALL, place()),
    "place#proposed": (RUN, place(proposed=True)),
    "edit_place": (RUN, place()),
    "publish_place": (MANAGERS, place(proposed=True)),
    "close_place": (RUN, place()),
    "networks": (ALL, nothing),
    "network": (ALL, network),
}
