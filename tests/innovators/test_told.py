"""What the path's people are told: in their notifications, at once where it waits for them."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core import mail
from django.utils import timezone

from essaim.common.typography import french
from essaim.following import reading
from essaim.following.actions import mailing
from essaim.following.models import Announcement, Notification
from essaim.innovators.actions import ending, files, status
from essaim.innovators.models import InnovationFile
from tests.following.factories import told_at_once
from tests.innovators.factories import InnovationFileFactory, StatusCardFactory, officer
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def lines(user):
    return reading.lines(list(Notification.objects.filter(user=user).for_list()), user)


def send() -> list:
    mail.outbox.clear()
    mailing.mail_what_waits(timezone.now() + dt.timedelta(minutes=2))
    return mail.outbox


def enter(innovator):
    return files.enter(
        by=innovator, title="Balise\nBcc: tous@exemple.fr", summary="Une phrase.",
        undertakes_to_report=True, submission=uuid.uuid4(),
    )  # fmt: skip


def test_an_idea_waits_for_officers_until_one_takes_it(client) -> None:
    first, second, innovator = officer(), officer(), UserFactory()
    file = enter(innovator)
    assert [line.waits for line in lines(first) + lines(second)] == [True, True]
    files.take(file, by=first)
    # The other reads no title of a file that is no longer theirs to see.
    (line,) = lines(second)
    assert not line.waits and "Balise" not in line.text
    assert send() == []
    client.force_login(second)
    assert "Balise" not in client.get("/mon-espace/notifications").content.decode()
    (line,) = lines(innovator)
    assert "Balise" in line.text and line.url == file.get_absolute_url()
    client.force_login(innovator)
    client.get(file.get_absolute_url())
    assert not Notification.objects.filter(user=innovator).unread().exists()


@pytest.mark.parametrize("kind", ["abandoned", "closed", "succeeded"])
@pytest.mark.parametrize("ender", ["innovator", "case_officer"])
def test_an_end_is_told_in_the_same_words_whatever_it_is(kind, ender) -> None:
    file = InnovationFileFactory(prototyping=True, title="Balise")
    for person in (file.innovator, file.case_officer):
        told_at_once(person)
    ending.end(file, kind=kind, reason="Une mutation.", by=getattr(file, ender))
    told = Announcement.objects.get(verb="file_ended", notifications__user=file.innovator)
    assert (told.by, told.extra) == (None, {})
    messages = send()
    assert {m.to[0] for m in messages} == {file.innovator.email, file.case_officer.email}
    assert {m.subject for m in messages} == {
        french("[Essaim] Le dossier « Balise » est terminé ; sa page dit ce qui reste possible")
    }
    for message in messages:
        assert "mutation" not in message.body and "cela vous attend" not in message.body
        assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_an_agreement_is_asked_of_representatives_and_answered() -> None:
    card = StatusCardFactory(user__name="Noa")
    boss = MembershipFactory(organisation=card.employer, role="representative").user
    status.ask_agreement(card.user)
    (line,) = lines(boss)
    assert line.waits and line.text.startswith("Noa demande") and str(card.pk) in line.url
    card.refresh_from_db()
    status.answer_agreement(
        card, by=boss, agrees=False, seen=status.terms_of(card), reason="Pas cette année."
    )
    assert not lines(boss)[0].waits
    (answered,) = lines(card.user)
    assert "répondu" in answered.text and "Pas cette" not in answered.text


@pytest.mark.parametrize("rows", [1, 3])
def test_lines_cost_the_same(rows, django_assert_num_queries) -> None:
    person = officer()
    for _ in range(rows):
        enter(UserFactory())
    told = list(Notification.objects.filter(user=person).for_list())
    with django_assert_num_queries(3):  # a case officer?, the files, those still to take
        assert len(reading.lines(told, person)) == rows
    assert InnovationFile.objects.count() == rows
