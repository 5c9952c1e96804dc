"""Similarity of item and reader: its parts, their weights, and what is not filled in."""

import numpy as np
import pytest

from essaim.peers.assignment.similarity import Profiles, Similarity, rarity

ITEMS = Profiles(
    themes=[frozenset({"énergie", "logement"}), frozenset(), frozenset({"emploi"})],
    professions=[frozenset({"infirmier"}), frozenset({"gendarme"}), frozenset()],
    text=np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 0]]),
)
READERS = Profiles(
    themes=[frozenset({"énergie"}), frozenset({"emploi", "logement"})],
    professions=[frozenset({"infirmier"}), frozenset()],
    text=np.array([[2.0, 0, 0], [1, 1, 0]]),
)


def test_each_part_is_what_both_have_of_what_either_has():
    similarity = Similarity(ITEMS, READERS, weights={"themes": 1})
    assert similarity.matrix() == pytest.approx(np.array([[1 / 2, 1 / 3], [0, 0], [0, 1 / 2]]))


def test_what_is_not_filled_in_counts_for_nothing_rather_than_zero():
    similarity = Similarity(ITEMS, READERS)
    matrix = similarity.matrix()
    # The third item has no text and no profession: themes alone.
    assert matrix[2] == pytest.approx([0, 1 / 2])
    # The second has no themes: text and profession, with the first reader.
    assert matrix[1, 0] == pytest.approx(0)
    assert matrix[1, 1] == pytest.approx(np.sqrt(1 / 2), abs=1e-6)
    known = 0.4 * 0.5 + 0.4 * 1 + 0.1 * 1
    assert matrix[0, 0] == pytest.approx(known / 0.9)


def test_the_explanation_adds_up_to_the_similarity():
    similarity = Similarity(ITEMS, READERS)
    matrix = similarity.matrix()
    for item in range(3):
        for reader in range(2):
            parts = similarity.explain(item, reader)
            assert sum(part.share for part in parts) == pytest.approx(
                matrix[item, reader], abs=1e-6
            )
    first = {part.name: part for part in similarity.explain(0, 0)}
    assert first["themes"].common == ("énergie",)
    assert first["territories"].value is None


def test_weights_change_the_order():
    by_text = Similarity(ITEMS, READERS, weights={"text": 1}).matrix()
    by_trade = Similarity(ITEMS, READERS, weights={"professions": 1}).matrix()
    assert by_text[1].argmax() == 1
    assert by_trade[0].argmax() == 0
    with pytest.raises(ValueError, match="weights"):
        Similarity(ITEMS, READERS, weights={"age": 1})
    with pytest.raises(ValueError, match="weights"):
        Similarity(ITEMS, READERS, weights={"text": -1})


def test_a_rare_term_says_more():
    sets = [frozenset({"commun", "rare"}), frozenset({"commun"}), frozenset({"commun"})]
    weights = rarity(sets)
    assert weights["rare"] > weights["commun"]
    same = Profiles(themes=[frozenset({"commun", "rare"})])
    theirs = Profiles(themes=[frozenset({"rare", "x"}), frozenset({"commun", "x"})])
    found = Similarity(same, theirs, term_weights={"themes": weights}).matrix()[0]
    assert found[0] > found[1]


def test_swapping_sides_changes_nothing():
    one = Similarity(ITEMS, READERS).matrix()
    other = Similarity(READERS, ITEMS).matrix()
    assert one == pytest.approx(other.T)
