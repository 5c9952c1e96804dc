"""Importing in batches: interrupted, twice at once, refused by the database; nothing by halves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection

from essaim.initiatives.actions import import_cards
from essaim.initiatives.interchange.writer import export
from essaim.initiatives.models import Initiative
from essaim.initiatives.signals import card_saved
from essaim.people.models import Organisation
from tests.initiatives.factories import InitiativeFactory
from tests.initiatives.importing import CARD, FULL, counts, run, said
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


# --- batches ------------------------------------------------------------------------------
def test_listeners_hear_of_each_batch_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_cards, "BATCH_LINES", 2)
    heard: list[list[int]] = []
    card_saved.connect(listen := lambda initiatives, **kw: heard.append(initiatives), weak=False)
    try:
        run(*({**CARD, "external_id": f"a:{n}"} for n in range(5)))
    finally:
        card_saved.disconnect(listen)
    assert [len(keys) for keys in heard] == [2, 2, 1]


@pytest.mark.parametrize("lines", [3, 40])
def test_queries_do_not_grow_with_the_batch(lines: int, django_assert_max_num_queries: Any) -> None:
    given = [
        {**FULL, "external_id": f"a:{n}", "holder": {"name": f"Organisation {n}"}}
        for n in range(lines)
    ]
    with django_assert_max_num_queries(73):
        assert counts(run(*given)) == (lines, 0, 0)


def test_a_killed_import_leaves_whole_cards_and_is_completed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_cards, "BATCH_LINES", 2)
    lines = [{**FULL, "external_id": f"a:{n}"} for n in range(6)]
    calls = []

    def fail_in_the_second(*args: Any, **kwargs: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt

    card_saved.connect(fail_in_the_second, weak=False)
    try:
        with pytest.raises(KeyboardInterrupt):
            run(*lines)
    finally:
        card_saved.disconnect(fail_in_the_second)
    assert Initiative.objects.count() == 2
    assert all(card.evidence.count() == 1 for card in Initiative.objects.all())
    assert counts(run(*lines)) == (4, 0, 2)


def test_an_address_taken_meanwhile_on_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    InitiativeFactory(slug="un-titre")
    given = iter([["un-titre"], ["un-titre-2"]])
    monkeypatch.setattr(import_cards, "free_slugs", lambda titles: next(given))
    result = run({**CARD, "themes": ["zorglub"]})
    assert counts(result) == (1, 0, 0) and len(result.warnings) == 1


def test_a_card_that_the_database_refuses_is_the_only_one_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    InitiativeFactory(slug="prise")
    taken = {"Prise": "prise"}
    monkeypatch.setattr(
        import_cards,
        "free_slugs",
        lambda titles: [taken.get(t, f"libre-{t.lower()}") for t in titles],
    )
    lines = [{**CARD, "external_id": t, "title": t} for t in ("A", "B", "Prise", "C", "D")]
    result = run(*lines)
    assert counts(result) == (4, 0, 0) and said(result.errors) == [(3, "", "line_database")]
    assert Initiative.objects.count() == 5


def test_a_lost_connection_is_not_the_fault_of_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(import_cards, "_write", lost)
    with pytest.raises(OperationalError):
        run(CARD)


def test_who_imported_is_the_author() -> None:
    manager = UserFactory(manager=True)
    run(CARD, by=manager)
    card = Initiative.objects.get()
    assert card.author == manager
    assert card.phase_changes.get().by == manager


def test_same_titles_have_their_own_addresses() -> None:
    run(*({**CARD, "external_id": f"a:{n}"} for n in range(3)))
    assert Initiative.objects.values("slug").distinct().count() == 3


def test_a_card_written_on_the_site_is_unchanged_by_its_own_export() -> None:
    InitiativeFactory(
        external_id="site",
        title="Écrire <b>gras</b> en HTML",
        description="<div>x</div>",
        rich=True,
    )
    for kind in ("jsonl", "csv"):
        assert counts(run("".join(export(Initiative.objects.all(), kind)))) == (0, 0, 1)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_cards, "BATCH_LINES", 3)
    lines = [
        {**CARD, "external_id": f"a:{n}", "holder": {"name": "Même porteur"}, "tags": ["nouveau"]}
        for n in range(12)
    ]

    def one(order: int) -> tuple[int, int, int]:
        try:
            return counts(run(*lines[::order]))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(one, [1, -1]))
    assert sum(created for created, _u, _n in found) == 12
    assert sum(unchanged for _c, _u, unchanged in found) == 12
    assert Initiative.objects.count() == 12
    assert Organisation.objects.filter(name="Même porteur").count() == 1
