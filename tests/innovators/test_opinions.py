"""The opinion must be received: silence, forwarded links, wrong codes, second answers."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.innovators.actions import ending, files, opinions
from essaim.innovators.models import InnovationFile, OpinionLink, OpinionRequest, State
from essaim.innovators.models.opinion import MAX_REMINDERS
from essaim.innovators.tasks import follow_up
from tests.contributions.factories import told
from tests.innovators.factories import InnovationFileFactory, OpinionRequestFactory, verified
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
WHO = {
    "level": "head_of_service",
    "name": "Camille Roche",
    "function": "cheffe du service",
    "email": "camille.roche@exemple.gouv.fr",
}


@pytest.fixture
def post(django_capture_on_commit_callbacks):
    """Mail leaves on commit: run what an act leaves for it."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def ask(file, **changes):
    return opinions.ask_opinion(file, by=file.case_officer, **(WHO | changes))


def path_in(message):
    return re.search(r"http://[^/]+(/parcours/avis/lien/\S+)", message.body).group(1)


def code_in(message):
    return re.search(r"\b(\d{6})\b", message.body).group(1)


@pytest.fixture
def asked(post, mailoutbox):
    """A file whose hierarchy was asked, the request, and the path of the link that was sent."""
    file = InnovationFileFactory(
        opened=True, title="Balise secrète", summary="Le contenu du projet."
    )
    with post():
        request = ask(file)
    return file, request, path_in(mailoutbox[-1])


def confirm(client, post, mailoutbox, path):
    """Follow the link, ask for the code, type it."""
    token = path.rsplit("/", 1)[-1]
    with post():
        client.post(reverse("innovators:opinion_code"), {"token": token})
    return client.post(reverse("innovators:opinion_code"), {"code": code_in(mailoutbox[-1])})


class TestSilenceIsNeverAYes:
    def test_time_passes_reminders_leave_and_nothing_is_granted(self, post, mailoutbox):
        file = InnovationFileFactory(opened=True)
        with post():
            request = ask(file)
        start = timezone.now()
        for day in range(1, 400):
            OpinionRequest.objects.filter(pk=request.pk).update(
                due_on=timezone.localdate() + dt.timedelta(days=30 - day),
                last_sent_at=start - dt.timedelta(days=13) if day % 13 == 0 else start,
            )
            with post():
                opinions.follow_up_opinions()
        request.refresh_from_db()
        file = InnovationFile.objects.get(pk=file.pk)
        assert (request.reminders, request.answer) == (MAX_REMINDERS, "")
        assert request.is_silent
        assert (file.state, file.non_objection_on) == (State.HIERARCHY_INFORMED, None)
        with pytest.raises(DomainError, match="silence"):
            files.decide_support(file, reason="tant pis")
        to_authority = [m for m in mailoutbox if m.to == [WHO["email"]]]
        assert len(to_authority) == 1 + MAX_REMINDERS
        assert told(file.case_officer) == [("opinion_silent", True)]
        assert told(file.innovator) == [("opinion_silent", False)]

    def test_the_job_run_twice_reminds_once(self, post, mailoutbox):
        request = OpinionRequestFactory(last_sent_at=timezone.now() - dt.timedelta(days=20))
        for _again in range(3):
            with post():
                follow_up(0)
        request.refresh_from_db()
        assert (request.reminders, len(mailoutbox)) == (1, 1)

    def test_the_database_refuses_support_without_an_opinion(self):
        file = InnovationFileFactory(informed=True)
        with pytest.raises(IntegrityError, match="silence_is_never_a_yes"), transaction.atomic():
            InnovationFile.objects.filter(pk=file.pk).update(
                state="supported", supported_on=timezone.localdate()
            )

    def test_the_case_officer_may_turn_to_someone_else(self, post, mailoutbox, client):
        file = InnovationFileFactory(opened=True)
        with post():
            first = ask(file)
        old = path_in(mailoutbox[-1])
        with post():
            second = ask(file, email="autre.chef@exemple.gouv.fr")
        first.refresh_from_db()
        assert first.withdrawn_at and second.is_pending
        answer = client.get(old)
        assert answer.status_code == 410
        assert "n’est pas valable, ou ne l’est plus" in answer.content.decode()


