"""Workers and the queues that they share out."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from procrastinate.contrib.django import app

from essaim.common.management.commands import run, worker

PROJECT = Path(__file__).parents[2]


def queues(monkeypatch: pytest.MonkeyPatch, *options: str) -> set[str]:
    """Those that ``essaim worker`` would take jobs from; empty: all."""
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(worker, "call_command", lambda *given: asked.append(given))
    call_command("worker", *options)
    given = asked[0]
    return set(given[given.index("--queues") + 1].split(",")) if "--queues" in given else set()


def test_a_slow_source_waits_in_a_queue_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [t.name for t in app.tasks.values() if t.queue == "harvest"] == ["harvest.run"]
    compose = yaml.safe_load((PROJECT / "compose.yaml").read_text())
    shares = [
        queues(monkeypatch, *service["command"][2:])
        for service in compose["services"].values()
        if service.get("command", [])[:2] == ["essaim", "worker"]
    ]
    assert {"harvest"} in shares
    # Together they take every job, and none but one takes harvests.
    assert set().union(*shares) == worker.known_queues()
    assert sum("harvest" in share for share in shares) == 1
    assert queues(monkeypatch) == set()


def test_one_command_starts_both_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[list[str]] = []
    monkeypatch.setattr(run, "collect_static", lambda: None)
    monkeypatch.setattr(run.catalogues, "apps", list)
    monkeypatch.setattr(run, "supervise", lambda children: None)
    monkeypatch.setattr(subprocess, "Popen", lambda command, **options: begun.append(command))
    call_command("run", "--no-demonstration", "--port", "1", verbosity=0)
    shares = [queues(monkeypatch, *command[4:]) for command in begun if command[3:4] == ["worker"]]
    assert {"harvest"} in shares
    assert set().union(*shares) == worker.known_queues()


def test_a_queue_that_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="harvets"):
        queues(monkeypatch, "--queues", "harvets")
    with pytest.raises(CommandError, match="not both"):
        queues(monkeypatch, "--queues", "harvest", "--except", "mail")
