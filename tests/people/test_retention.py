"""What has been kept long enough goes, and nothing else."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from essaim.people import keeping, retention, tasks
from essaim.people.actions import deletion
from essaim.people.actions.accounts import create_account
from essaim.people.models import User

pytestmark = pytest.mark.django_db


def ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def account(email: str, *, joined: int, used: int | None = None, **fields: Any) -> User:
    user = create_account(email=email, name="Claire", **fields)
    User.objects.filter(pk=user.pk).update(
        date_joined=ago(joined), last_login=None if used is None else ago(used)
    )
    user.refresh_from_db()
    return user


def test_every_duration_of_the_settings_has_its_rule() -> None:
    assert {rule.kind for rule in retention.rules()} == set(configured.RETENTION) - {
        "inactivity_notice"
    }
    for rule in retention.rules():
        assert str(rule.label) and str(rule.reason)
        assert rule.days > 0


def test_accounts_never_confirmed_go() -> None:
    old, recent = account("a@exemple.fr", joined=31), account("b@exemple.fr", joined=3)
    confirmed = account("c@exemple.fr", joined=400)
    manager = account("d@exemple.fr", joined=400, is_manager=True)
    EmailAddress.objects.exclude(user=confirmed).update(verified=False)
    assert deletion.delete_unconfirmed(30) == 1
    assert set(User.objects.all()) == {recent, confirmed, manager}
    assert not EmailAddress.objects.filter(user_id=old.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_unused_accounts_are_warned_then_emptied() -> None:
    forgotten = account("oubli@exemple.fr", joined=2000, used=1080)
    used = account("actif@exemple.fr", joined=2000, used=10)
    visited = account("visite@exemple.fr", joined=2000, used=1080)
    UserSession.objects.create(user=visited, ip="192.0.2.1", session_key="k", user_agent="x")

    def apply() -> int:
        return deletion.empty_inactive(1095, notice=30)

    assert apply() == 0
    (message,) = mail.outbox
    assert message.to == ["oubli@exemple.fr"]
    assert "30 jours" in str(message.body)
    assert apply() == 0
    assert len(mail.outbox) == 1, "warned once"
    # Long enough, but the notice is not over.
    User.objects.filter(pk=forgotten.pk).update(last_login=ago(1200))
    assert apply() == 0
    User.objects.filter(pk=forgotten.pk).update(inactivity_warned_at=ago(31))
    assert apply() == 1
    for user in (forgotten, used, visited):
        user.refresh_from_db()
    assert forgotten.deleted_at and not forgotten.name
    assert not used.deleted_at and not visited.deleted_at
    assert apply() == 0


def test_whoever_comes_back_keeps_the_account() -> None:
    claire = account("claire@exemple.fr", joined=2000, used=1200)
    deletion.empty_inactive(1095, notice=30)
    User.objects.filter(pk=claire.pk).update(last_login=timezone.now())
    deletion.empty_inactive(1095, notice=30)
    claire.refresh_from_db()
    assert claire.inactivity_warned_at is None
    User.objects.filter(pk=claire.pk).update(last_login=ago(1200))
    assert deletion.empty_inactive(1095, notice=30) == 0, "warned anew, not emptied at once"


def test_the_last_administrator_is_never_emptied() -> None:
    account("admin@exemple.fr", joined=4000, used=3000, is_administrator=True)
    deletion.empty_inactive(1095, notice=30)
    assert User.objects.get().inactivity_warned_at is None


def test_ended_sessions_go_and_open_ones_stay() -> None:
    client = Client()
    client.force_login(account("claire@exemple.fr", joined=1))
    user = User.objects.get()
    key = client.session.session_key
    UserSession.objects.create(
        user=user, ip="192.0.2.1", session_key=key, user_agent="x", last_seen_at=ago(10)
    )
    UserSession.objects.create(
        user=user, ip="192.0.2.1", session_key="ended", user_agent="x", last_seen_at=ago(10)
    )
    Session.objects.create(session_key="expired", session_data="x", expire_date=ago(1))
    keeping.end_of_sessions(1)
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [key]
    assert list(Session.objects.values_list("session_key", flat=True)) == [key]


def test_expired_counters_go() -> None:
    from django.db import connection

    cache.set("old", 1, timeout=60)
    cache.set("new", 1, timeout=60)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE essaim_cache SET expires = %s WHERE cache_key LIKE '%%old'", [ago(3)]
        )
        keeping.end_of_sessions(1)
        cursor.execute("SELECT cache_key FROM essaim_cache")
        assert [row[0] for row in cursor.fetchall()] == [":1:new"]


def test_old_local_messages_go(settings: Any, tmp_path: Any) -> None:
    settings.MAIL_FOLDER = tmp_path
    for name, days in (("old.log", 40), ("new.log", 1)):
        path = tmp_path / name
        path.write_text("code")
        os.utime(path, (ago(days).timestamp(),) * 2)
    assert keeping.old_local_mail(30) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["new.log"]


def test_the_command_says_what_it_did() -> None:
    out = io.StringIO()
    call_command("apply_retention", "--format", "json", stdout=out)
    assert set(json.loads(out.getvalue())) == {rule.kind for rule in retention.rules()}
    out = io.StringIO()
    call_command("apply_retention", stdout=out)
    assert "sessions: 0" in out.getvalue()


def test_one_rule_that_fails_stops_no_other(monkeypatch: Any) -> None:
    known = dict(retention._rules)
    done: list[int] = []

    def fail(days: int) -> int:
        raise RuntimeError("disk")

    def succeed(days: int) -> int:
        done.append(days)
        return 1

    monkeypatch.setattr(
        retention,
        "_rules",
        {
            "local_mail": retention.Rule("local_mail", "", "", fail),
            "sessions": retention.Rule("sessions", "", "", succeed),
        },
    )
    with pytest.raises(ExceptionGroup):
        tasks.apply_retention(0)
    assert done == [1]
    assert known
