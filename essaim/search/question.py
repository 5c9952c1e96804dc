"""A question as the engine asks it: known words, their weight, and spelling where none is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import connection

from essaim.search import bm25, synonyms
from essaim.search.text import fingerprint, stems, words_as_written

# A question may be a page long; what is asked is clipped, the rarest words first.
MOST_CHARACTERS = 3000
MOST_WORDS = 24
# The encoder's cost grows with the text, its precision does not.
ENCODED_CHARACTERS = 400
SHORTEST_PREFIX = 3
SHORTEST_CORRECTED = 4
MOST_CORRECTED = 3
MOST_COMPLETIONS = 8
SIMILAR_ENOUGH = 0.45


@dataclass(frozen=True)
class Word:
    """One word of the question, in the collection: ``written`` is what people read."""

    lexeme: int
    written: str
    documents: int  # that hold it
    idf: float


@dataclass(frozen=True)
class Question:
    text: str
    kind: str
    words: tuple[Word, ...] = ()
    corrected: str = ""  # the text with another spelling, where that was needed
    # False where the encoder would only see noise: signs, unknown acronyms, keyboard mashing.
    has_meaning: bool = True
    documents: int | None = None  # of this kind in the index, where they were counted

    @property
    def lexemes(self) -> list[int]:
        return [word.lexeme for word in self.words]


def ask(text: str, kind: str) -> Question:
    """Read a question: a few short queries, two more for each word that nobody wrote."""
    text = clean(text)
    pairs = words_as_written(text)
    if not pairs:
        return Question(text, kind, has_meaning=False)
    candidates = _candidates(pairs, kind)
    total, known = bm25.counts(kind, candidates)
    found = [
        Word(lexeme, written, known[lexeme], bm25.idf(known[lexeme], total))
        for lexeme, (_word, written) in candidates.items()
        if known.get(lexeme)
    ]
    unknown = [
        (word, written)
        for lexeme, (word, written) in candidates.items()
        if word and not known.get(lexeme)
    ]
    question = Question(text, kind, tuple(found), documents=total)
    if unknown and total:
        question = _with_other_spellings(question, unknown, total)
    if len(question.words) > MOST_WORDS:
        rarest = sorted(question.words, key=lambda word: -word.idf)[:MOST_WORDS]
        question = replace(question, words=tuple(rarest))
    if not question.words:
        has_meaning = any(plausible(word) for word, _written in pairs)
        question = replace(question, has_meaning=has_meaning)
    return question


def to_encode(text: str) -> str:
    """What the encoder is given: as written, since a correction may be wrong."""
    return clean(text)[:ENCODED_CHARACTERS]


def clean(text: str) -> str:
    """Without what no database column holds, on one line, not longer than what is read."""
    text = text[: MOST_CHARACTERS * 2].encode(errors="ignore").decode().replace("\0", " ")
    return " ".join(text.split())[:MOST_CHARACTERS]


def _candidates(pairs: list[tuple[str, str]], kind: str) -> dict[int, tuple[str, str]]:
    """Lexeme → (folded word, as written), in order; synonyms' hidden words have no folded word."""
    known = synonyms.current()
    stem = stems.of(word for word, _written in pairs)
    sequence = [stem[word] for word, _written in pairs]
    candidates: dict[int, tuple[str, str]] = {}
    for (word, written), item in zip(pairs, sequence, strict=True):
        candidates.setdefault(fingerprint(kind, item), (word, written))
    for family in known.found_in(sequence):
        candidates.setdefault(fingerprint(kind, family.hidden), ("", family.written))
    return candidates


def plausible(word: str) -> bool:
    """Whether an unknown word may be a word at all: it can be said aloud."""
    run = longest = 0
    for letter in word:
        run = 0 if letter in "aeiouy" else run + 1
        longest = max(longest, run)
    return len(word) > 3 and longest < 5 and not word.isdigit()


# --- spelling --------------------------------------------------------------------
def _with_other_spellings(
    question: Question, unknown: list[tuple[str, str]], total: int
) -> Question:
    """Words that no document holds, replaced by words of titles that begin with them, else by
    the closest one."""
    corrected = question.text
    added: dict[int, tuple[str, str]] = {}
    for word, written in unknown[:MOST_CORRECTED]:
        if len(word) < SHORTEST_PREFIX:
            continue
        vocabulary = _words_of_titles(word, question.kind)
        completions = sorted(w for w in vocabulary if w.startswith(word))
        if completions:
            chosen = completions[:MOST_COMPLETIONS]
        else:
            chosen = closest(word, vocabulary)
            if chosen:
                corrected = corrected.replace(written, vocabulary[chosen[0]])
        stem = stems.of(chosen)
        for choice in chosen:
            lexeme = fingerprint(question.kind, stem[choice])
            added.setdefault(lexeme, (choice, vocabulary[choice]))
    present = set(question.lexemes)
    _total, counts = bm25.counts(question.kind, added) if added else (0, {})
    extra = tuple(
        Word(lexeme, written, counts[lexeme], bm25.idf(counts[lexeme], total))
        for lexeme, (_word, written) in added.items()
        if counts.get(lexeme) and lexeme not in present
    )
    return replace(
        question,
        words=question.words + extra,
        corrected=corrected if corrected != question.text else "",
    )


def _words_of_titles(word: str, kind: str) -> dict[str, str]:
    """Words (folded → as written) of the titles that resemble a word, by trigrams."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)",
            [str(SIMILAR_ENOUGH)],
        )
        cursor.execute(
            "SELECT title FROM search_document WHERE kind = %s AND %s <%% folded"
            " ORDER BY word_similarity(%s, folded) DESC, id LIMIT 50",
            [kind, word, word],
        )
        titles = [title for (title,) in cursor.fetchall()]
    found: dict[str, str] = {}
    for title in titles:
        for folded, written in words_as_written(title):
            found.setdefault(folded, written)
    return found


def closest(word: str, vocabulary: dict[str, str]) -> list[str]:
    """The one word within a typing error (two from seven letters on), or none."""
    if len(word) < SHORTEST_CORRECTED:
        return []
    most = 1 if len(word) < 7 else 2
    # People get the first letter right; « voiture » is no « toiture » mistyped.
    near = [
        (distance(word, other, most), other)
        for other in vocabulary
        if len(other) > 3 and other[0] == word[0]
    ]
    return [other for errors, other in sorted(near) if errors <= most][:1]


def distance(one: str, other: str, most: int) -> int:
    """Letters to add, drop, change or swap with their neighbour; above ``most``, most + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, previous = previous, row
    return min(previous[-1], most + 1)
