"""From the words people write to the entries of the controlled lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Value

from essaim.common.text import fold
from essaim.themes.models import Audience, Term, Theme

T = TypeVar("T", bound=Term)

# « Emploi / insertion », « santé ; handicap »: several words in one value.
_SEPARATORS = re.compile(r"[,;/|\n]+")
# Share of common trigrams from which a term is proposed to managers for a word.
LOOKS_LIKE = 0.4
_FIELDS = ("id", "slug", "name", "name_en", "synonyms")


def singular(folded: str) -> str:
    """A folded expression without its simple plurals (``-s``, ``-x``, ``-aux``).

    Not French grammar: both sides are shortened alike, so that singular and plural meet.
    Words of three letters are left alone (« bus », « ESS »).
    """
    return " ".join(_singular(word) for word in folded.split())


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("aux") and not word.endswith("eaux"):
        return word[:-3] + "al"
    if len(word) > 3 and word[-1] in "sx":
        return word[:-1]
    return word


def _trigrams(text: str) -> set[str]:
    padded = f"  {text} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


class Index(Generic[T]):
    """One list in memory, found by slug, name in either language, or synonym.

    What is written exactly wins over what differs by a plural, and a name over a synonym.
    """

    def __init__(self, terms: Iterable[T]) -> None:
        self.terms = sorted(terms, key=lambda term: term.slug)
        self._exact: dict[str, T] = {}
        self._loose: dict[str, T] = {}
        for term in self.terms:
            self._add(term, [term.slug, term.name, term.name_en])
        for term in self.terms:
            self._add(term, term.synonyms)

    def _add(self, term: T, words: Iterable[str]) -> None:
        for word in words:
            if folded := fold(word):
                self._exact.setdefault(folded, term)
                self._loose.setdefault(singular(folded), term)

    def find(self, word: str) -> T | None:
        """The term that this one word or expression names, if any."""
        folded = fold(word)
        return self._exact.get(folded) or self._loose.get(singular(folded))

    def closest(self, word: str) -> T | None:
        """The term whose names look most like the word, to propose it; None if none does."""
        wanted = _trigrams(singular(fold(word)))
        best, term = 0.0, None
        for name, candidate in self._loose.items():
            grams = _trigrams(name)
            score = 2 * len(wanted & grams) / (len(wanted) + len(grams))
            if score > best:
                best, term = score, candidate
        return term if best >= LOOKS_LIKE else None

    def find_all(self, words: Iterable[str]) -> tuple[list[T], list[str]]:
        """The terms named, each once, in the order of the words; then the words unknown.

        A value that lists several (« emploi / insertion ») counts when all its parts are
        known; otherwise it is unknown as a whole, word for word as given. Blanks are dropped.
        """
        found: dict[int, T] = {}
        unknown: dict[str, None] = {}
        for given in words:
            if not (word := given.strip()):
                continue
            parts = [word]
            terms = [self.find(word)]
            if terms == [None]:
                parts = [part for part in _SEPARATORS.split(word) if part.strip()]
                terms = [self.find(part) for part in parts]
            if terms and all(terms):
                found |= {term.pk: term for term in terms if term}
            else:
                unknown[word] = None
        return list(found.values()), list(unknown)


class Vocabulary:
    """Both lists, loaded once and reused: an import loads one for a whole batch.

    It does not see what managers change afterwards; load another for the next batch.
    """

    def __init__(self, themes: Iterable[Theme], audiences: Iterable[Audience]) -> None:
        self._themes = Index(themes)
        self._audiences = Index(audiences)

    @classmethod
    def load(cls) -> Vocabulary:
        """One query for both lists."""
        rows = (
            Theme.objects.order_by()
            .values_list(*_FIELDS, Value("theme"))
            .union(Audience.objects.order_by().values_list(*_FIELDS, Value("audience")), all=True)
        )
        lists: dict[str, list[tuple]] = {"theme": [], "audience": []}
        for *values, vocabulary in rows:
            lists[vocabulary].append(tuple(values))
        return cls(
            [Theme.from_db(DEFAULT_DB_ALIAS, _FIELDS, values) for values in lists["theme"]],
            [Audience.from_db(DEFAULT_DB_ALIAS, _FIELDS, values) for values in lists["audience"]],
        )

    def themes(self, words: Iterable[str]) -> tuple[list[Theme], list[str]]:
        """Themes that the words name, and the words that name none (see ``find_all``)."""
        return self._themes.find_all(words)

    def audiences(self, words: Iterable[str]) -> tuple[list[Audience], list[str]]:
        """Audiences that the words name, and the words that name none (see ``find_all``)."""
        return self._audiences.find_all(words)

    def index(self, vocabulary: str) -> Index:
        """The list of that name, ``theme`` or ``audience``."""
        lists: dict[str, Index] = {"theme": self._themes, "audience": self._audiences}
        return lists[vocabulary]
