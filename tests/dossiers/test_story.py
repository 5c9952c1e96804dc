"""One file for all funders: filled once, frozen when submitted, answered once for all."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from typing import Any

import jsonschema
import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.dossiers import rules
from essaim.dossiers.actions import documents, questions, reports, versions, writing
from essaim.dossiers.actions.keeping import erase_persons, erase_removed_documents
from essaim.dossiers.models import (
    Application,
    OrganisationDocument,
    Statement,
    SubmittedVersion,
    VersionPersons,
)
from essaim.dossiers.reading import lacks, version_differences
from essaim.dossiers.schema import file_schema
from essaim.dossiers.statements import TEXTS
from essaim.dossiers.waiting import waiting
from essaim.following.models import Notification
from essaim.funding.application import file_of, start_for
from essaim.funding.models import State as PoolState
from essaim.people.models import Organisation
from tests.dossiers.factories import (
    FILLED,
    WORDS,
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
from tests.funding.factories import funder, organisation_of
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


class TestNothingIsAskedTwice:
    def test_the_card_and_the_pool_fill_the_file(self) -> None:
        story = started()
        filled = {row.block: row.content for row in story.application.answers.all()}
        assert filled["identite"]["name"] == story.organisation.name
        assert filled["projet"]["title"] == story.application.initiative.title
        lines = filled["budget"]["lines"]
        charges = sum(row["amount_cents"] for row in lines if row["side"] == "charge")
        products = sum(row["amount_cents"] for row in lines if row["side"] == "product")
        assert charges == products == story.pool.pool.sought_cents
        assert filled["budget"]["requested_cents"] == story.pool.pool.sought_cents
        # Nobody has read it again yet: nothing is done.
        assert len(lacks(story.application).blocks) == 6

    def test_the_same_file_is_found_again(self) -> None:
        story = started()
        again = start_for(story.pool.pool, by=story.colleague)
        assert again == story.application

    def test_the_next_file_takes_what_the_first_one_said(self) -> None:
        story = submitted()
        second = started(
            holder=story.holder, colleague=story.colleague, organisation=story.organisation
        )
        filled = {row.block: row for row in second.application.answers.all()}
        assert filled["identite"].content["siret"] == FILLED["identite"]["siret"]
        assert filled["personnes"].content["representative"] == "Jeanne Exemple"
        assert not filled["identite"].is_checked  # to be read again
        assert lacks(second.application).statements == []  # given once

    def test_only_the_holder_begins_it(self) -> None:
        story = started()
        writing.withdraw(story.application, by=story.holder)
        with pytest.raises(DomainError, match="un de ses membres"):
            start_for(story.pool.pool, by=story.funder)

    def test_a_withdrawn_file_leaves_its_place(self) -> None:
        story = submitted()
        writing.withdraw(story.application, by=story.holder)
        assert start_for(story.pool.pool, by=story.holder) != story.application
        assert story.application.versions.count() == 1

    def test_the_pool_page_leads_to_it(self) -> None:
        story = started()
        pool = story.pool.pool
        assert file_of(story.holder, pool) == {"application": story.application}
        assert file_of(story.funder, pool) is None  # a draft is nobody else's
        submitted_one = submitted()
        assert file_of(submitted_one.funder, submitted_one.pool.pool) == {
            "application": submitted_one.application
        }
        page = signed_in(submitted_one.funder).get(submitted_one.pool.pool.get_absolute_url())
        assert submitted_one.application.get_absolute_url() in page.content.decode()


class TestWriting:
    def test_two_editors_at_once(self) -> None:
        story = started()
        opened = story.application.answers.get(block="projet").version
        mine = {**FILLED["projet"], "need": "Le mien."}
        theirs = {**FILLED["projet"], "need": "Le leur."}
        writing.save_block(story.application, "projet", theirs, by=story.colleague, version=opened)
        with pytest.raises(writing.EditConflict) as caught:
            writing.save_block(story.application, "projet", mine, by=story.holder, version=opened)
        assert caught.value.answer.content["need"] == "Le leur."
        # Through the page: what differs is shown, what was typed is still there.
        client = signed_in(story.holder)
        address = reverse("dossiers:edit", args=[story.application.pk, "projet"])
        answer = client.post(address, {**mine, "version": opened})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "mien" in page and "leur" in page and "Ce qui diffère" in page
        again = client.post(address, {**mine, "version": caught.value.answer.version})
        assert again.status_code == 302
        assert story.application.answers.get(block="projet").content["need"] == "Le mien."

    def test_another_block_is_no_conflict(self) -> None:
        story = started()
        fill(story, "identite")
        fill(story, "moyens", by=story.colleague)

    def test_autosave_keeps_what_is_valid(self) -> None:
        story = started()
        address = reverse("dossiers:edit", args=[story.application.pk, "identite"])
        sent = {**FILLED["identite"], "siret": "73282932000075", "version": 1}
        answer = signed_in(story.holder).post(address, sent, headers={"X-Essaim-Autosave": "1"})
        kept = story.application.answers.get(block="identite")
        assert answer.status_code == 200 and not answer.json()["complete"]
        assert kept.content["object"] == "Rénover avec les habitants."
        assert kept.content["siret"] == ""
        assert not kept.is_checked

    @pytest.mark.parametrize(
        ("block", "field", "value", "said"),
        [
            ("identite", "siret", "73282932000075", "SIRET"),
            ("identite", "siret", "732829320", "SIRET"),
            ("identite", "rna", "X751000123", "RNA"),
            ("projet", "need", "x" * 3001, "3000"),
            ("projet", "description", "x" * 2_000_000, "10000"),
            ("projet", "ends_on", "2026-01-01", "La fin vient après"),
            ("personnes", "representative_email", "jeanne", "adresse"),
            ("moyens", "volunteers", "-3", "0"),
            ("budget", "requested_cents", "10,005", "montant"),
            ("budget", "requested_cents", "-5", "négatif"),
        ],
    )
    def test_bad_input_is_told_and_not_lost(
        self, block: str, field: str, value: str, said: str
    ) -> None:
        story = started()
        client = signed_in(story.holder)
        sent = {k: v for k, v in FILLED[block].items() if k != "lines"}
        sent |= {field: value, "version": 1}
        for name in ("charges", "produits"):
            sent |= {f"{name}-TOTAL_FORMS": 0, f"{name}-INITIAL_FORMS": 0}
        address = reverse("dossiers:edit", args=[story.application.pk, block])
        answer = client.post(address, sent)
        page = answer.content.decode().replace("\xa0", "").replace("\u202f", "")
        assert answer.status_code == 422, page
        assert said in page
        assert value[:100] in page

    @pytest.mark.parametrize(
        ("amount", "account", "said"),
        [("12,345", "64", "montant"), ("-1", "64", "négatif"), ("10", "", "Choisissez le compte")],
    )
    def test_a_line_that_is_wrong(self, amount: str, account: str, said: str) -> None:
        story = started()
        sent = {
            "version": 1, "year": 2027, "requested_cents": "10", "indirect": "",
            "charges-TOTAL_FORMS": 1, "charges-INITIAL_FORMS": 0, "charges-0-account": account,
            "charges-0-label": "Animation", "charges-0-amount_cents": amount,
            "produits-TOTAL_FORMS": 0, "produits-INITIAL_FORMS": 0,
        }  # fmt: skip
        address = reverse("dossiers:edit", args=[story.application.pk, "budget"])
        answer = signed_in(story.holder).post(address, sent)
        assert answer.status_code == 422
        assert said in answer.content.decode()

    def test_a_row_more_without_script(self) -> None:
        story = started()
        address = reverse("dossiers:edit", args=[story.application.pk, "budget"])
        sent = {
            "version": 1, "year": "2031", "requested_cents": "10", "add": "charges",
            "charges-TOTAL_FORMS": 2, "charges-INITIAL_FORMS": 0, "charges-0-label": "Gardé",
            "produits-TOTAL_FORMS": 0, "produits-INITIAL_FORMS": 0,
        }  # fmt: skip
        page = signed_in(story.holder).post(address, sent).content.decode()
        assert 'name="charges-2-account"' in page and "Gardé" in page and "2031" in page


class TestSubmitting:
    def test_a_version_is_frozen(self) -> None:
        story = submitted()
        version = story.version
        assert version.charges_cents == version.products_cents == 100_000_01
        for sql in (
            "UPDATE dossiers_submittedversion SET reason = 'x'",
            "DELETE FROM dossiers_submittedversion",
        ):
            from django.db import connection

            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
        with pytest.raises(DomainError, match="nouvelle version"):
            fill(story, "projet", need="Après coup.")

    def test_sent_twice_it_is_one(self) -> None:
        story = complete()
        key = uuid.uuid4()
        first = submit(story, submission=key)
        assert submit(story, submission=key) == first
        assert SubmittedVersion.objects.count() == 1

    def test_what_lacks_is_said(self) -> None:
        story = started()
        with pytest.raises(DomainError, match="Il manque encore"):
            submit(story)
        page = signed_in(story.holder).get(reverse("dossiers:submit", args=[story.application.pk]))
        text = page.content.decode()
        assert "Situation régulière" in text and "Déposer cette version" not in text

    def test_the_siret_is_of_the_organisation(self) -> None:
        story = complete()
        Organisation.objects.filter(pk=story.organisation.pk).update(siren="552032534")
        story.fresh()
        with pytest.raises(DomainError, match="L’organisation"):
            submit(story)

    def test_an_unbalanced_budget_does_not_go(self) -> None:
        story = complete()
        lines = [dict(row) for row in FILLED["budget"]["lines"]]
        lines[0]["amount_cents"] += 1
        fill(story, "budget", lines=lines)
        with pytest.raises(DomainError, match="Budget"):
            submit(story)
        story.fresh()
        assert "0,01" in lacks(story.application).blocks[0].missing[0]
        # Nor may a version be written by any other way.
        good = submitted().version
        with pytest.raises(IntegrityError), transaction.atomic():
            SubmittedVersion.objects.create(
                application=good.application, number=9, content=good.content, sha256=good.sha256,
                charges_cents=2, products_cents=1, requested_cents=1, at=good.at,
            )  # fmt: skip

    def test_contributions_in_kind_balance_apart(self) -> None:
        story = complete()
        lines = [
            *FILLED["budget"]["lines"],
            {"side": "charge", "account": "86", "label": "", "amount_cents": 5},
        ]
        fill(story, "budget", lines=lines)
        with pytest.raises(DomainError, match="Budget"):
            submit(story)

    def test_a_grant_beyond_the_account_does_not_go(self) -> None:
        story = complete()
        fill(story, "budget", requested_cents=100_000_02)
        with pytest.raises(DomainError, match="Budget"):
            submit(story)

    def test_by_who_represents_the_organisation(self) -> None:
        story = complete()
        with pytest.raises(DomainError, match="représentant"):
            versions.submit(story.application, by=story.colleague, submission=uuid.uuid4())
        with pytest.raises(DomainError, match="représentant"):
            documents.state(story.organisation, ["exact"], by=story.colleague)

    def test_persons_stay_out_of_what_is_frozen(self) -> None:
        story = submitted()
        assert "Jeanne" not in json.dumps(story.version.content)
        assert (
            VersionPersons.objects.get().content["personnes"]["representative"] == "Jeanne Exemple"
        )
        story = complete()
        fill(story, "projet", need="Écrire à jeanne@exemple.fr pour en parler.")
        with pytest.raises(DomainError, match="personnels"):
            submit(story)

    def test_a_new_version_shows_what_changed(self) -> None:
        story = amended()
        first, second = story.application.versions.order_by("number")
        found = version_differences(first, second, story.application.form)
        assert [row.label for row in found] == ["Objectifs"]
        page = signed_in(story.funder).get(
            reverse("dossiers:differences", args=[story.application.pk, 2])
        ).content.decode()  # fmt: skip
        assert "<ins>" in page and "voisins" in page

    def test_readers_keep_the_old_one_until_then(self) -> None:
        story = submitted()
        writing.amend(story.application, by=story.colleague)
        fill(story, "projet", need="Pas encore dit.")
        page = signed_in(story.funder).get(story.version.get_absolute_url()).content.decode()
        assert "Pas encore dit." not in page
        assert "Des logements froids." in page
        story.fresh()
        with pytest.raises(DomainError, match="ce qui change"):
            submit(story)
        writing.give_up_amending(story.application, by=story.holder)
        assert story.application.answers.get(block="projet").content == FILLED["projet"]

    def test_documents_come_back_with_the_version(self) -> None:
        story = complete()
        kept, added = (deposit(story.organisation, story.holder) for _ in range(2))
        row = documents.attach(story.application, kept, by=story.holder)
        submit(story)
        with pytest.raises(DomainError, match="nouvelle version"):
            documents.attach(story.application, added, by=story.holder)
        writing.amend(story.application, by=story.holder)
        row.refresh_from_db()
        documents.detach(row, by=story.holder)
        documents.attach(story.application, added, by=story.holder)
        writing.give_up_amending(story.application, by=story.holder)
        joined = story.application.attachments.filter(left_at=None)
        assert [each.document for each in joined] == [kept]

    def test_nothing_new_is_no_version(self) -> None:
        story = submitted()
        writing.amend(story.application, by=story.holder)
        with pytest.raises(DomainError, match="Rien n’a changé"):
            submit(story, reason="Rien.")

    def test_an_ended_pool_takes_none(self) -> None:
        from essaim.funding.actions import pools

        story = complete()
        pools.abandon(story.pool.pool, by=story.funder, reason="Fin.", lesson="Rien.")
        assert story.pool.fresh().state == PoolState.ABANDONED
        with pytest.raises(DomainError, match="terminé"):
            submit(story)

    def test_funders_are_told(self) -> None:
        story = submitted()
        told = Notification.objects.filter(announcement__verb="file_submitted").values_list(
            "user", flat=True
        )
        assert set(told) == {story.funder.pk, *(person.pk for person in story.pool.funders)}


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


class TestQuestions:
    def test_one_answer_serves_all(self) -> None:
        story = submitted()
        question = asked(story)
        assert [row.about for row in waiting(story.holder)] == [story.application.initiative.title]
        questions.answer(question, by=story.colleague, text="Le même animateur.")
        for person in (story.funder, story.other, story.holder):
            page = signed_in(person).get(story.application.get_absolute_url()).content.decode()
            assert "Qui anime la deuxième année" in page
            assert "Le même animateur." in page
            assert organisation_of(story.other).name in page
            assert story.other.name not in page
        assert list(waiting(story.holder)) == []

    def test_not_in_the_name_of_another(self) -> None:
        story = submitted()
        with pytest.raises(DomainError, match="n’agissez pas"):
            asked(story, organisation=organisation_of(story.funder))
        with pytest.raises(DomainError, match="n’agissez pas"):
            asked(story, by=funder())
        with pytest.raises(DomainError, match="partie"):
            asked(story, block="autre")

    def test_an_answer_read_is_not_rewritten(self) -> None:
        story = submitted()
        question = asked(story)
        questions.answer(question, by=story.holder, text="Oui.")
        questions.answer(question, by=story.holder, text="Oui.")  # pressed twice
        with pytest.raises(DomainError, match="déjà sa réponse"):
            questions.answer(question, by=story.colleague, text="Non.")

    def test_sent_twice_it_is_one(self) -> None:
        story = submitted()
        key = uuid.uuid4()
        assert asked(story, submission=key) == asked(story, submission=key)


class TestDocuments:
    def test_given_once_reused(self) -> None:
        story = complete()
        document = deposit(story.organisation, story.holder)
        documents.attach(story.application, document, by=story.holder)
        submit(story)
        second = started(
            holder=story.holder, colleague=story.colleague, organisation=story.organisation
        )
        documents.attach(second.application, document, by=story.colleague)
        # Joined to a draft, only its own readers' file shows it.
        assert rules.can_read_document(story.funder, document)
        assert not rules.can_read_document(second.funder, document)
        assert not rules.can_read_document(UserFactory(manager=True), document)

    def test_a_funder_asks_for_a_document_and_all_read_it(self) -> None:
        story = submitted()
        request = required(story)
        document = deposit(story.organisation, story.holder, kind="other", title="Assurance")
        documents.attach(story.application, document, by=story.holder, request=request)
        assert rules.can_read_document(story.funder, document)
        assert story.application.versions.count() == 1

    def test_the_limit_of_requests(self, settings: Any) -> None:
        settings.DOSSIERS = {**settings.DOSSIERS, "requests": 1}
        story = submitted()
        required(story)
        with pytest.raises(DomainError, match="au plus"):
            required(story)

    def test_another_organisations_document_is_refused(self) -> None:
        story = complete()
        stranger = MembershipFactory(organisation=OrganisationFactory(), role="representative")
        theirs = deposit(stranger.organisation, stranger.user)
        with pytest.raises(DomainError, match="pas de cette organisation"):
            documents.attach(story.application, theirs, by=story.holder)
        with pytest.raises(DomainError, match="Seuls les membres"):
            deposit(stranger.organisation, story.holder)
        with pytest.raises(DomainError, match="Seuls les membres"):
            documents.remove(theirs, by=story.holder)

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("virus.exe", b"MZ", "pas accepté"),
            ("page.html", b"<script>", "pas accepté"),
            ("statuts.pdf", b"MZ not a pdf", "contenu"),
            ("statuts.pdf", b"", "vide"),
        ],
    )
    def test_what_is_not_a_document(self, name: str, content: bytes, said: str) -> None:
        story = started()
        with pytest.raises(DomainError, match=said):
            deposit(story.organisation, story.holder, file_name=name, content=content)

    def test_out_of_date_it_is_not_joined(self) -> None:
        story = complete()
        document = deposit(story.organisation, story.holder)
        OrganisationDocument.objects.filter(pk=document.pk).update(valid_until=dt.date(2020, 1, 1))
        document.refresh_from_db()
        with pytest.raises(DomainError, match="plus valable"):
            documents.attach(story.application, document, by=story.holder)

    def test_it_is_served_to_be_saved(self) -> None:
        story = started()
        document = deposit(story.organisation, story.holder)
        answer = signed_in(story.holder).get(reverse("dossiers:download", args=[document.pk]))
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_removed_and_joined_to_nothing_it_goes(self) -> None:
        story = complete()
        kept, gone = (deposit(story.organisation, story.holder) for _ in range(2))
        documents.attach(story.application, kept, by=story.holder)
        for each in (kept, gone):
            documents.remove(each, by=story.holder)
        assert erase_removed_documents(0) == 1
        assert list(OrganisationDocument.objects.all()) == [kept]


class TestStatements:
    def test_given_once_with_who_when_and_which_words(self) -> None:
        story = complete()
        assert (
            documents.state(story.organisation, list(TEXTS), by=story.holder, amount_cents=0) == []
        )
        row = Statement.objects.filter(key="exact").get()
        assert (row.by, row.text_version) == (story.holder, TEXTS["exact"].version)

    def test_too_old_it_is_asked_again(self) -> None:
        story = complete()
        Statement.objects.update(valid_until=dt.date(2020, 1, 1))
        assert len(lacks(story.application).statements) == len(TEXTS)

    def test_on_old_words_it_is_asked_again(self) -> None:
        story = complete()
        Statement.objects.filter(key="exact").update(text_version="2019-1")
        assert [text.key for text in lacks(story.application).statements] == ["exact"]

    def test_the_amount_is_asked(self) -> None:
        story = started()
        with pytest.raises(DomainError, match="zéro"):
            documents.state(story.organisation, ["de_minimis"], by=story.holder)


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
        assert [row.due for row in waiting(story.holder)] == [reports.due_on(yesterday)]
        report = reports.start_report(
            story.application, by=story.holder, submission=uuid.uuid4(),
            starts_on=dt.date(2020, 1, 1), ends_on=yesterday,
        )  # fmt: skip
        realised = [(line["amount_cents"], "") for line in report.content["lines"]]
        report = reports.save_report(
            report, by=story.holder, version=1, realised=realised, texts=WORDS
        )
        reports.submit_report(report, by=story.holder)
        assert list(waiting(story.holder)) == []

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


def test_persons_are_erased_after_their_time() -> None:
    story = submitted()
    assert erase_persons(3650) == 0
    assert erase_persons(-1) == 1
    assert VersionPersons.objects.get().content == {}
    assert story.application.answers.get(block="personnes").content == {}
    page = signed_in(story.funder).get(story.version.get_absolute_url())
    assert page.status_code == 200


def test_two_organisations_with_a_file_for_the_same_pool_are_not_merged() -> None:
    from essaim.dossiers.merging import on_organisations_merged

    story = started()
    other = OrganisationFactory()
    Application.objects.create(
        organisation=other, initiative=story.application.initiative,
        applies_to=story.application.applies_to,
    )  # fmt: skip
    with pytest.raises(DomainError, match="chacune leur dossier"):
        on_organisations_merged(None, kept=story.organisation, other=other, by=story.holder)


def test_a_file_that_is_no_file(tmp_path: Any) -> None:
    story = started()
    client = signed_in(story.holder)
    address = reverse("dossiers:deposit", args=[story.organisation.slug])
    sent = {"submission": uuid.uuid4(), "kind": "bank", "title": "", "file": io.BytesIO(b"x")}
    assert client.post(address, sent).status_code == 422
