"""Mail is rare: a digest to who accepted, a message for what waits, one click to stop."""

from __future__ import annotations

import datetime as dt
import smtplib
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.common.typography import french
from essaim.following import actions, tasks, tokens, verbs
from essaim.following.actions import mailing
from essaim.following.actions import reading as marks
from essaim.following.actions import settings as choices
from essaim.following.mail import LINES_AT_MOST, LINES_OF_ONE
from essaim.following.models import Digest, Follow, MailSettings, Notification
from essaim.following.verbs import Verb
from tests.following.factories import (
    AnnouncementFactory,
    FollowFactory,
    MailSettingsFactory,
    NotificationFactory,
    told_at_once,
)
from tests.following.told import BEFORE, LONG_AGO, PARIS, WEDNESDAY, follower, named, news
from tests.people.factories import UserFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(verbs._verbs, "moved", Verb("moved", "« %(title)s » déménage"))


class TestDigest:
    def test_what_is_unread_once(self) -> None:
        user = follower()
        news(user, "Abri")
        news(user, "Déjà lu", read_at=BEFORE)
        news(user, "Tout neuf", created_at=WEDNESDAY)  # after the hour: for tomorrow
        assert mailing.send_due_digests(WEDNESDAY) == 1
        (message,) = mail.outbox
        assert message.to == [user.email]
        assert message.subject == "[Essaim] 1 nouveauté de ce que vous suivez"
        assert "« Abri » déménage" in message.body
        assert "Déjà lu" not in message.body and "Tout neuf" not in message.body
        assert message.extra_headers["Auto-Submitted"] == "auto-generated"
        assert mailing.send_due_digests(WEDNESDAY) == 0
        assert mailing.send_due_digests(WEDNESDAY + dt.timedelta(days=1)) == 1
        assert "Tout neuf" in mail.outbox[1].body and "Abri" not in mail.outbox[1].body
        assert mailing.send_due_digests(WEDNESDAY + dt.timedelta(days=2)) == 0  # nothing new

    def test_never_to_who_has_not_accepted(self) -> None:
        news(UserFactory())  # never asked
        news(follower(digest="never", accepted_at=None))
        news(follower(accepted_at=WEDNESDAY))  # accepted since: nothing of before
        news(follower(user__is_active=False))
        assert mailing.send_due_digests(WEDNESDAY) == 0

    def test_the_database_itself_wants_a_yes(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            MailSettingsFactory(digest="weekly", accepted_at=None)

    def test_once_a_week_on_monday_or_the_first_day_the_worker_is_back(self) -> None:
        user = follower(digest="weekly")
        monday = dt.datetime(2026, 11, 16, 7, 0, tzinfo=PARIS)
        news(user, created_at=monday - dt.timedelta(minutes=1))
        news(user, "Mardi", created_at=monday + dt.timedelta(days=1))
        assert mailing.send_due_digests(monday - dt.timedelta(seconds=1)) == 0
        assert mailing.send_due_digests(WEDNESDAY) == 1
        assert "Mardi" not in mail.outbox[0].body
        assert mailing.send_due_digests(WEDNESDAY + dt.timedelta(days=1)) == 0
        assert mailing.send_due_digests(monday + dt.timedelta(days=7)) == 1

    @pytest.mark.parametrize(
        ("now", "day", "week"),
        [
            ("2026-11-18 06:59", "2026-11-17", "2026-11-16"),
            ("2026-11-18 07:00", "2026-11-18", "2026-11-16"),
            ("2026-11-16 06:59", "2026-11-15", "2026-11-09"),
            ("2026-11-16 07:00", "2026-11-16", "2026-11-16"),
            ("2026-03-29 07:00", "2026-03-29", "2026-03-23"),  # the clocks changed that night
            ("2027-01-01 12:00", "2027-01-01", "2026-12-28"),
        ],
    )
    def test_periods_begin_at_the_hour(self, now: str, day: str, week: str) -> None:
        at = dt.datetime.fromisoformat(now).replace(tzinfo=PARIS)
        assert mailing.period_of("daily", at)[0].isoformat() == day
        assert mailing.period_of("weekly", at)[0].isoformat() == week

    def test_changing_ones_mind_does_not_send_twice(self) -> None:
        user = follower(digest="weekly")
        monday = dt.datetime(2026, 11, 16, 8, 0, tzinfo=PARIS)
        news(user, created_at=monday - dt.timedelta(days=1))
        assert mailing.send_due_digests(monday) == 1
        choices.choose_mail(user, digest="daily", waits_by_mail=True, language="fr")
        assert mailing.send_due_digests(monday) == 0

    def test_a_thing_that_gains_much_leaves_room_for_the_others(self) -> None:
        user, theme = follower(), ThemeFactory(name="Logement")
        because = {"because_kind": "theme", "because_key": theme.slug}
        for number in range(LINES_AT_MOST + 5):
            news(user, f"Foule {number}", **because)
        news(user, "Rare", created_at=BEFORE - dt.timedelta(days=1))
        mailing.send_due_digests(WEDNESDAY)
        body = mail.outbox[0].body
        assert body.count("Foule") == LINES_OF_ONE and "Rare" in body
        assert f"Et {LINES_AT_MOST} autres nouveautés." in body
        assert f"{LINES_AT_MOST + 6} nouveautés" in mail.outbox[0].subject
        assert french("Vous suivez (thème) : Logement") in body
        assert not Notification.objects.unmailed().exists()

    def test_in_the_persons_language(self) -> None:
        news(follower(language="en"))
        mailing.send_due_digests(WEDNESDAY)
        assert "news item" in mail.outbox[0].subject and mail.outbox[0].body.startswith("Hello")

    def test_nothing_where_nothing_can_be_said(self) -> None:
        user = follower()
        NotificationFactory(
            user=user, created_at=BEFORE, announcement=AnnouncementFactory(verb="moved", key="0")
        )
        assert mailing.send_due_digests(WEDNESDAY) == 0 and not Digest.objects.exists()
        assert mailing.send_due_digests(WEDNESDAY) == 0

    def test_what_people_write_never_becomes_html_nor_a_header(self) -> None:
        user = follower()
        news(user, "<b>Gras</b>\r\nBcc: tous@exemple.fr\x1b[31m\u2028Fin")
        mailing.send_due_digests(WEDNESDAY)
        (message,) = mail.outbox
        raw = message.message()
        assert raw.get_content_type() == "text/plain" and not raw.is_multipart()
        assert "Bcc" not in raw and message.recipients() == [user.email]
        assert "« <b>Gras</b> Bcc: tous@exemple.fr[31m Fin » déménage" in message.body

    def test_the_mail_server_goes_down_and_comes_back(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people = [follower() for _ in range(8)]
        for user in people:
            news(user)
        connection = type(mail.get_connection())
        original = connection.send_messages

        def refuse(self: Any, messages: list[Any]) -> int:
            if len(mail.outbox) >= 2:
                raise smtplib.SMTPDataError(451, b"try later")
            return original(self, messages)

        monkeypatch.setattr(connection, "send_messages", refuse)
        with pytest.raises(mailing.MailServerDown):
            mailing.send_due_digests(WEDNESDAY)
        assert Digest.objects.count() == len(mail.outbox) == 2
        monkeypatch.setattr(connection, "send_messages", original)
        assert mailing.send_due_digests(WEDNESDAY) == 6
        assert sorted(m.to[0] for m in mail.outbox) == sorted(u.email for u in people)

    def test_a_connection_that_breaks_while_sending_never_sends_twice(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people = [follower() for _ in range(3)]
        for user in people:
            news(user)
        connection = type(mail.get_connection())
        original = connection.send_messages

        def break_after_the_first(self: Any, messages: list[Any]) -> int:
            original(self, messages)
            if len(mail.outbox) == 1:
                raise smtplib.SMTPServerDisconnected("gone, perhaps with the message")
            return 1

        monkeypatch.setattr(connection, "send_messages", break_after_the_first)
        for _ in range(2):
            mailing.send_due_digests(WEDNESDAY)
        assert sorted(m.to[0] for m in mail.outbox) == sorted(u.email for u in people)

    def test_by_slices_that_let_other_jobs_pass(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tasks, "SLICE", 2)
        for _ in range(3):
            news(follower(), created_at=timezone.now() - dt.timedelta(days=2))
        tasks.digests(0)
        assert len(mail.outbox) == 2
        assert ProcrastinateJob.objects.filter(task_name="following.more_digests").count() == 1
        tasks.more_digests()
        assert len(mail.outbox) == 3
        assert ProcrastinateJob.objects.filter(task_name="following.more_digests").count() == 1

    def test_an_address_that_is_refused_stops_nobody(self, monkeypatch: pytest.MonkeyPatch) -> None:
        wrong, right = follower(), follower()
        news(wrong)
        news(right)
        connection = type(mail.get_connection())
        original = connection.send_messages

        def refuse(self: Any, messages: list[Any]) -> int:
            if messages[0].to == [wrong.email]:
                raise smtplib.SMTPRecipientsRefused({})
            return original(self, messages)

        monkeypatch.setattr(connection, "send_messages", refuse)
        mailing.send_due_digests(WEDNESDAY)
        assert [m.to for m in mail.outbox] == [[right.email]]
        mailing.send_due_digests(WEDNESDAY)
        assert len(mail.outbox) == 1 and Digest.objects.count() == 2

    @pytest.mark.parametrize("rows", [1, 3, 50])
    def test_a_digest_costs_the_same_however_full(
        self, rows: int, django_assert_num_queries: Any
    ) -> None:
        user = follower()
        for _ in range(rows):
            news(user)
        with mailing.post_office() as post, django_assert_num_queries(10):
            day, until = mailing.period_of("daily", WEDNESDAY)
            mailing._send_digest(user.pk, "daily", day, until, post)


class TestWhatWaits:
    def tell(self, user: Any, **fields: Any) -> None:
        actions.tell(user, "moved", "organisation", named("Abri"), waits=True, **fields)

    def test_a_message_leaves_soon_and_once(self) -> None:
        user = told_at_once(UserFactory())
        self.tell(user)
        assert mailing.mail_what_waits() == 0
        later = timezone.now() + dt.timedelta(minutes=2)
        assert mailing.mail_what_waits(later) == 1
        assert mailing.mail_what_waits(later) == 0
        (message,) = mail.outbox
        assert message.subject == "[Essaim] « Abri » déménage"
        path = f"/mon-espace/notifications/{Notification.objects.get().pk}"
        assert path in message.body

    def test_never_before_a_yes(self) -> None:
        """Never asked; asked and said no; said yes after it was announced."""
        never, no, later = UserFactory(), UserFactory(), UserFactory()
        choices.answer_first_question(no, at_once=False, weekly=False, language="fr")
        for user in (never, no, later):
            self.tell(user)
        choices.answer_first_question(later, at_once=True, weekly=False, language="fr")
        assert mailing.mail_what_waits(timezone.now() + dt.timedelta(minutes=2)) == 0
        self.tell(later)
        assert mailing.mail_what_waits(timezone.now() + dt.timedelta(minutes=2)) == 1
        assert mail.outbox[0].to == [later.email]

    def test_a_yes_withdrawn_between_two_messages_stops_the_second(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The list was read when both were due: each one asks again before it leaves."""
        user = told_at_once(UserFactory())
        self.tell(user)
        self.tell(user)
        connection = type(mail.get_connection())
        original = connection.send_messages

        def then_withdraw(self: Any, messages: list[Any]) -> int:
            choices.stop_immediate_mail(user)
            return original(self, messages)

        monkeypatch.setattr(connection, "send_messages", then_withdraw)
        assert mailing.mail_what_waits(timezone.now() + dt.timedelta(minutes=2)) == 1
        assert len(mail.outbox) == 1

    def test_the_database_itself_wants_a_yes(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            MailSettingsFactory(waits_by_mail=True, waits_accepted_at=None)

    def test_who_accepts_digests_only_finds_in_them_what_waits(self) -> None:
        user = UserFactory()
        choices.answer_first_question(user, at_once=False, weekly=True, language="fr")
        MailSettings.objects.filter(user=user).update(accepted_at=LONG_AGO)
        news(user, waits=True, created_at=WEDNESDAY - dt.timedelta(days=3))
        assert mailing.mail_what_waits(WEDNESDAY - dt.timedelta(days=2)) == 0
        assert mailing.send_due_digests(WEDNESDAY) == 1

    def test_what_waited_before_a_yes_is_told_by_the_digest(self) -> None:
        user = follower(waits_accepted_at=WEDNESDAY - dt.timedelta(hours=1))
        news(user, waits=True, created_at=WEDNESDAY - dt.timedelta(hours=3))
        assert mailing.mail_what_waits(WEDNESDAY) == 0
        assert mailing.send_due_digests(WEDNESDAY) == 1

    def test_not_if_it_was_read_nor_if_refused(self) -> None:
        quick, quiet = told_at_once(UserFactory()), told_at_once(UserFactory())
        self.tell(quick)
        self.tell(quiet)
        marks.mark_all_read(quick)
        choices.stop_immediate_mail(quiet)
        assert mailing.mail_what_waits(timezone.now() + dt.timedelta(minutes=2)) == 0

    def test_who_refused_finds_it_in_the_digest_and_others_do_not(self) -> None:
        quiet, other = follower(waits_by_mail=False), follower()
        for user in (quiet, other):
            news(user, waits=True, created_at=WEDNESDAY - dt.timedelta(hours=3))
        mailing.send_due_digests(WEDNESDAY)
        assert [m.to for m in mail.outbox] == [[quiet.email]]

    def test_a_failing_server_is_tried_again_then_the_digest_tells(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        user = follower()
        notification = news(user, waits=True, created_at=WEDNESDAY - dt.timedelta(hours=3))
        connection = type(mail.get_connection())
        original = connection.open

        def refuse(self: Any) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr(connection, "open", refuse)
        assert mailing.mail_what_waits(WEDNESDAY) == 0
        notification.refresh_from_db()
        assert notification.mailed_at is None
        monkeypatch.setattr(connection, "open", original)
        later = WEDNESDAY + dt.timedelta(days=3)
        assert mailing.mail_what_waits(later) == 0
        assert mailing.send_due_digests(later) == 1


class TestStopping:
    def header(self) -> str:
        headers = mail.outbox[-1].extra_headers
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        address: str = headers["List-Unsubscribe"]
        assert address.startswith("<http://127.0.0.1") and address.endswith(">")
        return address.strip("<>").partition("/desabonnement/")[2]

    def test_one_click_from_the_mail_program_signed_out(self) -> None:
        user = follower()
        news(user)
        mailing.send_due_digests(WEDNESDAY)
        client = Client(enforce_csrf_checks=True)
        address = f"/desabonnement/{self.header()}"
        page = client.get(address).content.decode()
        assert user.email not in page and user.name not in page
        assert MailSettings.objects.get(user=user).digest == "daily"  # reading changes nothing
        for _ in range(2):
            answer = client.post(
                address, "List-Unsubscribe=One-Click",
                content_type="application/x-www-form-urlencoded",
            )  # fmt: skip
            assert answer.status_code == 200
        assert MailSettings.objects.get(user=user).digest == "never"
        news(user)
        assert mailing.send_due_digests(WEDNESDAY + dt.timedelta(days=1)) == 0

    def test_immediate_messages_stop_by_their_own_link(self) -> None:
        user = follower()
        news(user, waits=True, created_at=WEDNESDAY - dt.timedelta(minutes=5))
        mailing.mail_what_waits(WEDNESDAY)
        page = Client().post(f"/desabonnement/{self.header()}").content.decode()
        chosen = MailSettings.objects.get(user=user)
        assert (chosen.digest, chosen.waits_by_mail) == ("daily", False)
        assert "encore le résumé" in page
        Client().post(f"/desabonnement/{self.header()}", {"all": "1"})
        assert MailSettings.objects.get(user=user).digest == "never"

    def test_one_thing_only(self) -> None:
        user = follower()
        follow = FollowFactory(user=user)
        FollowFactory(user=user)
        about = AnnouncementFactory(verb="moved", key=follow.key)
        NotificationFactory(
            user=user, announcement=about, created_at=BEFORE, because_kind="organisation",
            because_key=follow.key,
        )  # fmt: skip
        mailing.send_due_digests(WEDNESDAY)
        address = tokens.unsubscribe_url(user, tokens.FOLLOW, follow.pk)
        assert address in mail.outbox[0].body
        path = "/desabonnement/" + address.partition("/desabonnement/")[2]
        assert "Ne plus suivre" in Client().get(path).content.decode()
        Client().post(path)
        assert Follow.objects.filter(user=user).count() == 1
        assert MailSettings.objects.get(user=user).digest == "daily"
        assert Client().get(path).status_code == Client().post(path).status_code == 200

    @pytest.mark.parametrize("spoil", ["x", ".", "", "é", "a.b.c"])
    def test_a_link_that_was_not_made_here_does_nothing(self, spoil: str) -> None:
        user = follower()
        token = tokens.unsubscribe_url(user, tokens.DIGEST).rpartition("/")[2]
        for wrong in (spoil + token, token[:-1] + spoil, token + spoil + "x"):
            if wrong != token:
                assert Client().post(f"/desabonnement/{wrong}").status_code == 404
        assert MailSettings.objects.get(user=user).digest == "daily"

    def test_a_link_of_someone_who_left(self) -> None:
        user = follower()
        path = "/desabonnement/" + tokens.unsubscribe_url(user, tokens.WAITS).rpartition("/")[2]
        user.delete()
        assert Client().post(path).status_code == 404
