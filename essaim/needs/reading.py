"""A need as one reader may see it: names, addresses and numbers depend on who reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from essaim.common.money import euros
from essaim.common.personal_data import mask_personal_data
from essaim.needs.models import Need
from essaim.people.rules import can_manage

TITLE_LENGTH = 80
EXCERPT_LENGTH = 300


@dataclass(frozen=True)
class Shown:
    need: Need
    text: str
    title: str
    excerpt: str
    author: str
    for_whom: str
    tried: str
    answer: str
    #: Whether something personal stands in the texts, masked or not for this reader.
    is_masked: bool

    @property
    def how_many(self) -> str:
        """« 40 à 60 familles », « 120 personnes », « au moins 40 », or nothing."""
        need = self.need
        unit = need.count_unit if self.for_whom == need.for_whom else mask(need.count_unit)
        return " ".join(part for part in (_range(need.count_min, need.count_max), unit) if part)

    @property
    def budget(self) -> str:
        return _range(self.need.budget_min, self.need.budget_max, euros)


def mask(text: str) -> str:
    return mask_personal_data(text, _("[donnée personnelle masquée]"))


def reads_all(need: Need, reader: Any) -> bool:
    """The author, and managers, who moderate: personal data are masked for everyone else."""
    return can_manage(reader) or (reader.is_authenticated and need.author_id == reader.pk)


def show(need: Need, reader: Any) -> Shown:
    whole = reads_all(need, reader)
    texts = {
        name: getattr(need, name) if whole else mask(getattr(need, name))
        for name in ("text", "for_whom", "tried", "answer")
    }
    one_line = " ".join(texts["text"].split())
    return Shown(
        need=need,
        title=shorten(one_line, TITLE_LENGTH),
        excerpt=shorten(one_line, EXCERPT_LENGTH),
        author=author_name(need, reader),
        is_masked=not whole and any(getattr(need, name) != text for name, text in texts.items()),
        **texts,
    )


def _range(low: Any, high: Any, shown: Callable[[Any], str] | None = None) -> str:
    shown = shown or _number
    if low is None and high is None:
        return ""
    if low is None:
        return _("jusqu’à %(n)s") % {"n": shown(high)}
    if high is None:
        return _("au moins %(n)s") % {"n": shown(low)}
    if low == high:
        return shown(low)
    return _("%(low)s à %(high)s") % {"low": shown(low), "high": shown(high)}


def _number(value: Any) -> str:
    places = 0 if value == int(value) else 2
    return str(number_format(value, decimal_pos=places, force_grouping=True))


def shorten(text: str, length: int) -> str:
    """At most ``length`` characters, cut between words where there are any."""
    if len(text) <= length:
        return text
    cut = text[: length - 2]
    return f"{cut.rpartition(' ')[0] or cut} …"


def author_name(need: Need, reader: Any) -> str:
    """The person, to signed-in people or if they chose so; else their organisation, which is
    always named; never an e-mail address."""
    person = need.author.name if reader.is_authenticated or need.author.name_is_public else ""
    organisation = need.organisation.name if need.organisation else ""
    if person and organisation:
        return f"{person}, {organisation}"
    return person or organisation or _("un membre de la plateforme")
