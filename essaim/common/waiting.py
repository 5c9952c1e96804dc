"""What waits for a person: each app says its own, the workspace shows them together.

At start-up (``AppConfig.ready``) an app registers a function; it answers from the state of its
objects, so that nothing stored here can disagree with them. A function makes a constant number
of queries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone


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


Provider = Callable[[Any], Iterable[Waiting]]
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Add (or, by the same name, replace) what an app has to say of a signed-in person."""
    _providers[name] = provider


def waiting_for(user: Any) -> list[Waiting]:
    """What waits for this person in all apps: the late ones first, then by date, then the rest."""
    found = [each for _name, provider in sorted(_providers.items()) for each in provider(user)]
    return sorted(
        found,
        key=lambda each: (
            each.due is None,
            each.due or dt.date.max,
            each.since.timestamp() if each.since else 0.0,
        ),
    )
