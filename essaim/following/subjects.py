"""What can be followed, or told about, by kind and key: each app registers its own.

Announcements and follows keep a kind and a key and no text; titles and addresses are read when
something is shown, for the person who reads, so that nothing stored says more than they may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

Ref = tuple[str, str]  # kind, key


@dataclass(frozen=True)
class Shown:
    title: str
    url: str  # path on this site
    # Cards, places and organisations are named in French; empty: in the page's own language.
    lang: str = "fr"


# The subjects of these keys that this person may see, in one query.
Load = Callable[[Collection[str], Any], dict[str, Shown]]


@dataclass(frozen=True)
class Subject:
    kind: str
    label: Any  # "fiche"
    load: Load
    this: Any = ""  # "cette fiche", for the button; empty: told about, never followed
    # One spelling of a key, so that one thing is followed once; "" refuses it.
    normalise: Callable[[str], str] = str.strip

    @property
    def follow_label(self) -> str:
        return _("Suivre %(this)s") % {"this": self.this}

    @property
    def unfollow_label(self) -> str:
        return _("Ne plus suivre %(this)s") % {"this": self.this}


_subjects: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    """Add (or, by the same kind, replace) a kind of subjects; at start-up."""
    _subjects[subject.kind] = subject


def get(kind: str) -> Subject | None:
    return _subjects.get(kind)


def label(kind: str) -> str:
    subject = get(kind)
    return str(subject.label) if subject else ""


def load(refs: Iterable[Ref], user: Any) -> dict[Ref, Shown]:
    """What this person may see of these subjects; one query for each kind."""
    keys: dict[str, set[str]] = defaultdict(set)
    for kind, key in refs:
        keys[kind].add(key)
    return {
        (kind, key): shown
        for kind, wanted in sorted(keys.items())
        if (subject := get(kind)) is not None
        for key, shown in subject.load(wanted, user).items()
    }
