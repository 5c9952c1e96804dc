"""The four commands, as a shell or another program calls them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from essaim.statistics.commands import plain

NOTES = """group,pre,post,classe
treated,8,12,a
treated,10,13,a
treated,9,12.5,b
treated,12,15,b
control,9,9.5,c
control,11,11,c
control,10,11.5,d
control,8,9,d
"""
SITES = "yi,vi\n-0.33,0.084\n0.32,0.035\n0.39,0.017\n0.31,0.034\n0.17,0.072\n0.64,0.117\n-0.33,0.102\n0.15,0.093\n-0.02,0.012\n0.0,0.067\n"


def ask(capsys: pytest.CaptureFixture[str], *line: str, expect: int = 0) -> dict[str, Any]:
    """Run a command; standard output is exactly one JSON document."""
    status = 0
    try:
        call_command(*line, "--format", "json")
    except SystemExit as left:
        status = int(left.code)
    assert status == expect
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def notes(tmp_path: Path) -> str:
    path = tmp_path / "notes.csv"
    path.write_text(NOTES)
    return str(path)


@pytest.mark.parametrize("design", ["posttest", "prepost_control", "gain", "ancova", "paired"])
def test_evaluate(design: str, notes: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(capsys, "evaluate", notes, "--design", design)
    assert answer["status"] == "done"
    assert answer["design"] == design
    assert answer["n"]["treated"] == 4
    effect = answer["effect"]
    assert effect["ci_low"] < effect["value"] < effect["ci_high"]
    assert 0 < answer["p_value"] < 1
    assert all(isinstance(warning, str) for warning in answer["warnings"])
    assert answer["sentences"]


def test_evaluate_by_clusters(notes: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(capsys, "evaluate", notes, "--design", "posttest", "--cluster", "classe")
    assert answer["clusters"] == {"treated": 2, "control": 2}
    assert answer["effect"]["df"] == 3


def test_refusals_are_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("group,post\ntreated,5\ntreated,abc\ncontrol,Inf\n")
    answer = ask(capsys, "evaluate", str(path), "--design", "posttest", expect=1)
    assert answer["status"] == "refused"
    assert [(p["line"], p["code"]) for p in answer["problems"]] == [(3, "text"), (4, "infinite")]


def test_a_file_that_is_not_there_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(capsys, "evaluate", "/nowhere/x.csv", "--design", "gain", expect=2)
    assert answer["status"] == "usage"
    assert "/nowhere" not in answer["reason"]


def test_the_language_can_be_chosen(notes: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(capsys, "evaluate", notes, "--design", "paired", "--language", "en")
    assert "Without a comparison group" in answer["warnings"][0]


def test_words_for_people(notes: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("evaluate", notes, "--design", "gain", "--unit", "points", "--randomised")
    assert "points de plus" in capsys.readouterr().out


@pytest.mark.parametrize("method", ["fixed", "dl", "reml"])
def test_combine_effects(method: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sites.csv").write_text(SITES)
    answer = ask(capsys, "combine_effects", str(tmp_path / "sites.csv"), "--method", method)
    assert {"estimate", "se", "ci_low", "ci_high", "tau2", "I2", "Q", "prediction_low"} <= set(
        answer
    )
    assert answer["Q"] == pytest.approx(14.764, abs=1e-3)


def test_two_sites_are_refused_but_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sites.csv").write_text("site;yi;vi\nLille;0,3;0,02\nLens;0,1;0,03\n")
    answer = ask(capsys, "combine_effects", str(tmp_path / "sites.csv"), expect=1)
    assert [site["name"] for site in answer["sites"]] == ["Lille", "Lens"]


def test_power(capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(capsys, "power", "--d", "0.5", "--n", "64")
    assert answer["power"] == pytest.approx(0.8014596, abs=1e-6)
    assert answer["n_per_group"] == pytest.approx(63.8, abs=0.1)
    assert answer["n_per_group_whole"] == 64
    assert answer["smallest_effect"] == pytest.approx(0.49912, abs=1e-4)
    assert ask(capsys, "power", "--d=-0.5")["power"] is None
    clustered = ask(
        capsys, "power", "--d", "0.5", "--n", "200", "--cluster-size", "20", "--icc", "0.1"
    )
    assert clustered["design_effect"] == pytest.approx(2.9)
    assert ask(capsys, "power", "--d", "nan", "--n", "10", expect=1)["status"] == "refused"


def test_agreement(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.csv").write_text("item,a,b,c\n1,1,1,\n2,2,2,3\n3,3,3,3\n4,1,2,1\n")
    answer = ask(capsys, "agreement", str(tmp_path / "r.csv"))
    assert answer["complete_items"] == 3
    assert set(answer["krippendorff"]) == {"nominal", "ordinal", "interval"}
    (tmp_path / "r.csv").write_text("item,a,b\n1,1,1\n2,1,1\n")
    assert ask(capsys, "agreement", str(tmp_path / "r.csv"))["fleiss"] is None


def test_what_json_cannot_hold_is_null() -> None:
    assert plain({"a": float("nan"), 1: [float("inf"), True, (2,)]}) == {
        "a": None,
        "1": [None, True, [2]],
    }


def test_the_commands_need_no_database(notes: str) -> None:
    """As people type them: a process of its own, and a usage error that is JSON too."""
    project = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "DATABASE_URL": "postgres://nobody@nowhere.invalid/none"}

    def run(*line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "essaim", *line],
            cwd=project, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    done = run("evaluate", notes, "--design", "posttest", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "done"
    wrong = run("evaluate", notes, "--design", "unknown", "--format=json")
    assert wrong.returncode == 2
    assert json.loads(wrong.stdout)["status"] == "usage"
    assert "invalid choice" in wrong.stderr
