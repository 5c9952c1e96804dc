"""What may be announced: each app registers its verbs with the sentence that says them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from essaim.following.subjects import Shown

if TYPE_CHECKING:
    from essaim.following.models import Announcement

UNSEEN = _("Ce que cette notification annonçait n’est plus accessible.")


@dataclass(frozen=True)
class Verb:
    name: str
    # Holds %(title)s: "La fiche « %(title)s » est publiée". Composed when it is read, from the
    # title of that moment.
    sentence: Any
    # Said, without a title, to who cannot see the subject (any more).
    unseen: Any = UNSEEN
    # Where it leads, on this site; the subject's own page unless said.
    url: Callable[[Announcement, Shown], str] | None = None
    # More words for an immediate message, read from the subject (its key, the person told).
    details: Callable[[str, Any], str] | None = None
    # For what is told as waiting: of these keys, those that still wait for this person, in one
    # query. Without it, there is nothing to do but read.
    still: Callable[[Collection[str], Any], Collection[str]] | None = None
    # The sentence once it no longer waits (somebody else did it, it was taken back).
    done: Any = ""


_verbs: dict[str, Verb] = {}


def register(verb: Verb) -> None:
    """Add (or, by the same name, replace) a verb; at start-up."""
    _verbs[verb.name] = verb


def get(name: str) -> Verb | None:
    return _verbs.get(name)
