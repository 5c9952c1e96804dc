"""Synonyms: at indexing and at questioning, whoever says one also says the other.

Each family (a term and its expansions) has one hidden word. A text that holds the term or any
expansion, as a sequence of words, also holds the hidden word: « CCAS » finds « centre communal
d’action sociale » and the reverse, without every « centre » or « action » coming along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from essaim.search.models import Synonym
from essaim.search.text import stems, words


@dataclass(frozen=True)
class Family:
    hidden: str  # the stem of a single-word term itself; else its stems joined by « _ »
    written: str  # the term as its author wrote it


@dataclass
class Synonyms:
    """Sequences of stems → families, looked up by their first stem."""

    version: tuple[object, ...] = ()
    by_first: dict[str, list[tuple[tuple[str, ...], Family]]] = field(default_factory=dict)

    def add(self, sequence: Sequence[str], family: Family) -> None:
        entry = (tuple(sequence), family)
        if sequence and tuple(sequence) != (family.hidden,):
            entries = self.by_first.setdefault(sequence[0], [])
            if entry not in entries:
                entries.append(entry)

    def found_in(self, sequence: Sequence[str]) -> list[Family]:
        """The family of each occurrence in a text's stems."""
        found = []
        for start, stem in enumerate(sequence):
            for expected, family in self.by_first.get(stem, ()):
                if tuple(sequence[start : start + len(expected)]) == expected:
                    found.append(family)
        return found


_memory = {"current": Synonyms()}


def current() -> Synonyms:
    """The synonyms in service, kept in memory until a row changes."""
    with connection.cursor() as cursor:
        cursor.execute(VERSION)
        version = cursor.fetchone()
    if _memory["current"].version != version:
        _memory["current"] = _load(version)
    return _memory["current"]


VERSION = """SELECT count(*), sum(hashtextextended(term || '=' || expansion, 0))
 FROM search_synonym WHERE active"""


def _load(version: tuple[object, ...]) -> Synonyms:
    rows = list(Synonym.objects.filter(active=True).values_list("term", "expansion"))
    stems.of(word for row in rows for text in row for word in words(text))
    loaded = Synonyms(version)
    for term, expansion in rows:
        sequence = stemmed(term)
        if not sequence:
            continue
        family = Family("_".join(sequence), term)
        loaded.add(sequence, family)
        loaded.add(stemmed(expansion), family)
    return loaded


def stemmed(text: str) -> list[str]:
    found = words(text)
    known = stems.of(found)
    return [known[word] for word in found]