class TestByLink:
    def test_the_person_named_answers(self, asked, client, post, mailoutbox):
        file, request, path = asked
        page = client.get(path)
        assert page.status_code == 200
        answer = confirm(client, post, mailoutbox, path)
        assert answer.url == reverse("innovators:opinion_by_link")
        assert "Balise secrète" in client.get(answer.url).content.decode()
        with post():
            done = client.post(answer.url, {"answer": "no_objection"})
        assert done.url == reverse("innovators:opinion_given")
        request.refresh_from_db()
        assert (request.answer, request.channel) == ("no_objection", "link")
        assert InnovationFile.objects.get(pk=file.pk).non_objection_on == timezone.localdate()
        assert told(file.case_officer) == [("opinion_received", True)]
        assert told(file.innovator) == [("opinion_received", False)]

    def test_no_get_records_anything(self, asked, client, post, mailoutbox):
        _file, request, path = asked
        confirm(client, post, mailoutbox, path)
        for address in (
            path,
            reverse("innovators:opinion_code"),
            reverse("innovators:opinion_by_link") + "?answer=no_objection",
            reverse("innovators:opinion_given"),
        ):
            client.get(address)
        request.refresh_from_db()
        assert request.answer == ""

    def test_a_forwarded_link_shows_nothing_and_sends_its_code_elsewhere(
        self, asked, client, post, mailoutbox
    ):
        file, _request, path = asked
        page = client.get(path).content.decode()
        token = path.rsplit("/", 1)[-1]
        with post():
            answer = client.post(reverse("innovators:opinion_code"), {"token": token}, follow=True)
        page += answer.content.decode()
        for secret in (file.title, file.summary, file.innovator.name, WHO["email"], WHO["name"]):
            assert secret not in page
        assert mailoutbox[-1].to == [WHO["email"]]
        assert client.get(reverse("innovators:opinion_by_link")).status_code == 410

    def test_a_link_serves_once(self, asked, client, post, mailoutbox):
        _file, _request, path = asked
        confirm(client, post, mailoutbox, path)
        client.post(reverse("innovators:opinion_by_link"), {"answer": "no_objection"})
        again = client.get(path)
        assert again.status_code == 410
        assert "a déjà servi" in again.content.decode()
        assert client.get(reverse("innovators:opinion_by_link")).status_code == 410

    def test_an_expired_link_says_so_and_nothing_else(self, asked, client):
        file, _request, path = asked
        OpinionLink.objects.update(expires_at=timezone.now())
        answer = client.get(path)
        assert answer.status_code == 410
        assert "a expiré" in answer.content.decode()
        assert file.title not in answer.content.decode()

    def test_an_invented_link_is_not_told_from_a_dead_one(self, asked, client):
        file, _request, path = asked
        ending.end(file, kind="abandoned", by=file.innovator)
        dead, invented = client.get(path), client.get(path[:-4] + "aaaa")
        assert dead.status_code == invented.status_code == 410
        message = "n’est pas valable, ou ne l’est plus"
        assert message in dead.content.decode() and message in invented.content.decode()

    def test_a_reminder_replaces_the_link(self, asked, client, post, mailoutbox):
        _file, _request, path = asked
        OpinionRequest.objects.update(last_sent_at=timezone.now() - dt.timedelta(days=20))
        with post():
            opinions.follow_up_opinions()
        assert "plus récent" in client.get(path).content.decode()
        assert client.get(path_in(mailoutbox[-1])).status_code == 200

    def test_only_hashes_are_kept(self, asked, client, post, mailoutbox):
        _file, _request, path = asked
        token = path.rsplit("/", 1)[-1]
        with post():
            client.post(reverse("innovators:opinion_code"), {"token": token})
        row = OpinionLink.objects.values().get()
        assert token not in str(row) and code_in(mailoutbox[-1]) not in str(row)

    def test_tries_are_counted_and_limited(self, asked, client, post, mailoutbox, settings):
        _file, _request, path = asked
        token = path.rsplit("/", 1)[-1]
        address = reverse("innovators:opinion_code")
        with post():
            client.post(address, {"token": token})
        good = code_in(mailoutbox[-1])
        wrong = f"{(int(good) + 1) % 10**6:06d}"
        for _try in range(settings.INNOVATOR_PATH["code_tries"]):
            assert "pas le code envoyé" in client.post(address, {"code": wrong}).content.decode()
        assert "Trop d’essais" in client.post(address, {"code": good}).content.decode()

    def test_codes_are_counted_and_limited(self, asked, settings):
        link = OpinionLink.objects.get()
        for _code in range(settings.INNOVATOR_PATH["codes_per_link"]):
            opinions.send_code(link)
            opinions.send_code(link)  # a second click sends nothing
            OpinionLink.objects.update(code_sent_at=timezone.now() - dt.timedelta(minutes=1))
        with pytest.raises(DomainError, match="Trop de codes"):
            opinions.send_code(link)

    def test_a_code_expires_and_serves_once(self, asked, post, mailoutbox, settings):
        link = OpinionLink.objects.get()
        with post():
            opinions.send_code(link)
        code = code_in(mailoutbox[-1])
        OpinionLink.objects.update(code_sent_at=timezone.now() - dt.timedelta(hours=1))
        with pytest.raises(DomainError, match="expiré"):
            opinions.confirm_code(link, code)
        OpinionLink.objects.update(code_sent_at=timezone.now())
        opinions.confirm_code(link, code)
        with pytest.raises(DomainError):
            opinions.confirm_code(link, code)

    def test_a_token_never_enters_an_address_that_history_keeps(
        self, asked, client, post, mailoutbox
    ):
        _file, _request, path = asked
        confirm(client, post, mailoutbox, path)
        client.post(reverse("innovators:opinion_by_link"), {"answer": "no_objection"})
        token = path.rsplit("/", 1)[-1]
        kept = str(list(InnovationFile.pgh_event_model.objects.values()))
        kept += str(list(OpinionRequest.pgh_event_model.objects.values()))
        assert token not in kept and "non_objection_on" in kept


