"""Files of schemes: ours, those of Aides-territoires, and those that lie."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from essaim.common.typography import french
from essaim.schemes.actions import imports
from essaim.schemes.actions.reference import FILE, load_report
from essaim.schemes.models import ImportState, Scheme, SchemeImport, Window
from tests.people.factories import UserFactory
from tests.schemes.factories import SchemeFactory, WindowFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
LISTING = "/dispositifs/imports"

# Made up, in the columns of Aides-territoires.
OTHER = {
    "id": "essai-1",
    "title": "Accompagner la rénovation d’un marché couvert",
    "url": "https://exemple.fr/aides/marche",
    "financeurs": ["Conseil départemental d’essai"],
    "beneficiaires": ["Communes", "Intercommunalités / Pays", "Fondations"],
    "types": ["Subvention", "Ingénierie Juridique / administrative"],
    "recurrence": "Ponctuelle",
    "aap": "",
    "description": "Pour les halles anciennes.",
    "cloture": "31/12/2031",
}


def run(text: str | bytes, *, trial: bool = False, name: str = "f.jsonl") -> SchemeImport:
    data = text.encode() if isinstance(text, str) else text
    made = imports.deposit(
        file=SimpleUploadedFile(name, data), name=name, trial=trial, by=UserFactory(manager=True)
    )
    imports.advance(made.pk)
    made.refresh_from_db()
    return made


def lines(*records: dict[str, Any]) -> str:
    return "\n".join(json.dumps(record) for record in records)


class TestMapping:
    def test_another_bank_is_understood_word_by_word(self) -> None:
        made = run(lines(OTHER))
        assert (made.state, made.created, made.refused) == (ImportState.DONE, 1, 0)
        scheme = Scheme.objects.get()
        assert scheme.funders == ["Conseil départemental d’essai"]
        assert scheme.applicants == ["commune", "epci"]
        assert scheme.helps == ["funding", "legal"]
        assert scheme.recurrence == "one_off"
        assert Window.objects.get().closes_on.isoformat() == "2031-12-31"  # type: ignore[union-attr]
        assert scheme.unmatched == {"applicants": ["Fondations"]}
        assert "Fondations" in made.issues.get().reason

    def test_a_line_ends_with_a_line_feed_and_nothing_else(self) -> None:
        """Signs that JSON allows in a text, and that other readers take for the end of a line."""
        odd = OTHER | {"description": "Pour les halles\u2028anciennes,\u0085même fermées."}
        made = run(json.dumps(odd, ensure_ascii=False))
        assert (made.state, made.created, made.refused) == (ImportState.DONE, 1, 0)

    def test_the_same_file_twice_changes_nothing(self) -> None:
        run(lines(OTHER))
        again = run(lines(OTHER))
        assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
        changed = run(lines(OTHER | {"cloture": "31/12/2032"}))
        assert changed.updated == 1 and Window.objects.count() == 2

    def test_what_the_file_does_not_speak_of_stays(self) -> None:
        scheme = SchemeFactory(rich=True, external_id="essai-1")
        run(lines({"id": "essai-1", "title": "Autre intitulé"}))
        scheme.refresh_from_db()
        assert scheme.title == "Autre intitulé"
        assert scheme.contact and scheme.helps and scheme.owner

    def test_our_own_export_comes_back_the_same(self, client: Client) -> None:
        place, theme = TerritoryFactory(), ThemeFactory()
        scheme = SchemeFactory(
            rich=True, themes=[theme], territories=[place], stage_notes={"validate": "Des pairs."},
            description="=2+2\nDeux lignes ; et « | »",
        )  # fmt: skip
        WindowFactory(scheme=scheme, label="vague 1")
        for kind in ("jsonl", "csv"):
            data = b"".join(client.get(f"/dispositifs/export/{kind}").streaming_content)  # type: ignore[arg-type]
            assert b"claire.martin" not in data
            made = run(data, name=f"f.{kind}")
            assert (made.unchanged, made.refused) == (1, 0), list(made.issues.values())

    def test_a_trial_writes_nothing(self) -> None:
        made = run(lines(OTHER), trial=True)
        assert made.created == 1 and not Scheme.objects.exists()

    def test_the_reports_maps_load_once_and_are_not_rewritten(self) -> None:
        assert load_report() == len(FILE.read_text().splitlines()) == 26
        Scheme.objects.filter(external_id="rapport-2015:dla").update(title="DLA, relu")
        assert load_report() == 0
        assert Scheme.objects.get(external_id="rapport-2015:dla").title == "DLA, relu"
        assert Scheme.objects.exclude(as_of="2015").count() == 0


class TestBadFiles:
    def test_each_line_says_what_is_wrong_with_it(self) -> None:
        late = {"id": "b", "title": "B", "windows": [{"opens_on": "2031-02-02", "closes_on": "2031-01-01"}]}  # fmt: skip
        text = "\n".join(
            ["{pas du json", '["une liste"]', lines({"id": "a"}), lines({"title": "Sans id"}), lines(late),
             lines({"id": "c", "title": "C", "url": "javascript:alert(1)", "as_of": "hier", "helps": 3})]
        )  # fmt: skip
        made = run(text)
        assert (made.created, made.refused) == (2, 4)
        assert {issue.line for issue in made.issues.filter(refused=True)} == {1, 2, 3, 4}
        assert made.issues.filter(line=5, reason__contains="précède l’ouverture").exists()
        assert not Scheme.objects.get(external_id="c").url
        assert not Window.objects.exists()

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"PK\x03\x04 un classeur", "enregistrez-le en CSV"),
            (b"\x7fELF\x00\x00", "pas du texte"),
            (b"   ", "vide"),
            (b"une seule colonne\nx", "séparées par des points-virgules"),
            (b"[1, 2", "JSON lisible"),
        ],
    )
    def test_a_file_that_is_something_else(self, data: bytes, said: str) -> None:
        made = run(data)
        assert made.state == ImportState.FAILED and said in made.message

    def test_days_out_of_all_reason_are_noted_and_dropped(self) -> None:
        made = run(
            lines({"id": "a", "title": "A", "deadline": "9999-12-31", "opening": "1999-01-01"})
        )
        assert made.created == 1 and not Window.objects.exists()
        assert made.issues.filter(reason__contains="entre 2000 et 2100").count() == 2

    def test_signs_that_the_database_cannot_keep_are_dropped(self) -> None:
        bad = "x\x00\ud800y"
        made = run(
            lines({"id": bad, "title": bad, "description": bad, "funders": [bad], "helps": [bad],
                   "territories": [bad], "stage_notes": {"scaling": bad},
                   "windows": [{"label": bad, "closes_on": "2031-01-01"}]})
        )  # fmt: skip
        assert (made.state, made.created) == (ImportState.DONE, 1)
        scheme = Scheme.objects.get()
        assert scheme.external_id == scheme.title == scheme.description == "xy"
        assert (scheme.funders, scheme.stage_notes) == (["xy"], {"scaling": "xy"})
        assert scheme.unmatched == {"helps": ["xy"], "territories": ["xy"]}

    def test_a_cell_of_lists_in_lists_stops_nothing(self) -> None:
        deep = '[{"a":' * 30_000
        made = run(
            f"id;titre;description\na;A;{deep.replace(chr(34), chr(34) * 2)}\n", name="f.csv"
        )
        assert made.state == ImportState.DONE

    def test_an_office_file_in_windows_letters(self) -> None:
        text = "id;titre;financeurs;types\nz1;Été solidaire;Région | État;Subvention\n"
        made = run(text.encode("cp1252"), name="f.csv")
        assert made.created == 1
        assert Scheme.objects.get().funders == ["Région", "État"]

    def test_a_job_stopped_half_way_goes_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(imports, "BATCH", 2)
        records = [{"id": f"n{n}", "title": f"N {n}"} for n in range(5)]
        made = imports.deposit(text=lines(*records), trial=False, by=None)
        real, seen = imports._write, []

        def breaking(*args: Any) -> None:
            seen.append(1)
            if len(seen) == 2:
                raise RuntimeError
            real(*args)

        monkeypatch.setattr(imports, "_write", breaking)
        with pytest.raises(RuntimeError):
            imports.advance(made.pk)
        assert Scheme.objects.count() == 2
        imports.advance(made.pk)
        made.refresh_from_db()
        assert (made.state, made.created, made.rows_done) == (ImportState.DONE, 5, 5)


class TestOneBadLine:
    """A line that the database refuses is told; the others of its batch are written."""

    def test_is_reported_alone(self) -> None:
        # More words than an index can hold of one text, within the length of a line.
        endless = " ".join(f"mot{n}x" for n in range(90_000))
        made = run(
            lines(
                {"id": "a", "title": "A"},
                {"id": "b", "title": "B", "description": endless},
                {"id": "c", "title": "C"},
            )
        )
        assert (made.state, made.rows_done) == (ImportState.DONE, 3)
        written = set(Scheme.objects.values_list("external_id", flat=True))
        assert {"a", "c"} <= written
        refused = set(made.issues.filter(refused=True).values_list("line", flat=True))
        assert refused == ({2} if "b" not in written else set())

    def test_whatever_breaks_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = imports.write_records

        def breaking(records: Any, *, by: Any) -> Any:
            if any(record.columns["title"] == "B" for record in records):
                raise ValueError
            return real(records, by=by)

        monkeypatch.setattr(imports, "write_records", breaking)
        made = run(lines(*({"id": f"n{t}", "title": t} for t in "ABCDE")))
        assert (made.created, made.refused, made.rows_done) == (4, 1, 5)
        issue = made.issues.get(refused=True)
        assert issue.line == 2 and "n’a pas pu être écrite" in issue.reason

    def test_a_database_out_of_reach_is_nobodys_line(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def gone(*args: Any, **kwargs: Any) -> Any:
            raise OperationalError

        made = imports.deposit(text=lines({"id": "a", "title": "A"}), trial=False, by=None)
        with monkeypatch.context() as patched:
            patched.setattr(imports, "write_records", gone)
            with pytest.raises(OperationalError):
                imports.advance(made.pk)
        imports.advance(made.pk)
        made.refresh_from_db()
        assert (made.state, made.created, made.refused) == (ImportState.DONE, 1, 0)

    def test_days_out_of_reason_break_no_page(self, client: Client) -> None:
        made = run(
            lines({"id": "a", "title": "A", "checked_on": "9999-12-31", "as_of": "9999", "ended_on": "0001-01-01"})
        )  # fmt: skip
        scheme = Scheme.objects.get()
        assert (scheme.checked_on, scheme.as_of, scheme.ended_on) == ("", "", None)
        assert made.issues.count() == 3
        assert client.get("/dispositifs").status_code == 200


class TestPages:
    def test_a_manager_deposits_and_reads_the_report(self, client: Client) -> None:
        client.force_login(UserFactory(manager=True))
        response = client.post(LISTING, {"text": lines(OTHER, {"id": "x"})})
        imports.advance(SchemeImport.objects.get().pk)
        text = client.get(response["Location"]).content.decode()
        assert french("Nouveaux : 1") in text and french("Refusés : 1") in text
        remarks = client.get(f"{response['Location']}/remarques")
        assert "Sans intitulé" in b"".join(remarks.streaming_content).decode()  # type: ignore[arg-type]
        assert client.get(f"{response['Location']}/avancement")["HX-Refresh"] == "true"

    def test_what_it_met_is_said_in_the_language_of_who_deposited(self, client: Client) -> None:
        client.force_login(UserFactory(manager=True))
        client.cookies["essaim_langue"] = "en"
        response = client.post(LISTING, {"text": lines(OTHER, {"id": "x"})})
        made = SchemeImport.objects.get()
        imports.advance(made.pk)
        assert "Without a title" in client.get(response["Location"]).content.decode()
        lost = imports.deposit(text="x", trial=True, by=None)
        SchemeImport.objects.filter(pk=lost.pk).update(language="en")
        imports.fail_unexpectedly(lost.pk)
        lost.refresh_from_db()
        assert "unexpected" in lost.message

    def test_nothing_or_both_is_refused_and_kept(self, client: Client) -> None:
        client.force_login(UserFactory(manager=True))
        assert "Choisissez un fichier" in client.post(LISTING, {}).content.decode()
        both = {"text": "abc", "file": SimpleUploadedFile("f.csv", b"id;title")}
        assert "pas les deux" in client.post(LISTING, both).content.decode()
