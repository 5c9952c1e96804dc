"""A source as the index keeps it: how often each word, and which passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from essaim.search import synonyms
from essaim.search.sources import Source
from essaim.search.text import passages, plain, stems, words

# A word of the title counts three times: measured on four collections.
TITLE_WEIGHT = 3


@dataclass(frozen=True)
class Analysed:
    source: Source
    frequencies: dict[str, float]  # by stem, the hidden words of synonyms included
    length: float  # the sum of the frequencies of the words that are written
    passages: list[str]


@dataclass(frozen=True)
class _Read:
    """Words of each field, and the text without marks."""

    title: list[str]
    others: list[list[str]]
    texts: list[str]  # for passages: the summary unless it is said again, the sections


def analyse(sources: Sequence[Source]) -> Iterator[Analysed]:
    known = synonyms.current()
    read = [_read(source) for source in sources]
    stem = stems.of(
        {word for item in read for found in (item.title, *item.others) for word in found}
    )
    for source, item in zip(sources, read, strict=True):
        frequencies: Counter[str] = Counter()
        hidden: Counter[str] = Counter()
        weighted = [(TITLE_WEIGHT, item.title), *((1, found) for found in item.others)]
        for weight, found in weighted:
            sequence = [stem[word] for word in found]
            for each in sequence:
                frequencies[each] += weight
            for family in known.found_in(sequence):
                hidden[family.hidden] += weight
        length = float(frequencies.total())
        frequencies.update(hidden)
        # A short title drowned in a passage loses half of what it tells: alone, it is what
        # people's own words come closest to.
        pieces = [source.title, *passages(item.texts)]
        yield Analysed(source, dict(frequencies), length, pieces)


def _read(source: Source) -> _Read:
    title = words(source.title)
    told = plain(source.summary)
    summary = words(told)
    texts = [plain(section) for section in source.sections]
    others = [words(text) for text in texts]
    # Often the beginning of the text once more, its last word perhaps cut.
    again = summary == title or any(found[: len(summary) - 1] == summary[:-1] for found in others)
    if summary and not again:
        others.insert(0, summary)
        texts.insert(0, told)
    others += [words(label) for label in source.labels]
    return _Read(title, others, texts)
