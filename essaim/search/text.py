"""Text made searchable: words, stems, synonyms, passages. The same path for cards and questions.

Accents are dropped before stemming, so that « énergie » and « energie » are one word whatever
the stemmer makes of it; stop words are dropped before stemming, while they are still words.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.db import connection

_word = re.compile(r"[a-z0-9]+")
_combining = re.compile("[\u0300-\u036f]")
_markdown_target = re.compile(r"\]\([^)\s]*(?:\s[^)]*)?\)")
_address = re.compile(r"\b(?:https?://|www\.)\S+")
_tag = re.compile(r"<[^<>]{0,500}>")
_sentence_end = re.compile(r"(?<=[.!?;:…])\s+|\n+")
_marks = re.compile(r"(?m)^\s*(?:[#>*+-]+|\d+[.)])\s+|[*`]{1,3}")
_cells = str.maketrans("|_", "  ")

LONGEST_WORD = 40
# About as many words as the encoder keeps apart well; longer pieces blur.
PASSAGE_WORDS = 65
# A card of 40 passages has been told; the rest of a very long text is found by its words.
MOST_PASSAGES = 40

STOP_WORDS = frozenset(
    (Path(__file__).parent / "data" / "stop_words.txt").read_text(encoding="utf-8").split()
)


def fold(text: str) -> str:
    """Lower case, without accents or ligatures; signs stay."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text).lower()
    for ligature, letters in (("œ", "oe"), ("æ", "ae")):
        text = text.replace(ligature, letters)
    return _combining.sub("", text)


def plain(text: str) -> str:
    """Markdown and HTML without their marks and addresses."""
    if "](" in text:
        text = _markdown_target.sub("]", text)
    if "<" in text:
        text = _tag.sub(" ", text)
    return _address.sub(" ", text)


def words(text: str) -> list[str]:
    """Every word, folded, in order; stop words left out."""
    return [word[:LONGEST_WORD] for word in _word.findall(fold(text)) if word not in STOP_WORDS]


def words_as_written(text: str) -> list[tuple[str, str]]:
    """(folded word, the same as its author wrote it) in order, stop words left out."""
    pairs: list[tuple[str, str]] = []
    # Some keyboards send a letter and its accent apart: they are put together first.
    composed = unicodedata.normalize("NFKC", text.replace("_", " "))
    for written in re.findall("[\\w\u0300-\u036f]+", composed):
        pairs.extend((word, written) for word in words(written))
    return pairs


class Stems(dict[str, str]):
    """Word → stem, asked of PostgreSQL's French stemmer once for each word and process."""

    limit = 200_000

    def of(self, wanted: Iterable[str]) -> Stems:
        missing = sorted({word for word in wanted if word not in self})
        if missing:
            if len(self) > self.limit:
                self.clear()
                return self.of(wanted)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT word, (ts_lexize('french_stem', word))[1] FROM unnest(%s::text[]) word",
                    [missing],
                )
                # The stemmer's own stop words come back empty: ours alone decide.
                self.update((word, stem or word) for word, stem in cursor.fetchall())
        return self


stems = Stems()


@lru_cache(maxsize=100_000)
def fingerprint(kind: str, stem: str) -> int:
    """Signed 64-bit name of a stem within a kind of documents; the empty stem names the kind."""
    digest = hashlib.blake2b(f"{kind}\0{stem}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def passages(sections: Iterable[str], size: int = PASSAGE_WORDS) -> list[str]:
    """Cut sections (see ``plain``) into pieces of about ``size`` words, at ends of sentences.

    A sentence is cut only when it is half as long again as a passage. Short sections share one.
    """
    pieces: list[str] = []
    current: list[str] = []

    def close() -> None:
        if current:
            pieces.append(" ".join(current))
            current.clear()

    for section in sections:
        for sentence in _sentence_end.split(_marks.sub("", section).translate(_cells)):
            tokens = sentence.split()
            while len(tokens) > size * 1.5:
                close()
                pieces.append(" ".join(tokens[:size]))
                del tokens[:size]
            if len(current) + len(tokens) > size and len(current) > size * 0.4:
                close()
            current.extend(tokens)
        if len(pieces) >= MOST_PASSAGES:
            break
    close()
    return [piece for piece in pieces[:MOST_PASSAGES] if any(map(str.isalnum, piece))]
