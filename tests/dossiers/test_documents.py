"""Documents and statements, given once for all files."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.dossiers import rules
from essaim.dossiers.actions import documents, writing
from essaim.dossiers.actions.keeping import erase_removed_documents
from essaim.dossiers.models import OrganisationDocument, Statement
from essaim.dossiers.reading import lacks
from essaim.dossiers.statements import TEXTS
from tests.dossiers.factories import complete, deposit, required, started, submit, submitted
from tests.dossiers.helpers import signed_in
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


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

    def test_a_withdrawn_request_shows_nothing(self) -> None:
        story = submitted()
        opened = required(story)
        document = deposit(story.organisation, story.holder)
        documents.withdraw_request(opened, by=story.other)
        with pytest.raises(DomainError, match="est retirée"):
            documents.attach(story.application, document, by=story.holder, request=opened)
        assert not rules.can_read_document(story.funder, document)

    def test_what_a_version_holds_is_not_detached_from_it(self) -> None:
        story = complete()
        document = deposit(story.organisation, story.holder)
        opened = documents.attach(story.application, document, by=story.holder)
        submit(story)  # by a colleague, while the page of documents is open
        writing.amend(story.application, by=story.colleague)
        documents.detach(opened, by=story.holder)
        assert rules.can_read_document(story.funder, document)

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


def test_a_file_that_is_no_file(tmp_path: Any) -> None:
    story = started()
    client = signed_in(story.holder)
    address = reverse("dossiers:deposit", args=[story.organisation.slug])
    sent = {"submission": uuid.uuid4(), "kind": "bank", "title": "", "file": io.BytesIO(b"x")}
    assert client.post(address, sent).status_code == 422
