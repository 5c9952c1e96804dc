"""The ranking in SQL is BM25, and stays it whatever was written, changed and removed before."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from math import log
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.initiatives.models import Initiative
from essaim.search import actions, bm25, encoder, question, ranking
from essaim.search.models import LexemeCount, Posting
from tests.initiatives.factories import InitiativeFactory

VOCABULARY = ["velo", "jardin", "creche", "toit", "four", "lac", "pont", "rue", "bus", "gare"]


def expected(texts: dict[int, tuple[str, str]], asked: Sequence[str]) -> dict[int, float]:
    """BM25 written from its formula, the title counting three times."""
    frequencies = {
        pk: Counter(title.split() * 3) + Counter(text.split())
        for pk, (title, text) in texts.items()
    }
    lengths = {pk: sum(counts.values()) for pk, counts in frequencies.items()}
    mean = sum(lengths.values()) / len(lengths)
    scores: dict[int, float] = {}
    for word in set(asked):
        holders = [pk for pk, counts in frequencies.items() if counts[word]]
        rarity = log(1 + (len(texts) - len(holders) + 0.5) / (len(holders) + 0.5))
        for pk in holders:
            count = frequencies[pk][word]
            norm = 1.5 * (1 - 0.75 + 0.75 * lengths[pk] / mean)
            scores[pk] = scores.get(pk, 0) + rarity * count * 2.5 / (count + norm)
    return scores


def in_sql(text: str) -> dict[int, float]:
    ranking.prepare()
    asked = question.ask(text, "initiative")
    count, candidates = ranking.candidates(asked, ranking.match(asked, None), None)
    assert count >= len(candidates)
    return {candidate.object_id: candidate.bm25 or 0 for candidate in candidates}


@pytest.fixture(autouse=True)
def by_words_alone() -> Any:
    with encoder.use(None):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_scores_equal_the_formula(seed: int) -> None:
    chance = random.Random(seed)

    def some(most: int) -> str:
        return " ".join(chance.choices(VOCABULARY, range(10, 0, -1), k=chance.randint(1, most)))

    cards = [InitiativeFactory(published=True, title=some(4), summary=some(20)) for _ in range(40)]
    actions.index("initiative", [one.pk for one in cards[:25]])
    actions.index("initiative", [one.pk for one in cards])  # some of them twice
    for one in cards[:10]:
        one.summary = some(30)
        one.save()
    actions.index("initiative", [one.pk for one in cards[:10]])
    actions.remove("initiative", [one.pk for one in cards[35:]])
    Initiative.objects.filter(pk__in=[one.pk for one in cards[35:]]).delete()
    if seed % 2:
        actions.compact_counts()
    actions.refresh_weights("initiative", drift=0)

    texts = {one.pk: (one.title, one.summary) for one in cards[:35]}
    for asked in (["velo"], ["gare", "lac"], VOCABULARY, ["bus", "rue", "bus"]):
        assert in_sql(" ".join(asked)) == pytest.approx(expected(texts, asked), rel=1e-4)
    documents, mean = bm25.totals("initiative")
    assert documents == 35
    assert mean == pytest.approx(
        sum(3 * len(t.split()) + len(s.split()) for t, s in texts.values()) / 35
    )


@pytest.mark.django_db
def test_counts_are_those_of_the_postings() -> None:
    cards = [InitiativeFactory(published=True, title=f"jardin {n % 3} velo") for n in range(9)]
    actions.index("initiative", [one.pk for one in cards])
    actions.remove("initiative", [cards[0].pk])
    true = Counter(Posting.objects.values_list("lexeme", flat=True))
    assert bm25.counts("initiative", true) == (8, true)
    actions.compact_counts()
    assert bm25.counts("initiative", true) == (8, true)
    assert LexemeCount.objects.count() == len(true) + 1  # and the total


@given(st.floats(0.1, 50), st.floats(1, 5000), st.floats(1, 5000))
def test_a_weight_grows_with_frequency_and_falls_with_length(
    frequency: float, length: float, mean: float
) -> None:
    weight = bm25.weight(frequency, length, mean)
    assert 0 < weight < bm25.K1 + 1
    assert bm25.weight(frequency + 1, length, mean) > weight
    assert bm25.weight(frequency, length + 1, mean) <= weight


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_rare_word_tells_more_and_none_tells_less_than_nothing(some: int, more: int) -> None:
    some, more = sorted((some, more))
    assert bm25.idf(some, 1000) >= bm25.idf(more, 1000) >= 0


def weights() -> dict[tuple[int, int], float]:
    rows = Posting.objects.values_list("object_id", "lexeme", "weight")
    return {(object_id, lexeme): weight for object_id, lexeme, weight in rows}


@pytest.mark.django_db
def test_weights_follow_the_mean_length_once_it_has_moved() -> None:
    short = [InitiativeFactory(published=True, title="velo", summary="jardin") for _ in range(5)]
    actions.index("initiative", [one.pk for one in short])
    before = weights()
    assert actions.refresh_weights("initiative") == 0
    long = InitiativeFactory(published=True, title="velo", summary="toit " * 99)
    actions.index("initiative", [long.pk])
    assert actions.refresh_weights("initiative") == 6
    after = weights()
    assert all(after[posting] > weight for posting, weight in before.items())
    assert actions.refresh_weights("initiative") == 0
