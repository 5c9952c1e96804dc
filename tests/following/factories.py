"""Follows and notifications, valid by default."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory
from django.utils import timezone

from essaim.following.models import (
    Announcement,
    Follow,
    Frequency,
    MailSettings,
    Notification,
)
from tests.people.factories import OrganisationFactory, UserFactory


class FollowFactory(factory.django.DjangoModelFactory):
    """Of an organisation, unless said otherwise."""

    class Meta:
        model = Follow

    user = factory.SubFactory(UserFactory)
    kind = "organisation"
    key = factory.LazyFunction(lambda: str(OrganisationFactory().pk))


class AnnouncementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Announcement

    verb = "card_changed"
    kind = "organisation"
    key = factory.LazyFunction(lambda: str(OrganisationFactory().pk))
    spread_at = factory.LazyFunction(timezone.now)


class NotificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Notification

    user = factory.SubFactory(UserFactory)
    announcement = factory.SubFactory(AnnouncementFactory)

    class Params:
        read = factory.Trait(read_at=factory.LazyFunction(timezone.now))


class MailSettingsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MailSettings

    user = factory.SubFactory(UserFactory)
    digest = Frequency.DAILY
    accepted_at = factory.LazyFunction(timezone.now)
    waits_by_mail = True
    waits_accepted_at = factory.LazyAttribute(
        lambda row: (row.accepted_at or timezone.now()) if row.waits_by_mail else None
    )


def told_at_once(user: Any) -> Any:
    """The same person, who accepted long ago a message as soon as something waits for them."""
    long_ago = timezone.now() - dt.timedelta(days=90)
    MailSettingsFactory(
        user=user, digest=Frequency.NEVER, accepted_at=None, waits_accepted_at=long_ago
    )
    return user
