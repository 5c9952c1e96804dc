"""Mail leaves to who accepted it: at once for what waits for a person, by digest for what they
follow, and for what waits where they accept digests only.

Each message is claimed in the database before it leaves, and the claim committed. A worker killed
between the two loses that one message (the notification stays on the site); none is sent twice.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from essaim.following import mail
from essaim.following.models import Digest, Frequency, MailSettings, Notification

logger = logging.getLogger(__name__)

# Read on the site within this time, nothing leaves.
WAIT = dt.timedelta(seconds=60)
# What the mail server refused for so long goes to the digest instead.
TRIED_FOR = dt.timedelta(days=2)
PAGE = 500  # people read at once
READ_AT_MOST = 200  # notifications of one person read for a digest
MESSAGES_A_CONNECTION = 100
FAILURES_AT_MOST = 5  # in a row: the mail server is down, the next run goes on


class MailServerDown(Exception):
    """So many messages failed in a row that going on is useless."""


class Post:
    """A connection to the mail server, opened anew from time to time and after a failure."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._sent = 0
        self._failures = 0

    def send(self, message: EmailMessage) -> bool:
        """False where the message surely did not leave: it may be tried again.

        True where it left, where its address is refused, and where the connection broke while it
        was leaving: nobody knows then, and a message lost is better than one sent twice.
        Raises MailServerDown (having kept nothing) where one after the other fails.
        """
        try:
            if self._connection is None:
                self._connection = get_connection()
                self._connection.open()
        except Exception as error:  # whatever keeps it shut
            self._failed(error)
            return False
        try:
            self._connection.send_messages([message])
        except smtplib.SMTPRecipientsRefused:
            logger.warning("the mail server refuses the address of a message")
            self.close()
        except smtplib.SMTPResponseException as error:  # the server answered no
            self._failed(error)
            return False
        except Exception:
            logger.exception("the connection broke while a message was leaving")
            self.close()
        else:
            self._failures = 0
            self._sent += 1
            if self._sent % MESSAGES_A_CONNECTION == 0:
                self.close()
        return True

    def _failed(self, error: Exception) -> None:
        logger.warning("a message did not leave: %s", type(error).__name__)
        self.close()
        self._failures += 1
        if self._failures >= FAILURES_AT_MOST:
            raise MailServerDown from error

    def close(self) -> None:
        if self._connection is not None:
            try:
                self._connection.close()
            except Exception:  # the server may have hung up first
                logger.info("the mail server had already closed the connection")
            self._connection = None


@contextmanager
def post_office() -> Iterator[Post]:
    post = Post()
    try:
        yield post
    finally:
        post.close()


@contextmanager
def others_go_on() -> Iterator[None]:
    """One message that cannot be composed is one person's trouble: the others still get theirs."""
    try:
        yield
    except MailServerDown:
        raise
    except Exception:
        logger.exception("the message of one person failed")


# --- what waits for someone -----------------------------------------------------------------
def mail_what_waits(now: dt.datetime | None = None) -> int:
    """Write to those who have not read it on the site meanwhile; returns how many messages left."""
    now = now or timezone.now()
    due = (
        Notification.objects.filter(
            waits=True, created_at__lte=now - WAIT, created_at__gt=now - TRIED_FOR
        )
        .unmailed()
        .filter(_has_own_message(), user__is_active=True)
        .order_by("pk")
    )
    sent = 0
    with post_office() as post:
        for pk in _by_pages(due, "pk"):
            with others_go_on():
                sent += _mail_one(pk, post)
    return sent


def _has_own_message() -> Exists:
    """Whether who is told accepted to be written to at once, and had when they were told."""
    return Exists(
        MailSettings.objects.told_at_once().filter(
            user=OuterRef("user"), waits_accepted_at__lte=OuterRef("created_at")
        )
    )


def _mail_one(pk: int, post: Post) -> bool:
    with transaction.atomic():
        # The same row, and first, as for a digest: whoever withdraws their agreement is waited
        # for, or waits.
        chosen = (
            MailSettings.objects.told_at_once()
            .select_for_update(of=("self",))
            .filter(user__notifications=pk)
            .first()
        )
        if chosen is None:
            return False
        notification = (
            Notification.objects.unmailed()
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("announcement", "user")
            .filter(pk=pk)
            .first()
        )
        if notification is None:
            return False
        message = mail.waiting(notification.user, chosen.language, notification)
        notification.mailed_at = timezone.now()
        notification.save(update_fields=["mailed_at"])
    if message is None:
        return False
    return _leaves(message, post, lambda: Notification.objects.filter(pk=pk).update(mailed_at=None))


