"""Ten thousand followers of one card; a worker killed in the middle of the digests."""

from __future__ import annotations

import collections
import email
import email.policy
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from essaim.following.actions import announcements
from essaim.following.models import Announcement, Digest, Follow, MailSettings, Notification
from essaim.people.models import User
from tests.common.product import PROJECT, database_url
from tests.initiatives.factories import InitiativeFactory

pytestmark = pytest.mark.django_db(transaction=True)

# The worker as it runs, and what it weighed at most above what its modules weigh (kB).
SEND = """
import resource, django
django.setup()
from django.urls import reverse
from essaim.following.actions import mailing
reverse("portal:home")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print("sent", mailing.send_due_digests(), flush=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def followers(number: int) -> None:
    """So many people who accepted, all told of a change of one card."""
    card = InitiativeFactory(published=True, title="Très suivie")
    long_ago = timezone.now() - timezone.timedelta(days=30)
    people = User.objects.bulk_create(
        [User(email=f"suiveur{n}@exemple.fr", password="!") for n in range(number)]
    )
    Follow.objects.bulk_create(
        [Follow(user=u, kind="card", key=str(card.pk), since=long_ago) for u in people]
    )
    MailSettings.objects.bulk_create(
        [MailSettings(user=u, digest="daily", accepted_at=long_ago) for u in people]
    )
    made = Announcement.objects.create(verb="card_changed", kind="card", key=str(card.pk))
    made.reaches.create(kind="card", key=str(card.pk))
    announcements.spread(made.pk)
    assert Notification.objects.count() == number
    Notification.objects.update(created_at=timezone.now() - timezone.timedelta(days=2))


def worker(folder: Path) -> subprocess.Popen[str]:
    name = connection.settings_dict["NAME"]
    owner = settings.DATABASES.get("owner", settings.DATABASES["default"])
    environment = os.environ | {
        "ESSAIM_VAR": str(folder),
        "DATABASE_URL": database_url(settings.DATABASES["default"], name),
        "DATABASE_OWNER_URL": database_url(owner, name),
        "ESSAIM_SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return subprocess.Popen(
        [sys.executable, "-c", SEND], env=environment, cwd=PROJECT, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip


def recipients(folder: Path) -> collections.Counter[str]:
    """How many messages each address got, cut ones left aside."""
    found: collections.Counter[str] = collections.Counter()
    for path in folder.glob("mail/*.log"):
        for raw in path.read_bytes().split(b"-" * 79)[:-1]:
            message = email.message_from_bytes(raw.strip(), policy=email.policy.default)
            found[str(message["To"])] += 1
    return found


def test_killed_in_the_middle_nobody_is_written_to_twice(tmp_path: Path) -> None:
    followers(400)
    with worker(tmp_path) as first:
        deadline = time.monotonic() + 60
        while Digest.objects.count() < 50 and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(first.pid, signal.SIGKILL)
    before = recipients(tmp_path)
    assert 40 <= before.total() < 400
    # Two workers at once take up what is left.
    others = [worker(tmp_path), worker(tmp_path)]
    for each in others:
        each.communicate(timeout=120)
        assert each.returncode == 0
    after = recipients(tmp_path)
    assert set(after.values()) == {1}
    # The one that was leaving when the worker died may be lost, and no other.
    assert len(after) >= 399
    assert Digest.objects.filter(sent_at=None).count() <= 1
    assert not Notification.objects.filter(mailed_at=None).exists()


@pytest.mark.parametrize("number", [int(os.environ.get("ESSAIM_TEST_FOLLOWERS", "500"))])
def test_many_followers_in_constant_memory(tmp_path: Path, number: int) -> None:
    """Ten thousand with ESSAIM_TEST_FOLLOWERS=10000: the same memory (docs/operations.md)."""
    followers(number)
    start = time.monotonic()
    done, _errors = worker(tmp_path).communicate(timeout=600)
    sent, grown = done.split()[1:]
    assert int(sent) == number
    assert int(grown) < 20_000, f"{grown} kB more in {time.monotonic() - start:.0f} s"
    assert set(recipients(tmp_path).values()) == {1}


@pytest.fixture(autouse=True)
def closed() -> Any:
    yield
    connections["default"].close()
