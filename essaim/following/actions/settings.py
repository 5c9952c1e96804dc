"""What a person accepts by mail."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from essaim.following.models import Follow, Frequency, MailSettings


@transaction.atomic
def choose_mail(user: Any, *, digest: str, waits_by_mail: bool, language: str) -> MailSettings:
    """The person's own choice. What they accept starts now: nothing older is sent."""
    chosen, now = _locked(user), timezone.now()
    if digest == Frequency.NEVER:
        chosen.accepted_at = None
    elif chosen.digest == Frequency.NEVER:
        chosen.accepted_at = now
    if not waits_by_mail:
        chosen.waits_accepted_at = None
    elif not chosen.waits_by_mail:
        chosen.waits_accepted_at = now
    chosen.digest, chosen.waits_by_mail, chosen.language = digest, waits_by_mail, language
    chosen.save(
        update_fields=["digest", "accepted_at", "waits_by_mail", "waits_accepted_at", "language"]
    )
    return chosen


@transaction.atomic
def answer_first_question(user: Any, *, at_once: bool, weekly: bool, language: str) -> None:
    """Yes or no to each, asked once; who has chosen meanwhile keeps what they chose."""
    _settings, is_new = MailSettings.objects.get_or_create(user=user)
    if is_new:
        digest = Frequency.WEEKLY if weekly else Frequency.NEVER
        choose_mail(user, digest=digest, waits_by_mail=at_once, language=language)


@transaction.atomic
def stop_digests(user: Any) -> None:
    """Idempotent, as a mail program may ask twice."""
    chosen = _locked(user)
    chosen.digest, chosen.accepted_at = Frequency.NEVER, None
    chosen.save(update_fields=["digest", "accepted_at"])


@transaction.atomic
def stop_immediate_mail(user: Any) -> None:
    chosen = _locked(user)
    chosen.waits_by_mail, chosen.waits_accepted_at = False, None
    chosen.save(update_fields=["waits_by_mail", "waits_accepted_at"])


@transaction.atomic
def stop_all_mail(user: Any) -> None:
    stop_digests(user)
    stop_immediate_mail(user)


def stop_following(user: Any, pk: int) -> None:
    """Unfollow by the follow's own number, as an unsubscribing link names it."""
    from essaim.following.actions.follows import unfollow

    known = Follow.objects.filter(user=user, pk=pk).first()
    if known is not None:
        unfollow(user, known.kind, known.key)


def _locked(user: Any) -> MailSettings:
    MailSettings.objects.get_or_create(user=user)
    return MailSettings.objects.select_for_update().get(user=user)
