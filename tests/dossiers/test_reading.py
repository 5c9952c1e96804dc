"""Who reads a file, and in which forms it leaves."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from django.test import Client
from django.urls import reverse

from essaim.dossiers import rules
from essaim.dossiers.actions import documents
from essaim.dossiers.document import report_document, version_document
from essaim.dossiers.models import Application
from essaim.dossiers.schema import file_schema
from essaim.funding.actions import ending
from essaim.funding.models import Option
from tests.dossiers.factories import (
    FILLED,
    amended,
    asked,
    complete,
    deposit,
    fill,
    reported,
    reporting,
    required,
    started,
    submit,
    submitted,
)
from tests.dossiers.helpers import signed_in
from tests.funding.factories import funder, organisation_of
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


class TestWhoReads:
    def test_another_organisation_sees_nothing(self) -> None:
        story = submitted()
        stranger = MembershipFactory(role="representative").user
        elsewhere = funder()  # a funder, of no part in this pool
        for person in (stranger, elsewhere):
            assert not rules.can_view(person, story.application)
            client = signed_in(person)
            for name, args in (
                ("application", [story.application.pk]),
                ("version", [story.application.pk, 1]),
                ("json", [story.application.pk, 1]),
                ("edit", [story.application.pk, "projet"]),
            ):
                assert client.get(reverse(f"dossiers:{name}", args=args)).status_code == 404

    def test_a_funder_without_the_mandate_reads_nothing(self) -> None:
        story = submitted()
        colleague = MembershipFactory(organisation=organisation_of(story.funder)).user
        assert not rules.can_view(colleague, story.application)

    def test_what_belongs_to_another_file_is_not_reached_through_ones_own(self) -> None:
        theirs, report = reported()
        question, request = asked(theirs), required(theirs)
        document = deposit(theirs.organisation, theirs.holder)
        joined = documents.attach(theirs.application, document, by=theirs.holder, request=request)
        own = submitted()
        client = signed_in(own.holder)
        for name, row in (
            ("answer", question), ("withdraw_request", request), ("detach", joined),
            ("report", report), ("submit_report", report), ("report_pdf", report),
            ("report_lines", report),
        ):  # fmt: skip
            address = reverse(f"dossiers:{name}", args=[own.application.pk, row.pk])
            for call in (client.get, client.post):
                assert call(address).status_code in {403, 404, 405}, address
        address = reverse("dossiers:documents", args=[own.application.pk])
        assert client.post(address, {"document": document.pk}).status_code == 422

    def test_a_funder_who_withdrew_before_the_file_reads_nothing_of_it(self) -> None:
        story = complete()
        option = Option.objects.get(pool=story.pool.pool, funder=organisation_of(story.other))
        ending.withdraw(option, by=story.other, reason="Un autre choix.")
        submit(story)
        story.fresh()
        client = signed_in(story.other)
        for address in (
            story.application.get_absolute_url(), story.version.get_absolute_url(),
            reverse("dossiers:json", args=[story.application.pk, 1]),
        ):  # fmt: skip
            assert client.get(address).status_code == 404

    def test_visible_to_and_can_view_agree(self) -> None:
        stories = [started(), submitted()]
        people = [stories[0].holder, stories[1].funder, UserFactory(), UserFactory(manager=True)]
        for person in people:
            seen = set(Application.objects.visible_to(person))
            for story in stories:
                assert (story.application in seen) == rules.can_view(person, story.application)

    def test_invited_funders_read_it(self) -> None:
        from essaim.funding.actions import pools

        story = submitted()
        invited = funder()
        assert not rules.can_view(invited, story.application)
        pools.invite(story.pool.pool, by=story.funder, organisations=[organisation_of(invited)])
        assert rules.can_view(invited, story.application)
        assert rules.can_ask(invited, story.application)


class TestOutputs:
    def test_the_data_follow_the_published_schema(self) -> None:
        story = amended()
        client = signed_in(story.funder)
        data = client.get(reverse("dossiers:json", args=[story.application.pk, 2])).json()
        schema = Client().get(reverse("dossiers:schema")).json()
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(data, schema)
        assert data["budget"]["charges_cents"] == 100_000_01
        assert file_schema("x")["$id"] == "x"

    def test_the_pdfs_are_made(self) -> None:
        story, report = reported()
        client = signed_in(story.funder)
        for address in (
            reverse("dossiers:pdf", args=[story.application.pk, 1]),
            reverse("dossiers:report_pdf", args=[story.application.pk, report.pk]),
        ):
            assert client.get(address).content.startswith(b"%PDF")

    def test_a_drafts_blank_is_no_zero(self, monkeypatch: Any) -> None:
        made: list[dict[str, Any]] = []

        def kept(_path: str, *, sys_inputs: dict[str, str], **_how: Any) -> bytes:
            made.append(json.loads(sys_inputs["data"]))
            return b"%PDF"

        monkeypatch.setattr("typst.compile", kept)
        story, report = reporting()
        report_document(story.application, report)
        version_document(story.application, story.version)
        assert {row[3] for row in made[0]["sections"][1]["tables"][0]["rows"][:-1]} == {"–"}
        assert made[1]["sections"][-1]["rows"]  # no document joined: it is said

    def test_the_budget_as_a_table(self) -> None:
        story = complete()
        lines = [dict(row) for row in FILLED["budget"]["lines"]]
        lines[0]["label"] = "=HYPERLINK()"
        fill(story, "budget", lines=lines)
        submit(story)
        answer = signed_in(story.funder).get(
            reverse("dossiers:budget", args=[story.application.pk, 1])
        )
        text = b"".join(answer.streaming_content).decode()
        assert "20000,01" in text and "'=HYPERLINK" in text
