"""Copies of the lists of words are as true as the tables, whoever writes meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction

from essaim.initiatives.actions.publication import archive_card
from essaim.initiatives.models import Initiative
from essaim.search import actions, engine, wordlists
from essaim.search.models import Change, Posting
from essaim.search.text import fingerprint
from essaim.search.wordlists import Holders
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

WORD = fingerprint("initiative", "jardin")


@pytest.fixture(autouse=True)
def no_copies() -> Any:
    wordlists.forget()
    yield
    wordlists.forget()


def plant(title: str = "Un jardin partagé") -> Initiative:
    card = InitiativeFactory(published=True, title=title, summary="Des voisins.")
    actions.index("initiative", [card.pk])
    return card


def found(text: str = "jardin") -> set[int]:
    return {hit.object_id for hit in engine.search(text, meaning=False, limit=None).hits}


def elsewhere(work: Callable[[], Any]) -> None:
    """Do it on a connection of its own, to its end."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def copies() -> dict[int, Holders]:
    return {
        lexeme: holders
        for known in wordlists._known.values()
        for lexeme, holders in known.lists.items()
    }


@pytest.mark.django_db(transaction=True)
class TestOthersWrite:
    def test_a_new_card_is_found_though_the_list_was_copied_before(self) -> None:
        first = plant()
        assert found() == {first.pk} and WORD in copies()
        made: list[int] = []
        elsewhere(lambda: made.append(plant("Un autre jardin").pk))
        assert found() == {first.pk, *made}
        assert list(copies()[WORD].ids) == [first.pk]

    def test_a_card_that_leaves_or_changes_its_words_is_found_no_more(self) -> None:
        kept, gone, changed = plant(), plant(), plant()
        assert len(found()) == 3
        elsewhere(lambda: archive_card(gone, by=UserFactory()))

        def rename() -> None:
            Initiative.objects.filter(pk=changed.pk).update(title="Une ressourcerie")
            actions.index("initiative", [changed.pk])

        elsewhere(rename)
        assert found() == {kept.pk}
        assert engine.count_matching("jardin") == 1

    def test_a_change_committed_after_the_copy_but_begun_before_is_seen(self) -> None:
        plant()
        began, copied = threading.Event(), threading.Event()

        def slow() -> None:
            with transaction.atomic():
                plant("Jardin tardif")
                began.set()
                copied.wait(10)

        thread = threading.Thread(target=lambda: (slow(), connection.close()))
        thread.start()
        assert began.wait(10)
        assert len(found()) == 1
        copied.set()
        thread.join()
        assert len(found()) == 2

    def test_what_a_transaction_wrote_and_undid_is_in_no_copy(self) -> None:
        plant()
        try:
            with transaction.atomic():
                plant("Un jardin défait")
                assert len(found()) == 2
                raise RuntimeError
        except RuntimeError:
            pass
        assert WORD not in copies()
        assert len(found()) == 1

    def test_after_many_changes_copies_are_made_anew(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(wordlists, "MOST_CHANGED", 2)
        first = plant()
        found()
        elsewhere(lambda: [plant(f"Jardin {n}") for n in range(3)])
        assert len(found()) == 4
        assert len(copies()[WORD].ids) == 4
        assert first.pk in copies()[WORD].ids

    def test_new_weights_reach_every_process(self) -> None:
        plant()
        before = engine.search("jardin", meaning=False).hits[0]
        Posting.objects.filter(lexeme=WORD).update(weight=0.0001)
        assert engine.search("jardin", meaning=False).hits[0] == before  # nobody was told
        Change.objects.create(
            object_id=before.object_id, transaction=2**60
        )  # as ``tell_changed`` does
        matches = wordlists.match([WORD], [1.0])
        assert matches.score(before.object_id) == pytest.approx(0.0001)


@pytest.mark.django_db(transaction=True)
def test_the_memory_of_copies_is_bounded(settings: Any) -> None:
    settings.SEARCH_LISTS_MB = 0
    plant()
    found("jardin partagé")
    assert len(copies()) == 1


@pytest.mark.parametrize("far", [10, wordlists.DENSE_UP_TO + 10])
def test_scores_are_the_same_summed_by_key_or_by_sorting(far: int) -> None:
    lists = [
        Holders(np.array([3, 5, far], np.int32), np.array([1, 2, 3], np.float32)),
        Holders(np.array([5, 7], np.int32), np.array([0.5, 1], np.float32)),
        Holders(np.empty(0, np.int32), np.empty(0, np.float32)),
    ]
    ids, scores = wordlists._sum(lists, [2.0, 4.0, 9.0])
    assert dict(zip(ids.tolist(), scores.tolist(), strict=True)) == {3: 2, 5: 6, 7: 4, far: 6}


def test_ties_are_in_the_order_of_keys_on_every_page() -> None:
    matches = wordlists.Matches(
        np.arange(1, 8, dtype=np.int32), np.array([1.0, 2, 2, 2, 1, 2, 0.5])
    )
    best = [pk for pk, _score in matches.best(3)]
    rest = [pk for pk, _score in matches.rest(best, 0, None)]
    assert best == [2, 3, 4] and rest == [6, 1, 5, 7]
    assert matches.rest(best, 1, 2) == [(1, 1.0), (5, 1.0)]
    assert matches.score(9) is None
