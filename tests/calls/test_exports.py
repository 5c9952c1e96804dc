"""Taking applications away: which columns and rows, by a job, to whom and for how long."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from essaim.calls.actions import exports
from essaim.calls.archiving import Joined, safe_name, write_archive
from essaim.calls.exporting import columns_of, default_columns
from essaim.calls.models import (
    Access,
    Application,
    ApplicationState,
    Call,
    CallExport,
    ColumnTemplate,
    ExportState,
    FormVersion,
    Officer,
    Partner,
)
from essaim.common.errors import DomainError
from essaim.common.typography import french
from tests.at_once import at_once
from tests.calls.factories import BLOCKS, CallFactory, SeriesFactory, officer
from tests.calls.factories_after import after
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
S = ApplicationState


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def sign_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def made(call: Call, by: Any, *, format: str = "csv", **how: Any) -> CallExport:
    how.setdefault("columns", default_columns())
    asked = exports.ask(call, by=by, format=format, **how)
    exports.make(asked.pk)
    return CallExport.objects.get(pk=asked.pk)


def lines(export: CallExport) -> list[list[str]]:
    with export.file.open("rb") as file:
        text = file.read().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


class TestTable:
    def test_holds_what_was_submitted_and_never_a_draft(self) -> None:
        call = CallFactory()
        after(call, state=S.DRAFT, title="Secret")
        first = after(call, title="Atelier", requested_cents=12_000_50)
        Application.objects.filter(pk=first.pk).update(state=S.DRAFT)
        first.answers.filter(block="projet").update(content={"what": "En cours de réécriture"})
        names = ["title", "requested", "answer:projet.what", "answer:projet.requested_cents"]
        found = lines(made(call, officer(call), columns=names))
        assert found == [
            ["titre", "montant demandé (€)", "Que ferez-vous ?", "Montant demandé (€)"],
            ["Atelier", "12000,5", "Un atelier de réparation.", "12000,5"],
        ]

    @pytest.mark.parametrize(
        ("zone", "heading", "hour"),
        [
            ("Europe/Paris", "déposée le (heure de Paris)", "2027-03-03 12:30"),
            ("Indian/Reunion", "déposée le (Indian/Reunion)", "2027-03-03 15:30"),
        ],
    )
    def test_instants_are_by_the_clock_of_the_call_which_is_named(
        self, zone: str, heading: str, hour: str
    ) -> None:
        call = CallFactory(zone=zone)
        after(call, submitted_at=dt.datetime(2027, 3, 3, 11, 30, tzinfo=dt.UTC))
        found = lines(made(call, officer(call), columns=["submitted_at"]))
        assert found == [[heading], [hour]]

    def test_exactly_the_filtered_rows(self) -> None:
        call = CallFactory()
        after(call, state=S.ELIGIBLE, title="Un")
        after(call, state=S.INELIGIBLE, title="Deux")
        after(call, state=S.ELIGIBLE, title="Trois", person=UserFactory())
        person = officer(call)
        rows = lines(made(call, person, columns=["title"], query="state=eligible"))
        assert [row[0] for row in rows[1:]] == ["Un", "Trois"]
        query = "state=eligible&applicant=person"
        assert len(lines(made(call, person, columns=["title"], query=query))) == 2
        assert len(lines(made(call, person, columns=["title"], query="q=deux"))) == 2

    def test_what_one_is_linked_with_is_not_in_it_and_the_page_says_so(self) -> None:
        call = CallFactory()
        person = officer(call)
        mine = MembershipFactory(user=person).organisation
        after(call, organisation=mine, title="À moi")
        shared = after(call, title="En partenaire")
        Partner.objects.create(application=shared, organisation=mine)
        after(call, title="Autre")
        export = made(call, person, columns=["title"])
        assert [row[0] for row in lines(export)[1:]] == ["Autre"] and export.left_out == 2
        page = sign_in(person).get(export.get_absolute_url()).content.decode()
        assert french("2 candidatures n’y sont pas : vous avez un lien avec elles.") in page

    @pytest.mark.parametrize("format", ["csv", "xlsx"])
    def test_nothing_is_read_as_a_formula(self, format: str) -> None:
        call = CallFactory()
        bad = '=HYPERLINK("http://exemple.fr","ici")'
        after(
            call, title=bad, organisation=OrganisationFactory(name="+33 1 attaque"),
            content={"projet": {"what": "\t@SUM(1)"}},
        )  # fmt: skip
        FormVersion.objects.create(
            call=call, number=2,
            blocks=[{**BLOCKS[0], "fields": [{"name": "what", "label": "=1+1", "kind": "long"}]}],
        )  # fmt: skip
        names = ["title", "applicant", "answer:projet.what"]
        export = made(call, officer(call), format=format, columns=names)
        if format == "csv":
            rows: Any = lines(export)
        else:
            with export.file.open("rb") as file:
                sheet = load_workbook(io.BytesIO(file.read())).active
            rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
            assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        assert rows[0][2] == "'=1+1"
        assert all(cell.startswith("'") for cell in rows[1])

    def test_answers_of_an_older_form_stay_columns(self) -> None:
        call = CallFactory()
        old = {"name": "gone", "label": "Autrefois", "kind": "choice", "choices": [["a", "Oui"]]}
        FormVersion.objects.create(
            call=call, number=2, blocks=[{"slug": "b", "title": "B", "fields": [old]}]
        )
        after(call, content={"b": {"gone": "a"}, "projet": {"what": [{"label": "x"}, 3, None]}})
        names = [column.name for column in columns_of(call)]
        assert "answer:b.gone" in names and "answer:projet.what" in names
        found = lines(
            made(call, officer(call), columns=["answer:b.gone", "answer:projet.what", "zz"])
        )
        assert found[1] == ["Oui", "x | 3 | None"] and len(found[0]) == 2

    def test_persons_of_what_was_submitted_are_columns_as_long_as_they_are_kept(self) -> None:
        call = CallFactory()
        FormVersion.objects.create(
            call=call, number=2,
            blocks=[{"slug": "personnes", "title": "Qui", "of_persons": True,
                     "fields": [{"name": "contact", "label": "Contact", "kind": "text"}]}],
        )  # fmt: skip
        found = after(call, persons={"personnes": {"contact": "Zoé"}})
        person = officer(call)
        columns = ["answer:personnes.contact"]
        assert lines(made(call, person, columns=columns))[1] == ["Zoé"]
        found.versions.get().persons.delete()
        assert lines(made(call, person, columns=columns))[1] == [""]

    def test_queries_grow_by_batches_alone(self) -> None:
        call = CallFactory()
        person = officer(call)
        counts = []
        for _n in range(2):
            for _m in range(20):
                after(call)
            asked = exports.ask(call, by=person, format="csv", columns=default_columns())
            with CaptureQueriesContext(connection) as captured:
                exports.make(asked.pk)
            counts.append(len(captured))
        assert counts[0] == counts[1]


class TestJob:
    def test_is_asked_once_by_a_double_press(self) -> None:
        call = CallFactory()
        person = officer(call)
        one = exports.ask(call, by=person, format="csv", columns=["title"])
        assert exports.ask(call, by=person, format="csv", columns=["title"]) == one
        exports.make(one.pk)
        exports.make(one.pk)  # a job done twice
        assert CallExport.objects.get().state == ExportState.READY

    def test_fails_in_words_and_one_forgotten_begins_again(self) -> None:
        call = CallFactory()
        asked = exports.ask(call, by=officer(call), format="csv", columns=["title"])
        assert exports.resume_forgotten() == 0
        CallExport.objects.update(asked_at=timezone.now() - dt.timedelta(hours=1))
        from procrastinate.contrib.django.models import ProcrastinateJob

        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
        assert not ProcrastinateJob.objects.exists()
        assert exports.resume_forgotten() == 1
        exports.give_up(asked.pk)
        exports.give_up(asked.pk)
        assert CallExport.objects.get().state == ExportState.FAILED

    def test_of_someone_who_no_longer_runs_the_call_is_not_made(self) -> None:
        call = CallFactory()
        person = officer(call)
        asked = exports.ask(call, by=person, format="csv", columns=["title"])
        Officer.objects.all().delete()
        exports.make(asked.pk)
        assert CallExport.objects.get().state == ExportState.FAILED
        with pytest.raises(DomainError):
            exports.ask(call, by=person, format="csv", columns=["title"])

    def test_no_column_is_refused_beside_the_columns(self) -> None:
        call = CallFactory()
        answer = sign_in(officer(call)).post(
            reverse("calls:exports", args=[call.slug]), {"format": "csv"}
        )
        assert answer.status_code == 422
        assert "Choisissez une colonne au moins." in answer.content.decode()


class TestTaking:
    def test_by_who_asked_alone_recorded_each_time(self) -> None:
        call = CallFactory()
        after(call)
        person, other = officer(call), officer(call)
        export = made(call, person, columns=["title"])
        url = reverse("calls:export_file", args=[call.slug, export.key])
        answer = sign_in(person).get(url)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        b"".join(answer.streaming_content)  # type: ignore[arg-type]
        export.refresh_from_db()
        assert (
            export.taken == 1 and Access.objects.filter(user_id=person.pk, what="export").exists()
        )
        assert sign_in(other).get(url).status_code == 404
        assert sign_in(UserFactory(manager=True)).get(url).status_code == 404
        Officer.objects.filter(user=person).delete()
        assert sign_in(person).get(url).status_code == 404

    def test_a_link_born_since_closes_the_file(self) -> None:
        call = CallFactory()
        found = after(call)
        person = officer(call)
        export = made(call, person, columns=["title"])
        MembershipFactory(user=person, organisation=found.organisation)
        url = reverse("calls:export_file", args=[call.slug, export.key])
        client = sign_in(person)
        answer = client.get(url, follow=True)
        assert "il est effacé" in answer.content.decode()
        export.refresh_from_db()
        assert export.state == ExportState.GONE and export.contents == []

    def test_is_forgotten_after_days_and_its_record_after_a_year(self) -> None:
        call = CallFactory()
        export = made(call, officer(call), columns=["title"])
        assert exports.forget_old() == 0
        late = timezone.now() - dt.timedelta(days=conf.CALL_EXPORTS["days"] + 1)
        CallExport.objects.update(asked_at=late)
        assert exports.forget_old() == 1 and exports.forget_old() == 0
        export.refresh_from_db()
        assert export.state == ExportState.GONE and not export.file
        assert exports.forget_records(365) == 0
        assert exports.forget_records(1) == 1

    def test_deleted_by_who_asked(self) -> None:
        call = CallFactory()
        person = officer(call)
        export = made(call, person, columns=["title"])
        with pytest.raises(DomainError):
            exports.delete(export, by=officer(call))
        sign_in(person).post(reverse("calls:delete_export", args=[call.slug, export.key]))
        assert CallExport.objects.get().state == ExportState.GONE


class TestArchive:
    def test_names_are_safe_files_stay_whole_and_all_are_listed(self) -> None:
        call = CallFactory()
        found = after(call, organisation=OrganisationFactory(name="../../Étoile & Cie"))
        other = after(call)

        def files(rows: Any) -> Any:
            def joined(name: str, data: bytes | None) -> Joined:
                def open_it() -> io.BytesIO:
                    if data is None:
                        raise FileNotFoundError
                    return io.BytesIO(data)

                return Joined("projet", name, len(data or b""), "f" * 64, open_it)

            return {
                found.pk: [
                    joined("../../etc/passwd", b"a"), joined("Budget é.PDF", b"bb"),
                    joined("budget e.pdf", b"ccc"), joined("=cmd.csv", None), joined("CON.txt", b"d"),
                ]
            }  # fmt: skip

        out, told = io.BytesIO(), []
        write_archive(
            out, [found.pk, other.pk], "http://x", files=files, left_out=2, tell=told.append
        )
        with zipfile.ZipFile(out) as archive:
            assert archive.testzip() is None
            names = archive.namelist()
            manifest = archive.read("manifeste.csv").decode("utf-8-sig")
        assert names == [
            "0001-etoile-cie/passwd", "0001-etoile-cie/budget-e.pdf",
            "0001-etoile-cie/budget-e-2.pdf", "0001-etoile-cie/con-.txt", "manifeste.csv",
        ]  # fmt: skip
        rows = list(csv.reader(io.StringIO(manifest), delimiter=";"))
        assert len(rows) == 1 + 5 + 1 and told == [2]
        assert rows[4][3] == "'=cmd.csv" and rows[4][7] == "fichier introuvable"
        assert rows[1][7] == "diffère de ce qui fut déposé"
        assert "2 candidatures n’y sont pas" in rows[-1][7]

    @pytest.mark.parametrize(
        ("name", "safe"),
        [
            ("C:\\temp\\a.exe", "a.exe"), ("...", "fichier"), ("nul", "nul-"),
            ("x" * 300 + ".pdf", "x" * 60 + ".pdf"), ("été\u202e.pdf", "ete.pdf"), ("", "fichier"),
        ],
    )  # fmt: skip
    def test_safe_name(self, name: str, safe: str) -> None:
        assert safe_name(name) == safe


class TestTemplates:
    def test_are_kept_and_shared_with_all_who_run_the_call_and_its_waves(self) -> None:
        series = SeriesFactory()
        call, following = (CallFactory(series=series, wave=n) for n in (1, 2))
        url = reverse("calls:exports", args=[call.slug])
        sign_in(officer(call)).post(
            url, {"format": "csv", "columns": ["title", "state"], "keep": "1", "name": " Jury  1 "}
        )
        kept = ColumnTemplate.objects.get()
        assert (kept.name, kept.columns) == ("Jury 1", ["title", "state"])
        exports.keep_columns(call, by=officer(call), name="Jury 1", columns=["title"])
        assert ColumnTemplate.objects.get().columns == ["title"]
        page = sign_in(officer(following)).get(
            reverse("calls:exports", args=[following.slug]), {"modele": kept.pk}
        )
        assert "Jury 1" in page.content.decode() and page.content.decode().count(" checked") == 2
        drop = reverse("calls:drop_column_template", args=[following.slug, kept.pk])
        assert sign_in(officer(following)).post(drop).status_code == 404
        sign_in(officer(call)).post(
            reverse("calls:drop_column_template", args=[call.slug, kept.pk])
        )
        assert not ColumnTemplate.objects.exists()

    def test_without_a_name_or_a_column_is_refused(self) -> None:
        call = CallFactory()
        url, client = reverse("calls:exports", args=[call.slug]), sign_in(officer(call))
        without = {"format": "csv", "columns": ["title"], "keep": "1", "name": ""}
        assert client.post(url, without).status_code == 422
        assert client.post(url, {"format": "csv", "keep": "1", "name": "x"}).status_code == 422
        assert not ColumnTemplate.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_double_press_at_once_is_one_export() -> None:
    call = CallFactory()
    person = officer(call)

    def press() -> None:
        exports.ask(call, by=person, format="csv", columns=["title"])

    assert at_once(press, press, press) == ["done"] * 3
    assert CallExport.objects.count() == 1
