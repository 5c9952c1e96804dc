"""What a page read in English says in French, that ours should not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from functools import cache
from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.test import Client

from essaim.common import catalogues

SPOKEN = ("alt", "aria-label", "placeholder", "title")
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
PARAMETER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
WORD = re.compile(r"[^\W\d_]{3,}")


class Texts(HTMLParser):
    """Texts of a page, what is read aloud of its attributes included; what the page itself says
    to be French (``lang="fr"``: words of a card, of a need, of a person) left out."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = [("", False)]
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        french = given["lang"] == "fr" if "lang" in given else self.open[-1][1]
        if not french:
            self.found += [given[name] or "" for name in SPOKEN if name in given]
        if tag not in VOID:
            self.open.append((tag, french))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, _french in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        tag, french = self.open[-1]
        if not french and tag not in {"script", "style", "textarea"}:
            self.found.append(data)


def texts(page: str) -> set[str]:
    reader = Texts()
    reader.feed(page)
    reader.close()
    return {text for found in reader.found if (text := " ".join(found.split()))}


def _plain(message: str) -> str:
    return " ".join(message.split())


@cache
def messages() -> tuple[set[str], dict[str, list[re.Pattern[str]]]]:
    """French messages of ours whose English is another text: those without parameter, and the
    patterns of the others by one of their words."""
    french: set[str] = set()
    english: set[str] = set()
    for app in catalogues.apps():
        for message in catalogues.read(app):
            if message.id:
                french |= {_plain(each) for each in _forms(message.id)}
                english |= {_plain(each) for each in _forms(message.string)}
    patterns = defaultdict(list)
    for message in french - english:
        literal = PARAMETER.split(message)
        words = sorted(WORD.findall(" ".join(literal)), key=len)
        if len(literal) > 1 and words:
            pattern = "(.+?)".join(re.escape(part) for part in literal)
            patterns[words[-1]].append(re.compile(pattern))
    return {message for message in french - english if WORD.search(message)}, dict(patterns)


def _forms(text: Any) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def french_of_ours(page: str, content: Collection[str] = ()) -> set[str]:
    """Messages of ours that this page, asked in English, shows in French. ``content``: what its
    objects say, which is left out."""
    plain, patterns = messages()
    found = set()
    for shown in texts(page):
        text = shown
        for said in content:
            text = text.replace(said, "…")
        if text in plain or any(
            pattern.fullmatch(text)
            for word in set(WORD.findall(text))
            for pattern in patterns.get(word, ())
        ):
            found.add(text)
    return found


def read_in_english(address: str, user: Any = None) -> str:
    """The main part of a page, as who reads in English is given it; what a browser's tab shows
    cannot say its language."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.text[answer.text.index("<main") : answer.text.index("</main")]


def unmarked(page: str, typed: Collection[str]) -> list[str]:
    """Of texts that somebody typed in French, those that a voice would read as English."""
    found = texts(page)
    return [each for each in typed if any(each in text for text in found)]
