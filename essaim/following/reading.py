"""Notifications and follows as a person reads them: titles of this moment, in their language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists
from django.http import HttpRequest
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from essaim.common.typography import NO_BREAK
from essaim.following import subjects, verbs
from essaim.following.actions.reading import mark_subject_read
from essaim.following.models import Follow, Notification
from essaim.following.subjects import Shown, Subject
from essaim.people.models import User

COUNTED_TO = 99
_SPACES = re.compile(rf"[^\S{NO_BREAK}]+")


def one_line(text: str) -> str:
    """A title as one line of plain text: nothing in it can end a header or begin another."""
    lines = _SPACES.sub(" ", text).strip()
    return "".join(c for c in lines if c.isprintable() or c == NO_BREAK)


def in_its_language(shown: Shown) -> SafeString:
    """A title for a page, marked with its language where it is not the page's."""
    if not shown.lang:
        return escape(shown.title)
    return format_html('<span lang="{}">{}</span>', shown.lang, shown.title)


@dataclass(frozen=True)
class Line:
    """One notification, composed. Without ``shown``, the person cannot see the subject."""

    notification: Notification
    verb: verbs.Verb | None
    shown: Shown | None
    because: Shown | None  # what is followed, where it is not the subject itself
    waits: bool = False  # for this person to do something, now

    @property
    def is_over(self) -> bool:
        """It was told as waiting, and no longer does: somebody dealt with it."""
        can_wait = self.verb is not None and self.verb.still is not None
        return can_wait and self.notification.waits and not self.waits

    @property
    def _sentence(self) -> str:
        assert self.verb is not None
        return str(self.verb.done if self.is_over and self.verb.done else self.verb.sentence)

    @property
    def text(self) -> str:
        if self.verb is None or self.shown is None:
            return str(self.verb.unseen if self.verb else verbs.UNSEEN)
        return one_line(self._sentence % {"title": self.shown.title})

    @property
    def html(self) -> SafeString:
        """The same for a page: the title is marked with its own language."""
        if self.verb is None or self.shown is None:
            return escape(self.text)
        title = in_its_language(self.shown)
        return mark_safe(escape(self._sentence) % {"title": title})  # noqa: S308

    @property
    def url(self) -> str:
        """Where it leads, on this site; empty where the subject cannot be seen."""
        if self.verb is None or self.shown is None:
            return ""
        if self.verb.url is None:
            return self.shown.url
        return self.verb.url(self.notification.announcement, self.shown)

    @property
    def because_label(self) -> str:
        return subjects.label(self.notification.because_kind)

    @property
    def because_title(self) -> str:
        return one_line(self.because.title) if self.because else ""

    @property
    def is_worth_mail(self) -> bool:
        """There is something to say, that is not over: the subject can be seen, or the verb has
        words without it."""
        if self.verb is None or self.is_over:
            return False
        return self.shown is not None or self.verb.unseen is not verbs.UNSEEN


def lines(notifications: Sequence[Notification], user: Any) -> list[Line]:
    """In the order given; one query for each kind of subjects and each verb that waits, whatever
    their number."""
    refs = {(n.announcement.kind, n.announcement.key) for n in notifications}
    refs |= {(n.because_kind, n.because_key) for n in notifications if n.because_kind}
    shown = subjects.load(refs, user)
    waiting = _still_waiting(notifications, user)
    found = []
    for notification in notifications:
        announcement = notification.announcement
        about = (announcement.kind, announcement.key)
        because = (notification.because_kind, notification.because_key)
        found.append(
            Line(
                notification=notification,
                verb=verbs.get(announcement.verb),
                shown=shown.get(about),
                because=shown.get(because) if because != about else None,
                waits=notification.waits and (announcement.verb, announcement.key) in waiting,
            )
        )
    return found


def _still_waiting(notifications: Sequence[Notification], user: Any) -> set[tuple[str, str]]:
    """(verb, key) of those told as waiting that still do."""
    keys: dict[str, set[str]] = defaultdict(set)
    for notification in notifications:
        if notification.waits:
            keys[notification.announcement.verb].add(notification.announcement.key)
    return {
        (name, key)
        for name, asked in sorted(keys.items())
        if (verb := verbs.get(name)) is not None and verb.still is not None
        for key in verb.still(asked, user)
    }


# --- what a person follows --------------------------------------------------------------------
@dataclass(frozen=True)
class Followed:
    follow: Follow
    label: str
    shown: Shown | None  # None: gone, or no longer visible to this person


def followed(follows: Sequence[Follow], user: Any) -> list[Followed]:
    shown = subjects.load([(f.kind, f.key) for f in follows], user)
    return [Followed(f, subjects.label(f.kind), shown.get((f.kind, f.key))) for f in follows]


@dataclass(frozen=True)
class Button:
    """« Suivre » or « Ne plus suivre »; a visitor is led to sign in."""

    subject: Subject
    key: str
    is_followed: bool = False
    is_visitor: bool = False


def button(request: HttpRequest, kind: str, key: str, *, page_of_it: bool = True) -> dict[str, Any]:
    """What ``following/_button.html`` needs; one query for a signed-in reader.

    ``page_of_it``: the reader is on the subject's own page, so that what was announced of it is
    now read (a second query where there was something).
    """
    subject = subjects.get(kind)
    assert subject is not None
    user = request.user
    if not user.is_authenticated:
        return {"follow": Button(subject, key, is_visitor=True)}
    follow = Follow.objects.filter(user=user, kind=kind, key=key)
    unread = Notification.objects.filter(
        user=user, announcement__kind=kind, announcement__key=key
    ).unread()
    is_followed, has_unread = (
        User.objects.filter(pk=user.pk).values_list(Exists(follow), Exists(unread)).get()
    )
    if page_of_it and has_unread and request.method == "GET":
        mark_subject_read(user, kind, key)
    return {"follow": Button(subject, key, is_followed=is_followed)}


def unread_count(user: Any) -> int:
    """At most one more than ``COUNTED_TO``: beyond, the page says « 99+ »."""
    if not user.is_authenticated:
        return 0
    return Notification.objects.filter(user=user).unread()[: COUNTED_TO + 1].count()
