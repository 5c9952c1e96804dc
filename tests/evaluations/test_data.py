"""Data arrive protected, checked line by line, and leave on their date."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.evaluations.actions import data, statements
from essaim.evaluations.archive import archive_of
from essaim.evaluations.intake import Identifying
from essaim.evaluations.models import Allocation, Dataset, DataStatement, Evaluation, State
from essaim.following.models import Notification
from tests.dates import in_days, settled
from tests.dossiers.helpers import signed_in
from tests.evaluations.factories import (
    CSV,
    EvaluationFactory,
    MemberFactory,
    analysed,
    mapping,
    member_of,
    with_data,
)
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
HEAD = "élève;groupe;test de septembre;test de janvier\n"


def stated(**fields: Any) -> dict[str, Any]:
    return {
        "controller": "Collège", "legal_basis": "public_task", "legal_reference": "",
        "notice": "Une note", "sensitive": True, "impact": "done", "impact_note": "AIPD 1",
        "deletion_on": timezone.localdate() + dt.timedelta(days=100),
    } | fields  # fmt: skip


# --- before -------------------------------------------------------------------------------
def test_nothing_arrives_before_people_are_protected() -> None:
    evaluation = EvaluationFactory(frozen=True)
    by = member_of(evaluation)
    with pytest.raises(DomainError):
        data.deposit(evaluation, by=by, origin="paste", text=CSV)
    statements.state(evaluation, by=by, **stated())
    evaluation.refresh_from_db()
    assert evaluation.state == State.COLLECTING
    data.deposit(evaluation, by=by, origin="paste", text=CSV)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"deletion_on": in_days()}, "deletion_on"),
        ({"deletion_on": in_days(4000)}, "deletion_on"),
        ({"impact": "not_needed"}, "impact"),
    ],
)
def test_a_statement_that_does_not_protect_is_refused(wrong: dict[str, Any], field: str) -> None:
    evaluation = EvaluationFactory(frozen=True)
    with pytest.raises(DomainError) as refused:
        statements.state(evaluation, by=member_of(evaluation), **stated(**settled(wrong)))
    assert refused.value.field == field


def test_the_announced_date_may_come_nearer_and_not_go_away() -> None:
    evaluation = EvaluationFactory(frozen=True)
    by = member_of(evaluation)
    statements.state(evaluation, by=by, **stated())
    day = timezone.localdate()
    with pytest.raises(DomainError, match="peut avancer"):
        statements.state(evaluation, by=by, **stated(deletion_on=day + dt.timedelta(days=200)))
    statements.state(evaluation, by=by, **stated(deletion_on=day + dt.timedelta(days=50)))
    assert DataStatement.objects.get().deletion_on == day + dt.timedelta(days=50)


# --- arriving -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "bad",
    [
        HEAD + "claire.martin@exemple.fr;A;1;2\n",
        HEAD + "1 85 05 78 006 084 91;A;1;2\n",
        HEAD + "E01;A;1;06 12 34 56 78\n",
        "nom;groupe;pre;post\nE01;A;1;2\n",
    ],
)
def test_what_names_people_is_refused_and_stays_in_the_page(bad: str) -> None:
    evaluation = EvaluationFactory(collecting=True)
    member = member_of(evaluation)
    with pytest.raises(Identifying, match="Rien n’a été enregistré"):
        data.deposit(evaluation, by=member, origin="paste", text=bad)
    page = signed_in(member).post(f"/evaluations/{evaluation.pk}/donnees", {"text": bad})
    assert page.status_code == 422
    assert bad.splitlines()[1] in page.content.decode()
    assert not Dataset.objects.exists()
    assert (
        default_storage.exists("evaluations") is False
        or not default_storage.listdir("evaluations")[1]
    )


def test_only_the_columns_that_serve_are_kept(django_capture_on_commit_callbacks: Any) -> None:
    text = CSV.replace(HEAD.strip(), HEAD.strip() + ";remarque", 1)
    text = "\n".join(
        line if n == 0 else f"{line};arrive en retard" for n, line in enumerate(text.splitlines())
    )
    with django_capture_on_commit_callbacks(execute=True):
        evaluation = with_data(text=text)
    kept = Dataset.objects.current(evaluation)
    assert kept is not None and kept.rows == 24
    with kept.file.open("rb") as file:
        content = file.read().decode()
    assert "retard" not in content and "E01" in content
    assert len(default_storage.listdir("evaluations")[1]) == 1


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("bien", "n’est pas un nombre"),
        ("inf", "infini"),
        ("12/05/2026", "une date"),
        ("#N/A!", "erreur de formule"),
        ("12 %", "sans le signe"),
    ],
)
def test_each_bad_line_is_named_and_the_deposit_waits(cell: str, words: str) -> None:
    evaluation = EvaluationFactory(collecting=True)
    by = member_of(evaluation)
    text = CSV.replace("E03;A;9;13", f"E03;A;9;{cell}")
    dataset = data.deposit(evaluation, by=by, origin="paste", text=text)
    found = data.map_columns(dataset, mapping(), by=by)
    assert found.ready_at is None and found.issue_count == 1
    issue = found.issues[0]
    assert issue["line"] == 4 and issue["column"] == "test de janvier" and words in issue["reason"]
    page = signed_in(by).get(f"/evaluations/{evaluation.pk}/donnees?corriger=1").content.decode()
    assert cell in page or cell.replace("%", "&#x") in page


def test_commas_spaces_and_missing_values_are_understood() -> None:
    text = CSV.replace("E03;A;9;13", "E03;A;9,5;13,25").replace("E04;A;14;17", "E04;A;14;abs")
    evaluation = with_data(text=text)
    kept = Dataset.objects.current(evaluation)
    assert kept is not None and kept.missing == {"post": 1}


def test_a_workbook_is_read_too() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in CSV.splitlines():
        sheet.append([int(c) if c.isdigit() else c for c in line.split(";")])
    out = io.BytesIO()
    book.save(out)
    evaluation = EvaluationFactory(collecting=True)
    by = member_of(evaluation)
    dataset = data.deposit(evaluation, by=by, origin="file", file=out)
    assert data.map_columns(dataset, mapping(), by=by).ready_at is not None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "vide"),
        (HEAD, "aucune ligne"),
        ("a;a\n1;2\n", "Deux colonnes"),
        ("a" + ";b" * 300 + "\n1\n", "colonnes"),
        ("%PDF-1.4 …", "PDF"),
    ],
)
def test_what_is_no_table_says_so(content: str, words: str) -> None:
    evaluation = EvaluationFactory(collecting=True)
    with pytest.raises(DomainError) as refused:
        data.deposit(evaluation, by=member_of(evaluation), origin="paste", text=content)
    assert words in str(refused.value.message)


def test_a_million_rows_are_refused_with_their_limit(settings: Any) -> None:
    evaluation = EvaluationFactory(collecting=True)
    text = HEAD + "E;A;1;2\n" * 1_000_001
    with pytest.raises(DomainError) as refused:
        data.deposit(evaluation, by=member_of(evaluation), origin="paste", text=text)
    assert "100\u202f000" in str(refused.value.message)
    assert not Dataset.objects.exists()


def test_an_unknown_group_is_named() -> None:
    evaluation = EvaluationFactory(collecting=True)
    by = member_of(evaluation)
    dataset = data.deposit(evaluation, by=by, origin="paste", text=CSV + "\nE99;C;1;2")
    assert french("« C »") in data.map_columns(dataset, mapping(), by=by).issues[0]["reason"]


def test_a_small_table_is_typed_in_the_page() -> None:
    evaluation = EvaluationFactory(collecting=True)
    client = signed_in(member_of(evaluation))
    address = f"/evaluations/{evaluation.pk}/donnees/saisie"
    rows = [line.split(";") for line in CSV.splitlines()[1:]]
    typed = {
        "unit": [row[0] for row in rows],
        "group": ["treated" if row[1] == "A" else "control" for row in rows],
        "pre": [row[2] for row in rows],
        "post": [*[row[3] for row in rows[:-1]], "beaucoup"],
    }
    page = client.post(address, typed)
    assert page.status_code == 422 and "beaucoup" in page.content.decode()
    assert not Dataset.objects.kept().exists()
    more = client.post(address, typed | {"more": "1"})
    assert more.status_code == 200 and "beaucoup" in more.content.decode()
    typed["post"][-1] = "9,5"
    assert client.post(address, typed).status_code == 302
    assert Dataset.objects.current(evaluation) is not None


def test_an_expired_session_gives_data_back_and_keeps_none_of_them() -> None:
    evaluation = EvaluationFactory(collecting=True)
    client = Client()
    answer = client.post(f"/evaluations/{evaluation.pk}/donnees", {"text": CSV})
    assert answer.status_code == 403 and "E01;A;10;14" in answer.content.decode()
    assert "kept_text" not in client.session
    assert client.get(f"/evaluations/{evaluation.pk}/donnees").status_code == 302


# --- who reads ----------------------------------------------------------------------------
def test_data_are_read_by_the_team_alone() -> None:
    evaluation = analysed()
    card = evaluation.initiative
    outsiders = [
        UserFactory(),
        UserFactory(manager=True),
        UserFactory(administrator=True),
        card.author,
    ]
    number = Dataset.objects.get().pk
    for user in outsiders:
        client = signed_in(user)
        for tail in ("donnees", f"donnees/{number}", "reproduire.zip", "analyse", "tirage.csv"):
            answer = client.get(f"/evaluations/{evaluation.pk}/{tail}")
            assert answer.status_code in {403, 404}, (user, tail)


def test_data_of_one_evaluation_are_not_reached_from_another() -> None:
    evaluation, other = with_data(), EvaluationFactory(collecting=True)
    number = Dataset.objects.get().pk
    client = signed_in(MemberFactory(evaluation=other).user)
    assert client.get(f"/evaluations/{other.pk}/donnees/{number}").status_code == 404
    assert client.post(f"/evaluations/{other.pk}/donnees/{number}/effacer").status_code == 404
    assert Dataset.objects.current(evaluation) is not None


def test_nothing_taken_away_is_read_as_a_formula() -> None:
    text = CSV.replace("E01;", "=HYPERLINK(1);").replace("E02;", "@SUM;")
    made = archive_of(analysed(text=text))
    assert made is not None
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        lines = archive.read("tout.csv").decode().splitlines()
        assert lines[1].startswith("'=") and lines[2].startswith("'@")
        assert {"analyse.py", "donnees.csv", "resultats.json"} <= set(archive.namelist())


# --- leaving ------------------------------------------------------------------------------
def on_its_date(evaluation: Evaluation) -> None:
    DataStatement.objects.filter(evaluation=evaluation).update(deletion_on=timezone.localdate())


def test_data_leave_on_their_date_and_results_stay() -> None:
    evaluation = analysed()
    Allocation.objects.create(
        evaluation=evaluation, method="simple", seed="1", generator="essaim-1",
        units="A\nB", assigned=[{"unit": "A"}], sha256="0" * 64,
    )  # fmt: skip
    on_its_date(evaluation)
    assert data.erase_due() == 1
    assert data.erase_due() == 0
    gone = Dataset.objects.get()
    assert not gone.file and gone.columns == [] and gone.deleted_at is not None
    assert Allocation.objects.get().units == "" and Allocation.objects.get().assigned == []
    assert evaluation.analyses.get().results["result"]["n"] == {"treated": 12, "control": 12}
    assert evaluation.journal.filter(kind="data_removed").exists()
    assert Notification.objects.filter(user=member_of(evaluation)).exists()


def test_the_file_itself_is_gone(django_capture_on_commit_callbacks: Any) -> None:
    evaluation = with_data()
    on_its_date(evaluation)
    with django_capture_on_commit_callbacks(execute=True):
        data.erase_due()
    name = Dataset.objects.get().file.name
    assert not name


def test_one_teams_trouble_does_not_keep_the_data_of_others(monkeypatch: Any) -> None:
    first, second = with_data(), with_data()
    on_its_date(first)
    on_its_date(second)
    erase = data.erase

    def refuse_first(evaluation: Evaluation, **kwargs: Any) -> int:
        if evaluation.pk == first.pk:
            raise OSError("the disk is away")
        return erase(evaluation, **kwargs)

    monkeypatch.setattr(data, "erase", refuse_first)
    assert data.erase_due() == 1
    assert not Dataset.objects.kept().filter(evaluation=second).exists()


def test_a_file_that_no_deposit_names_goes_after_an_hour(monkeypatch: Any) -> None:
    evaluation = with_data()
    kept = Dataset.objects.kept().get(evaluation=evaluation).file.name
    lost = default_storage.save("evaluations/perdu", io.BytesIO(b"eleve;groupe"))
    data.sweep_files()
    assert default_storage.exists(lost), "it may belong to a deposit under way"
    monkeypatch.setattr(data, "UNDER_WAY", dt.timedelta(0))
    assert data.sweep_files() >= 1
    assert not default_storage.exists(lost) and default_storage.exists(kept)


def test_a_result_whose_data_were_taken_back_is_to_be_made_again() -> None:
    evaluation = analysed()
    data.discard(Dataset.objects.kept().get(evaluation=evaluation), by=member_of(evaluation))
    evaluation.refresh_from_db()
    assert evaluation.state == State.COLLECTING


def test_a_short_address_is_an_address_all_the_same() -> None:
    evaluation = EvaluationFactory(collecting=True)
    text = CSV.replace("E01", "jo@x.fr")
    with pytest.raises(Identifying):
        data.deposit(evaluation, by=member_of(evaluation), origin="paste", text=text)


def test_nothing_arrives_after_the_date() -> None:
    evaluation = EvaluationFactory(collecting=True)
    on_its_date(evaluation)
    with pytest.raises(DomainError, match="passée"):
        data.deposit(evaluation, by=member_of(evaluation), origin="paste", text=CSV)


def test_teams_are_told_once_before() -> None:
    evaluation = with_data()
    soon = timezone.localdate() + dt.timedelta(days=7)
    DataStatement.objects.filter(evaluation=evaluation).update(deletion_on=soon)
    assert (data.tell_deletions_near(), data.tell_deletions_near()) == (1, 0)


def test_a_deposit_that_nobody_described_goes() -> None:
    evaluation = EvaluationFactory(collecting=True)
    dataset = data.deposit(evaluation, by=member_of(evaluation), origin="paste", text=CSV)
    assert data.forget_undescribed() == 0
    Dataset.objects.update(at=timezone.now() - dt.timedelta(days=3))
    assert data.forget_undescribed() == 1
    dataset.refresh_from_db()
    assert dataset.deleted_at is not None


def test_more_rows_than_a_deposit_may_hold_are_refused_in_little_time_and_memory() -> None:
    import resource
    import time

    from django.core.files.base import ContentFile

    evaluation = EvaluationFactory(collecting=True)
    line = b"E%07d;A;12,5;14,25\n"
    whole = b"pseudonyme;groupe;avant;apres\n" + b"".join(line % n for n in range(800_000))
    assert len(whole) < 20 * 1024 * 1024
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    with pytest.raises(DomainError, match=r"dépasse 100\u202f000 lignes.*Rien n’a été enregistré"):
        data.deposit(evaluation, by=member_of(evaluation), origin="file", file=ContentFile(whole))
    assert time.perf_counter() - began < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 120_000  # kB
    assert not Dataset.objects.exists()
