"""A question is encoded beside what is asked of the database."""

from __future__ import annotations

import multiprocessing
from typing import Any

import pytest

from essaim.search import encoder
from tests.search.helpers import WordEncoder


@pytest.fixture(autouse=True)
def easy_meaning() -> Any:
    with encoder.use(WordEncoder()):
        yield


def test_it_is_the_same_vector() -> None:
    assert encoder.begin("atelier vélo").result(10) == encoder.encode_query("atelier vélo")
    assert encoder.begin("  ").result(10) is None


def _ask(answers: Any) -> None:
    answers.put(encoder.begin("atelier vélo").result(10))


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_process_made_by_a_fork_encodes_too() -> None:
    expected = encoder.begin("atelier vélo").result(10)  # the parent has its threads
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    child = context.Process(target=_ask, args=[answers])
    child.start()
    child.join(20)
    assert child.exitcode == 0
    assert answers.get() == expected
