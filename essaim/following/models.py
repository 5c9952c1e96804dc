"""What people follow, what is announced, who is told, and by which mail."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KIND_LENGTH = 30
KEY_LENGTH = 1000  # a saved search is its query string; longer would not fit an index


def _once() -> str:
    return uuid.uuid4().hex


class FollowQuerySet(models.QuerySet["Follow"]):
    def visible_to(self, user: Any) -> FollowQuerySet:
        """One's own: what a person follows is nobody else's business."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def for_list(self) -> FollowQuerySet:
        return self.order_by("-since", "-pk")


class Follow(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    kind = models.CharField(max_length=KIND_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH)
    since = models.DateTimeField(default=timezone.now)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("suivi")
        verbose_name_plural = _("suivis")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "key"],
                name="follow_once",
                violation_error_message=_("Vous le suivez déjà."),
            )
        ]
        indexes = [models.Index(fields=["kind", "key", "user"], name="follow_of_subject")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Announcement(models.Model):
    """Something happened to a subject: identifiers and no text, so that nothing personal stays.

    ``once`` names the occasion: announced again under the same one, it is the same announcement.
    """

    verb = models.CharField(max_length=50)
    kind = models.CharField(max_length=KIND_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=64, default=_once)
    extra = models.JSONField(default=dict, blank=True)  # identifiers only
    # When everyone it reaches was told; empty while the job has not finished.
    spread_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("annonce")
        verbose_name_plural = _("annonces")
        constraints = [
            models.UniqueConstraint(
                fields=["verb", "kind", "key", "once"], name="announcement_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["at"], condition=Q(spread_at__isnull=True), name="announcement_to_spread"
            ),
            models.Index(fields=["kind", "key"], name="announcement_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.kind}:{self.key}"


class Reach(models.Model):
    """A subject whose followers an announcement reaches: the card, its theme, its holder…"""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="reaches")
    kind = models.CharField(max_length=KIND_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH)
    # Who follows several of them is told because of the first.
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("portée")
        verbose_name_plural = _("portées")
        constraints = [
            models.UniqueConstraint(fields=["announcement", "kind", "key"], name="reach_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: Any) -> NotificationQuerySet:
        return self.filter(user=user) if user.is_authenticated else self.none()

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at__isnull=True)

    def unmailed(self) -> NotificationQuerySet:
        """Neither read on the site nor sent: what mail may still carry."""
        return self.unread().filter(mailed_at__isnull=True)

    def for_list(self) -> NotificationQuerySet:
        return self.select_related("announcement").order_by("-created_at", "-pk")


class Notification(models.Model):
    """One person told of one announcement. ``because`` is what they follow; empty: told directly."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", db_index=False
    )
    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="notifications")
    because_kind = models.CharField(max_length=KIND_LENGTH, blank=True)
    because_key = models.CharField(max_length=KEY_LENGTH, blank=True)
    # It waits for this person: a message leaves at once, if they accepted it.
    waits = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(fields=["user", "announcement"], name="notification_once")
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="notification_latest"),
            models.Index(
                fields=["user"], condition=Q(read_at__isnull=True), name="notification_unread"
            ),
            models.Index(
                fields=["user", "created_at"],
                condition=Q(read_at__isnull=True, mailed_at__isnull=True),
                name="notification_unmailed",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(waits=True, read_at__isnull=True, mailed_at__isnull=True),
                name="notification_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Frequency(models.TextChoices):
    DAILY = "daily", _("une fois par jour")
    WEEKLY = "weekly", _("une fois par semaine")
    NEVER = "never", _("jamais")


class MailSettingsQuerySet(models.QuerySet["MailSettings"]):
    def told_at_once(self) -> MailSettingsQuerySet:
        """Those who accepted a message as soon as something waits for them."""
        return self.filter(waits_by_mail=True)


class MailSettings(models.Model):
    """What a person accepts by mail; without a row they never chose, and nothing leaves."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_settings"
    )
    digest = models.CharField(
        _("résumé de ce que je suis"),
        max_length=10,
        choices=Frequency,
        default=Frequency.NEVER,
    )
    # When the person last said yes to digests: nothing older is sent.
    accepted_at = models.DateTimeField(null=True, blank=True)
    waits_by_mail = models.BooleanField(
        _("prévenir tout de suite de ce qui m’attend"), default=False
    )
    # When the person last said yes to being told at once: what is older waits for the digest.
    waits_accepted_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(
        _("langue des messages"),
        max_length=5,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
    )

    objects = MailSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("réglage des messages")
        verbose_name_plural = _("réglages des messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(digest__in=Frequency.values), name="mail_settings_digest_known"
            ),
            models.CheckConstraint(
                condition=Q(digest=Frequency.NEVER) | Q(accepted_at__isnull=False),
                name="mail_settings_digest_was_accepted",
                violation_error_message=_("Un résumé ne part qu’à qui l’a accepté."),
            ),
            models.CheckConstraint(
                condition=Q(waits_by_mail=False) | Q(waits_accepted_at__isnull=False),
                name="mail_settings_at_once_was_accepted",
                violation_error_message=_("Un message ne part qu’à qui l’a accepté."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["digest", "user"],
                condition=~Q(digest=Frequency.NEVER),
                name="mail_settings_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.digest}"


class Digest(models.Model):
    """One person's digest of one period: the row is taken before the message leaves.

    A worker killed between the two leaves a row without ``sent_at``: that one message may be
    lost, none is ever sent twice.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    period = models.DateField()  # its first day: the day itself, or the Monday of the week
    claimed_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    lines = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("résumé envoyé")
        verbose_name_plural = _("résumés envoyés")
        constraints = [
            models.UniqueConstraint(fields=["user", "period"], name="digest_once_a_period")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.period}"
