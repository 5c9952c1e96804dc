"""What a person reads of a file of indicators: line by line while it can be read, then in sums."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from essaim.territories.management.commands import import_indicators
from essaim.territories.models import IndicatorIssue
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
