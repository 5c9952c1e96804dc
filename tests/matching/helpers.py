"""What the tests of matching share: a bank that means what its words say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from essaim.initiatives.models import Fact, Initiative
from essaim.matching import pipeline
from essaim.matching.question import Question
from essaim.search import actions, encoder
from essaim.themes.models import Theme
from tests.search.helpers import WordEncoder, card

DERIVED = {"proof_level", "first_year_cost"}


@contextmanager
def meaning(same: dict[str, str] | None = None) -> Iterator[None]:
    """Texts are close when they share words, those of ``same`` counting as one."""
    with encoder.use(WordEncoder(same)):
        yield


def known(title: str, summary: str = "", **fields: Any) -> Initiative:
    """A published card whose meaning is known; columns that are derived are set as told."""
    derived = {name: fields.pop(name) for name in DERIVED & fields.keys()}
    made = card(title, summary, **fields)
    if derived:
        Initiative.objects.filter(pk=made.pk).update(**derived)
        made.refresh_from_db()
    actions.embed([made.pk], "initiative")
    return made


def fact(initiative: Initiative, kind: str, **value: Any) -> Fact:
    return Fact.objects.create(initiative=initiative, kind=kind, source="essai", value=value)


def titles(question: Question) -> list[str]:
    return [each.obj.title for each in pipeline.answer(question).initiatives]


def values(question: Question, initiative: Initiative) -> dict[str, float]:
    """Of one card, by feature."""
    ranked = {each.obj.pk: each for each in pipeline.answer(question).initiatives}
    return {name: each.value for name, each in ranked[initiative.pk].values.items()}


def theme(slug: str) -> Theme:
    return Theme.objects.get_or_create(slug=slug, defaults={"name": slug})[0]
