"""Who gets in at each address of open data, for the one table of ``tests/test_permissions.py``.

Owner: who made the token or the subscription; colleague: who represents the organisation it is of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from essaim.open_data.models import ApiToken, Delivery, Dump, Event, Subscription
from essaim.people.models import Membership

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}

Arguments = Callable[[SimpleNamespace], list[Any]]


def nothing(world: SimpleNamespace) -> list[Any]:
    return []


def token(world: SimpleNamespace) -> list[Any]:
    return [
        ApiToken.objects.create(
            user=world.owner, name="Carte", digest="x", start="essaim_x", scopes=["read"],
            expires_at=timezone.now() + dt.timedelta(days=1),
        ).pk
    ]  # fmt: skip


def subscription(world: SimpleNamespace, **fields: Any) -> Subscription:
    return Subscription.objects.create(
        **{"user": world.owner, "url": "https://exemple.fr/", "kinds": ["card.published"]} | fields
    )


def of_the_organisation(world: SimpleNamespace) -> list[Any]:
    Membership.objects.filter(user=world.colleague, organisation=world.organisation).update(
        role=Membership.Role.REPRESENTATIVE
    )
    return [subscription(world, organisation=world.organisation).pk]


def sent(world: SimpleNamespace) -> list[Any]:
    mine = subscription(world)
    event = Event.objects.create(kind="card.published", object_id=1)
    return [mine.pk, Delivery.objects.create(subscription=mine, event=event, state="done").pk]


def file(world: SimpleNamespace) -> list[Any]:
    Dump.objects.create(
        name="cards.csv.gz", file=ContentFile(b"x", "cards.csv.gz"), sha256="0" * 64, bytes=1,
        rows=0, made_at=timezone.now(),
    )  # fmt: skip
    return ["cards.csv.gz"]


ROWS: dict[str, tuple[set[str], Arguments]] = {
    "api_index": (ALL, nothing),
    "docs": (ALL, nothing),
    "openapi": (ALL, nothing),
    "keys": (SIGNED_IN, nothing),
    "new_token": (SIGNED_IN, nothing),
    "revoke": ({"owner"}, token),
    "new_subscription": (SIGNED_IN, nothing),
    "subscription": ({"owner"}, lambda world: [subscription(world).pk]),
    "subscription#organisation": ({"owner", "colleague"}, of_the_organisation),
    "change_subscription": ({"owner"}, lambda world: [subscription(world).pk, "pause"]),
    "replay": ({"owner"}, sent),
    "data": (ALL, nothing),
    "manifest": (ALL, nothing),
    "file": (ALL, file),
    "schema": (ALL, lambda world: ["cards"]),
    "schema_page": (ALL, lambda world: ["cards"]),
    "feed_initiatives": (ALL, nothing),
    "feed_needs": (ALL, nothing),
    "feed_replications": (ALL, nothing),
    "feed_findings": (ALL, nothing),
    "feed_theme": (ALL, lambda world: [world.theme.slug]),
    "letter": (ALL, lambda world: [world.theme.slug]),
    "feed_territory": (ALL, lambda world: [world.territory.kind, world.territory.code]),
    "sitemap": (ALL, nothing),
    "sitemap_file": (ALL, lambda world: ["pages", 0]),
    "robots": (ALL, nothing),
    "widget_initiatives": (ALL, nothing),
    "widget_calls": (ALL, nothing),
    "widget_replications": (ALL, lambda world: [world.published.slug]),
    "widget_script": (ALL, nothing),
}
