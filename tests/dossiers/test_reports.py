"""The account given of the money."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.waiting import told
from essaim.dossiers import rules
from essaim.dossiers.actions import reports
from essaim.dossiers.waiting import waiting
from essaim.following.models import Notification
from tests.dossiers.factories import WORDS, complete, fill, reported, reporting, submit, submitted
from tests.dossiers.helpers import signed_in

pytestmark = pytest.mark.django_db


class TestReports:
    def test_not_before_money_is_used(self) -> None:
        story = submitted()
        assert not rules.can_report(story.holder, story.application)

    def test_lines_are_those_of_the_budget(self) -> None:
        _story, report = reporting()
        assert [row["account"] for row in report.content["lines"]] == ["60", "64", "74"]

    def test_a_gap_is_explained(self) -> None:
        story, report = reporting()
        realised: list[tuple[int | None, str]] = [
            (20_000_01, ""),
            (40_000_00, ""),
            (100_000_01, ""),
        ]
        saved = reports.save_report(
            report, by=story.holder, version=1, realised=realised, texts=WORDS
        )
        with pytest.raises(DomainError, match="Animation"):
            reports.submit_report(saved, by=story.holder)
        realised[1] = (40_000_00, "Un poste vacant six mois.")
        saved = reports.save_report(
            saved, by=story.holder, version=2, realised=realised, texts=WORDS
        )
        assert reports.submit_report(saved, by=story.holder).state == "submitted"

    def test_an_ended_project_waits_for_its_report(self) -> None:
        story = complete(make="piloting")
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        fill(story, "projet", starts_on="2020-01-01", ends_on=yesterday.isoformat())
        submit(story)
        assert [row.due for row in told(waiting(story.holder), story.holder)] == [
            reports.due_on(yesterday)
        ]
        report = reports.start_report(
            story.application, by=story.holder, submission=uuid.uuid4(),
            starts_on=dt.date(2020, 1, 1), ends_on=yesterday,
        )  # fmt: skip
        realised = [(line["amount_cents"], "") for line in report.content["lines"]]
        report = reports.save_report(
            report, by=story.holder, version=1, realised=realised, texts=WORDS
        )
        reports.submit_report(report, by=story.holder)
        assert told(waiting(story.holder), story.holder) == []

    def test_submitted_it_no_longer_changes(self) -> None:
        story, report = reported()
        with pytest.raises(DomainError, match="ne change plus"):
            reports.save_report(
                report, by=story.holder, version=report.version, realised=[], texts={}
            )
        page = signed_in(story.funder).get(report.get_absolute_url()).content.decode()
        assert "Trois chantiers." in page

    def test_two_editors(self) -> None:
        story, report = reporting()
        one = [(1, "")] * 3
        reports.save_report(report, by=story.colleague, version=1, realised=one, texts=WORDS)
        with pytest.raises(reports.ReportConflict):
            reports.save_report(
                report, by=story.holder, version=1, realised=[(2, "")] * 3, texts=WORDS
            )

    def test_an_expired_session_hides_no_colleague(self) -> None:
        story, report = reporting()
        client, address = Client(), report.get_absolute_url()
        sent = {"version": 1, **WORDS, **{f"realised-{n}": "1" for n in range(3)}}
        assert client.post(address, sent).status_code == 302
        reports.save_report(
            report, by=story.colleague, version=1, realised=[(7, "")] * 3, texts=WORDS
        )
        client.force_login(story.holder, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(address).content.decode()
        assert 'name="version" value="1"' in page  # not the version nobody here has read
        assert client.post(address, sent).status_code == 409

    def test_autosave_keeps_what_is_valid(self) -> None:
        story, report = reporting()
        reports.save_report(report, by=story.holder, version=1, realised=[(7, "")] * 3, texts=WORDS)
        sent = {"version": 2, **WORDS, "done": "x" * 5001, "objectives": "Dépassés."}
        client = signed_in(story.holder)
        client.post(report.get_absolute_url(), sent, headers={"X-Essaim-Autosave": "1"})
        report.refresh_from_db()
        assert report.content["done"] == WORDS["done"]
        assert report.content["objectives"] == "Dépassés."

    def test_by_the_page(self) -> None:
        story, report = reporting()
        client = signed_in(story.holder)
        sent = {"version": 1, **WORDS}
        sent |= {
            f"realised-{n}": amount
            for n, amount in enumerate(["20 000,01", "80 000", "100 000,01"])
        }
        assert client.post(report.get_absolute_url(), sent).status_code == 302
        address = reverse("dossiers:submit_report", args=[story.application.pk, report.pk])
        client.post(address)
        report.refresh_from_db()
        assert report.content["lines"][0]["realised_cents"] == 20_000_01
        bad = client.post(report.get_absolute_url(), {**sent, "realised-0": "1,234"})
        assert bad.status_code == 422


def test_a_report_due_soon_is_said_once() -> None:
    story = submitted(make="piloting")
    ended = dt.date(2027, 12, 31)  # as the submitted file says
    due = reports.due_on(ended)
    assert reports.remind(due - dt.timedelta(days=61)) == 0
    for days in (60, 30, 0):
        assert reports.remind(due - dt.timedelta(days=days)) == 1
    told = Notification.objects.filter(announcement__verb="file_report_due")
    assert set(told.values_list("user", flat=True)) == {story.holder.pk, story.colleague.pk}
    assert told.count() == 2
    # Long after, it waits in the workspace without a mail.
    assert reports.remind(due + dt.timedelta(days=200)) == 0


def test_nothing_is_asked_of_a_file_whose_money_was_not_used() -> None:
    submitted(make="opened")
    assert reports.remind(reports.due_on(dt.date(2027, 12, 31))) == 0
