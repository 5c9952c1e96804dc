"""docs/examples/mirror.py, written from the published API alone, against a live server."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from essaim.initiatives.models import Initiative
from essaim.open_data.models import RequestCounter
from tests.initiatives.factories import InitiativeFactory

PROGRAM = Path(__file__).parents[2] / "docs" / "examples" / "mirror.py"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def program() -> Any:
    spec = importlib.util.spec_from_file_location("mirror", PROGRAM)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(
    program: Any, live_server: Any, settings: Any, tmp_path: Path, capsys: Any
) -> Callable[..., dict[str, int]]:
    """One night; what the program says that it did."""
    settings.PUBLIC_URL = live_server.url

    def night(size: int = 2) -> dict[str, int]:
        ended = program.main([live_server.url, str(tmp_path / "copy"), "--size", str(size)])
        said = capsys.readouterr()
        assert ended == 0, said.err
        found: dict[str, int] = json.loads(said.out)
        return found

    return night


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[], dict[str, tuple[str, bool]]]:
    def read() -> dict[str, tuple[str, bool]]:
        """Title of each card in the copy, and whether it is marked withdrawn."""
        base = sqlite3.connect(tmp_path / "copy")
        rows = base.execute("SELECT external_id, record, withdrawn_on FROM card").fetchall()
        base.close()
        return {key: (json.loads(text)["title"], bool(gone)) for key, text, gone in rows}

    return read


def cards(number: int) -> list[Initiative]:
    return [InitiativeFactory(published=True) for _n in range(number)]


def withdraw(card: Initiative) -> None:
    card.archive()
    card.save()


def test_a_partner_s_copy_night_after_night(run: Any, copy: Any) -> None:
    first, second, *_between, fifth = cards(5)
    InitiativeFactory(title="Un brouillon")
    done = run()
    assert (done["cards"], done["new"], done["requests"]) == (5, 5, 3)
    # Nothing happened: three questions, three times nothing to read.
    done = run()
    assert (done["new"], done["changed"], done["withdrawn"]) == (0, 0, 0)
    assert (done["requests"], done["unchanged pages"]) == (3, 3)
    # One is changed, two withdrawn, one published.
    Initiative.objects.filter(pk=second.pk).update(title="Un autre titre")
    withdraw(first)
    withdraw(fifth)
    new = cards(1)[0]
    done = run()
    assert (done["cards"], done["new"], done["changed"], done["withdrawn"]) == (4, 1, 1, 2)
    held = copy()
    assert held[second.external_id] == ("Un autre titre", False)
    assert held[first.external_id] == (first.title, True)
    assert held[fifth.external_id][1] and not held[new.external_id][1]
    # What comes back is no longer withdrawn.
    Initiative.objects.filter(pk=first.pk).update(publication="published")
    done = run()
    assert (done["cards"], done["changed"], done["withdrawn"]) == (5, 1, 0)
    assert not copy()[first.external_id][1]
    assert "Un brouillon" not in str(copy())


def test_it_waits_when_it_is_told_to(
    run: Any, program: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards(5)
    few = django_settings.OPEN_DATA | {"anonymous_per_minute": 2}
    monkeypatch.setattr(django_settings, "OPEN_DATA", few)
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        RequestCounter.objects.all().delete()  # the minute has passed

    monkeypatch.setattr(program.time, "sleep", sleep)
    done = run(size=1)
    assert done["cards"] == 5
    assert done["pauses"] == len(waited) >= 2
    assert all(0 < seconds <= 60 for seconds in waited)


def test_an_instance_that_forgot_its_addresses(run: Any, settings: Any) -> None:
    """With another key, cursors that the copy holds mean nothing: it reads from the first page."""
    cards(5)
    run()
    settings.SECRET_KEY = "another-key-for-this-instance"
    done = run()
    assert (done["cards"], done["withdrawn"]) == (5, 0)


def test_a_run_that_is_cut_changes_nothing(
    run: Any, program: Any, copy: Any, live_server: Any, tmp_path: Path, capsys: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    kept = cards(3)
    run()
    withdraw(kept[0])
    whole = program.ask

    def cut(address: str, etag: str | None = None) -> Any:
        if "cursor" in address:
            raise OSError("no more network")
        return whole(address, etag)

    monkeypatch.setattr(program, "ask", cut)
    before = copy()
    assert program.main([live_server.url, str(tmp_path / "copy"), "--size", "1"]) == 1
    assert "no more network" in capsys.readouterr().err
    assert copy() == before


def test_what_is_no_instance(program: Any, live_server: Any, tmp_path: Path, capsys: Any) -> None:
    assert program.main([live_server.url + "/guide", str(tmp_path / "copy")]) == 1
    assert "404" in capsys.readouterr().err