class TestSignedIn:
    def test_the_person_named_answers_from_their_account(self, asked, client):
        _file, request, _path = asked
        boss = verified(UserFactory(email=WHO["email"]))
        client.force_login(boss)
        waiting = client.get(reverse("innovators:my_files")).content.decode()
        assert "Balise secrète" in waiting
        client.post(reverse("innovators:opinion", args=[request.pk]), {"answer": "no_objection"})
        request.refresh_from_db()
        assert (request.answered_by, request.channel) == (boss, "signed_in")

    def test_an_address_that_was_not_verified_opens_nothing(self, asked, client):
        _file, request, _path = asked
        client.force_login(UserFactory(email=WHO["email"]))
        address = reverse("innovators:opinion", args=[request.pk])
        assert client.get(address).status_code == 404
        assert client.post(address, {"answer": "no_objection"}).status_code == 404

    def test_the_innovator_and_the_case_officer_never_speak_for_the_hierarchy(self):
        file = InnovationFileFactory(opened=True)
        for person in (file.innovator, file.case_officer):
            with pytest.raises(DomainError, match="hiérarchie"):
                ask(file, email=person.email.upper())

    def test_an_address_taken_later_by_the_innovator_opens_nothing(self, asked, client):
        file, request, _path = asked
        file.innovator.emailaddress_set.create(email=WHO["email"], verified=True)
        client.force_login(file.innovator)
        address = reverse("innovators:opinion", args=[request.pk])
        assert client.post(address, {"answer": "no_objection"}).status_code == 404


class TestTheAnswer:
    def test_an_objection_has_reasons_and_sends_the_file_back(self, asked):
        file, request, _path = asked
        boss = UserFactory()
        with pytest.raises(DomainError, match="motifs"):
            opinions.give_opinion(request, answer="objection", by=boss)
        opinions.give_opinion(request, answer="objection", reasons="Trop cher.", by=boss)
        file = InnovationFile.objects.get(pk=file.pk)
        assert (file.state, file.non_objection_on) == (State.OPENED, None)
        again = ask(file, email="autre.chef@exemple.gouv.fr")
        opinions.give_opinion(again, answer="no_objection", by=boss)
        files.decide_support(file, reason="")
        assert InnovationFile.objects.get(pk=file.pk).state == State.SUPPORTED

    def test_it_is_given_once_and_does_not_change(self, asked, post, mailoutbox):
        _file, request, _path = asked
        boss = UserFactory()
        with post():
            opinions.give_opinion(request, answer="no_objection", by=boss)
        sent = len(mailoutbox)
        with post():
            opinions.give_opinion(request, answer="no_objection", by=boss)
        assert len(mailoutbox) == sent
        with pytest.raises(DomainError, match="ne se change pas"):
            opinions.give_opinion(request, answer="objection", reasons="Non.", by=boss)

    def test_an_ended_file_takes_no_opinion(self, asked):
        file, request, _path = asked
        ending.end(file, kind="abandoned", by=file.innovator)
        with pytest.raises(DomainError):
            opinions.give_opinion(request, answer="no_objection", by=UserFactory())

    def test_one_pending_request_for_a_file(self, asked):
        _file, request, _path = asked
        with pytest.raises(IntegrityError), transaction.atomic():
            OpinionRequestFactory(file=request.file)

    def test_asking_twice_asks_once(self, asked):
        file, request, _path = asked
        assert ask(file) == request
