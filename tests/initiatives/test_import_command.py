"""``essaim import_cards`` and ``essaim export_cards``, as scripts call them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from essaim.common.typography import french
from essaim.initiatives.models import Initiative
from tests.initiatives.test_import_cards import CARD

pytestmark = pytest.mark.django_db


@pytest.fixture
def essaim(capfd: Any) -> Callable[..., tuple[int, str]]:
    def run(*arguments: Any) -> tuple[int, str]:
        code = 0
        try:
            call_command(*(str(argument) for argument in arguments))
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, capfd.readouterr().out

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "fiches.jsonl"
    lines = [CARD, {"external_id": "b"}, {**CARD, "external_id": "c", "track": "sociale"}]
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return path


def test_the_report_is_one_json_document(essaim: Any, file: Path) -> None:
    code, out = essaim("import_cards", file, "--format", "json")
    report = json.loads(out)
    assert code == 0
    assert list(report) == ["created", "updated", "unchanged", "errors", "warnings"]
    assert (report["created"], report["updated"], report["unchanged"]) == (2, 0, 0)
    assert report["errors"][0] == {
        "line": 2,
        "field": "title",
        "reason": "Ce champ est obligatoire.",
    }
    assert report["warnings"] == [
        {"line": 3, "field": "track", "reason": french("« sociale » compris comme « social ».")}
    ]
    assert json.loads(essaim("import_cards", file, "--format", "json")[1])["unchanged"] == 2


def test_a_dry_run_and_drafts(essaim: Any, file: Path) -> None:
    _code, out = essaim("import_cards", file, "--format", "json", "--dry-run")
    assert json.loads(out)["created"] == 2 and not Initiative.objects.exists()
    essaim("import_cards", file, "--status", "draft")
    assert not Initiative.objects.published().exists() and Initiative.objects.count() == 2


def test_the_report_to_read(essaim: Any, file: Path) -> None:
    _code, out = essaim("import_cards", file)
    assert "error: line 2 title: Ce champ est obligatoire." in out
    assert "created 2, updated 0, unchanged 0, errors 2, warnings 1" in out


def test_a_file_that_cannot_be_read(essaim: Any, tmp_path: Path) -> None:
    book = tmp_path / "a.xlsx"
    book.write_bytes(b"PK\x03\x04")
    for path in (tmp_path / "absent", tmp_path, book):
        code, out = essaim("import_cards", path, "--format", "json")
        assert code == 1 and json.loads(out)["reason"]


def test_wrong_usage(file: Path) -> None:
    for wrong in [
        ["import_cards"],
        ["import_cards", str(file), "--status", "x"],
        ["export_cards", "--format", "x"],
    ]:
        with pytest.raises(CommandError):
            call_command(*wrong)


def test_what_goes_out_comes_back(essaim: Any, file: Path, tmp_path: Path) -> None:
    essaim("import_cards", file)
    for kind in ("jsonl", "csv"):
        code, out = essaim("export_cards", "--format", kind)
        path = tmp_path / kind
        path.write_text(out)
        assert code == 0
        report = json.loads(essaim("import_cards", path, "--format", "json")[1])
        assert report == {"created": 0, "updated": 0, "unchanged": 2, "errors": [], "warnings": []}
    assert essaim("export_cards", "--status", "draft")[1] == ""
