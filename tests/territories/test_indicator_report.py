"""What a person reads of a file of indicators: line by line while it can be read, then in sums."""

from __future__ import annotations

import json
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from essaim.territories import indicator_file
from essaim.territories.actions.indicators import Places
from essaim.territories.management.commands import import_indicators
from essaim.territories.models import IndicatorIssue, IndicatorValue
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def test_many_lines_that_are_wrong_are_said_in_sums(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_indicators, "SAID", 4)
    monkeypatch.setattr(import_indicators, "NAMED", 2)
    TerritoryFactory(kind="epci", code="200000001")
    lines = ["territory,indicator,year,value"]
    lines += ["epci:200000001,revenu,2015,1"] * 4
    lines += [f"epci:20000090{n % 3},revenu,2015,1" for n in range(7)]
    file = tmp_path / "a.csv"
    file.write_text("\n".join(lines))
    call_command("import_indicators", str(file))
    said = capsys.readouterr().out
    assert said.count("line ") == 4 + 2
    assert "… and 6 more of 10; --format json gives every line" in said
    assert "7 × such as error: line 6 territory:" in said
    assert "3 × such as warning: line 3 revenu:" in said
    assert "created 1, updated 0, unchanged 0, lines 11" in said
    assert "territories not matched (3): epci:200000900, epci:200000901, … and 1 more" in said
    assert not IndicatorIssue.objects.exists()


def test_a_few_are_said_line_by_line(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "a.csv"
    file.write_text("territory,indicator,year,value\nepci:200000009,revenu,2015,1\n")
    call_command("import_indicators", str(file))
    said = capsys.readouterr().out
    assert "error: line 2 territory:" in said and "such as" not in said
    assert "territories not matched (1): epci:200000009\n" in said


def spoilt(path: Path, lines: int) -> None:
    """Of ten lines: six figures, one given again, one contradicted, one of an unknown code (each
    its own), one that is no number."""
    with path.open("w") as file:
        file.write("territory,indicator,year,value\n")
        for n in range(0, lines, 10):
            year, code = 1900 + n // 10 % 200, f"v{n // 2000}"
            file.writelines(f"epci:20000000{place},{code},{year},{n}\n" for place in range(1, 7))
            file.write(f"epci:200000001,{code},{year},{n}\n")
            file.write(f"epci:200000002,{code},{year},{n + 1}\n")
            file.write(f"epci:{300_000_000 + n},{code},{year},1\n")
            file.write(f"epci:200000007,{code},{year},beaucoup\n")


def test_a_long_file_takes_no_more_memory_and_every_line_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten times more lines, refused ones included: the same memory, and none is lost."""
    monkeypatch.setattr(indicator_file, "BATCH", 500)
    monkeypatch.setattr(Places, "REMEMBERED", 500)
    for place in range(1, 8):
        TerritoryFactory(kind="epci", code=f"20000000{place}")
    peaks = []
    for lines in (2_000, 20_000):
        IndicatorValue.objects.all().delete()
        file, told = tmp_path / f"{lines}.csv", tmp_path / f"{lines}.json"
        spoilt(file, lines)
        with told.open("w") as out, monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", out)
            tracemalloc.start()
            call_command("import_indicators", str(file), "--format", "json")
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        found = json.loads(told.read_text())
        assert (found["lines"], found["created"]) == (lines, lines * 6 // 10)
        assert IndicatorValue.objects.count() == lines * 6 // 10
        # The header is line 1; of each ten, the seventh is a warning, the three last are errors.
        assert {each["line"] for each in found["warnings"]} == set(range(8, lines + 2, 10))
        wrong = {n for n in range(2, lines + 2) if (n - 2) % 10 in (7, 8, 9)}
        assert {each["line"] for each in found["errors"]} == wrong
        assert len(found["errors"]) == len(wrong)
        assert len(found["unmatched"]) == lines // 10
    assert peaks[1] < peaks[0] + 2_000_000, peaks
