"""One function per message. Plain text, composed now from what the person may see now.

A title is someone's text: it goes on one line, and never into a header but as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from essaim.following import tokens
from essaim.following.models import Follow, MailSettings, Notification
from essaim.following.reading import Line, lines, one_line
from essaim.people.mail_choice import stop_headers

LINES_AT_MOST = 20
# Of one thing followed: a theme that gains two hundred cards leaves room for the others.
LINES_OF_ONE = 5


def digest(
    user: Any, chosen: MailSettings, notifications: Sequence[Notification], total: int
) -> EmailMessage | None:
    """What happened to what the person follows, newest first; None where nothing can be said.

    ``total``: how many there are, of which ``notifications`` are the newest.
    """
    with translation.override(chosen.language):
        telling = [line for line in lines(notifications, user) if line.is_worth_mail]
        if not telling:
            return None
        shown = _few_of_each(telling)
        # What cannot be told is not counted: those of the rows that were read, and the rest.
        count = total - (len(notifications) - len(telling))
        subject = ngettext(
            "%(n)s nouveauté de ce que vous suivez",
            "%(n)s nouveautés de ce que vous suivez",
            count,
        ) % {"n": count}
        return _message(
            user,
            subject,
            "following/mail/digest.txt",
            tokens.unsubscribe_url(user, tokens.DIGEST),
            lines=shown,
            others=count - len(shown),
            stops=_stops(user, shown),
            notifications_url=reverse("following:notifications"),
            settings_url=reverse("following:settings"),
        )


def waiting(user: Any, language: str, notification: Notification) -> EmailMessage | None:
    """What waits for this person, at once; None where they can no longer see it, or where
    somebody else has dealt with it."""
    with translation.override(language):
        (line,) = lines([notification], user)
        if line.verb is None or line.shown is None or line.is_over:
            return None
        details = line.verb.details
        return _message(
            user,
            line.text,
            "following/mail/waiting.txt",
            tokens.unsubscribe_url(user, tokens.WAITS),
            line=line,
            details=details(notification.announcement.key, user) if details else "",
            settings_url=reverse("following:settings"),
        )


def _message(
    user: Any, subject: str, template: str, unsubscribe: str, **context: Any
) -> EmailMessage:
    body = render_to_string(
        template,
        {
            **context,
            "site": settings.SITE,
            "public_url": settings.PUBLIC_URL,
            "unsubscribe": unsubscribe,
        },
    )
    return EmailMessage(
        one_line(f"[{settings.SITE['name']}] {subject}"),
        body,
        to=[user.email],
        headers={
            "Auto-Submitted": "auto-generated",
            **stop_headers(unsubscribe),
        },
    )


def _few_of_each(telling: Sequence[Line]) -> list[Line]:
    seen: Counter[tuple[str, str]] = Counter()
    kept: list[Line] = []
    for line in telling:
        because = (line.notification.because_kind, line.notification.because_key)
        seen[because] += 1
        if seen[because] <= LINES_OF_ONE and len(kept) < LINES_AT_MOST:
            kept.append(line)
    return kept


def _stops(user: Any, shown: Sequence[Line]) -> list[tuple[str, str]]:
    """(title, address that stops following it) of each thing followed in these lines."""
    titles: dict[tuple[str, str], str] = {}
    for line in shown:
        followed = line.because or line.shown
        if line.notification.because_kind and followed is not None:
            because = (line.notification.because_kind, line.notification.because_key)
            titles.setdefault(because, one_line(followed.title))
    known = {
        (f.kind, f.key): f.pk
        for f in Follow.objects.filter(user=user, key__in={key for _kind, key in titles})
    }
    return [
        (title, tokens.unsubscribe_url(user, tokens.FOLLOW, known[ref]))
        for ref, title in titles.items()
        if ref in known
    ]
