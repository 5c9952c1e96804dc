"""The life of an import: deposit, check, confirm, import; and what may happen on the way."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.common.errors import DomainError
from essaim.initiatives.actions import import_cards, imports
from essaim.initiatives.models import CardImport, ImportState, Initiative
from tests.initiatives.test_import_cards import CARD
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db

FOUR = [
    CARD,
    {"external_id": "a:2"},
    {**CARD, "external_id": "a:3", "themes": ["zorglub"]},
    {**CARD, "external_id": "a:4"},
]


def text(*lines: dict[str, Any]) -> str:
    return "\n".join(json.dumps(line) for line in lines)


def deposit(content: str = "", **options: Any) -> CardImport:
    return imports.deposit(
        text=content or text(*FOUR), publish=options.pop("publish", True), by=UserFactory(manager=True), **options
    )  # fmt: skip


def again(card_import: CardImport) -> CardImport:
    return CardImport.objects.get(pk=card_import.pk)


def work(card_import: CardImport) -> CardImport:
    imports.advance(card_import.pk)
    return again(card_import)


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="initiatives.import", status="todo").count()


def test_a_file_is_kept_for_the_server_alone(tmp_path: Path) -> None:
    file = SimpleUploadedFile("../../Fiches é.jsonl", b"{}")
    card_import = imports.deposit(file=file, name=file.name, publish=True, by=UserFactory())
    path = Path(card_import.file.path)
    assert tmp_path in path.parents and path.name != "Fiches é.jsonl"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(path.parent).st_mode) == 0o700
    assert card_import.original_name == "Fiches é.jsonl"
    assert jobs() == 1


def test_from_check_to_import(django_capture_on_commit_callbacks: Any) -> None:
    card_import = work(deposit())
    assert card_import.state == ImportState.READY and not Initiative.objects.exists()
    assert (card_import.created, card_import.refused, card_import.error_count) == (3, 1, 2)
    assert card_import.warning_count == 1 and card_import.percent == 100
    assert [row["title"] for row in card_import.sample] == ["Un titre"] * 3
    assert [(i.line, i.field) for i in card_import.issues.errors()] == [
        (2, "title"),
        (2, "summary"),
    ]
    with django_capture_on_commit_callbacks(execute=True):
        card_import = work(imports.confirm(card_import))
    assert card_import.state == ImportState.DONE and Initiative.objects.count() == 3
    assert (card_import.created, card_import.unchanged, card_import.refused) == (3, 0, 1)
    assert card_import.issues.count() == 3
    assert not Path(card_import.file.path).exists()
    assert Initiative.objects.filter(author=card_import.by).count() == 3


def test_confirming_twice_imports_once() -> None:
    card_import = work(deposit())
    imports.confirm(card_import)
    before = jobs()
    with pytest.raises(DomainError):
        imports.confirm(card_import)
    assert jobs() == before
    assert work(card_import).state == ImportState.DONE
    with pytest.raises(DomainError):
        imports.confirm(card_import)
    assert work(card_import).created == 3


def test_a_draft_import_publishes_nothing() -> None:
    card_import = work(deposit(publish=False))
    work(imports.confirm(card_import))
    assert not Initiative.objects.published().exists()


def test_a_job_that_stopped_is_continued_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_cards, "BATCH_LINES", 2)
    card_import = imports.confirm(work(deposit()))
    whole = import_cards.import_batch
    calls: list[int] = []

    def die_in_the_second(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*args, **kwargs)

    monkeypatch.setattr(import_cards, "import_batch", die_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        imports.advance(card_import.pk)
    card_import = again(card_import)
    assert (card_import.state, card_import.lines_done, card_import.created) == ("importing", 2, 1)
    assert Initiative.objects.count() == 1 and card_import.percent == 50
    card_import = work(card_import)
    assert (card_import.state, card_import.created, card_import.unchanged) == ("done", 3, 0)
    assert card_import.issues.count() == 3


def test_a_duplicate_is_seen_across_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_cards, "BATCH_LINES", 1)
    card_import = imports.confirm(work(deposit(text(CARD, {**CARD, "title": "Second"}))))
    CardImport.objects.filter(pk=card_import.pk).update(lines_done=1, created=1)
    card_import = work(card_import)
    assert (card_import.created, card_import.refused) == (1, 1)
    assert card_import.issues.errors().get().code == "duplicate"


def test_a_job_that_another_overtook_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_cards, "BATCH_LINES", 1)
    card_import = imports.confirm(work(deposit()))
    whole = imports._record

    def overtaken(locked: CardImport, outcome: Any) -> None:
        whole(locked, outcome)
        CardImport.objects.filter(pk=locked.pk).update(lines_done=99)

    monkeypatch.setattr(imports, "_record", overtaken)
    card_import = work(card_import)
    assert (card_import.state, card_import.created) == ("importing", 1)


def test_cancelling_while_it_imports_keeps_what_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_cards, "BATCH_LINES", 1)
    card_import = imports.confirm(work(deposit()))
    whole = imports._record

    def then_cancel(locked: CardImport, outcome: Any) -> None:
        whole(locked, outcome)
        imports.cancel(locked)

    monkeypatch.setattr(imports, "_record", then_cancel)
    card_import = work(card_import)
    assert (card_import.state, card_import.created) == ("cancelled", 1)
    assert Initiative.objects.count() == 1
    with pytest.raises(DomainError):
        imports.cancel(card_import)
    assert work(card_import).created == 1


@pytest.mark.parametrize("content", ["\n\n", " "])
def test_a_file_without_a_card(content: str) -> None:
    card_import = work(deposit(content))
    assert (card_import.state, card_import.found, card_import.refused) == ("ready", 0, 0)


def test_a_workbook_is_refused_with_advice() -> None:
    file = SimpleUploadedFile("fiches.xlsx", b"PK\x03\x04...")
    card_import = imports.deposit(file=file, name="fiches.xlsx", publish=True, by=UserFactory())
    card_import = work(card_import)
    assert card_import.state == ImportState.FAILED and "CSV" in card_import.reason


def test_a_lost_file_is_told_and_the_import_can_be_tried_again() -> None:
    card_import = deposit()
    content = Path(card_import.file.path).read_bytes()
    Path(card_import.file.path).unlink()
    card_import = work(card_import)
    assert card_import.state == ImportState.FAILED and card_import.reason
    Path(card_import.file.path).write_bytes(content)
    assert work(imports.try_again(card_import)).state == ImportState.READY


def test_an_unexpected_error_ends_as_a_failure() -> None:
    card_import = deposit()
    imports.give_up(card_import.pk)
    assert again(card_import).reason
    imports.give_up(card_import.pk)
    assert work(card_import).state == ImportState.FAILED


def test_forgotten_imports_are_taken_up_again() -> None:
    card_import = deposit()
    long_ago = timezone.now() - dt.timedelta(minutes=10)
    CardImport.objects.update(touched_at=long_ago)
    assert imports.resume_forgotten() == 0  # its first job still waits in the queue
    with connection.cursor() as cursor:  # a worker took it, and died
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert imports.resume_forgotten() == 1
    assert jobs() == 1
    assert imports.resume_forgotten() == 0
    assert work(card_import).state == ImportState.READY
    assert imports.resume_forgotten() == 0


def test_hostile_remarks_are_kept_like_others() -> None:
    poison = "\x00\ud800<b>'; --" * 40
    line = {**CARD, f"clé {poison}": 1, "themes": ["zorglub \x00\ud83d"], "url": None}
    bad = {**CARD, "external_id": "\ud800", "track": poison, "url": poison}
    card_import = work(deposit("\n".join(json.dumps(x) for x in (line, bad))))
    assert (card_import.state, card_import.created, card_import.refused) == ("ready", 1, 1)
    assert all(issue.reason for issue in card_import.issues.all())


def test_what_nobody_confirmed_goes_after_a_month(django_capture_on_commit_callbacks: Any) -> None:
    recent, old = work(deposit()), work(deposit())
    CardImport.objects.filter(pk=old.pk).update(started_at=timezone.now() - dt.timedelta(days=60))
    with django_capture_on_commit_callbacks(execute=True):
        assert imports.abandon_old(30) == 1
    assert again(old).state == ImportState.CANCELLED and not Path(old.file.path).exists()
    assert again(recent).state == ImportState.READY and Path(recent.file.path).exists()
