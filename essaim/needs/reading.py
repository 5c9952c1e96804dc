"""A need as one reader may see it: names, addresses and numbers depend on who reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from essaim.common.personal_data import hide_contacts
from essaim.needs.models import Need

TITLE_LENGTH = 80
EXCERPT_LENGTH = 300


@dataclass(frozen=True)
class Shown:
    need: Need
    text: str
    title: str
    excerpt: str
    author: str


def show(need: Need, reader: Any) -> Shown:
    text = need.text
    if not reader.is_authenticated:
        text = hide_contacts(text, _("[coordonnées visibles une fois connecté]"))
    one_line = " ".join(text.split())
    return Shown(
        need=need,
        text=text,
        title=shorten(one_line, TITLE_LENGTH),
        excerpt=shorten(one_line, EXCERPT_LENGTH),
        author=author_name(need, reader),
    )


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
