"""What the index reads of each kind of object: its public text, section by section.

A higher app that wants its objects found registers a kind here at start-up (and adds the
index of its passages in a migration, see ``Passage``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from essaim.initiatives.models import (
    Component,
    EconomicLine,
    Evidence,
    Initiative,
    Material,
    Partner,
)


@dataclass(frozen=True)
class Source:
    """The text of one object. ``sections`` are read as passages too; ``labels`` are words only."""

    object_id: int
    title: str
    summary: str = ""
    sections: Sequence[str] = ()
    labels: Sequence[str] = ()


@dataclass(frozen=True)
class Kind:
    name: str
    public: Callable[[], QuerySet[Any]]  # what anyone may find
    load: Callable[[Sequence[int]], Iterator[Source]]  # those of these that are public
    themes: Callable[[Sequence[int]], dict[int, set[int]]]  # object → its themes


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add (or, by the same name, replace) a kind."""
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    return _kinds[name]


def names() -> list[str]:
    return sorted(_kinds)


# --- cards -----------------------------------------------------------------------
# In the order of the page. The contact stays out: it may name a person.
TEXTS = ("need", "objectives", "description")
LATER_TEXTS = ("what_failed",)
COLUMNS = ("pk", "title", "summary", *TEXTS, *LATER_TEXTS, "steps", "prerequisites", "tags",
           "beneficiaries", "holder__name", "source_name")  # fmt: skip
PARTS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (Component, ("name", "why", "variants", "red_lines")),
    (Partner, ("name", "contribution")),
    (EconomicLine, ("label",)),
    (Material, ("title",)),
    (Evidence, ("title",)),
)


def _public_cards() -> QuerySet[Initiative]:
    return Initiative.objects.published()


def _load_cards(pks: Sequence[int]) -> Iterator[Source]:
    """In eight queries whatever the number of cards."""
    cards = list(_public_cards().filter(pk__in=pks).order_by("pk").values(*COLUMNS))
    found = [card["pk"] for card in cards]
    parts = _texts_of_parts(found)
    labels = _labels_of(found)
    for card in cards:
        pk = card["pk"]
        sections = [card[name] for name in TEXTS]
        sections += [". ".join(card["steps"]), ". ".join(card["prerequisites"])]
        sections += [*parts[pk], *(card[name] for name in LATER_TEXTS)]
        yield Source(
            object_id=pk,
            title=card["title"],
            summary=card["summary"],
            sections=[text for text in sections if text],
            labels=[
                *labels[pk],
                *card["tags"],
                *card["beneficiaries"],
                card["holder__name"] or "",
                card["source_name"],
            ],
        )


def _texts_of_parts(pks: Iterable[int]) -> dict[int, list[str]]:
    texts: dict[int, list[str]] = defaultdict(list)
    for model, fields in PARTS:
        rows = model.objects.filter(initiative__in=pks)  # type: ignore[attr-defined]
        for initiative, *values in rows.order_by("position", "pk").values_list(
            "initiative", *fields
        ):
            texts[initiative].append(". ".join(value for value in values if value))
    return texts


def _labels_of(pks: Iterable[int]) -> dict[int, list[str]]:
    """Names of the themes, audiences and territories."""
    labels: dict[int, list[str]] = defaultdict(list)
    for field_name, column in (
        ("themes", "theme__name"),
        ("audiences", "audience__name"),
        ("territories", "territory__name"),
    ):
        through = getattr(Initiative, field_name).through
        rows = through.objects.filter(initiative__in=pks).values_list("initiative", column)
        for initiative, name in rows:
            labels[initiative].append(name)
    return labels


def _themes_of_cards(pks: Sequence[int]) -> dict[int, set[int]]:
    themes: dict[int, set[int]] = defaultdict(set)
    rows = Initiative.themes.through.objects.filter(initiative__in=pks)
    for initiative, theme in rows.values_list("initiative", "theme"):
        themes[initiative].add(theme)
    return themes


register(Kind("initiative", _public_cards, _load_cards, _themes_of_cards))
