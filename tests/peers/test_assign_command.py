"""``essaim assign``: one JSON document, an exit that says what happened, no database."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

SIMILARITY = """id,r1,r2,r3
a,0.9,0.1,0.5
b,0.8,0.7,0.2
c,0.3,0.6,0.4
"""


@pytest.fixture
def run(tmp_path, capsys):
    def run(similarity=SIMILARITY, *options, conflicts=None, raw=None):
        path = tmp_path / "S.csv"
        path.write_bytes(raw if raw is not None else similarity.encode())
        argv = ["--similarity", str(path), "--format", "json", *options]
        if conflicts is not None:
            other = tmp_path / "C.csv"
            other.write_text(conflicts)
            argv += ["--conflicts", str(other)]
        code = 0
        try:
            call_command("assign", *argv, stderr=StringIO())
        except SystemExit as stop:
            code = stop.code
        return code, json.loads(capsys.readouterr().out)

    return run


def test_the_best_assignment(run):
    code, found = run(SIMILARITY, "--per-item", "2", "--max-load", "2")
    assert code == 0
    assert found["status"] == "optimal"
    assert found["objective"] == pytest.approx(3.9)
    assert found["assignment"] == [
        ["a", "r1"], ["a", "r3"], ["b", "r1"], ["b", "r2"], ["c", "r2"], ["c", "r3"],
    ]  # fmt: skip


def test_conflicts_and_minimum_loads(run):
    code, found = run(
        SIMILARITY, "--per-item", "1", "--max-load", "2", "--min-load", "1",
        conflicts="item,reviewer\na,r1\nc,r2\n",
    )  # fmt: skip
    assert code == 0
    assert ["a", "r1"] not in found["assignment"]
    assert sorted(reviewer for _, reviewer in found["assignment"]) == ["r1", "r2", "r3"]


def test_impossible_names_the_constraint_and_the_smallest_change(run):
    code, found = run(SIMILARITY, "--per-item", "3", "--max-load", "2")
    assert code == 1
    assert found["status"] == "infeasible"
    assert found["assignment"] == []
    assert found["causes"][0]["constraint"] == "capacity"
    assert found["smallest_change"]["changes"][0]["option"] == "--max-load"
    assert found["smallest_change"]["changes"][0]["value"] == 3
    assert "porter la charge maximale à 3" in found["reason"]


@pytest.mark.parametrize(
    "similarity, line, column, reason",
    [
        ("id,r1,r1\na,1,2\n", 1, "r1", "deux fois"),
        ("id,r1\na,1\na,2\n", 3, "id", "déjà à la ligne 2"),
        ("id,r1,r2\na,1\n", 2, "", "2 cellules au lieu de 3"),
        ("id,r1\na,beau\n", 2, "r1", "pas un nombre"),
        ("id,r1\na,nan\n", 2, "r1", "finie"),
        ("id,r1\na,-inf\n", 2, "r1", "finie"),
        ("id,r1\na,1e999\n", 2, "r1", "finie"),
        ("id,r1\na,\n", 2, "r1", "vide"),
        ('id,r1\na,"0,5"\n', 2, "r1", "point"),
        ("id,r1\n,0.5\n", 2, "id", "manque"),
        ("id,r1,\na,0.5,1\n", 1, "", "colonne 3"),
        ("id\na\n", 1, "", "au moins une personne"),
        ("id,r1\n\n", 1, "", "aucun élément"),
        ("", 0, "", "au moins une personne"),
        ('id,r1\n"a,1\n', 2, "", "CSV"),
    ],
)
def test_what_is_wrong_in_the_table_is_said_line_by_line(run, similarity, line, column, reason):
    code, found = run(similarity, "--per-item", "1", "--max-load", "1")
    assert code == 1
    assert found["status"] == "invalid"
    first = found["errors"][0]
    assert (first["line"], first["column"]) == (line, column)
    assert reason in first["reason"]


def test_what_is_wrong_in_the_conflicts(run):
    asked = ("--per-item", "1", "--max-load", "2")
    code, found = run(SIMILARITY, *asked, conflicts="item,reviewer\na,r9\nz,r1\n")
    assert code == 1
    assert [(e["line"], e["column"]) for e in found["errors"]] == [(2, "reviewer"), (3, "item")]
    code, found = run(SIMILARITY, *asked, conflicts="a,r1\n")
    assert code == 1
    assert "item,reviewer" in found["reason"]
    code, found = run(SIMILARITY, *asked, conflicts="item,reviewer\na\n")
    assert found["errors"][0]["line"] == 2


def test_a_spreadsheet_s_semicolons_and_commas_are_read(run):
    code, found = run("id;r1;r2\na;0,9;0,1\n", "--per-item", "1", "--max-load", "1")
    assert code == 0
    assert found["assignment"] == [["a", "r1"]]


def test_a_file_that_is_no_text_or_does_not_exist(run, tmp_path, capsys):
    asked = ("--per-item", "1", "--max-load", "1")
    code, found = run("", *asked, raw=b"id,r1\n\xff\xfe,1\n")
    assert (code, found["status"]) == (1, "invalid")
    with pytest.raises(SystemExit) as stop:
        call_command("assign", "--similarity", str(tmp_path / "no.csv"), *asked)
    assert stop.value.code == 1
    assert "no.csv" in json.loads(capsys.readouterr().out)["reason"]


@pytest.mark.parametrize(
    "options",
    [
        ("--per-item", "0", "--max-load", "1"),
        ("--per-item", "1.5", "--max-load", "1"),
        ("--per-item", "1", "--max-load", "1", "--min-load", "2"),
        ("--per-item", "1"),
        ("--per-item", "1", "--max-load", "1", "--fairness", "luck"),
    ],
)
def test_wrong_usage(run, options):
    with pytest.raises(CommandError):
        run(SIMILARITY, *options)


def test_from_the_shell_standard_output_is_one_document(tmp_path):
    """No database is started, and wrong usage is told apart from a refusal."""
    path = tmp_path / "S.csv"
    path.write_text(SIMILARITY)
    base = [str(Path(sys.executable).parent / "essaim"), "assign", "--similarity", str(path)]
    environment = {**os.environ, "ESSAIM_VAR": str(tmp_path / "var")}
    environment.pop("DATABASE_URL", None)

    def shell(*options):
        return subprocess.run(
            [*base, *options], capture_output=True, text=True, env=environment, check=False
        )

    done = shell("--per-item", "2", "--max-load", "2")
    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] == "optimal"
    assert not (tmp_path / "var" / "postgres").exists()
    wrong = shell("--per-item", "2", "--max-load", "2", "--min-load", "3")
    assert (wrong.returncode, wrong.stdout) == (2, "")
