"""The centre's own figures: deposited, read by a job, said line by line, all of them or none."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.dialogues import own_figures, tasks
from essaim.dialogues.actions import campaigns, figure_files, findings, keeping, territories
from essaim.dialogues.keeping import dialogues_of
from essaim.dialogues.models import FigureFile, OwnFigure
from essaim.people import retention
from essaim.territories import indicator_file
from essaim.territories.models import Territory
from tests.dialogues.factories import begun, measured, representative
from tests.dossiers.helpers import signed_in
from tests.people.factories import OrganisationFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
LONG = "territory,indicator,year,value\n"


def own() -> SimpleNamespace:
    centre = OrganisationFactory()
    head = representative(centre)
    campaign = begun(centre, by=head)
    indicator = measured(campaign, series=None, own_name="Nos files d’attente")
    for code in ("38185", "73065"):
        place = Territory.objects.filter(code=code).first() or TerritoryFactory(code=code)
        territories.add_territories(campaign, [place])
    return SimpleNamespace(campaign=campaign, indicator=indicator, head=head)


def put(there: Any, text: str, *, encoding: str = "utf-8", **given: Any) -> FigureFile:
    values: dict[str, Any] = {"submission": uuid.uuid4(), "name": "files.csv", **given}
    return figure_files.deposit(
        there.indicator, by=there.head, file=io.BytesIO(text.encode(encoding)), **values
    )


def read(kept: FigureFile) -> FigureFile:
    figure_files.advance(kept.pk)
    kept.refresh_from_db()
    return kept


def known() -> dict[str, float]:
    return dict(OwnFigure.objects.values_list("territory__code", "value"))


class TestAFileThatIsRight:
    def test_is_loaded_by_the_job_and_not_before(self) -> None:
        there = own()
        kept = put(
            there, "commune;valeur\ncommune:38185;41,5\ncommune:73065;\n", encoding="cp1252",
            year=2025,
        )  # fmt: skip
        assert not known() and kept.state == "waiting"
        job = ProcrastinateJob.objects.get(task_name="dialogues.read_figures", args__pk=kept.pk)
        assert job.queue_name == "imports"
        kept = read(kept)
        assert known() == {"38185": 41.5}
        assert (kept.state, kept.lines, kept.created, kept.empty) == ("loaded", 2, 1, 1)
        assert kept.percent == 100 and not kept.content
        assert findings.take_findings(there.campaign) == 1

    def test_loaded_again_replaces_and_says_what_it_did(self) -> None:
        there = own()
        read(put(there, f"{LONG}commune:38185,Nos files d’attente,2025,12\n"))
        text = (
            f"{LONG}commune:38185,Nos files d’attente,2025,13\ncommune:73065,Autre chose,2025,1\n"
        )
        kept = read(put(there, text))
        assert known() == {"38185": 13.0}
        assert (kept.created, kept.updated, kept.unchanged) == (0, 1, 0)
        assert [(each.line, each.code) for each in kept.said.all()] == [(3, "other")]
        assert read(put(there, text)).unchanged == 1

    def test_a_territory_out_of_the_campaign_is_said_by_its_line(self) -> None:
        there = own()
        TerritoryFactory(code="26362")
        kept = read(put(there, "commune;x\ncommune:38185;4\ncommune:26362;9\n", year=2025))
        assert (kept.state, kept.created, kept.outside) == ("loaded", 1, 1)
        assert [(each.line, each.is_error) for each in kept.said.all()] == [(3, False)]
        assert known() == {"38185": 4.0}

    def test_done_twice_or_once_more_by_a_late_job_it_is_loaded_once(self) -> None:
        there = own()
        key = uuid.uuid4()
        text = "commune;x\ncommune:38185;4\n"
        kept = put(there, text, year=2025, submission=key)
        assert put(there, text, year=2025, submission=key) == kept
        assert FigureFile.objects.count() == 1
        read(kept)
        OwnFigure.objects.update(value=5.0)
        assert read(kept).state == "loaded" and known() == {"38185": 5.0}

    def test_how_far_it_is_is_told_batch_by_batch(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(indicator_file, "BATCH", 2)
        there, told = own(), list[tuple[int, int]]()
        text = b"commune;x\n" + b"".join(b"commune:38185;%d\n" % n for n in [4] * 5)
        own_figures.figures_of(
            io.BytesIO(text), there.indicator, kind="", year=2025, most=9,
            so_far=lambda lines, read: told.append((lines, read)),
        )  # fmt: skip
        assert [lines for lines, _read in told] == [2, 4, 5] and told[-1][1] == len(text)


class TestAFileThatIsWrong:
    def test_each_line_is_said_and_nothing_is_lost(self) -> None:
        there = own()
        read(put(there, "commune;x\ncommune:38185;4\n", year=2025))
        text = "commune;valeur\ncommune:38185;41\ncommune:99999;3\ncommune:73065;douze\n"
        text += "commune:38185;42\n"
        kept = read(put(there, text, year=2025))
        assert known() == {"38185": 4.0}
        assert (kept.state, kept.error_count, kept.created) == ("refused", 3, 0)
        assert [each.line for each in kept.said.all()] == [3, 4, 5]
        page = signed_in(there.head).get(kept.get_absolute_url()).content.decode()
        assert "commune:99999" in page and french("« douze » n’est pas un nombre") in page
        assert "Des lignes sont fausses" in page and "Les chiffres d’avant restent" in page
        lines = signed_in(there.head).get(f"{kept.get_absolute_url()}/lignes.csv")
        written = b"".join(lines) if lines.streaming else lines.content
        assert written.decode("utf-8-sig").count("\n") == 4

    def test_what_the_first_lines_tell_is_said_beside_the_form(self) -> None:
        there = own()
        for text, field in (
            ("commune;x\ncommune:38185;4\n", "year"),
            ("", "file"),
            ("a;b;c\n1;2;3\n", "file"),
        ):
            with pytest.raises(DomainError) as refused:
                put(there, text)
            assert refused.value.field == field
        assert not FigureFile.objects.exists()

    def test_nothing_of_the_campaign(self) -> None:
        there = own()
        kept = read(put(there, f"{LONG}commune:38185,Autre,2025,12\n"))
        assert kept.state == "refused" and french("indicateurs lus : Autre") in kept.reason

    def test_a_quote_left_open_far_down_says_its_line(self) -> None:
        there = own()
        lines = "".join(f"commune:38185;{n}\n" for n in range(3))
        kept = read(put(there, f'commune;x\n{lines}"commune:73065;4\n', year=2025))
        assert kept.state == "refused" and kept.said.filter(code="csv").exists()
        assert not known()

    def test_too_many_figures(self, settings: Any) -> None:
        settings.DIALOGUES = {**settings.DIALOGUES, "own_figures": 1}
        there = own()
        kept = read(put(there, "commune;x\ncommune:38185;4\ncommune:73065;5\n", year=2025))
        assert "Plus de 1 valeurs" in kept.reason and not known()

    def test_lines_beyond_some_are_counted_and_not_said(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(own_figures, "MOST_SAID", 2)
        there = own()
        others = "".join(f"commune:73065,Autre {n},2025,{n}\n" for n in range(5))
        kept = read(put(there, f"{LONG}commune:38185,Nos files d’attente,2025,12\n{others}"))
        assert (kept.state, kept.created, kept.left) == ("loaded", 1, 5)
        assert kept.said.count() == 2
        page = signed_in(there.head).get(kept.get_absolute_url()).content.decode()
        assert "5 lignes d’autres indicateurs" in page and "Seules les premières lignes" in page
        wrong = "".join(f"commune:99{n:03d},Nos files d’attente,2025,3\n" for n in range(5))
        kept = read(put(there, f"{LONG}{wrong}"))
        assert (kept.state, kept.error_count, kept.said.count()) == ("refused", 5, 2)
        assert "Plus de 2 lignes sont fausses" in kept.reason and known() == {"38185": 12.0}

    def test_all_of_elsewhere_is_counted_beyond_what_is_said(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(own_figures, "MOST_SAID", 2)
        there = own()
        for code in ("26362", "26058", "69123"):
            TerritoryFactory(code=code)
        text = "commune;x\ncommune:26362;9\ncommune:26058;8\ncommune:69123;7\n"
        kept = read(put(there, text, year=2025))
        assert (kept.state, kept.outside, kept.said.count()) == ("refused", 3, 2)
        page = signed_in(there.head).get(kept.get_absolute_url()).content.decode()
        assert "3 valeurs de territoires hors de la campagne" in page
        assert "Seules les premières lignes" in page

    def test_a_campaign_closed_meanwhile(self) -> None:
        there = own()
        campaigns.open_campaign(there.campaign)
        kept = put(there, "commune;x\ncommune:38185;4\n", year=2025)
        campaigns.close(there.campaign)
        assert read(kept).state == "refused" and "close entre-temps" in kept.reason
        assert not known()
        client = signed_in(there.head)
        page = client.get(kept.get_absolute_url())
        assert page.status_code == 200 and "Déposer un autre" not in page.content.decode()
        for end in ("/lignes.csv", "/avancement"):
            assert client.get(f"{kept.get_absolute_url()}{end}").status_code == 200
        assert client.post(f"{kept.get_absolute_url()}/reessayer").status_code == 403

    def test_a_campaign_closed_while_its_file_is_written(self, monkeypatch: Any) -> None:
        """Closed between the reading of the row and the lock: refused, not a job that fails."""
        there = own()
        campaigns.open_campaign(there.campaign)
        kept = put(there, "commune;x\ncommune:38185;4\n", year=2025)
        lock = figure_files.lock_campaign

        def closed_first(pk: int) -> Any:
            campaigns.close(there.campaign)
            return lock(pk)

        monkeypatch.setattr(figure_files, "lock_campaign", closed_first)
        assert read(kept).state == "refused" and "close entre-temps" in kept.reason
        assert not known()


class TestAJobThatStops:
    def broken(self, there: Any, monkeypatch: pytest.MonkeyPatch, attempts: int) -> FigureFile:
        kept = put(there, "commune;x\ncommune:38185;4\n", year=2025)
        context: Any = SimpleNamespace(job=SimpleNamespace(attempts=attempts))
        with monkeypatch.context() as patched:
            patched.setattr(figure_files, "figures_of", lambda *a, **k: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                tasks.read_figures.func(context, kept.pk)  # type: ignore[attr-defined]
        kept.refresh_from_db()
        return kept

    def test_is_done_again_then_given_up_and_tried_again(self, monkeypatch: Any) -> None:
        there = own()
        assert self.broken(there, monkeypatch, 1).state == "waiting"
        kept = self.broken(there, monkeypatch, 3)
        assert kept.state == "failed" and bytes(kept.content)
        page = signed_in(there.head).get(kept.get_absolute_url()).content.decode()
        assert "Réessayer" in page
        FigureFile.objects.update(at=timezone.now() - dt.timedelta(hours=1))
        for _double in range(2):
            signed_in(there.head).post(f"{kept.get_absolute_url()}/reessayer")
        page = signed_in(there.head).get(kept.get_absolute_url()).content.decode()
        assert "en file d’attente" in page and "Rien n’a avancé" not in page
        assert read(kept).state == "loaded" and known() == {"38185": 4.0}

    def test_one_that_kills_its_worker_is_given_up(self, monkeypatch: Any) -> None:
        there = own()
        kept = put(there, "commune;x\ncommune:38185;4\n", year=2025)
        with monkeypatch.context() as patched:  # killed: nothing is said, nothing is caught
            patched.setattr(figure_files, "_read", lambda kept: None)
            for _begun in range(figure_files.BEGUN_AT_MOST):
                assert read(kept).state == "waiting"
        kept = read(kept)
        assert (kept.state, kept.attempts) == ("failed", 5) and "interrompu" in kept.reason
        assert read(figure_files.try_again(kept)).state == "loaded"

    def test_nobody_forgets_it(self) -> None:
        there = own()
        kept = put(there, "commune;x\ncommune:38185;4\n", year=2025)
        assert figure_files.resume_forgotten() == 0
        FigureFile.objects.update(at=timezone.now() - dt.timedelta(hours=1))
        jobs = ProcrastinateJob.objects.filter(args__pk=kept.pk)
        assert figure_files.resume_forgotten() == 0  # a job waits for it
        jobs.filter(status="todo").delete()
        assert figure_files.resume_forgotten() == 1


def test_reports_and_interrupted_files_go_without_another_deposit() -> None:
    there = own()
    texts = ("commune;x\ncommune:38185;4\n", "commune;x\ncommune:38185;quatre\n")
    loaded, refused = (read(put(there, text, year=2025)) for text in texts)
    interrupted, waiting = (put(there, texts[0], year=2025) for _each in range(2))
    figure_files.give_up(interrupted.pk)
    assert dialogues_of(there.head)["files"].count() == 4
    keeping.forget_person(there.head)
    assert not FigureFile.objects.exclude(by=None).exists()
    rule = next(each for each in retention.rules() if each.kind == "figure_files")
    assert rule.apply(rule.days) == 0
    FigureFile.objects.update(at=timezone.now() - dt.timedelta(days=rule.days, hours=1))
    recent = put(there, texts[0], year=2025)
    assert FigureFile.objects.count() == 5
    assert rule.apply(rule.days) == 3 and {loaded.pk, refused.pk, interrupted.pk}.isdisjoint(
        FigureFile.objects.values_list("pk", flat=True)
    )
    assert set(FigureFile.objects.all()) == {waiting, recent} and known() == {"38185": 4.0}


def test_the_page_says_how_far_it_is() -> None:
    there = own()
    client = signed_in(there.head)
    address = f"{there.campaign.get_absolute_url()}/indicateurs/{there.indicator.pk}/chiffres"
    sent = {
        "file": SimpleUploadedFile("files.csv", b"commune;x\ncommune:38185;4\n"),
        "kind": "", "year": "2025", "submission": uuid.uuid4(),
    }  # fmt: skip
    answer = client.post(address, sent)
    kept = FigureFile.objects.get()
    assert answer["location"] == kept.get_absolute_url() and not known()
    assert "en file d’attente" in client.get(kept.get_absolute_url()).content.decode()
    progress = f"{kept.get_absolute_url()}/avancement"
    assert "HX-Refresh" not in client.get(progress)
    FigureFile.objects.update(touched_at=timezone.now(), lines=1500, bytes_done=13)
    assert "1\u202f500 lignes lues" in client.get(progress).content.decode().replace(
        "\xa0", "\u202f"
    )
    read(kept)
    assert client.get(progress)["HX-Refresh"] == "true"
    assert "files.csv" in client.get(address).content.decode()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = client.get(kept.get_absolute_url()).content.decode()
    assert "The figures are loaded" in english


def test_another_centre_reads_none_of_it() -> None:
    there, other = own(), own()
    kept = put(there, "commune;x\ncommune:38185;4\n", year=2025)
    assert signed_in(other.head).get(kept.get_absolute_url()).status_code == 404
    elsewhere = (
        f"{other.campaign.get_absolute_url()}/indicateurs/{other.indicator.pk}/chiffres/{kept.pk}"
    )
    assert signed_in(other.head).get(elsewhere).status_code == 404
