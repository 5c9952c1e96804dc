"""The bench of events, small: a real server, real connections, never one place too many."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from essaim.events import bench
from essaim.events.models import Event, Registration

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_thirty_for_twenty_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "WARM", 4)
    name = str(connection.settings_dict["NAME"])
    found = bench.measure(lambda _words: None, people=30, places=20, window=0.5, database_name=name)
    for kind in ("spread", "same"):
        assert found[kind]["registered"] == found[kind]["most"] == 20
        assert found[kind]["waiting"] == 10 and found[kind]["p95"] > 0
    assert Event.objects.count() == 3
    assert Registration.objects.filter(state="registered").count() == 4 + 20 + 20
    assert [row[3] for row in bench.rows(found)][2:] == ["yes", "yes"]


def test_a_refusal_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent to the sign-in page, nobody is registered: the bench says so rather than how fast."""

    def nobody(port: int, slug: str, key: str, moment: float) -> tuple[str, float]:
        return "302 /compte/connexion", 0.01

    monkeypatch.setattr(bench, "_press", nobody)
    with pytest.raises(RuntimeError, match="2 of 2 were refused"):
        bench._run(0, 2, 1, 0.0)


def test_a_place_too_many_is_said() -> None:
    run: dict[str, Any] = {"p95": 1.0, "registered": 20, "most": 21, "waiting": 9}
    found = {"people": 30, "places": 20, "window": 1.0, "spread": run, "same": run}
    assert [row[3] for row in bench.rows(found)][2:] == ["no", "no"]
