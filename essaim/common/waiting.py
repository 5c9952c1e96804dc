"""What waits for a person: each app says its own, the workspace shows them together.

At start-up (``AppConfig.ready``) an app registers a function; it answers from the state of its
objects, so that nothing stored here can disagree with them. A function makes a constant number
of queries; what it gives as ``Rows`` is asked for with the ``Rows`` of all others, in one query,
and read only where there is something: most rooms have nothing to say to most people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from essaim.common.together import some


@dataclass(frozen=True)
class Waiting:
    title: str  # what to do, as a verb: "Répondre à la question de …"
    url: str
    about: str = ""  # the object's own title
    due: dt.date | None = None  # None: no delay
    since: dt.datetime | None = None

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()


@dataclass(frozen=True, eq=False)
class Rows:
    """What waits as rows of the database: ``tell`` is called with them, if there are any."""

    found: QuerySet[Any]  # in order, and cut where only the first ones are shown
    tell: Callable[[QuerySet[Any]], Iterable[Waiting]]


def one_by_one(found: QuerySet[Any], waits: Callable[[Any], Waiting]) -> Rows:
    """One line for each row."""
    return Rows(found, lambda rows: map(waits, rows))


Said = Waiting | Rows
Provider = Callable[[Any], Iterable[Said]]
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Add (or, by the same name, replace) what an app has to say of a signed-in person."""
    _providers[name] = provider


def waiting_for(user: Any) -> list[Waiting]:
    """What waits for this person in all apps: the late ones first, then by date, then the rest."""
    said = [each for _name, provider in sorted(_providers.items()) for each in provider(user)]
    return sorted(
        told(said, user),
        key=lambda each: (
            each.due is None,
            each.due or dt.date.max,
            each.since.timestamp() if each.since else 0.0,
        ),
    )


def told(said: Iterable[Said], user: Any) -> list[Waiting]:
    """What providers said to this person, the rows read: one query for all that may hold some,
    and those of the ones that do."""
    known = list(said)
    asked = [each for each in known if isinstance(each, Rows)]
    holds = some([each.found for each in asked], beside=user) if len(asked) > 1 else [True]
    held = {each for each, has in zip(asked, holds, strict=False) if has}
    found: list[Waiting] = []
    for each in known:
        if isinstance(each, Waiting):
            found.append(each)
        elif each in held:
            found += each.tell(each.found)
    return found
