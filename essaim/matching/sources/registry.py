"""What may answer a need: each kind registers how it is found and shown.

Initiatives, schemes, open calls, pools, sponsors and people are registered by this app; a room
of a higher floor may register its own at start-up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from essaim.matching.pipeline import Answers
from essaim.matching.question import Question


@dataclass(frozen=True)
class Asked:
    """The need as it is asked, by whom, and what the pipeline ranked for it."""

    question: Question
    reader: Any
    answers: Answers
    # (kind, key) of what was set aside for this need, for kinds that the pipeline does not rank.
    aside: frozenset[tuple[str, int]] = frozenset()
    # (kind, key) of what was told to the author of late, initiatives apart.
    news: frozenset[tuple[str, int]] = frozenset()

    def keys_aside(self, kind: str) -> set[int]:
        return {pk for each, pk in self.aside if each == kind}

    def is_news(self, kind: str, pk: int) -> bool:
        return (kind, pk) in self.news


@dataclass(frozen=True)
class Answer:
    """One line of the page."""

    kind: str
    object_id: int
    title: str
    url: str
    summary: str = ""
    line: Any = ""  # where, who, how much
    badges: Any = ""
    score: int | None = None  # of 100
    reasons: list[str] = field(default_factory=list)
    beware: list[str] = field(default_factory=list)
    lang: str = "fr"  # of the title and the summary
    contact: str = ""  # address of the page that writes to who can help
    dismissed: bool = False
    is_news: bool = False  # told to the author of late


@dataclass(frozen=True)
class Section:
    answers: list[Answer]
    intro: str = ""
    empty: str = ""  # what to do where there is none
    link: tuple[str, str] | None = None  # (text, address)


@dataclass(frozen=True)
class Source:
    """``find``: a constant number of queries; None hides the section. ``title``: of an object of
    the kind that may be set aside, as this reader may see it, for the form; a source without it
    has no « not for us »: places and people are never set aside."""

    kind: str
    heading: Any
    find: Callable[[Asked], Section | None]
    order: int = 100
    title: Callable[[int, Any], str | None] | None = None


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add (or, by the same kind, replace) a source."""
    _sources[source.kind] = source


def all_sources() -> list[Source]:
    return sorted(_sources.values(), key=lambda source: (source.order, source.kind))


def get(kind: str) -> Source | None:
    return _sources.get(kind)