def _leaves(message: EmailMessage, post: Post, release: Callable[[], object]) -> bool:
    """Send a message that was claimed; released where it surely did not leave. A worker that is
    killed or interrupted here releases nothing."""
    try:
        left = post.send(message)
    except MailServerDown:
        release()
        raise
    if not left:
        release()
    return left


# --- digests --------------------------------------------------------------------------------
def period_of(frequency: str, now: dt.datetime) -> tuple[dt.date, dt.datetime]:
    """First day of the current period, and the moment until which its digest tells.

    A period begins at DIGEST_HOUR, local time: of each day, or of each Monday.
    """
    local = timezone.localtime(now)
    start = local.replace(hour=settings.DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if start > local:
        start -= dt.timedelta(days=1)
    if frequency == Frequency.WEEKLY:
        start -= dt.timedelta(days=start.weekday())
    return start.date(), start


def send_due_digests(now: dt.datetime | None = None, *, at_most: int | None = None) -> int:
    """Send the digests of the current periods that are not sent yet, or so many of them; returns
    how many left.

    In constant memory: people are read by pages, each person's digest is claimed, composed and
    sent before the next.
    """
    now = now or timezone.now()
    sent = 0
    with post_office() as post:
        for frequency in (Frequency.DAILY, Frequency.WEEKLY):
            period, until = period_of(frequency, now)
            for user_id in _by_pages(_due(frequency, period, until), "user_id"):
                if sent == at_most:
                    return sent
                with others_go_on():
                    sent += _send_digest(user_id, frequency, period, until, post)
    return sent


def _due(frequency: str, period: dt.date, until: dt.datetime) -> QuerySet[MailSettings]:
    """Those who accepted, have something unread to be told, and whose digest is not taken."""
    return MailSettings.objects.filter(
        Exists(_to_tell(OuterRef("user"), until).filter(created_at__gte=OuterRef("accepted_at"))),
        ~Exists(Digest.objects.filter(user=OuterRef("user"), period=period)),
        digest=frequency,
        user__is_active=True,
    ).order_by("user_id")


def _to_tell(user: Any, until: dt.datetime) -> QuerySet[Notification]:
    """What waits for the person has its own message, where they accepted those."""
    recent = Q(waits=True, created_at__gt=until - TRIED_FOR)
    return Notification.objects.unmailed().filter(
        ~recent | ~_has_own_message(), user=user, created_at__lt=until
    )


def _send_digest(
    user_id: int, frequency: str, period: dt.date, until: dt.datetime, post: Post
) -> bool:
    claimed = _claim(user_id, frequency, period, until)
    if claimed is None:
        return False
    digest, message, at = claimed

    def release() -> None:
        with transaction.atomic():
            Notification.objects.filter(user=user_id, mailed_at=at).update(mailed_at=None)
            digest.delete()

    left = _leaves(message, post, release)
    if left:
        Digest.objects.filter(pk=digest.pk).update(sent_at=timezone.now())
    return left


@transaction.atomic
def _claim(
    user_id: int, frequency: str, period: dt.date, until: dt.datetime
) -> tuple[Digest, EmailMessage, dt.datetime] | None:
    """Take the person's digest of the period, with what it tells marked as sent; None where
    another worker took it, the person left it meanwhile, or nothing is left to say."""
    # The settings' row is what two workers, or a worker and the person, wait for each other on.
    chosen = (
        MailSettings.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(user=user_id, digest=frequency)
        .first()
    )
    if chosen is None or Digest.objects.filter(user=user_id, period=period).exists():
        return None
    now = timezone.now()
    to_tell = _to_tell(user_id, until).filter(created_at__gte=chosen.accepted_at)
    total = Notification.objects.filter(pk__in=to_tell.values("pk")).update(mailed_at=now)
    if not total:
        return None
    told = Notification.objects.filter(user=user_id, mailed_at=now).for_list()[:READ_AT_MOST]
    message = mail.digest(chosen.user, chosen, list(told), total)
    if message is None:
        return None
    return Digest.objects.create(user_id=user_id, period=period, lines=total), message, now


def _by_pages(rows: QuerySet[Any], key: str) -> Iterator[int]:
    """Values of a growing column, page by page, each page read anew: what was done meanwhile by
    another worker is not met again."""
    last = 0
    while page := list(rows.filter(**{f"{key}__gt": last}).values_list(key, flat=True)[:PAGE]):
        yield from page
        last = page[-1]
