"""Announcing what happened, and telling each person whom it reaches."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from essaim.following import subjects, verbs
from essaim.following.models import Announcement, Follow, Notification, Reach
from essaim.following.subjects import Ref

# People told in one statement: bounds a transaction, not correctness.
BATCH = 2000
# A job that did not finish in this time was killed; another takes its announcement up.
FORGOTTEN_AFTER = dt.timedelta(minutes=5)


def announce(
    verb: str,
    about: Sequence[Ref],
    *,
    by: Any = None,
    once: str = "",
    extra: Mapping[str, int | str] | None = None,
) -> Announcement | None:
    """Tell all who follow one of these subjects; the first is the one it is about.

    ``by``, the author of the act, is never told. ``once`` names the occasion: announced again
    under it (a card changed twice on the same day), nobody is told twice. Nothing is written
    where nobody follows: then returns None. Side effect: a job, if the transaction ends well.
    """
    made = announce_each(verb, [about], by=by, once=once, extra=extra)
    return made[0] if made else None


@transaction.atomic
def announce_each(
    verb: str,
    abouts: Sequence[Sequence[Ref]],
    *,
    by: Any = None,
    once: str = "",
    extra: Mapping[str, int | str] | None = None,
) -> list[Announcement]:
    """The same act on many objects, each with its subjects; a few queries whatever their number."""
    _check(verb, {ref[0] for about in abouts for ref in about})
    followed = _followed({ref for about in abouts for ref in about})
    reached = {about[0]: about for about in abouts if not followed.isdisjoint(about)}
    if not reached:
        return []
    now, once = timezone.now(), once or uuid.uuid4().hex
    rows = [
        Announcement(verb=verb, kind=kind, key=key, by=by, at=now, once=once, extra=extra or {})
        for kind, key in sorted(reached)
    ]
    Announcement.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["verb", "kind", "key", "once"],
        update_fields=["at", "spread_at"],
        batch_size=1000,
    )
    Reach.objects.bulk_create(
        [
            Reach(announcement=row, kind=kind, key=key, position=position)
            for row in rows
            for position, (kind, key) in enumerate(reached[row.kind, row.key])
            if (kind, key) in followed
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )
    _spread_later(rows)
    return rows


@transaction.atomic
def tell(
    user: Any,
    verb: str,
    kind: str,
    key: str,
    *,
    waits: bool = False,
    by: Any = None,
    once: str = "",
    extra: Mapping[str, int | str] | None = None,
) -> Notification | None:
    """Tell one person. ``waits``: it waits for them, so a message leaves within two minutes
    if they accepted such messages and have not read it on the site by then.

    Nobody is told of their own act, nor a closed account, nor twice under the same ``once``.
    """
    _check(verb, {kind})
    if user is None or not user.is_active or (by is not None and by.pk == user.pk):
        return None
    now = timezone.now()
    announcement, _created = Announcement.objects.get_or_create(
        verb=verb,
        kind=kind,
        key=key,
        once=once or uuid.uuid4().hex,
        defaults={"by": by, "at": now, "spread_at": now, "extra": dict(extra or {})},
    )
    notification, _created = Notification.objects.get_or_create(
        user=user, announcement=announcement, defaults={"waits": waits, "created_at": now}
    )
    return notification


@transaction.atomic
def forget_subject(kind: str, keys: Sequence[str]) -> None:
    """The object is erased for good: nobody follows it, nothing is announced of it any more."""
    Follow.objects.filter(kind=kind, key__in=keys).delete()
    Announcement.objects.filter(kind=kind, key__in=keys).delete()


def _check(verb: str, kinds: set[str]) -> None:
    """A misspelt name would be silence: it is a fault of the caller instead."""
    if verbs.get(verb) is None:
        raise LookupError(f"no verb {verb!r} is registered")
    for kind in kinds:
        if subjects.get(kind) is None:
            raise LookupError(f"no subject {kind!r} is registered")


def _followed(refs: set[Ref]) -> set[Ref]:
    """Those that someone follows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, key FROM unnest(%s::text[], %s::text[]) AS asked (kind, key)"
            " WHERE EXISTS (SELECT FROM following_follow AS f"
            " WHERE f.kind = asked.kind AND f.key = asked.key)",
            [[kind for kind, _key in refs], [key for _kind, key in refs]],
        )
        return set(cursor.fetchall())


def _spread_later(rows: Sequence[Announcement]) -> None:
    from essaim.following import tasks

    tasks.spread.defer(announcements=[row.pk for row in rows])


# --- telling each person --------------------------------------------------------------------
# Who follows several subjects of one announcement is told once, because of the first. Only those
# who followed at the time: a notification is never older than the follow it comes from.
_SPREAD = """
WITH batch AS (
    SELECT DISTINCT ON (f.user_id) f.user_id, f.kind, f.key
    FROM following_announcement AS a
    JOIN following_reach AS r ON r.announcement_id = a.id
    JOIN following_follow AS f ON f.kind = r.kind AND f.key = r.key AND f.since <= a.at
    JOIN people_user AS u ON u.id = f.user_id AND u.is_active
    WHERE a.id = %(announcement)s AND f.user_id > %(after)s
      AND f.user_id IS DISTINCT FROM a.by_id
    ORDER BY f.user_id, r.position
    LIMIT %(batch)s
), written AS (
    INSERT INTO following_notification
        (user_id, announcement_id, because_kind, because_key, waits, created_at)
    SELECT user_id, %(announcement)s, kind, key, false, now() FROM batch
    ON CONFLICT DO NOTHING
)
SELECT max(user_id) FROM batch
"""


def spread(pk: int) -> None:
    """Tell everyone the announcement reaches, by batches that each stand by themselves.

    Idempotent: stopped anywhere and done again, it tells those who were left and no one twice.
    """
    after: int | None = 0
    while after is not None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_SPREAD, {"announcement": pk, "after": after, "batch": BATCH})
            (after,) = cursor.fetchone()
    # Announced once more meanwhile (its date moved): the job of that time finishes it.
    Announcement.objects.filter(pk=pk, spread_at__isnull=True).update(spread_at=timezone.now())


def spread_forgotten(now: dt.datetime | None = None) -> int:
    """Take up announcements whose job was killed; returns how many."""
    limit = (now or timezone.now()) - FORGOTTEN_AFTER
    pks = list(
        Announcement.objects.filter(spread_at__isnull=True, at__lt=limit)
        .order_by("at")
        .values_list("pk", flat=True)[:BATCH]
    )
    for pk in pks:
        spread(pk)
    return len(pks)
