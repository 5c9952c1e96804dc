"""A bank of cards made up for measuring: French, varied, the same at each build.

Subjects are drawn from a vocabulary of some five hundred phrases. A card is about one of a few
hundred subjects; its text mixes sentences of that subject with others. Real encodings of
300,000 passages would take half an hour: the sentences of the pool are encoded once (and kept),
and a passage's vector is the normalised sum of its sentences' with a little noise of its own.
Words are indexed and ranked exactly as for real cards.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from essaim.search.encoder import UniversalSentenceEncoder
from essaim.search.models import DIMENSIONS

VOCABULARY = Path(__file__).parent / "vocabulary.txt"
SEED = 2015
SUBJECTS = 400
SENTENCES_OF_SUBJECT = 15
TITLES_OF_SUBJECT = 8
_contractions = (
    (" à les ", " aux "), (" à le ", " au "), (" de les ", " des "), (" de le ", " du "),
)  # fmt: skip


def read_vocabulary() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in VOCABULARY.read_text("utf-8").splitlines():
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            current.append(line)
    return found


@dataclass(frozen=True)
class Subject:
    sentences: list[str]
    titles: list[str]


class Author:
    """Writes sentences, subjects, cards and questions, from one seed."""

    def __init__(self, seed: int = SEED) -> None:
        self.random = random.Random(seed)  # noqa: S311 (made-up cards, no secret)
        self.vocabulary = read_vocabulary()
        self.subjects = [self.subject() for _ in range(SUBJECTS)]
        # Some subjects are everywhere, most are rare.
        self.popularity = [1 / (rank + 8) for rank in range(SUBJECTS)]

    def subject(self) -> Subject:
        own = {
            name: self.random.sample(phrases, k=min(len(phrases), 4))
            for name, phrases in self.vocabulary.items()
            if name not in {"sentence", "title", "need"}
        }
        return Subject(
            [self.fill("sentence", own) for _ in range(SENTENCES_OF_SUBJECT)],
            [self.fill("title", own) for _ in range(TITLES_OF_SUBJECT)],
        )

    def fill(self, shape: str, words: dict[str, list[str]] | None = None) -> str:
        words = words or self.vocabulary
        text = self.random.choice(self.vocabulary[shape])

        def phrase(match: re.Match[str]) -> str:
            name = match[1]
            chosen = self.random.choice(words[name.lower().rstrip("2")])
            return chosen[0].upper() + chosen[1:] if name[0].isupper() else chosen

        text = re.sub(r"\{(\w+)\}", phrase, text)
        for apart, together in _contractions:
            text = text.replace(apart, together)
        return text

    def questions(self, count: int) -> list[str]:
        """What people may ask: needs in a sentence, and a few words of them."""
        asked: list[str] = []
        while len(asked) < count:
            text = self.fill("need")
            if self.random.random() < 0.5:
                words = [word for word in re.split(r"[ ’]", text) if len(word) > 3]
                text = " ".join(self.random.sample(words, k=min(len(words), 3)))
            if text not in asked:
                asked.append(text)
        return asked

    def cards(self, count: int, places: Sequence[tuple[str, str]]) -> Iterator[dict[str, Any]]:
        """Cards in the import format; ``places``: (address, name) of territories."""
        for number in range(count):
            subject = self.random.choices(self.subjects, self.popularity)[0]
            others = self.random.choices(self.subjects, k=4)
            own = self.random.sample(subject.sentences, k=6)
            more = [self.random.choice(other.sentences) for other in others]
            where = self.random.choices(places, k=self.random.choice([1, 1, 1, 2, 3]))
            texts = [*own[2:], *more]
            self.random.shuffle(texts)
            yield {
                "external_id": f"banc:{number}",
                "title": f"{self.random.choice(subject.titles)}, {where[0][1]}",
                "summary": own[0],
                "need": own[1],
                "description": "\n\n".join([" ".join(texts[:3]), " ".join(texts[3:])]),
                "track": self.random.choice(["social", "public"]),
                "territories": [address for address, _name in where],
            }

    def pool(self) -> list[str]:
        """Every sentence and title that a card may hold."""
        return sorted(
            {text for subject in self.subjects for text in subject.sentences + subject.titles}
        )


class PooledEncoder:
    """Vectors of passages made of sentences of a pool, without encoding them anew."""

    def __init__(self, pool: Sequence[str], folder: Path) -> None:
        digest = hashlib.sha256("\n".join(pool).encode()).hexdigest()[:16]
        path = folder / f"vectors-{digest}.npy"
        if path.exists():
            vectors = np.load(path)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            vectors = UniversalSentenceEncoder().encode(pool)
            np.save(path, vectors)
        self.vectors = dict(zip((_key(text) for text in pool), vectors, strict=True))

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        out = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
            vector = np.random.default_rng(seed).normal(0, 0.3 / DIMENSIONS**0.5, DIMENSIONS)
            for piece in re.split(r"(?<=[.])\s+|\n+", text):
                known = self.vectors.get(_key(piece))
                if known is None:  # a title is followed by its place
                    known = self.vectors.get(_key(piece.rpartition(", ")[0]))
                if known is not None:
                    vector += known
            out[row] = vector / np.linalg.norm(vector)
        return out


def _key(text: str) -> str:
    return text.strip().rstrip(".").lower()
